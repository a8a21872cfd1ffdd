"""Do students follow the explanation, or write what they would have written anyway?

Source: Ning et al. 2024 (arXiv 2406.14629), table A15, where people judged; here programs do, by syntax and outcome.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lbt.collected import AnswerOnly, Collection
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught
from reports.analyses.sheet import ANSWER_ONLY, Sheet, groups, rate
from reports.analyses.style import Style, similarity, style_of

IGNORED = 0.95
"""Similarity from which an exam answer is the student's own program of before."""
_EXCEPTION = re.compile(r"\bRE: (?:while importing: )?(\w+)")


@dataclass(frozen=True)
class Copy:
    """An exam answer beside what was taught."""

    taught: Answer
    taught_grade: Grade
    mark: Mark

    @property
    def follows(self) -> bool:
        """The same style as the program that was taught; and where both fail, in the same way."""
        answer, grade = self.mark.answer, self.mark.grade
        if answer is None or grade is None or answer.outcome is not Outcome.OK:
            return False
        style = style_of(answer.code)
        if style is Style.UNREADABLE or style is not style_of(self.taught.code):
            return False
        return grade.v == 1 or self.taught_grade.v == 1 or failure(grade) == failure(self.taught_grade)


def failure(grade: Grade) -> str:
    """How an answer failed: its status, and for an exception its class."""
    found = _EXCEPTION.search(grade.reason)
    return f"{grade.status} {found[1]}" if found else grade.status


def following(records: Sequence[LessonRecord], there: Collection, taught_with: str) -> Sheet:
    """How many exam answers follow what was taught, and how many are what the student writes without a lesson."""
    told = {taught_with: list(_taught(records)), ANSWER_ONLY: list(_answer_only(records, there))}
    rows = [
        (label, name, *_rates([copy for copy in copies if copy.mark.student in group], there))
        for label, copies in told.items()
        for name, group in groups(records[0].students).items()
    ]
    return Sheet(
        name="following",
        title="Style-follow and ignore rates of exam answers",
        header=("Taught with", "student", "answers", "follow", "compared", "ignore"),
        rows=rows,
        notes=(
            "answers: those of asked exams; compared: those for which the student's zero-shot answer was collected",
            "follow: share of the answers with the style of the program taught and, where both fail, its failure",
            f"ignore: share of the compared with at least {IGNORED:.0%} of the syntax of the zero-shot answer",
            "judged before self-debug; undefined where nothing was collected: "
            "python -m agents.collect RUN --for answer-only,zero-shot",
            "in the paper people judged these; compare directions, not levels",
        ),
    )


def _rates(copies: Sequence[Copy], there: Collection) -> tuple[str, str, str, str]:
    """Answers and which share follows; those with an answer without a lesson beside them and which share ignores."""
    zero = [(copy, there.zero_shot(copy.mark.student, copy.mark.problem)) for copy in copies]
    told = [(copy, mark) for copy, mark in zero if mark is not None]
    ignoring = sum(_ignores(copy, mark) for copy, mark in told)
    followed = sum(copy.follows for copy in copies)
    return str(len(copies)), rate(followed, len(copies)), str(len(told)), rate(ignoring, len(told))


def _taught(records: Sequence[LessonRecord]) -> Iterator[Copy]:
    for record in records:
        for taught in record.rationales:
            yield from _copies(taught, taught.exam)


def _answer_only(records: Sequence[LessonRecord], there: Collection) -> Iterator[Copy]:
    for record in records:
        if (line := there.of(AnswerOnly, record)) is not None:
            for taught, exam in zip(record.rationales, line.exams, strict=True):
                yield from _copies(taught, exam)


def _copies(taught: Taught, exam: Sequence[Mark]) -> Iterator[Copy]:
    """Exam answers that were asked for; of an explanation without a program nobody read anything."""
    answer, grade = taught.final_answer, taught.final
    if answer and grade:
        yield from (Copy(answer, grade, mark) for mark in exam if mark.answer)


def _ignores(copy: Copy, zero: Mark) -> bool:
    alone, answer = zero.answer, copy.mark.answer
    if not (alone and alone.code and answer and answer.code):
        return False
    return similarity(answer.code, alone.code) >= IGNORED
