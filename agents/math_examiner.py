"""The examiner of mathematics: an answer is right when it is equivalent to the problem's own."""

import asyncio
from collections.abc import Sequence

from agents.domain import math_problem
from lbt.types import Answer, Classes, Grade, Outcome, Problem, Usage
from math_data.equivalence import Rules, classes, compare, quickly
from math_data.repeating import repeats

_REASONS = {
    Outcome.NO_ANSWER: "the reply has no final answer",
    Outcome.CUT_OFF: "the reply reached the token limit before its final answer",
    Outcome.REFUSED: "the model refused",
    Outcome.FILTERED: "a content filter held the reply back",
    Outcome.OVERFLOW: "the prompt does not fit the model's context",
}
_SHOWN = 100
"""Characters of an answer that a reason quotes."""


class MathJudge:
    """Grades final answers, 0 or 1. Fills `graphs.roles.Judge`."""

    def __init__(self, rules: Rules = "ours") -> None:
        """Compare by `rules`: equivalence, or the text rules of the paper's published code."""
        self._rules = rules

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        """Grade `answer`; one without a final answer is worth 0, and so is one that only repeats the question."""
        asked = math_problem(problem)
        if answer.outcome is not Outcome.OK:
            return unanswered(answer)
        if self._rules == "ours" and repeats(answer.value, asked.statement, asked.answer):
            return graded(0, "repeated", f"{_short(answer.value)} only repeats the question")
        found = quickly(answer.value, asked.answer) if self._rules == "ours" else None
        if found is None:  # what the library must decide may take a second
            found = await asyncio.to_thread(compare, answer.value, asked.answer, self._rules)
        if found.equal:
            return graded(1, "right")
        return graded(0, "wrong", f"{_short(answer.value)} is not {_short(asked.answer)}: {found.why}")


async def sort_answers(answers: Sequence[str | None]) -> Classes:
    """Put the answers to one problem into classes of the same answer. Fills `graphs.roles.Sort`."""
    return await asyncio.to_thread(lambda: Classes(classes(answers), classes(answers, "paper")))


def graded(mark: float, status: str, reason: str = "", *, usage: Usage | None = None) -> Grade:
    """Make the grade of a final answer, which is right, 1, or not, 0; `usage` is that of the reply which says so."""
    return Grade(v=mark, v_share=mark, s=mark, s_prefix=mark, status=status, reason=reason, usage=usage)


def unanswered(answer: Answer) -> Grade:
    """Grade an answer without a final answer, and say why there is none."""
    return graded(0, answer.outcome.value, _REASONS[answer.outcome])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
