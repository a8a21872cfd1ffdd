"""What is collected beside a run, for selectors and analyses that the run itself did not need: `collected.jsonl`.

Append-only, one line per problem and kind, on disk as soon as it is whole; the last line of its place counts. A line
names the answers it is about, so that what was collected on answers that were since made anew is not used.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, JsonValue, TypeAdapter

from lbt.evidence import Evidence, evidence_of
from lbt.exam_score import exact_lbt
from lbt.records import append_line, read_lines, truncate_torn_line
from lbt.types import Case, LessonRecord, Mark, Outcome, Posed, Share, Taught, Usage, Value

COLLECTED = "collected.jsonl"

Kind = Literal["self-eval", "codet", "mbr", "zero-shot", "answer-only", "matched", "teacher-marks", "synthesized"]
KINDS: dict[Kind, str] = {
    "self-eval": "the teacher's opinion of each of its answers",
    "codet": "tests that the teacher writes, and which answers pass them",
    "mbr": "what each answer returns on inputs mutated from the visible tests; no call",
    "zero-shot": "what each student writes without a lesson",
    "answer-only": "every exam again, with the program or final answer alone",
    "matched": "answers of a teacher who is shown the exam problems and their solutions",
    "teacher-marks": "marks that the teacher gives every exam answer, without its key; mathematics",
    "synthesized": "an exam that the teacher writes, sat after every answer; mathematics",
}


class OnAnswers(Value):
    """Something about all answers of a lesson, in their order."""

    problem: str
    answers: tuple[str, ...]
    """Keys of the calls that the answers were taken from."""


class Opinion(Value):
    """What the teacher thinks of one answer."""

    call: str
    """Key of its reply; empty where there is no answer to score, so that nothing was asked."""
    score: Share | None
    """None: the reply has no score, or there is no answer to score."""
    usage: Usage


class SelfEvaluation(OnAnswers):
    """The teacher's opinions."""

    kind: Literal["self-eval"] = "self-eval"
    opinions: tuple[Opinion, ...]


class WrittenTests(OnAnswers):
    """Tests that the teacher wrote for a problem, seeing its statement only."""

    kind: Literal["codet"] = "codet"
    call: str
    outcome: Outcome
    tests: tuple[Case, ...]
    agrees: tuple[tuple[bool, ...], ...]
    """For each answer, whether it passes each test."""
    usage: Usage


class Outputs(OnAnswers):
    """What the answers return on shared inputs."""

    kind: Literal["mbr"] = "mbr"
    inputs: tuple[tuple[JsonValue, ...], ...]
    outputs: tuple[tuple[str | None, ...], ...]
    """For each answer, a digest of what it returns on each input; None where it returns nothing."""


class AnswerOnly(OnAnswers):
    """The exams of a lesson, taught with the program or final answer alone."""

    kind: Literal["answer-only"] = "answer-only"
    exams: tuple[tuple[Mark, ...], ...]


class ZeroShot(Value):
    """A student's answer to an exam problem, without any lesson."""

    kind: Literal["zero-shot"] = "zero-shot"
    problem: str
    mark: Mark


class Matched(Value):
    """Answers of a teacher who was shown the lesson's exam problems with their solutions."""

    kind: Literal["matched"] = "matched"
    problem: str
    taught: tuple[Taught, ...]
    greedy: Taught | None = None
    """The answer at temperature 0, in mathematics."""
    classes: tuple[int | None, ...] = ()
    """The class of each final answer, in mathematics, as in `LessonRecord`."""
    texts: tuple[int | None, ...] = ()
    """The same by the paper's text classes."""


class OtherExams(OnAnswers):
    """Exam marks of a lesson that needed no known answers."""

    exams: tuple[tuple[Mark, ...], ...]
    """For each answer the marks of those whom it taught; empty for all where there is no exam."""

    def scores(self, students: Sequence[str]) -> list[Fraction | None]:
        """LbT score of each answer by these marks; None where there are none."""
        return [exact_lbt(Taught(index=place, exam=marks), students) for place, marks in enumerate(self.exams)]


class TeacherMarks(OtherExams):
    """The exams of a lesson, marked by the teacher instead of by their keys; the answers are those of the lesson."""

    kind: Literal["teacher-marks"] = "teacher-marks"


class SynthesizedExam(OtherExams):
    """An exam that the teacher wrote for a lesson, and its marks."""

    kind: Literal["synthesized"] = "synthesized"
    posed: Posed


Collected = SelfEvaluation | WrittenTests | Outputs | AnswerOnly | ZeroShot | Matched | TeacherMarks | SynthesizedExam
C = TypeVar("C", bound=Value)
_LINE: TypeAdapter[Collected] = TypeAdapter(Annotated[Collected, Field(discriminator="kind")])


class Collection:
    """All that was collected beside one run."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / COLLECTED
        self._whole = False
        """Whether a torn last line was looked for: only who writes may cut it."""
        self._found = {_place(one): one for one in read_lines(self._file, _LINE.validate_json)}

    def append(self, one: Collected) -> None:
        """Put one line on disk."""
        if not self._whole:
            truncate_torn_line(self._file)
            self._whole = True
        append_line(self._file, one.model_dump_json())
        self._found[_place(one)] = one

    def of(self, kind: type[C], record: LessonRecord) -> C | None:
        """What was collected on a lesson as it stands; None where nothing was, or on other answers."""
        found = self._found.get((kind.model_fields["kind"].default, record.problem, ""))
        stale = isinstance(found, OnAnswers) and found.answers != answers_of(record)
        return found if isinstance(found, kind) and not stale else None

    def zero_shot(self, student: str, problem: str) -> Mark | None:
        """A student's answer to `problem` without a lesson."""
        found = self._found.get(("zero-shot", problem, student))
        return found.mark if isinstance(found, ZeroShot) else None

    def evidence(self, record: LessonRecord) -> tuple[Evidence, ...]:
        """All that selectors may be told of the answers of a complete lesson."""
        told, written, ran = self.of(SelfEvaluation, record), self.of(WrittenTests, record), self.of(Outputs, record)
        return tuple(
            one.model_copy(
                update={
                    "self_evaluation": told.opinions[place].score or 0.0 if told else None,
                    "agrees": written.agrees[place] if written else None,
                    "answers": ran.outputs[place] if ran else None,
                }
            )
            for place, one in enumerate(evidence_of(record))
        )


def answers_of(record: LessonRecord) -> tuple[str, ...]:
    """Keys of the calls behind the answers of a lesson."""
    return tuple(answer.call if (answer := taught.final_answer) else "" for taught in record.rationales)


def _place(one: Collected) -> tuple[str, str, str]:
    return one.kind, one.problem, one.mark.student if isinstance(one, ZeroShot) else ""
