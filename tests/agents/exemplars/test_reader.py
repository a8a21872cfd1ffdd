"""A reader: what it is shown, in which order, how it is asked, and what becomes of its reply."""

import pytest

from agents.endpoints.calls import Finish, Place
from agents.exemplars.kinds import CODE, MATH, TEXT, TEXT_AS_PUBLISHED, Kind
from agents.exemplars.reader import ModelReader
from graphs.exemplar_roles import Reader
from lbt.exemplars import ExemplarSet
from lbt.types import Outcome, Problem
from tests.agents.exemplars.items import CATS, DOGS, ECHO, KINDS, PROGRAMS, SUM, SUMS, TASK, TEXTS, Script, desk
from tests.agents.fakes import REPLY, problem

URGENT = (1, 2, 3, 4)


def reader(model: Script, kind: Kind = TEXT) -> Reader:
    return ModelReader(name="student 1", desk=desk(model), kind=kind, task=TASK if kind.name == "text" else "")


@pytest.mark.parametrize(("kind", "shown", "item"), KINDS)
async def test_a_reader_sees_every_exemplar_in_order_and_then_the_item(
    kind: Kind, shown: ExemplarSet, item: Problem
) -> None:
    model = Script("Yes")
    await reader(model, kind).answer(item, shown, 0, URGENT)
    parts = [part for one in shown.exemplars for part in (one.statement, one.rationale, one.answer)]
    place = 0
    for part in [*parts, kind.statement(item)]:
        place = model.said.index(part, place) + len(part)


@pytest.mark.parametrize(("kind", "shown", "item"), KINDS)
async def test_the_questions_of_one_set_begin_alike_up_to_the_item(
    kind: Kind, shown: ExemplarSet, item: Problem
) -> None:
    model = Script("Yes")
    for number in (0, 1):
        await reader(model, kind).answer(item.model_copy(update={"statement": f"{number}?"}), shown, 0, URGENT)
    first, second = (request.messages[-1].content for request in model.requests)
    assert second.startswith(first[: first.rindex("0?")])
    assert len(first) - first.rindex("0?") < 300


async def test_exemplars_of_texts_are_turns_of_a_conversation_and_as_published_one_message() -> None:
    model = Script("Yes")
    for kind in (TEXT, TEXT_AS_PUBLISHED):
        await reader(model, kind).answer(DOGS, TEXTS, 0, URGENT)
    turns, together = ([message.role for message in request.messages] for request in model.requests)
    assert turns == ["system", *["user", "assistant"] * len(TEXTS.exemplars), "user"]
    assert together == ["system", "user"]
    said = [message.content for message in model.requests[0].messages if message.role == "assistant"]
    assert said == [one.answer for one in TEXTS.exemplars]


async def test_a_reader_of_texts_sees_the_task_and_never_the_item_s_label() -> None:
    model = Script("Yes")
    await reader(model).answer(DOGS, TEXTS, 0, URGENT)
    assert TASK in model.said
    assert model.said.endswith("Text: Dogs bark.")


async def test_a_reader_sees_no_answer_to_the_item() -> None:
    model = Script("Yes")
    await reader(model, MATH).answer(SUM.model_copy(update={"answer": "4711"}), SUMS, 0, URGENT)
    assert "4711" not in model.said
    await reader(model, CODE).answer(problem("half"), PROGRAMS, 0, URGENT)
    assert "79" not in model.said


async def test_a_reader_is_asked_greedily_and_once_per_repeat() -> None:
    model = Script("Yes")
    one, other = reader(model), ModelReader(name="teacher", desk=desk(model), kind=TEXT, task=TASK)
    await one.answer(DOGS, TEXTS, 3, URGENT)
    await other.answer(DOGS, TEXTS.model_copy(update={"id": "4.4"}), 3, (9,))
    await one.answer(DOGS, TEXTS, 4, URGENT)
    first, again, later = model.requests
    assert (first.sampling.temperature, first.sampling.max_tokens) == (0, 300)
    assert first.place == Place(replicate=7, role="reader", rationale=0, repetition=3)
    assert first == again
    assert later.place.repetition == 4
    assert model.priorities == [URGENT, (9,), URGENT]


@pytest.mark.parametrize(
    ("text", "outcome", "value"),
    [
        ("Yes", Outcome.OK, "Yes"),
        (" **no**.", Outcome.OK, "No"),
        ("Label: Yes", Outcome.OK, "Yes"),
        ("I am not", Outcome.NO_ANSWER, ""),
        ("", Outcome.NO_ANSWER, ""),
    ],
)
async def test_a_label_is_read_whether_or_not_the_tokens_ended(text: str, outcome: Outcome, value: str) -> None:
    for finish in ("stop", "length"):
        answer = await reader(Script(text, finish=finish)).answer(CATS, TEXTS, 0, URGENT)
        assert (answer.outcome, answer.value, answer.call) == (outcome, value, "call1")
        assert answer.usage.calls == 1


@pytest.mark.parametrize(
    ("finish", "outcome"),
    [("refusal", Outcome.REFUSED), ("content_filter", Outcome.FILTERED), ("overflow", Outcome.OVERFLOW)],
)
async def test_a_reply_that_is_none_says_neither(finish: Finish, outcome: Outcome) -> None:
    answer = await reader(Script("Yes", finish=finish)).answer(CATS, TEXTS, 0, URGENT)
    assert (answer.outcome, answer.value) == (outcome, "")


@pytest.mark.parametrize(("text", "value"), [("yes!", "Yes"), ("Label: Yes", "No"), ("Maybe", "No"), ("", "No")])
async def test_as_published_whatever_does_not_begin_with_yes_is_no(text: str, value: str) -> None:
    answer = await reader(Script(text), TEXT_AS_PUBLISHED).answer(CATS, TEXTS, 0, URGENT)
    assert (answer.outcome, answer.value) == (Outcome.OK, value)


async def test_other_items_are_answered_with_a_solution() -> None:
    solved = await reader(Script("I add.\n[[Final Answer]]:\n$5$"), MATH).answer(SUM, SUMS, 0, URGENT)
    assert (solved.rationale, solved.value) == ("I add.", "5")
    coded = await reader(Script(REPLY), CODE).answer(problem("half"), PROGRAMS, 0, URGENT)
    assert (coded.rationale, coded.outcome) == ("1. Add the number to itself.", Outcome.OK)
    printed = await reader(Script("```python\nprint(input())\n```"), CODE).answer(ECHO, PROGRAMS, 0, URGENT)
    assert printed.code == "print(input())"
