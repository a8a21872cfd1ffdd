"""Lessons in order, results as they come, and an end when a signal or a limit says so."""

import asyncio
import os
import signal
from dataclasses import dataclass, field

import pytest

from agents.schedule import Interrupted, Interrupts, exams_at_once, hold_lessons, window
from graphs.roles import Classroom
from graphs.state import Lesson
from lbt.errors import BudgetError
from lbt.types import Answer, Grade, LessonRecord, Outcome, Problem

PROBLEMS = [Problem(id=str(i), title="", statement="") for i in range(6)]


@dataclass
class Teacher:
    """Explains anything; problem `stop` exhausts the budget."""

    stop: str = ""
    open: set[str] = field(default_factory=set)
    most: int = 0

    async def explain(self, problem: Problem, index: int) -> Answer:
        if problem.id == self.stop:
            raise BudgetError("no more")
        self.open.add(problem.id)
        self.most = max(self.most, len(self.open))
        await asyncio.sleep(0)
        return Answer(call="", outcome=Outcome.OK, code="x")

    async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
        raise NotImplementedError


async def judge(problem: Problem, answer: Answer) -> Grade:
    return Grade(v=1, v_share=1, s=1, s_prefix=1, status="AC")


async def hold(teacher: Teacher, at_once: int) -> list[str]:
    done: list[str] = []

    def finished(record: LessonRecord) -> None:
        teacher.open.discard(record.problem)
        done.append(record.problem)

    room = Classroom(teacher=teacher, students=[], judge=judge, rationales=1)
    lessons = [Lesson(problem=problem, exams=()) for problem in PROBLEMS]
    await hold_lessons(lessons, room, at_once=at_once, finished=finished)
    return done


async def test_every_lesson_is_held_and_never_more_than_the_window() -> None:
    teacher = Teacher()
    assert sorted(await hold(teacher, 2)) == [problem.id for problem in PROBLEMS]
    assert 2 <= teacher.most <= 3  # a lesson leaves the window just before its result is handed over


async def test_a_limit_that_is_reached_stops_the_run_with_its_own_error() -> None:
    with pytest.raises(BudgetError):
        await hold(Teacher(stop="3"), 2)


def test_the_window_keeps_the_endpoint_busy_and_no_wider() -> None:
    assert window(64, 8) == 16
    assert window(1, 4) == 2


def test_lessons_in_flight_share_the_endpoint_for_their_raced_exams() -> None:
    assert exams_at_once(16, 8, 18) == 4
    assert exams_at_once(64, 8, 1) == 4
    assert exams_at_once(2, 8, 5) == 1
    assert exams_at_once(1, 1, 1) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_what_is_awaited_and_the_next_one_what_comes_after(number: signal.Signals) -> None:
    cleaned = []

    async def forever(name: str) -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            cleaned.append(name)

    with Interrupts().installed() as interrupts:
        for name in ("lessons", "drain"):
            with pytest.raises(Interrupted):
                await interrupts.guard(forever(name))
    assert cleaned == ["lessons", "drain"]


async def test_work_that_ends_by_itself_gives_its_value() -> None:
    async def seven() -> int:
        return 7

    with Interrupts().installed() as interrupts:
        assert await interrupts.guard(seven()) == 7
