"""A student: reads one explanation, then solves a similar problem, greedily."""

from collections import Counter
from collections.abc import Mapping, Sequence

from agents.asking import Asker, ask_for_program, code_problem, feedback, greedy, mended, rank
from agents.endpoints.calls import Place, Sampling
from agents.prompting import render
from lbt.types import Answer, Grade, Problem

SIT, MEND = 2, 3
"""Stages of a lesson, for the order of calls; the teacher's come before."""


class CodeStudent:
    """A model that sits exams on programming problems. Fills `graphs.roles.Student`.

    Calls are ordered by lesson, stage, rationale and exam problem: the exams of one rationale run close
    together, and their prompts begin alike, so a server reads the explanation once.
    """

    def __init__(
        self,
        name: str,
        asker: Asker,
        sampling: Sampling,
        *,
        seed: int,
        lesson_order: Mapping[str, int],
        visible_feedback: bool = False,
    ) -> None:
        self._name = name
        self._asker = asker
        self._sampling = greedy(sampling)
        self._seed = seed
        self._order = lesson_order
        self._visible_feedback = visible_feedback

    @property
    def name(self) -> str:
        """Unique in the classroom."""
        return self._name

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        """Solve `exam` after reading `taught`, explanation `index` of `lesson`. Raises `EndpointError`."""
        asked = code_problem(exam)
        return await ask_for_program(
            self._asker,
            render("exam_code", exam=asked, lesson=code_problem(lesson), taught=taught),
            self._sampling,
            Place(replicate=self._seed, role="student", rationale=index, repetition=repetition),
            priority=(self._order[lesson.id], SIT, rank(index), self._order[exam.id]),
            entry_point=asked.entry_point,
        )

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        """Self-debug one exam answer, greedily, once. Raises `EndpointError`."""
        asked = code_problem(exam)
        shown = feedback(grade, shown=self._visible_feedback)
        after = await ask_for_program(
            self._asker,
            render("mend_code", problem=asked, answer=answer, feedback=shown),
            self._sampling,
            Place(replicate=self._seed, role="student mend", rationale=index, repetition=repetition),
            priority=(self._order[lesson.id], MEND, rank(index), self._order[exam.id]),
            entry_point=asked.entry_point,
        )
        return mended(answer, after)


def unique_names(labels: Sequence[str]) -> list[str]:
    """Name the students after their models; the second of two equal ones gets `#2`."""
    seen: Counter[str] = Counter()
    names = []
    for label in labels:
        seen[label] += 1
        names.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    return names
