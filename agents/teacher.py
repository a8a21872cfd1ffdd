"""The teacher: explains a problem several times, and mends its own answers."""

from collections.abc import Mapping

from agents.asking import Asker, ask_for_program, code_problem, feedback, greedy, mended, rank
from agents.endpoints.calls import Place, Sampling
from agents.prompting import render
from lbt.types import GREEDY, Answer, Grade, Problem

EXPLAIN, MEND = 0, 1
"""Stages of a lesson, for the order of calls."""


class CodeTeacher:
    """A model that teaches programming problems. Fills `graphs.roles.Teacher`.

    Calls are ordered by lesson, stage and rationale, so results come lesson by lesson.
    """

    def __init__(
        self,
        asker: Asker,
        sampling: Sampling,
        *,
        seed: int,
        lesson_order: Mapping[str, int],
        visible_feedback: bool = False,
    ) -> None:
        self._asker = asker
        self._sampling = sampling
        self._seed = seed
        self._order = lesson_order
        self._visible_feedback = visible_feedback

    async def explain(self, problem: Problem, index: int) -> Answer:
        """Explain `problem`, sample number `index`; `GREEDY` asks at temperature 0. Raises `EndpointError`."""
        asked = code_problem(problem)
        return await ask_for_program(
            self._asker,
            render("explain_code", problem=asked),
            greedy(self._sampling) if index == GREEDY else self._sampling,
            Place(replicate=self._seed, role="teacher", rationale=index, repetition=0),
            priority=(self._order[problem.id], EXPLAIN, rank(index), 0),
            entry_point=asked.entry_point,
        )

    async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
        """Self-debug one answer, greedily, once. Raises `EndpointError`."""
        asked = code_problem(problem)
        shown = feedback(grade, shown=self._visible_feedback)
        after = await ask_for_program(
            self._asker,
            render("mend_code", problem=asked, answer=answer, feedback=shown),
            greedy(self._sampling),
            Place(replicate=self._seed, role="teacher mend", rationale=index, repetition=0),
            priority=(self._order[problem.id], MEND, rank(index), 0),
            entry_point=asked.entry_point,
        )
        return mended(answer, after)
