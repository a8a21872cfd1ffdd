"""Raced exams in the lesson graph: same winners as with whole exams, fewer calls, and what a failure leaves behind."""

import asyncio
from dataclasses import dataclass, field

import pytest

from graphs.lesson import hold_lesson
from graphs.roles import Classroom
from graphs.state import Lesson
from lbt.errors import BudgetError, EndpointError
from lbt.types import Answer, Exams, Grade, LessonRecord, Outcome, Problem, Usage
from tests.graphs.roles import Explainer, grade

PROBLEMS = [Problem(id=name, title=name, statement=name) for name in ("p", "q", "r", "s", "t")]
MARKS = ("1101", "0000", "0100", "1110", "0010", "0000")
"""What the student does on each exam after each explanation; 0 and 3 win."""


@dataclass
class Reader:
    """Passes the exams that a table says; the first to be asked is the last to answer."""

    name: str = "reader"
    marks: tuple[str, ...] = MARKS
    broken: frozenset[tuple[int, str]] = frozenset()
    poor_after: int = 1000
    reverse: bool = False
    asked: list[tuple[int, str]] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        self.asked.append((index, exam.id))
        if len(self.asked) > self.poor_after:
            raise BudgetError("no calls left")
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(20 - len(self.asked) % 4 if self.reverse else 1):
            await asyncio.sleep(0)
        self.under_way -= 1
        if (index, exam.id) in self.broken:
            raise EndpointError(self.name, "gone")
        code = self.marks[index]["qrst".index(exam.id)]
        return Answer(call=f"{exam.id}{index}", outcome=Outcome.OK, code=f"exam {code}", usage=Usage(calls=1))

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        turned = {"exam 0": "exam 1", "exam 1": "exam 0"}[answer.code]
        return answer.model_copy(update={"code": turned, "call": f"{answer.call} mended"})


async def judge(problem: Problem, answer: Answer) -> Grade:
    v = float(answer.code in ("exam 1", "2"))  # explanation 2 has V = 1
    return grade(v, v)


def hold(
    reader: Reader,
    exams: Exams = "adaptive",
    teacher: Explainer | None = None,
    at_once: int = 1,
    mend_students: bool = False,
) -> LessonRecord:
    teacher = teacher or Explainer()
    room = Classroom(
        teacher=teacher,
        students=[reader],
        judge=judge,
        rationales=len(MARKS),
        exams=exams,
        at_once=at_once,
        mend_students=mend_students,
    )
    record = asyncio.run(hold_lesson(Lesson(problem=PROBLEMS[0], exams=tuple(PROBLEMS[1:])), room))
    assert teacher.mended == []
    return record


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_raced_lesson_selects_what_the_whole_exams_select_and_asks_less(at_once: int) -> None:
    whole, reader = hold(Reader(), "all"), Reader()
    raced = hold(reader, at_once=at_once)
    assert raced.complete
    assert raced.selected == whole.selected == (0, 3)
    assert raced.selected_v1 == (2,)
    assert len(reader.asked) == raced.usage.calls - len(MARKS) - 1 < 24
    assert reader.most <= at_once


def test_what_was_not_asked_stands_in_its_place_and_is_neither_missing_nor_zero() -> None:
    reader = Reader()
    raced = hold(reader)
    for taught in raced.rationales:
        assert [mark.problem for mark in taught.exam] == ["q", "r", "s", "t"]
        for mark in taught.exam:
            assert mark.asked == ((taught.index, mark.problem) in reader.asked) == (mark.final is not None)


@pytest.mark.parametrize("exams", ["adaptive", "halving"])
def test_the_same_replies_make_the_same_race_however_fast_they_come(exams: Exams) -> None:
    slow, quick = Reader(reverse=True), Reader()
    assert hold(slow, exams, at_once=4) == hold(quick, exams, at_once=4)
    assert slow.asked == quick.asked


def test_after_the_students_self_debug_the_mended_grade_is_raced() -> None:
    turned = Reader(marks=tuple("".join("10"[int(mark)] for mark in row) for row in MARKS))
    raced = hold(turned, mend_students=True)
    assert raced.selected == (0, 3)
    sat = [mark for taught in raced.rationales for mark in taught.exam if mark.asked]
    assert all(mark.mended_grade is not None for mark in sat)


def test_a_reply_without_program_is_out_without_a_call() -> None:
    reader = Reader()
    raced = hold(reader, teacher=Explainer(formless=frozenset({0})))
    assert raced.selected == (3,)
    assert 0 not in {index for index, _ in reader.asked}
    assert [mark.final.status for mark in raced.rationales[0].exam if mark.final] == ["untaught"] * 4


def test_a_mark_that_broke_and_could_change_the_winners_leaves_the_lesson_incomplete() -> None:
    raced = hold(Reader(broken=frozenset({(0, "q")})))
    assert (raced.complete, raced.selected, raced.selected_v1) == (False, (), ())


def test_a_mark_that_broke_and_could_not_change_the_winners_leaves_the_lesson_complete() -> None:
    first = Reader()
    hold(first)
    hopeless = next(one for one in first.asked if one[0] == 1)
    raced = hold(Reader(broken=frozenset({hopeless})))
    assert (raced.complete, raced.selected) == (True, (0, 3))
    assert [mark.problem for mark in raced.rationales[1].exam if mark.error] == [hopeless[1]]


def test_no_exam_is_asked_while_an_explanation_is_missing() -> None:
    reader = Reader()
    raced = hold(reader, teacher=Explainer(broken=frozenset({5})))
    assert (raced.complete, raced.selected, reader.asked) == (False, (), [])


def test_an_exhausted_budget_stops_the_race() -> None:
    with pytest.raises(BudgetError):
        hold(Reader(poor_after=5), at_once=3)
