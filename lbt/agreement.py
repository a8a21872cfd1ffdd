"""How well exam scores without known answers agree with those of the exam itself, and whether the same answer wins."""

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from lbt.exam_score import exact_lbt
from lbt.scoring import mean
from lbt.types import LessonRecord, Value
from lbt.voters import Weights, classes_of, elected


class Scored(NamedTuple):
    """A lesson with two exam scores of each rationale, shape (rationales,); None where one is not known."""

    classes: Sequence[int | None]
    """Those that the run's votes go by."""
    truth: Weights
    """By the exams of the run, marked as the run marked them."""
    other: Weights
    """By what was collected beside it."""
    faithful: bool = False
    """Break ties as the paper's published code does."""

    @property
    def same_winner(self) -> bool | None:
        """Whether the vote by the sum of either scores hands in the same answers; None where one is undefined."""
        ours, theirs = (
            elected(self.classes, scores, "sum", faithful=self.faithful) for scores in (self.truth, self.other)
        )
        return ours == theirs if ours and theirs else None


class Agreement(Value):
    """How well the other scores agree with the truth; every lesson weighs the same."""

    lessons: int
    rationales: int
    """With both scores."""
    kendall: float | None
    """Mean over lessons of Kendall's tau-b; None where it is defined in none of them."""
    spearman: float | None
    """Mean over lessons of Spearman's rank correlation, ties at their mean rank."""
    defined: int
    """Lessons in which rank correlations are defined: neither side is constant."""
    difference: float | None
    """Mean over lessons of the mean absolute difference of the scores."""
    same_winner: float | None
    """Share of the lessons in which the vote by the sum of the scores hands in the same answers, of those in which the
    scores of all that vote are known."""


def scored(record: LessonRecord, other: Weights, *, faithful: bool = False) -> Scored:
    """Pair the exam scores of a lesson with others of the same rationales; `faithful` as in `lbt.selectors.votes`."""
    truth = [exact_lbt(one, record.students) for one in record.rationales]
    return Scored(classes_of(record, faithful=faithful), truth, other, faithful)


def agreement(lessons: Iterable[Scored]) -> Agreement:
    """Put lessons together."""
    held = list(lessons)
    sides = [side for side in map(_both_known, held) if side[0]]
    ranked = [(ranks(ours), ranks(theirs)) for ours, theirs in sides]
    varied = [(ours, theirs) for ours, theirs in ranked if min(len(set(ours)), len(set(theirs))) > 1]
    differences = [statistics.fmean(float(abs(a - b)) for a, b in zip(*side, strict=True)) for side in sides]
    return Agreement(
        lessons=len(held),
        rationales=sum(len(ours) for ours, _ in sides),
        kendall=mean(kendall(ours, theirs) for ours, theirs in varied),
        spearman=mean(statistics.correlation(ours, theirs) for ours, theirs in varied),
        defined=len(varied),
        difference=mean(differences),
        same_winner=mean(float(same) for one in held if (same := one.same_winner) is not None),
    )


def _both_known(lesson: Scored) -> tuple[list[Fraction], list[Fraction]]:
    pairs = [(a, b) for a, b in zip(lesson.truth, lesson.other, strict=True) if a is not None and b is not None]
    return [a for a, _ in pairs], [b for _, b in pairs]


def ranks(values: Sequence[Fraction]) -> list[float]:
    """Rank each value, 1 the least; equal ones share the mean of their ranks."""
    order = sorted(values)
    return [(bisect_left(order, value) + bisect_right(order, value) + 1) / 2 for value in values]


def kendall(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Kendall's tau-b, in [-1, 1], of two sides neither of which is constant.

    Source: Kendall 1945, The treatment of ties in ranking problems.
    """
    signs = [(_sign(a - c), _sign(b - d)) for (a, b), (c, d) in combinations(zip(ours, theirs, strict=True), 2)]
    agreeing = sum(a * b for a, b in signs)
    return float(agreeing / math.sqrt(sum(abs(a) for a, _ in signs) * sum(abs(b) for _, b in signs)))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
