"""What judges the answers to items: equality of labels, or the judge of the domain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.domain import CODE, MATH
from agents.exemplars.kinds import text_problem
from agents.exemplars.plan import ImprovementPlan
from agents.judging import OpenJudge, open_judge
from agents.math_examiner import graded
from lbt.types import Answer, Grade, Outcome, Problem

LABELS = "equality of labels"


class LabelJudge:
    """Grades the label that was said of a text, 0 or 1. Fills `graphs.roles.Judge`."""

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        """Grade `answer`; one that is neither Yes nor No is wrong."""
        right = "Yes" if text_problem(problem).label else "No"
        if answer.outcome is not Outcome.OK:
            return graded(0, answer.outcome.value, "neither Yes nor No")
        if answer.value != right:
            return graded(0, "wrong", f"{answer.value} is not {right}")
        return graded(1, "right")


@asynccontextmanager
async def open_item_judge(plan: ImprovementPlan) -> AsyncIterator[OpenJudge]:
    """Open what judges the items of `plan`. Raises as `sandbox.judge.open_sandbox`."""
    if plan.kind.name == "text":
        yield OpenJudge(identity=LABELS, seated=lambda _: LabelJudge())
        return
    async with open_judge(plan.config, MATH if plan.kind.name == "math" else CODE) as judge:
        yield judge
