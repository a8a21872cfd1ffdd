"""What analyses of votes need of a lesson: a run of whole lessons does not fit the memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lbt.agreement import Scored, scored
from lbt.collected import Collection, OtherExams, SynthesizedExam, TeacherMarks
from lbt.comparison import Candidate, candidates_of
from lbt.exam_score import exam_weights
from lbt.scoring import ProblemRow, problem_row
from lbt.types import Exams, LessonRecord
from reports.analyses.ranking import examined_again
from reports.analyses.sheet import ANSWER_ONLY

OTHERS: Mapping[str, type[OtherExams]] = {"teacher-marks": TeacherMarks, "synthesized": SynthesizedExam}
"""Where exam scores without known answers come from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What is left of a complete lesson with votes."""

    problem: str
    exams: Exams
    students: tuple[str, ...]
    row: ProblemRow
    """Its line of the table, without those of the rationales."""
    similarity: float | None
    """Of its exam to it."""
    candidates: Sequence[Candidate]
    """Its answers."""
    others: Mapping[str, Scored]
    """Exam scores of another kind beside its own, by where they come from."""


def digest(record: LessonRecord, there: Collection, *, faithful: bool) -> Digest:
    """Keep what is needed of a complete lesson."""
    return Digest(
        problem=record.problem,
        exams=record.exams,
        students=record.students,
        row=problem_row(record, faithful=faithful).model_copy(update={"rationales": ()}),
        similarity=record.similarity,
        candidates=candidates_of(record, there.evidence(record)),
        others=others(record, there, faithful=faithful),
    )


def others(record: LessonRecord, there: Collection, *, faithful: bool) -> dict[str, Scored]:
    """Pair the exam scores of a lesson with all others that were collected."""
    found = {name: line.scores(record.students) for name, kind in OTHERS.items() if (line := there.of(kind, record))}
    if again := examined_again(record, there):
        found[ANSWER_ONLY] = exam_weights(again, again.students)
    return {name: scored(record, scores, faithful=faithful) for name, scores in found.items()}
