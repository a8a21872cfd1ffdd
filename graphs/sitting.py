"""Sittings: many items answered with one set of exemplars before them, and marked."""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from graphs.exemplar_roles import Reader, Workshop
from graphs.exemplar_state import Improvement
from graphs.steps import telling, together
from lbt.errors import StepError
from lbt.exemplars import Draft, ExemplarSet, Failure, Marked, Reflection, Sitting
from lbt.types import Answer, Grade, Outcome, Problem, TextProblem, Usage

T = TypeVar("T")
Step = Literal["write", "examine", "reflect", "revise", "evaluate", "rescore", "test"]

AT_ONCE = 4096
"""Calls of one step that wait at a time: enough for any endpoint, and a sample of 100,000 does not fill the memory."""
STAGES: Mapping[str, int] = {name: place for place, name in enumerate(get_args(Step))}
"""The order of an iteration's steps, for the order of calls."""


class Asked(NamedTuple):
    """One sitting before it is held."""

    reader: Reader
    shown: ExemplarSet
    items: Sequence[Problem]


class Answered(NamedTuple):
    """One item answered and graded."""

    item: Problem
    answer: Answer
    grade: Grade

    def marked(self, *, hidden: bool) -> Marked:
        """What a score counts; hidden tests of a program only where `hidden`."""
        mark = self.grade.s if hidden else self.grade.v
        if not isinstance(self.item, TextProblem):
            return Marked(self.item.id, mark)
        said = self.answer.value == "Yes" if self.answer.outcome is Outcome.OK else None
        return Marked(self.item.id, mark, self.item.label, said)


async def sittings(
    state: Improvement, room: Workshop, name: Step, asked: Sequence[Asked]
) -> tuple[tuple[Answered, ...], ...]:
    """Hold sittings, the items of one set close together: their prompts begin alike, so a server reads the set once."""

    async def call(one: Asked, item: Problem, place: int) -> Answered:
        priority = (state.repeat, state.number, STAGES[name], place)
        answer = await one.reader.answer(item, one.shown, state.repeat, priority)
        return Answered(item, answer, await room.judge(item, answer))

    calls = [
        ({"reader": one.reader.name, "exemplars": one.shown.id}, partial(call, one, item, place))
        for place, one in enumerate(asked)
        for item in one.items
    ]
    answers = iter(await step(state, room, name, calls, partial(of_answer, hidden=name == "test")))
    return tuple(tuple(islice(answers, len(one.items))) for one in asked)


async def step(
    state: Improvement,
    room: Workshop,
    name: Step,
    calls: Sequence[tuple[Mapping[str, str], Callable[[], Coroutine[Any, Any, T]]]],
    how: Callable[[T], Mapping[str, Any]],
) -> tuple[T, ...]:
    """Make all calls of one step and tell each.

    Raises:
        StepError: some failed for good; the others came in first, and are in the store.
    """
    broken = list[StepError]()

    async def make(k: int, where: Mapping[str, str], call: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
        place = {"repeat": state.repeat, "iteration": state.number, "step": name, "k": k, "m": len(calls)}
        tell = telling(room.tell, **place, **where)
        tell("start")
        try:
            value = await call()
        except StepError as error:
            tell("end", error=str(error))
            broken.append(error)
            return None
        tell("end", **how(value))
        return value

    made, waiting = list[T | None](), enumerate(calls, 1)
    while part := list(islice(waiting, AT_ONCE)):
        made += await together(make(k, *call) for k, call in part)
    if broken:
        raise StepError(f"iteration {state.number}: {len(broken)} of {len(calls)} calls to {name} failed: {broken[0]}")
    return tuple(value for value in made if value is not None)


def of_answer(answered: Answered, *, hidden: bool) -> dict[str, Any]:
    """What the trace is told of an answer."""
    return {"mark": answered.marked(hidden=hidden).mark, "usage": answered.answer.usage.model_dump()}


def of_reflection(reflection: Reflection) -> dict[str, Any]:
    """What the trace is told of a reflection."""
    return {"text": reflection.text, "usage": reflection.usage.model_dump()}


def of_draft(draft: Draft) -> dict[str, Any]:
    """What the trace is told of a set that was written; whether it repeats another is known when all are there."""
    return {"fault": draft.fault, "usable": draft.written is not None, "usage": draft.usage.model_dump()}


def failed(asked: Asked, answered: Sequence[Answered]) -> Iterator[Failure]:
    """What a student got wrong."""
    for one in answered:
        if one.grade.v < 1:
            yield Failure(
                student=asked.reader.name,
                exemplars=asked.shown.id,
                item=one.item.id,
                said=one.answer.value or one.answer.code,
                reason=one.grade.reason,
                outcome=one.answer.outcome,
            )


def marked(asked: Asked, answered: Sequence[Answered], *, hidden: bool = False) -> Sitting:
    """A sitting as it is kept."""
    return Sitting(
        reader=asked.reader.name,
        exemplars=asked.shown.id,
        marks=tuple(one.marked(hidden=hidden) for one in answered),
        usage=sum((one.answer.usage for one in answered), Usage()),
    )
