"""Which variants of a problem may examine its explanations, and which would tell nothing or the wrong thing."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from lbt.types import MathProblem
from math_data.equivalence import are_equal


class LeftOut(StrEnum):
    """Why a variant is no exam problem; as notes say it behind a count."""

    SAME_TEXT = "identical to the problem"
    SAME_ANSWER = "with the problem's own answer"
    DUPLICATE = "duplicates"


class Choice(NamedTuple):
    """The exam of a problem."""

    exam: tuple[MathProblem, ...]
    left_out: Counter[LeftOut]


def choose(problem: MathProblem, variants: Iterable[MathProblem], size: int | None = None) -> Choice:
    """Choose the first variants that can examine `problem`.

    A variant with the problem's own answer is passed by copying, so that it would favour any explanation that states
    the answer; an identical one asks for nothing else, and a duplicate counts one question twice.

    Args:
        problem: What is taught.
        variants: In order of preference; looked at only until `size` are found.
        size: Problems in the exam at most; all, if None.
    """
    exam: dict[str, MathProblem] = {}
    left_out: Counter[LeftOut] = Counter()
    own = normal(problem.statement)
    for variant in variants:
        if len(exam) == size:
            break
        text = normal(variant.statement)
        if text == own:
            left_out[LeftOut.SAME_TEXT] += 1
        elif text in exam:
            left_out[LeftOut.DUPLICATE] += 1
        elif are_equal(variant.answer, problem.answer):
            left_out[LeftOut.SAME_ANSWER] += 1
        else:
            exam[text] = variant
    return Choice(tuple(exam.values()), left_out)


def normal(statement: str) -> str:
    """A statement without what does not change the question: case, blanks and the kind of quotes."""
    return "".join(statement.casefold().replace("\u2019", "'").split())
