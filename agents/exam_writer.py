"""The teacher in another role: it writes the exam of a lesson where no dataset has one.

Nobody gave these problems an answer, so their keys come by agreement: the teacher solves each a few times and every
student once, and an answer that more than half of them give is the key. A problem without one is left out. What is
taught is shown as a question only; its own answer is never used.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from agents.asking import Desk
from agents.domain import math_problem
from agents.endpoints.calls import Reply
from agents.prompting import render
from graphs.roles import Sort
from graphs.steps import Tell, together
from lbt.types import TEACHER, Answer, MathProblem, Outcome, Posed, Problem, Usage
from math_data.exams import normal

T = TypeVar("T", Reply, Answer)
Call = Callable[[], Awaitable[T]]
"""A call that waits to be made."""

SOLUTIONS: Final = 3
"""Times the teacher solves each problem that it wrote."""
POSE: Final = -1
"""Stage of a lesson, for the order of calls: before the explanations."""
LONGEST: Final = 4000
"""Characters of a problem; what is longer is no exam problem, and would fill the prompt of every student."""

_MARK: Final = re.compile(r"\[\[ ?question ?\d{0,3} ?\]\]\*{0,2}:?\*{0,2}", re.IGNORECASE)
_END: Final = re.compile(
    r"\[\[ ?(?:solution|final answer) ?\]\]|^[ \t]*+(?:-{3,}|\*{3,})[ \t]*+$", re.IGNORECASE | re.MULTILINE
)
"""Where a problem ends, if not at the next one: at a solution that nobody asked for, or at a rule."""


@dataclass(frozen=True, kw_only=True)
class ExamWriter:
    """Writes exams of mathematics. Fills `graphs.roles.Poser`."""

    teacher: Desk
    students: Mapping[str, Desk]
    sort: Sort
    """Tells which of several answers are the same."""
    size: int
    """Problems in an exam at most."""

    async def pose(self, problem: Problem, tell: Tell) -> Posed:
        """Write the exam of a lesson on `problem`, with keys, as `Poser` says. Raises `EndpointError`."""
        taught, solvers = math_problem(problem), (*(TEACHER,) * SOLUTIONS, *self.students)
        reply = await heard(self._writing(taught), tell, 1, 1 + self.size * len(solvers))
        drafts = [draft(taught, number, text) for number, text in enumerate(written(reply, taught)[: self.size], 1)]
        asked = [call for number, one in enumerate(drafts, 1) for call in self._solving(taught, one, number)]
        solutions = await together(heard(call, tell, k, 1 + len(asked)) for k, call in enumerate(asked, 2))
        each = [solutions[i : i + len(solvers)] for i in range(0, len(solutions), len(solvers))]
        keys = [await agreed(own, self.sort) for own in each]
        problems = tuple(
            one.model_copy(update={"answer": key}) for one, key in zip(drafts, keys, strict=True) if key is not None
        )
        spent = {TEACHER: reply.usage, **dict.fromkeys(self.students, Usage())}
        for role, solution in zip(solvers * len(drafts), solutions, strict=True):
            spent[role] += solution.usage
        return Posed(problems=problems, unwritten=self.size - len(problems), spent=spent)

    def _writing(self, taught: MathProblem) -> Call[Reply]:
        messages = render(self.teacher.domain.write_exam, problem=taught, count=self.size)
        return partial(self.teacher.ask, messages, "exam-writer", 0, priority=self._priority(taught, 0))

    def _solving(self, taught: MathProblem, problem: MathProblem, number: int) -> Iterator[Call[Answer]]:
        """Every solution: the teacher's as it explains, then those of students whom nobody has taught."""
        priority = self._priority(taught, number)
        asked = render(self.teacher.domain.explain, problem=problem)
        for i in range(SOLUTIONS):
            role = "exam-writer key"
            yield partial(self.teacher.write, problem, asked, role, number, priority=priority, repetition=i)
        for desk in self.students.values():
            asked = render(desk.domain.exams["none"], exam=problem)
            yield partial(desk.write, problem, asked, "student key", number, priority=priority)

    def _priority(self, taught: MathProblem, number: int) -> tuple[int, ...]:
        return self.teacher.order[taught.id], POSE, number


async def heard(call: Call[T], tell: Tell, k: int, m: int) -> T:
    """Make a call, the `k`th of at most `m`, and let it be heard."""
    tell("start", k=k, m=m)
    given = await call()
    tell("end", k=k, m=m, usage=given.usage.model_dump())
    return given


def draft(taught: MathProblem, number: int, text: str) -> MathProblem:
    """A problem that was written, the `number`th, still without a key."""
    return MathProblem(id=f"{taught.id}~{number}", title=f"{taught.title}, written {number}", statement=text, answer="")


def written(reply: Reply, taught: MathProblem) -> list[str]:
    """Read the problems of a reply, each once; `taught` itself, empty and overlong ones are left out.

    Where the reply was cut off its last problem is left out, too: the question may be missing.
    """
    _, *parts = _MARK.split(reply.text)
    if reply.finish == "length":
        parts = parts[:-1]
    found: dict[str, str] = {normal(taught.statement): ""}
    for part in parts:
        text = _END.split(part, maxsplit=1)[0].strip()
        if 0 < len(text) <= LONGEST:
            found.setdefault(normal(text), text)
    return [text for text in found.values() if text]


async def agreed(solutions: Sequence[Answer], sort: Sort) -> str | None:
    """Find the final answer that more than half of the solutions give, in the words of the first that gives it.

    A solution without an answer agrees with none, and counts as one that was given.
    """
    values = [one.value if one.outcome is Outcome.OK else None for one in solutions]
    found = (await sort(values)).equivalent
    for number, count in Counter(one for one in found if one is not None).most_common(1):
        if 2 * count > len(solutions):
            return values[found.index(number)]
    return None
