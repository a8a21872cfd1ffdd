"""A student: reads one explanation, then solves a similar problem."""

from dataclasses import dataclass
from typing import Final

from agents.asking import LAST, Desk, rank
from agents.prompting import render
from lbt.types import Answer, Grade, Outcome, Problem

SIT, MEND = 2, 3
"""Stages of a lesson, for the order of calls; the teacher's come before."""
NOTHING: Final = Answer(call="", outcome=Outcome.OK)
"""What is read where nothing was taught, or not yet."""


@dataclass(frozen=True)
class ModelStudent:
    """A model that sits exams. Fills `graphs.roles.Student`.

    Calls are ordered by lesson, stage, rationale and exam problem: the exams of one rationale run close
    together, and their prompts begin alike, so a server reads the explanation once.
    """

    name: str
    """Unique in the classroom."""
    desk: Desk
    prompt: str
    """Name of the prompt of an exam."""

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        """Solve `exam` after reading `taught`, explanation `index` of `lesson`. Raises `EndpointError`."""
        messages = render(self.prompt, exam=exam, lesson=lesson, taught=taught)
        priority = self._priority(SIT, exam, lesson, index)
        return await self.desk.write(exam, messages, "student", index, priority=priority, repetition=repetition)

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        """Self-debug one exam answer, greedily, once. Raises `EndpointError`."""
        priority = self._priority(MEND, exam, lesson, index)
        return await self.desk.mend(exam, answer, grade, "student", index, priority=priority, repetition=repetition)

    def _priority(self, stage: int, exam: Problem, lesson: Problem, index: int) -> tuple[int, ...]:
        return self.desk.order.get(lesson.id, LAST), stage, rank(index), self.desk.order.get(exam.id, LAST)
