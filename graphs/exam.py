"""The exam that follows one rationale, answer by answer: sit, mark, and debug and mark again where students do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from langgraph.runtime import Runtime

from graphs.roles import Classroom, Student
from graphs.steps import Tell, attempt, telling
from lbt.foresight import Seat
from lbt.types import Answer, Grade, Mark, Problem

UNTAUGHT = Grade(
    v=0, v_share=0, s=0, s_prefix=0, status="untaught", reason="the explanation holds no answer, so nobody read it"
)
"""The mark of every exam answer of a rationale that has nothing to teach; costs no call."""


def seats_of(room: Classroom, exams: tuple[Problem, ...]) -> tuple[Seat, ...]:
    """Every exam answer of one rationale: each student, each exam problem, each repetition."""
    return tuple(
        Seat(student.name, exam.id, repetition)
        for student in room.students
        for exam in exams
        for repetition in range(room.repetitions)
    )


@dataclass(frozen=True)
class Exam:
    """The exam of one rationale."""

    room: Classroom
    lesson: Problem
    index: int
    problems: Mapping[str, Problem]
    """Exam problems, by id."""
    seats: tuple[Seat, ...]
    """Its answers, in order."""

    @classmethod
    def of(cls, runtime: Runtime[Classroom], lesson: Problem, exams: tuple[Problem, ...], index: int) -> Self:
        """Make the exam that follows explanation `index` of a lesson."""
        problems = {exam.id: exam for exam in exams}
        seats = seats_of(runtime.context, exams)
        return cls(runtime.context, lesson, index, problems, seats)

    def untaught(self) -> tuple[Mark, ...]:
        """Mark all of it without a call, as there was nothing to teach."""
        return tuple(Mark(**seat._asdict(), grade=UNTAUGHT) for seat in self.seats)

    async def sit(self, k: int, seat: Seat, taught: Answer) -> Mark:
        """Let a student read the explanation and answer one exam problem, the `k`th of the exam."""
        student, exam = self._seated(seat)
        call = student.sit(exam, self.lesson, self.index, taught, seat.repetition)
        answer, error = await attempt(call, self._tell("exam", k, seat))
        return Mark(**seat._asdict(), answer=answer, error=error)

    async def grade(self, k: int, mark: Mark) -> Mark:
        """Grade the exam answer if it has no grade yet: the first one, or the mended one."""
        slot, answer = ("mended_grade", mark.mended) if mark.mended else ("grade", mark.answer)
        if mark.error or answer is None or getattr(mark, slot) is not None:
            return mark
        judge, step = (self.room.exam_judge, "grade") if self.room.exam_judge else (self.room.judge, "mark")
        tell = self._tell(step, k, seat_of(mark), again=mark.mended is not None)
        given, error = await attempt(judge(self.problems[mark.problem], answer), tell)
        return mark.model_copy(update={slot: given, "error": error})

    async def mend(self, k: int, mark: Mark) -> Mark:
        """Let the student debug its exam answer once, if there is a graded one."""
        if mark.error or mark.answer is None or mark.grade is None:
            return mark
        student, exam = self._seated(seat_of(mark))
        call = student.mend(exam, self.lesson, self.index, mark.answer, mark.grade, mark.repetition)
        mended, error = await attempt(call, self._tell("mend", k, seat_of(mark)))
        return mark.model_copy(update={"mended": mended, "error": error})

    async def whole(self, k: int, seat: Seat, taught: Answer) -> Mark:
        """All of it, one after the other."""
        mark = await self.grade(k, await self.sit(k, seat, taught))
        return await self.grade(k, await self.mend(k, mark)) if self.room.mend_students else mark

    def _seated(self, seat: Seat) -> tuple[Student, Problem]:
        student = next(one for one in self.room.students if one.name == seat.student)
        return student, self.problems[seat.problem]

    def _tell(self, step: str, k: int, seat: Seat, **more: bool) -> Tell:
        where = {"problem": self.lesson.id, "rationale": self.index, "student": seat.student, "exam": seat.problem}
        return telling(self.room.tell, **where, step=step, k=k, m=len(self.seats), **more)


def seat_of(mark: Mark) -> Seat:
    """Where in the exam a mark belongs."""
    return Seat(mark.student, mark.problem, mark.repetition)
