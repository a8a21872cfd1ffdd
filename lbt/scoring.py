"""The arithmetic of a lesson: LbT score, the paper's metrics, one row of the table per problem.

Source of every formula: Ning et al. 2024 (arXiv 2406.14629), section 3 and appendix A.3.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from lbt.exam_score import exact_lbt, exam_grades, exam_weights, mean_of_means
from lbt.selection import best
from lbt.types import (
    NO_VERDICT,
    Answer,
    Exams,
    Grade,
    LessonRecord,
    Mark,
    Outcome,
    Share,
    Taught,
    Usage,
    Value,
)
from lbt.voters import By, classes_of, elected


def mean(values: Iterable[float]) -> float | None:
    """Mean of finite values, rounded once: that of equal values is the value. None for no value (a dash in tables)."""
    numbers = list(values)
    return statistics.mean(numbers) if numbers else None


def lbt_score(exam: Sequence[Sequence[float]]) -> float:
    """Score a rationale by how well the students it taught do on the exam.

    Args:
        exam: Marks in [0, 1], shape (students, exam answers); rows may differ in length.

    Returns:
        Mean over students of their mean mark, in [0, 1]; every student weighs the same.

    Raises:
        ValueError: `exam` or one of its rows is empty.
    """
    return float(mean_of_means(exam))


def lbt_of(taught: Taught, students: Sequence[str]) -> float | None:
    """LbT score of one rationale, from the V-scores of its exam; None when a mark is missing or was not asked."""
    score = exact_lbt(taught, students)
    return None if score is None else float(score)


def lbt_bounds(taught: Taught, students: Sequence[str]) -> tuple[float, float] | None:
    """What the LbT score is at least and at most: with every unknown mark 0, and 1; None where nobody was to sit."""
    rows = [[mark.final for mark in taught.exam if mark.student == name] for name in students]
    if not rows or not all(rows):
        return None
    low, high = ([[unknown if one is None else one.v for one in row] for row in rows] for unknown in (0, 1))
    return lbt_score(low), lbt_score(high)


ExamMark = Share | Literal["unasked"] | None
"""V-score of an exam answer; None: missing; `unasked`: the exams were raced, and it could not matter any more."""


class RationaleRow(Value):
    """What the table's machine-readable form says of one rationale. None: missing."""

    v: Share | None
    """V-score of the answer, after self-debug where it is on."""
    s: Share | None
    s_prefix: Share | None
    v_before: Share | None = None
    """V-score before self-debug; None where it is off."""
    s_before: Share | None = None
    exam: dict[str, tuple[ExamMark, ...]]
    """Per student, the V-score of each exam answer, in exam order."""
    exam_before: dict[str, tuple[ExamMark, ...]] | None = None
    """The same before the students' self-debug; None where it is off."""
    lbt: Share | None
    """Mean over students of their mean exam V-score; None too where not all of a raced exam was asked."""
    lbt_bounds: tuple[Share, Share] | None = None
    """What `lbt` is at least and at most, where the exams were raced."""
    exam_s: Share | None
    """The same with S-scores: a finer signal than V, not used for the selection."""


def rationale_row(taught: Taught, students: Sequence[str], exams: Exams = "all") -> RationaleRow:
    """Reduce one rationale to its numbers."""
    grade, before = taught.final, taught.grade if taught.mended else None
    grades = exam_grades(taught, students)
    mended = any(mark.mended for mark in taught.exam)
    sat = {name: [mark for mark in taught.exam if mark.student == name] for name in students}
    return RationaleRow(
        v=grade.v if grade else None,
        s=grade.s if grade else None,
        s_prefix=grade.s_prefix if grade else None,
        v_before=before.v if before else None,
        s_before=before.s if before else None,
        exam={name: tuple(v_of(mark, mark.final) for mark in own) for name, own in sat.items()},
        exam_before={name: tuple(v_of(mark, mark.grade) for mark in own) for name, own in sat.items()}
        if mended
        else None,
        lbt=lbt_of(taught, students),
        lbt_bounds=None if exams == "all" else lbt_bounds(taught, students),
        exam_s=None if grades is None else lbt_score([[grade.s for grade in row] for row in grades]),
    )


def v_of(mark: Mark, grade: Grade | None) -> ExamMark:
    """V-score of one of the grades of a mark."""
    if not mark.asked:
        return "unasked"
    return grade.v if grade else None


Level = Annotated[int, Field(ge=1, le=5)]
"""Difficulty of a mathematics problem, 5 the hardest."""


class ProblemRow(Value):
    """One problem's line of the table. None is a dash: undefined, or the lesson is incomplete."""

    id: str
    n: int
    """Rationales asked for."""
    complete: bool
    """No mark is missing; where the exams were raced, none that could change the winners."""
    exams: Exams = "all"
    """By what rule the exams were asked."""
    exams_asked: Share | None = None
    """Where they were raced: the share that was asked, of those that would have been without a race."""
    subject: str = ""
    """Of a mathematics problem, where its source tells it; as is `level`."""
    level: Level | None = None
    answers: int | None = None
    """Classes of answers that were voted on; None where answers cannot be compared, as programs, nor voted on."""
    avg: Share | None
    """Mean S-score of all answers; in mathematics an S-score is 1 for a right answer, else 0."""
    m1_max: Share | None
    """Mean S-score of the answers whose rationales share the highest LbT score; of votes, as `m1_sum`."""
    avg_v1: Share | None
    """`avg` over the answers with V = 1."""
    m1_max_v1: Share | None
    """`m1_max` among the answers with V = 1."""
    greedy: Share | None
    """S-score of one answer at temperature 0."""
    sc: Share | None = None
    """Self-consistency: S-score of the answer that most rationales give. As in every vote, mean over those that tie."""
    m1_sum: Share | None = None
    """S-score of the answer with the greatest sum of LbT scores."""
    m1_avg: Share | None = None
    """S-score of the answer with the greatest mean LbT score."""
    oracle: Share | None = None
    """1 where any rationale's answer is right, else 0."""
    selected: tuple[int, ...]
    """Indices of the winning tie; of votes, of the rationales with the winning answer."""
    decided: bool | None
    """Whether the exam told the rationales apart: False when all LbT scores tie; of votes, when several answers do, or
    there is none."""
    levels: int | None
    """Number of distinct LbT scores; None where the exams were raced."""
    exam_pass_rate: Share | None
    """Share of exam answers with V = 1; None where the exams were raced, as what was asked is no fair sample."""
    missing: int
    """Marks that are missing because an endpoint or the sandbox broke."""
    forgeable: bool = False
    """Some grade of the lesson rests on assertions that ran beside the program."""
    rationales: tuple[RationaleRow, ...]


def problem_row(record: LessonRecord, *, faithful: bool = False) -> ProblemRow:
    """Reduce a finished lesson to its line of the table; an incomplete one to dashes.

    Args:
        record: The lesson.
        faithful: Vote as the paper's published code does: by text classes, the last of a tie alone.
    """
    rows = tuple(rationale_row(taught, record.students, record.exams) for taught in record.rationales)
    whole, raced, levels = record.complete, record.exams != "all", len({row.lbt for row in rows})
    chosen = _elected(record, faithful=faithful) if record.classes else _best(record, rows)
    greedy = record.greedy.final if record.greedy else None

    def metric(name: str) -> float | None:
        return mean(s for i in chosen.get(name, ()) if (s := rows[i].s) is not None) if whole else None

    answers = len({*classes_of(record, faithful=faithful)} - {None}) if record.classes else None
    if answers is not None:
        decided = answers > 0 and len(chosen["m1_sum"]) == 1
    else:
        decided = len(chosen["m1_max"]) < len(rows) if raced else levels > 1
    return ProblemRow(
        id=record.problem,
        n=len(rows),
        complete=whole,
        exams=record.exams,
        exams_asked=asked_share([asked_of(record)]) if raced else None,
        subject=record.subject,
        level=record.level,
        answers=answers,
        avg=metric("avg"),
        m1_max=metric("m1_max"),
        avg_v1=metric("avg_v1"),
        m1_max_v1=metric("m1_max_v1"),
        greedy=greedy.s if greedy and whole else None,
        sc=metric("sc"),
        m1_sum=metric("m1_sum"),
        m1_avg=metric("m1_avg"),
        oracle=metric("oracle"),
        selected=record.selected,
        decided=decided if whole else None,
        levels=levels if whole and not raced else None,
        exam_pass_rate=mean(grade.v for mark in exam_marks(record) if (grade := mark.final))
        if whole and not raced
        else None,
        missing=missing(record),
        forgeable=any(grade.forgeable for grade in all_grades(record)),
        rationales=rows,
    )


def _best(record: LessonRecord, rows: Sequence[RationaleRow]) -> dict[str, tuple[int, ...]]:
    """For each metric of a lesson without classes, the answers of which it is the mean."""
    scores, everyone = [row.lbt for row in rows], tuple(range(len(rows)))
    v1 = tuple(i for i in everyone if rows[i].v == 1)
    raced = record.exams != "all"
    return {
        "avg": everyone,
        "m1_max": record.selected if raced else best(scores, everyone),
        "avg_v1": v1,
        "m1_max_v1": record.selected_v1 if raced else best(scores, v1),
    }


def _elected(record: LessonRecord, *, faithful: bool) -> dict[str, tuple[int, ...]]:
    """The same of a lesson with classes."""
    everyone = tuple(range(len(record.rationales)))
    classes = classes_of(record, faithful=faithful)
    weights = exam_weights(record, record.students)
    chosen = {name: elected(classes, weights, by, faithful=faithful) for name, by in VOTES.items()}
    return chosen | {"avg": everyone, "oracle": best([s_of(taught) for taught in record.rationales], everyone)}


VOTES: dict[str, By] = {"sc": "count", "m1_max": "max", "m1_sum": "sum", "m1_avg": "avg"}
"""Metrics that are votes, and what counts in them."""


def s_of(taught: Taught) -> float | None:
    """S-score of an answer; None when it is missing."""
    return grade.s if (grade := taught.final) else None


def all_taught(record: LessonRecord) -> Iterator[Taught]:
    """The rationales of a lesson, and the greedy answer."""
    yield from record.rationales
    if record.greedy:
        yield record.greedy


def exam_marks(record: LessonRecord) -> Iterator[Mark]:
    """All exam marks of a lesson."""
    return (mark for taught in record.rationales for mark in taught.exam)


def all_grades(record: LessonRecord) -> Iterator[Grade]:
    """The grades that count, of answers and of exams."""
    finals = [*(taught.final for taught in all_taught(record)), *(mark.final for mark in exam_marks(record))]
    return (grade for grade in finals if grade)


def missing(record: LessonRecord) -> int:
    """Count the missing marks of a lesson; an answer of the teacher without grade counts as one, a lost exam too."""
    absent = sum(taught.final is None for taught in all_taught(record)) + bool(record.unposed)
    return absent + sum(mark.asked and mark.final is None for mark in exam_marks(record))


class Asked(NamedTuple):
    """Exams that students were asked, and those that they would have been asked without a race."""

    asked: int
    whole: int


def asked_of(record: LessonRecord) -> Asked:
    """Count the exams of a lesson that were asked."""
    asked = sum(mark.answer is not None or mark.error != "" for mark in exam_marks(record))
    return Asked(asked, asked + sum(not mark.asked for mark in exam_marks(record)))


def asked_share(counts: Iterable[Asked]) -> float | None:
    """Share of the exams that were asked, over lessons; None where nobody was to be asked."""
    asked, whole = map(sum, zip(*counts, (0, 0), strict=True))
    return asked / whole if whole else None


class FormRow(Value):
    """How often a role's replies had the asked form."""

    replies: int = 0
    failures: dict[str, int] = {}
    """Replies per outcome other than `ok`."""

    @property
    def rates(self) -> dict[str, float]:
        """Share of replies per failure, in [0, 1]."""
        return {name: count / self.replies for name, count in self.failures.items()}

    def __add__(self, other: "FormRow") -> "FormRow":
        failures = Counter(self.failures) + Counter(other.failures)
        return FormRow(replies=self.replies + other.replies, failures=dict(sorted(failures.items())))


def form(answers: Iterable[Answer | None]) -> FormRow:
    """Count the outcomes of one role's replies."""
    outcomes = Counter(answer.unused or answer.outcome for answer in answers if answer)
    failures = {name.value: count for name, count in sorted(outcomes.items()) if name is not Outcome.OK}
    return FormRow(replies=outcomes.total(), failures=failures)


@dataclass(frozen=True, slots=True)
class Reduced:
    """What the table needs of a finished lesson: a thousandth of its record."""

    row: ProblemRow
    usage: Usage
    asked: Asked
    form: Mapping[str, FormRow]
    """Per role, as in `Summary`."""

    @property
    def complete(self) -> bool:
        """As in the record."""
        return self.row.complete


def reduced(record: LessonRecord, *, faithful: bool = False) -> Reduced:
    """Reduce a finished lesson to what the table needs; arguments as for `problem_row`."""
    return Reduced(problem_row(record, faithful=faithful), record.usage, asked_of(record), forms(record))


class Summary(Value):
    """`summary.json`: the table, machine-readable."""

    dataset: str
    method: str = "m1"
    seed: int
    calls: int
    """Replies the table rests on, whenever they were made."""
    replayed: int
    """Of `calls`, those that a store knew when their lesson was last held: this run's own, where a lesson was begun
    again, or that of another run (`--reuse`)."""
    usage: Usage
    exams: Exams = "all"
    """By what rule the exams were asked."""
    exams_asked: Share | None = None
    """Where they were raced: the share that was asked, of those that would have been without a race."""
    faithful: bool = False
    """Taught, asked and counted as the paper's published code does: `s` is `s_prefix`, and votes go by text classes."""
    complete: int
    """Problems without a missing mark that matters; only these enter the means."""
    asked: int
    """Problems the run was asked for."""
    means: dict[str, Share | None]
    """Mean over complete problems of each metric, over those where it is defined."""
    form: dict[str, FormRow]
    """Per role, `teacher` and each student, and `grader`, where a model marks exams."""
    problems: tuple[ProblemRow, ...]


GRADER = "grader"
"""Role of the model that marks exams, where one does."""
METRICS = ("avg", "m1_max", "avg_v1", "m1_max_v1", "greedy")
"""The columns of the table that have a mean."""
VOTED = ("avg", "greedy", "sc", "m1_max", "m1_sum", "m1_avg", "oracle")
"""The same where answers are voted on."""


def voted(rows: Iterable[ProblemRow]) -> bool:
    """Whether the answers of these problems are voted on: those of mathematics are."""
    return any(row.answers is not None for row in rows)


def metrics_of(rows: Iterable[ProblemRow]) -> tuple[str, ...]:
    """The columns of a table of these lines that have a mean."""
    return VOTED if voted(rows) else METRICS


def summarise(
    records: Sequence[LessonRecord], *, dataset: str, seed: int, asked: int, faithful: bool = False
) -> Summary:
    """Reduce the lessons of a run to its table."""
    lessons = [reduced(record, faithful=faithful) for record in records]
    return summary_of(lessons, dataset=dataset, seed=seed, asked=asked, faithful=faithful)


def summary_of(lessons: Sequence[Reduced], *, dataset: str, seed: int, asked: int, faithful: bool = False) -> Summary:
    """Put the reduced lessons of a run together."""
    rows = tuple(lesson.row for lesson in lessons)
    usage = sum((lesson.usage for lesson in lessons), Usage())
    exams: Exams = rows[0].exams if rows else "all"
    return Summary(
        dataset=dataset,
        seed=seed,
        calls=usage.calls,
        replayed=usage.replayed,
        usage=usage,
        exams=exams,
        exams_asked=asked_share(lesson.asked for lesson in lessons) if exams != "all" else None,
        faithful=faithful,
        complete=sum(row.complete for row in rows),
        asked=asked,
        means={name: mean(x for row in rows if (x := getattr(row, name)) is not None) for name in metrics_of(rows)},
        form=forms_together(lesson.form for lesson in lessons),
        problems=rows,
    )


def forms_together(lessons: Iterable[Mapping[str, FormRow]]) -> dict[str, FormRow]:
    """Format failures per role of a whole run."""
    together = {"teacher": FormRow()}
    for lesson in lessons:
        together |= {role: together.get(role, FormRow()) + row for role, row in lesson.items()}
    return together


def forms(record: LessonRecord) -> dict[str, FormRow]:
    """Format failures of a lesson per role, first and mended replies together."""
    marks = list(exam_marks(record))
    students = dict.fromkeys(mark.student for mark in marks)
    sat = {name: [mark for mark in marks if mark.student == name] for name in students}
    return {"teacher": form(x for one in all_taught(record) for x in (one.answer, one.mended))} | {
        name: form(x for mark in own for x in (mark.answer, mark.mended)) for name, own in sat.items()
    } | graders(marks)


def graders(marks: Iterable[Mark]) -> dict[str, FormRow]:
    """How often who marks exams gave a verdict, where a model does; nobody otherwise."""
    asked = [grade for mark in marks for grade in (mark.grade, mark.mended_grade) if grade and grade.usage]
    silent = sum(grade.status == NO_VERDICT for grade in asked)
    return {GRADER: FormRow(replies=len(asked), failures={NO_VERDICT: silent} if silent else {})} if asked else {}
