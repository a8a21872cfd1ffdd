"""What a run teaches, and which problems examine each rationale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lbt.types import Problem

P_co = TypeVar("P_co", bound=Problem, covariant=True)


@dataclass(frozen=True, kw_only=True)
class ProblemSet(Generic[P_co]):
    """Problems to teach, and the exam of each."""

    name: str
    problems: tuple[P_co, ...]
    """What is taught, in this order."""
    exams: Mapping[str, tuple[P_co, ...]]
    """Exam problems of each of `problems`, by its id."""
    fingerprint: str
    """SHA-256, in hexadecimal: changes when any test, statement or exam does."""
    references: Mapping[str, str] = field(default_factory=dict)
    """A program that is right, for each problem of which one is known, by its id. Students never see it."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """How each exam was chosen, by the problem's id; empty where the set is shipped with its exams."""
    similarity: Mapping[str, float] = field(default_factory=dict)
    """Mean similarity of each exam to its problem, in [0, 1], by the problem's id, where that chose the exams."""
    notes: tuple[str, ...] = ()
    """What a user should know of how the set was read, a line each."""

    @property
    def everything(self) -> tuple[P_co, ...]:
        """Every problem once: those that are taught, then those that only examine."""
        examining = (exam for problem in self.problems for exam in self.exams[problem.id])
        return tuple({problem.id: problem for problem in (*self.problems, *examining)}.values())
