"""Students who read something else than what the teacher said: a control, and what the paper's published code does.

`--teach-with shuffled` is the control: each program comes with the rationale of another answer to the same problem. All
that is taught stays what the teacher wrote; only that it belongs together is lost. What an explanation adds beyond its
words is then the difference to a run where they do belong together.

`--faithful` teaches as the published code does. There the whole reply is the rationale, so the program stands twice;
and a program that fails a visible test is stored, and taught, with the failure as a comment above it, so students see
what the tests said. Neither is meant by the method; both may matter to its numbers. What is different beside:
docs/code-synthesis.md.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from graphs.roles import Judge, Student, Teacher
from lbt.types import Answer, Grade, Problem

Retell = Callable[[Problem, int, Answer], Awaitable[Answer]]
"""Of a lesson, the index of an explanation, and what it taught: what is read instead."""


@dataclass(frozen=True)
class RetoldStudent:
    """A student who reads each explanation as it is retold. Fills `graphs.roles.Student`."""

    student: Student
    retell: Retell

    @property
    def name(self) -> str:
        """That of the student."""
        return self.student.name

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        """Solve `exam` after reading what `taught` became.

        Raises:
            EndpointError: a call failed for good.
            SandboxError: the judge broke.
        """
        return await self.student.sit(exam, lesson, index, await self.retell(lesson, index, taught), repetition)

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        """Self-debug one exam answer, greedily, once. Raises `EndpointError`."""
        return await self.student.mend(exam, lesson, index, answer, grade, repetition)


def shuffled(teacher: Teacher, rationales: int) -> Retell:
    """Swap the rationale for that of the next of so many answers, at least 2; of the last, for the first's."""

    async def retell(lesson: Problem, index: int, taught: Answer) -> Answer:
        # Asked a second time, the teacher's reply comes from the call store, or is waited for: no call is made twice.
        other = await teacher.explain(lesson, (index + 1) % rationales)
        return taught.model_copy(update={"rationale": other.rationale})

    return retell


def as_published(judge: Judge) -> Retell:
    """Show the whole reply, then the program again, below what the visible tests said if it failed one."""

    async def retell(lesson: Problem, index: int, taught: Answer) -> Answer:
        grade = await judge(lesson, taught)  # it was judged before: its verdict comes from the call store
        whole = f"{taught.rationale}\n\n```python\n{taught.code}\n```"
        said = "" if grade.v == 1 else f"# {' '.join(grade.reason.split())}\n"
        return taught.model_copy(update={"rationale": whole, "code": f"{said}{taught.code}"})

    return retell
