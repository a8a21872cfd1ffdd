"""What a run says of its problems before it starts: how they were read, who examines whom, what the tests can tell."""

from collections.abc import Iterator

from agents.domain import CODE
from agents.plan import Plan
from lbt.types import CodeProblem, Problem
from reports.tables import counted

EXAMS_TOLD = 12
"""Lessons whose chosen exams are told; of more, where to look them up."""


def dataset_notes(plan: Plan) -> Iterator[str]:
    """How a set of the user's own was read, and the exams that were chosen."""
    yield from plan.dataset.notes
    if plan.config.exams == "synthesized":
        yield f"the teacher writes each exam, of {plan.config.exam_size} problems at most; keys come by agreement"
    if plan.config.exam_judge == "teacher":
        yield "the teacher marks the exams, without their keys"
    told = plan.lessons if len(plan.lessons) <= EXAMS_TOLD else ()
    for lesson in told:
        if how := plan.dataset.chosen.get(lesson.problem.id):
            yield f"exam of {lesson.problem.id}: {', '.join(exam.id for exam in lesson.exams)} ({how})"
    if plan.dataset.chosen and not told and plan.domain is CODE:
        yield f"`python -m leetcode_data list {plan.config.dataset}` shows the exam of each problem"
    posed = {problem.id: problem for lesson in plan.lessons for problem in (lesson.problem, *lesson.exams)}
    if beside := sum(map(forgeable, posed.values())):
        yield f"{counted(beside, 'problem')} with assertions that run beside the program: one that cheats could pass"


def forgeable(problem: Problem) -> bool:
    """Whether a hostile program could pass the tests without being right."""
    return isinstance(problem, CodeProblem) and problem.mode == "asserts"
