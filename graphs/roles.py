"""Who takes part in a lesson. Graph nodes know these protocols only; `agents` fills them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphs.steps import Tell
from lbt.foresight import Tally
from lbt.types import Answer, Classes, Exams, Grade, Posed, Problem


class Teacher(Protocol):
    """Explains a problem: rationale and answer."""

    async def explain(self, problem: Problem, index: int) -> Answer:
        """Explain `problem`, sample number `index`; `GREEDY` asks for temperature 0.

        Raises:
            EndpointError: the call failed for good. A badly formed reply is an `Answer`.
        """
        ...

    async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
        """Self-debug one answer, greedily, once. Raises as `explain`."""
        ...


class Student(Protocol):
    """Reads one explanation and sits an exam."""

    @property
    def name(self) -> str:
        """Unique in the classroom; used in records and tables."""
        ...

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        """Solve `exam` after reading `taught`, explanation `index` of `lesson`. Raises as `Teacher.explain`."""
        ...

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        """Self-debug one exam answer, greedily, once. Raises as `Teacher.explain`."""
        ...


class Poser(Protocol):
    """Writes exams."""

    async def pose(self, problem: Problem, tell: Tell) -> Posed:
        """Write the exam of a lesson on `problem`, with keys.

        Args:
            problem: What is taught.
            tell: Hears of every call as it starts and ends: which of how many at most, `k` of `m`, and its `usage`.

        Raises:
            EndpointError: a call failed for good. What was badly written is counted in `Posed.unwritten`.
        """
        ...


class Judge(Protocol):
    """Grades an answer."""

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        """Grade `answer`; one whose outcome is not OK is worth 0, without running anything.

        Raises:
            StepError: the judge broke; never because the judged answer is bad.
        """
        ...


Sort = Callable[[Sequence[str | None]], Awaitable[Classes]]
"""Puts the final answers to one problem into classes; None is no answer. Never raises because of an answer."""


def unheard(event: Mapping[str, Any]) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class Classroom:
    """Who takes part and how: the graph's run-scoped context, never stored."""

    teacher: Teacher
    students: Sequence[Student]
    judge: Judge
    exam_judge: Judge | None = None
    """Who marks exam answers, where it is a model; None: `judge` does."""
    poser: Poser | None = None
    """Who writes the exams; None: every lesson brings its own."""
    sort: Sort | None = None
    """Where answers can be compared, so that they can be voted on; None for programs."""
    as_published: bool = False
    """Votes go by the paper's text classes and its rule of ties."""
    rationales: int
    """Rationales sampled per problem, at least 1."""
    mend_teacher: bool = False
    """The teacher debugs each of its answers once."""
    mend_students: bool = False
    """Each student debugs each of its exam answers once."""
    repetitions: int = 1
    """Times a student answers the same exam problem."""
    exams: Exams = "all"
    """Whether all exams are asked, or raced: only while they can change the selection."""
    at_once: int = 1
    """Exams of a raced lesson that may be under way at once; more of them finish it sooner and save less."""
    tally: Tally = field(default_factory=Tally)
    """What the lessons held so far tell of the exams: what a race asks first."""
    tell: Callable[[Mapping[str, Any]], None] = unheard
    """Hears of every step of every role as it starts and ends; an event is plain JSON."""
