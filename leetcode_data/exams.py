"""Which problems examine a rationale: all others of its dataset, as in the paper."""

from collections.abc import Sequence

from lbt.types import CodeProblem


def exam_problems(problems: Sequence[CodeProblem], teaching: str) -> tuple[CodeProblem, ...]:
    """Return the exam of the rationales for `teaching`: every problem but that one, in the dataset's order.

    Raises:
        ValueError: `teaching` is none of `problems`.
    """
    exam = tuple(problem for problem in problems if problem.id != teaching)
    if len(exam) == len(problems):
        raise ValueError(f"{teaching!r} is not one of the problems")
    return exam
