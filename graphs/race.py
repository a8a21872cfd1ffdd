"""The exams of all rationales of a lesson, raced: asked only while they can still change the selection.

What is asked next depends on the marks of what was asked before, so they are heard in the order in which they were
asked, not in that in which they come. The same replies then make the same race, however fast they are.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from graphs.exam import Exam, seats_of
from graphs.roles import Classroom
from graphs.state import Lesson, Raced
from lbt.bounds import Question
from lbt.foresight import Seat
from lbt.racing import Halving, Race
from lbt.types import GREEDY, Mark, Outcome, Taught


async def race(state: Lesson, runtime: Runtime[Classroom]) -> dict[str, Any]:
    """Examine the students until the winners are certain; not at all while an answer or its grade is missing."""
    room, seats = runtime.context, seats_of(runtime.context, state.exams)
    taught = sorted((one for one in state.taught if one.index != GREEDY), key=lambda one: one.index)
    if any(one.final is None for one in taught):
        return {"raced": Raced(exams={}, certain=False, winners=(), winners_v1=())}
    passed = [one.final is not None and one.final.v == 1 for one in taught]
    rule = Race(passed, seats, room.tally) if room.exams == "adaptive" else Halving(passed, seats)
    exams = [Exam.of(runtime, state.problem, state.exams, one.index) for one in taught]
    marks = untaught(taught, exams)
    for question in marks:
        rule.hear(question, 0)
    asked = dict.fromkeys(range(len(taught)), 0)

    def ask(question: Question) -> Coroutine[Any, Any, Mark]:
        asked[question.rationale] += 1
        answer = taught[question.rationale].final_answer
        assert answer is not None
        return exams[question.rationale].whole(asked[question.rationale], seats[question.seat], answer)

    marks.update(await run(rule, ask, room.at_once))
    return {"raced": result(rule, marks, len(taught), seats)}


def untaught(taught: Sequence[Taught], exams: Sequence[Exam]) -> dict[Question, Mark]:
    """The marks that need no call: those of rationales that have nothing to teach."""
    return {
        Question(i, k): mark
        for i, (one, exam) in enumerate(zip(taught, exams, strict=True))
        if one.final_answer and one.final_answer.outcome is not Outcome.OK
        for k, mark in enumerate(exam.untaught())
    }


async def run(
    rule: Race, ask: Callable[[Question], Coroutine[Any, Any, Mark]], at_once: int
) -> Mapping[Question, Mark]:
    """Ask what the rule wants to know, so many at once, and let it hear the marks in the order in which it asked."""
    marks: dict[Question, Mark] = {}
    under_way: deque[tuple[Question, asyncio.Task[Mark]]] = deque()
    try:
        while True:
            while len(under_way) < at_once and (question := rule.ask()) is not None:
                under_way.append((question, asyncio.create_task(ask(question))))
            if not under_way:
                return marks
            question, task = under_way[0]
            marks[question] = await task
            under_way.popleft()
            grade = marks[question].final
            rule.hear(question, None if grade is None else grade.v)
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)


def result(rule: Race, marks: Mapping[Question, Mark], rationales: int, seats: tuple[Seat, ...]) -> Raced:
    """Who won, and the exams with what was not asked in its place."""
    exams = {
        i: tuple(marks.get(Question(i, k), Mark(**seat._asdict(), asked=False)) for k, seat in enumerate(seats))
        for i in range(rationales)
    }
    won = (rule.winners, rule.winners_v1) if rule.certain else ((), ())
    return Raced(exams=exams, certain=rule.certain, winners=won[0], winners_v1=won[1])
