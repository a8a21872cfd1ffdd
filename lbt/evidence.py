"""What may be known of an answer before it is handed in. Nothing here comes from a hidden test of its own problem.

The exam's hidden tests are another matter: they belong to problems whose answers the examiner knows.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from lbt.exam_score import exam_grades
from lbt.scoring import lbt_score
from lbt.types import Grade, LessonRecord, Share, Taught, Value
from lbt.voters import Ballot, ballots_of

Signal = Literal["v", "s", "share"]
"""What of an exam answer counts: V-score, S-score, or the fraction of visible tests passed."""

SIGNALS: dict[Signal, Callable[[Grade], float]] = {
    "v": lambda grade: grade.v,
    "s": lambda grade: grade.s,
    "share": lambda grade: grade.v_share,
}


class Evidence(Value):
    """All that a selector is told of one answer."""

    v: Share
    """Its own V-score; 0 in mathematics, where nothing can be checked before an answer is handed in."""
    ballot: Ballot | None = None
    """How it votes, where answers can be compared."""
    exam: dict[Signal, Share] = {}
    """LbT score by each signal, over all students; empty when nobody sat the exam."""
    exam_of: dict[str, Share] = {}
    """LbT score by the V-scores of each student alone."""
    answers: tuple[str | None, ...] | None = None
    """Digest of its answer to each of the shared inputs; None where it has none. None as a whole: not collected."""
    agrees: tuple[bool, ...] | None = None
    """Whether it passes each of the tests that the teacher wrote; None: not collected."""
    self_evaluation: Share | None = None
    """What the teacher itself thinks of it; None: not collected."""


def evidence_of(record: LessonRecord) -> tuple[Evidence, ...]:
    """Reduce the answers of a complete lesson to what the lesson itself says of them.

    Raced exams tell who won and no score: there `exam` holds an order, winners of all before those among V = 1. In
    mathematics an answer's V-score is whether it is right, so no more is told of it than its ballot.
    """
    if record.classes:
        return tuple(Evidence(v=0, ballot=ballot) for ballot in ballots_of(record))
    if record.exams != "all":
        return tuple(_raced(taught, record) for taught in record.rationales)
    return tuple(_evidence(taught, record.students) for taught in record.rationales)


def _raced(taught: Taught, record: LessonRecord) -> Evidence:
    grade = taught.final
    assert grade is not None, "a complete lesson lacks no grade"
    place = 1.0 if taught.index in record.selected else 0.5 if taught.index in record.selected_v1 else 0.0
    return Evidence(v=grade.v, exam={"v": place})


def _evidence(taught: Taught, students: Sequence[str]) -> Evidence:
    grade, grades = taught.final, exam_grades(taught, students)
    assert grade is not None, "a complete lesson lacks no grade"
    if grades is None:
        return Evidence(v=grade.v)
    return Evidence(
        v=grade.v,
        exam={signal: lbt_score([[of(one) for one in row] for row in grades]) for signal, of in SIGNALS.items()},
        exam_of={name: lbt_score([[one.v for one in row]]) for name, row in zip(students, grades, strict=True)},
    )
