"""State of one repeat of the improvement of exemplars."""

from dataclasses import dataclass
from typing import NamedTuple

from lbt.exemplars import Draft, ExemplarSet, Failure, Reflection, Sitting


class Dealt(NamedTuple):
    """What one reflection is about."""

    exemplars: ExemplarSet
    failures: tuple[int, ...]
    """Places in the failures of the iteration."""


@dataclass(kw_only=True)
class Improvement:
    """State of one repeat. What belongs to an iteration is replaced in the next."""

    repeat: int
    number: int = 0
    """Of the iteration under way."""
    current: tuple[ExemplarSet, ...] = ()
    """The sets that the iteration began with; none in iteration 0."""
    exams: tuple[Sitting, ...] = ()
    failures: tuple[Failure, ...] = ()
    dealt: tuple[Dealt, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    drafts: tuple[Draft, ...] = ()
    scored: tuple[Sitting, ...] = ()
    scores: tuple[float, ...] = ()
    kept: tuple[ExemplarSet, ...] = ()
