"""The teacher: explains a problem several times, and mends its own answers."""

from dataclasses import dataclass

from agents.asking import Desk, rank
from agents.prompting import render
from lbt.types import Answer, Grade, Problem

EXPLAIN, MEND = 0, 1
"""Stages of a lesson, for the order of calls."""


@dataclass(frozen=True)
class ModelTeacher:
    """A model that teaches. Fills `graphs.roles.Teacher`.

    Calls are ordered by lesson, stage and rationale, so results come lesson by lesson.
    """

    desk: Desk

    async def explain(self, problem: Problem, index: int) -> Answer:
        """Explain `problem`, sample number `index`; `GREEDY` asks at temperature 0. Raises `EndpointError`."""
        messages = render(self.desk.domain.explain, problem=problem)
        priority = (self.desk.order[problem.id], EXPLAIN, rank(index), 0)
        return await self.desk.write(problem, messages, "teacher", index, priority=priority)

    async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
        """Self-debug one answer, greedily, once. Raises `EndpointError`."""
        priority = (self.desk.order[problem.id], MEND, rank(index), 0)
        return await self.desk.mend(problem, answer, grade, "teacher", index, priority=priority)
