"""What the two graphs carry: the state of a lesson and that of each of its branches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Annotated

from lbt.types import Answer, Grade, LessonRecord, Mark, Posed, Problem, Taught


@dataclass(frozen=True, kw_only=True)
class Raced:
    """What came of a race."""

    exams: Mapping[int, tuple[Mark, ...]]
    """Rationale -> its exam, the marks that were not asked among them."""
    certain: bool
    """No mark that is missing, or was not asked, can change the winners."""
    winners: tuple[int, ...]
    winners_v1: tuple[int, ...]
    """Those among the answers with V = 1."""


@dataclass(kw_only=True)
class Lesson:
    """State of one problem on its way from question to selected answer."""

    problem: Problem
    exams: tuple[Problem, ...]
    """What the students are asked, the same for every rationale; empty until it is posed, where it is written."""
    similarity: float | None = None
    """Mean similarity of `exams` to `problem`, in [0, 1], where that chose them."""
    posed: Posed | None = None
    """The exam that was written for this lesson, where it is."""
    unposed: str = ""
    """Why there is none."""
    taught: Annotated[list[Taught], add] = field(default_factory=list)
    """One entry per branch; order is not meaningful."""
    raced: Raced | None = None
    """What came of a race, where the exams are raced."""
    record: LessonRecord | None = None


@dataclass(kw_only=True)
class Branch:
    """State of one rationale."""

    problem: Problem
    exams: tuple[Problem, ...]
    """What the students are asked; empty for the greedy answer."""
    index: int
    """Which rationale; GREEDY for the answer at temperature 0."""
    answer: Answer | None = None
    grade: Grade | None = None
    mended: Answer | None = None
    mended_grade: Grade | None = None
    exam: tuple[Mark, ...] = ()
    error: str = ""
    """Why the answer or its grade is missing."""


@dataclass(kw_only=True)
class BranchResult:
    """What a branch gives to its lesson: the only key the parent graph sees."""

    taught: Annotated[list[Taught], add] = field(default_factory=list)
