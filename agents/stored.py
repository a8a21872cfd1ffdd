"""A run on disk, as the commands that choose anew from its answers read it: lesson by lesson, keeping what they need.

A lesson of the paper's size in mathematics is a megabyte and a run of them does not fit the memory, but what selectors
are told of its answers does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import JsonValue

from agents.endpoints.budget import Price
from agents.outlay import alone, alone_outlays, outlays, posed
from lbt.collected import Collection, Matched
from lbt.comparison import (
    FIXED,
    GREEDY,
    MATCHED,
    MATCHED_GREEDY,
    MATCHED_SC,
    ORACLE,
    ZERO_SHOT,
    Candidate,
    Outlay,
    candidates_of,
    row_names,
)
from lbt.errors import ConfigError
from lbt.primary import Primary, primary_of
from lbt.records import lessons_of, read_manifest
from lbt.scoring import mean, s_of
from lbt.selectors import Domain, Selector, domain_of, reference_of, selectors_of
from lbt.types import Exams, LessonRecord, Taught
from lbt.voters import elected

WHOLE = "--exams all"
"""What a run has to be held with for selectors that need every exam's score."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredLesson:
    """What is left of a lesson. Of an incomplete one, nothing but its name."""

    problem: str
    complete: bool
    exams: Exams
    students: tuple[str, ...] = ()
    domain: Domain = "code"
    candidates: Sequence[Candidate] = ()
    """Its answers."""
    fixed: Mapping[str, float | None]
    """S-score of each row that chooses nothing among the answers; None where it is not known, or undefined."""
    outlays: Mapping[str, Outlay]
    """What each row costs."""
    alone: Mapping[tuple[str, str], Outlay]
    """Student and exam problem -> what it cost to ask without the lesson."""
    uncollected: frozenset[str] = frozenset()
    """Rows of `fixed` for which something can still be collected."""
    posing: Outlay
    """Of the outlay of each row that looks at exams, what does not grow with the number of rationales."""


@dataclass(frozen=True)
class StoredRun:
    """A run with at least one finished lesson, and what was collected beside it."""

    place: Path
    config: Mapping[str, JsonValue]
    lessons: Sequence[StoredLesson]
    """Incomplete ones too."""

    @classmethod
    def read(cls, place: Path, prices: Mapping[str, Price]) -> "StoredRun":
        """Read the run in a directory.

        Args:
            place: The directory.
            prices: As for `agents.outlay.outlays`.

        Raises:
            ConfigError: no lesson is finished.
            DataError: a line of the record is malformed.
        """
        config, there = read_manifest(place).config, Collection(place)
        faithful = config.get("faithful") is True
        lessons = {one.problem: stored(one, there, prices, faithful=faithful) for one in lessons_of(place)}
        if not any(lesson.complete for lesson in lessons.values()):
            raise ConfigError(f"{place} has no finished lesson to choose from")
        return cls(place, config, tuple(lessons.values()))

    @cached_property
    def complete(self) -> tuple[StoredLesson, ...]:
        """The lessons that lack no mark."""
        return tuple(lesson for lesson in self.lessons if lesson.complete)

    @property
    def students(self) -> tuple[str, ...]:
        """Names of those who sat the exams."""
        return self.complete[0].students

    @property
    def domain(self) -> Domain:
        """Whether its answers can be voted on."""
        return "math" if any(lesson.domain == "math" for lesson in self.complete) else "code"

    @property
    def reference(self) -> str:
        """Name of the selector with which the others are compared."""
        return reference_of(self.domain)

    @property
    def seed(self) -> int:
        """Of all that is drawn."""
        return int(str(self.config.get("seed", 0)))

    @property
    def faithful(self) -> bool:
        """Whether it votes as the paper's published code does."""
        return self.config.get("faithful") is True

    @property
    def raced(self) -> bool:
        """Not all exams were asked."""
        return any(lesson.exams != "all" for lesson in self.complete)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every row that there can be."""
        return row_names(self.domain, self.students, faithful=self.faithful)

    @cached_property
    def primary(self) -> Primary | None:
        """The comparison that was named before the run. Raises ConfigError where it names no selector."""
        return primary_of(str(self.config.get("primary") or ""), self.names)

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """Every way to choose among its answers."""
        return selectors_of(self.domain, self.students, faithful=self.faithful)

    @cached_property
    def candidates(self) -> Sequence[Sequence[Candidate]]:
        """The answers of each complete lesson."""
        return [lesson.candidates for lesson in self.complete]

    @cached_property
    def outlays(self) -> Mapping[str, Outlay]:
        """What each row costs on all complete lessons together; an exam problem that lessons share, once."""
        alone = {place: spent for lesson in self.complete for place, spent in lesson.alone.items()}
        return {
            name: sum((lesson.outlays[name] for lesson in self.complete), Outlay()) for name in self.complete[0].outlays
        } | {ZERO_SHOT: sum(alone.values(), Outlay())}

    def lacking(self, selector: Selector) -> str:
        """What a selector lacks on some lesson: exams that were not raced, or what can be collected."""
        if selector.whole_exams and self.raced:
            return WHOLE
        lacks = any(selector.lacks(one.evidence for one in row) for row in self.candidates)
        return selector.needs if lacks else ""


def stored(record: LessonRecord, there: Collection, prices: Mapping[str, Price], *, faithful: bool) -> StoredLesson:
    """Keep what is needed of a lesson."""
    if not record.complete:
        nothing = Outlay()
        return StoredLesson(
            problem=record.problem, complete=False, exams=record.exams, fixed={}, outlays={}, alone={}, posing=nothing
        )
    domain = domain_of([record])
    return StoredLesson(
        problem=record.problem,
        complete=True,
        exams=record.exams,
        students=record.students,
        domain=domain,
        candidates=candidates_of(record, there.evidence(record)),
        fixed={name: worth_of(name, record, there, faithful=faithful) for name in FIXED[domain] if name != ORACLE},
        outlays=outlays([record], there, prices),
        alone=alone_outlays(record, there, prices),
        uncollected=frozenset(uncollected(record, there)),
        posing=posed(record, prices),
    )


def uncollected(record: LessonRecord, there: Collection) -> Iterator[str]:
    """The rows that lack what can be collected; nothing can be for a lesson whose exam could not be written."""
    if not any(taught.exam for taught in record.rationales):
        return
    if None in alone(record, there):
        yield ZERO_SHOT
    if there.of(Matched, record) is None:
        yield from (MATCHED, MATCHED_SC, MATCHED_GREEDY)


def worth_of(name: str, record: LessonRecord, there: Collection, *, faithful: bool) -> float | None:
    """S-score of a row that chooses nothing among the answers of a lesson; None where it is not known."""
    if name == GREEDY:
        return s_of(record.greedy) if record.greedy else None
    if name == ZERO_SHOT:
        return zero_shot(record, there)
    line = there.of(Matched, record)
    return matched(name, line, faithful=faithful) if line else None


def matched(name: str, line: Matched, *, faithful: bool) -> float | None:
    """S-score of a teacher with solved problems: of any answer, of the most frequent one, or of the greedy one."""
    if name == MATCHED_GREEDY:
        return s_of(line.greedy) if line.greedy else None
    answers: Sequence[Taught] = line.taught
    if name == MATCHED_SC:
        classes = line.texts if faithful else line.classes
        places = elected(classes, [None] * len(classes), "count", faithful=faithful)
        answers = [line.taught[place] for place in places]
    return mean(s for one in answers if (s := s_of(one)) is not None)


def zero_shot(record: LessonRecord, there: Collection) -> float | None:
    """Mean S-score of the students in the exam of a lesson without the lesson; None where it was not collected."""
    grades = [mark and mark.final for mark in alone(record, there)]
    return None if None in grades else mean(grade.s for grade in grades if grade)
