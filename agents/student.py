"""A student: reads one explanation, then solves a similar problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agents.asking import Desk, code_problem, rank
from agents.config import RunConfig, TeachWith
from agents.prompting import render
from lbt.types import Answer, Grade, Outcome, Problem

EXAMS: Final[Mapping[TeachWith, str]] = {
    "rationale+answer": "exam_code",
    "answer": "exam_code_answer",
    "none": "exam_code_alone",
    "shuffled": "exam_code",
}
"""The prompt of an exam, by what is taught with."""
EXPLAINED: Final = "exam_code_explained"
"""The one that asks students for an explanation first, as the published code does."""
SIT, MEND = 2, 3
"""Stages of a lesson, for the order of calls; the teacher's come before."""
NOTHING: Final = Answer(call="", outcome=Outcome.OK)
"""What is read where nothing was taught, or not yet."""


def exam_prompt(config: RunConfig) -> str:
    """The prompt of a run's exams."""
    return EXPLAINED if config.faithful else EXAMS[config.teach_with]


@dataclass(frozen=True)
class CodeStudent:
    """A model that sits exams on programming problems. Fills `graphs.roles.Student`.

    Calls are ordered by lesson, stage, rationale and exam problem: the exams of one rationale run close
    together, and their prompts begin alike, so a server reads the explanation once.
    """

    name: str
    """Unique in the classroom."""
    desk: Desk
    prompt: str = EXAMS["rationale+answer"]
    """Name of the prompt of an exam."""

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        """Solve `exam` after reading `taught`, explanation `index` of `lesson`. Raises `EndpointError`."""
        asked = code_problem(exam)
        messages = render(self.prompt, exam=asked, lesson=code_problem(lesson), taught=taught)
        priority = self._priority(SIT, exam, lesson, index)
        return await self.desk.write(asked, messages, "student", index, priority=priority, repetition=repetition)

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        """Self-debug one exam answer, greedily, once. Raises `EndpointError`."""
        priority = self._priority(MEND, exam, lesson, index)
        return await self.desk.mend(
            code_problem(exam), answer, grade, "student", index, priority=priority, repetition=repetition
        )

    def _priority(self, stage: int, exam: Problem, lesson: Problem, index: int) -> tuple[int, ...]:
        return self.desk.order[lesson.id], stage, rank(index), self.desk.order[exam.id]
