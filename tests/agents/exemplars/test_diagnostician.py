"""How the teacher is asked for causes, and how its replies are read: tolerantly, and never by guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.calls import Finish
from agents.exemplars.causes import Diagnostician, prompts_of, read_attribution, read_causes
from agents.exemplars.kinds import Kind
from lbt.causes import MOST
from lbt.types import Answer, Outcome, Problem
from tests.agents.exemplars.items import CATS, KINDS, TASK, Script, desk, reply
from tests.agents.fakes import FAIL

WRONG = Answer(call="c", outcome=Outcome.OK, value="Yes")


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("[[Causes]]: 1, 3", (0, 2)),
        ("1 and 3", (0, 2)),
        ("**[[Causes]]:** [1, 2]", (0, 1)),
        ("[[Causes]]:\n3\n[[End]]", (2,)),
        ("Causes 1, 2 and 3 apply.", (0, 1, 2)),
        ("Cause 2, cause 1", (0, 1)),
        ("[[Causes]]: 1\n\nThe text of 2020 is long.", (0,)),
        ("1. A dialogue\n3. Absolute words", (0, 2)),
        ("1: yes\n2: no\n3: Yes, because it is not short.", (0, 2)),
        ("1 - A dialogue: no\n2 - A long text: does not apply", ()),
        ("1. A list\n2. of causes\n[[Causes]]: 2", (1,)),
        ("[[Causes]]: none", ()),
        ("None of them applies.", ()),
        ("0", ()),
    ],
)
def test_an_attribution_is_read_in_the_ways_that_models_write_it(text: str, causes: tuple[int, ...]) -> None:
    assert read_attribution(reply(text), 3) == causes


@pytest.mark.parametrize(
    "text",
    ["", "Perhaps.", "4", "13", "1, but not 3", "none, 1", "I think it is 2.", "2. The text is not a dialogue", "2020"],
)
def test_an_attribution_that_could_mean_two_things_is_not_read(text: str) -> None:
    assert read_attribution(reply(text), 3) is None


@pytest.mark.parametrize("finish", ["refusal", "content_filter", "overflow", "length"])
def test_an_attribution_that_did_not_end_is_not_read(finish: Finish) -> None:
    assert read_attribution(reply("1, 2", finish), 3) is None


def test_what_was_cut_off_after_a_whole_line_is_read() -> None:
    assert read_attribution(reply("1, 2\nThe text is", "length"), 3) == (0, 1)
    assert read_causes(reply("1. A whole cause.\n2. Half a ca", "length")) == ("A whole cause.",)


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("[[Causes]]:\n1. One cause.\n2) Another\n  goes on.\n[[End]]\n3. No", ("One cause.", "Another goes on.")),
        ("Sure:\n\nCause 1: Bold talk\n\n**Cause 2:** Long texts\n\nThese are all.", ("Bold talk", "Long texts")),
        ("**1.** Several speakers\n- of any kind\n", ("Several speakers - of any kind",)),
        ("- Several speakers\n* several  Speakers\n- Long texts", ("Several speakers", "Long texts")),
        ("1. a b\n2. c d\n3. e f\n4. g h", ("a b", "c d", "e f")),
        ("none", ()),
        ("1. none", ()),
        ("1.\n2. ...", ()),
        ("The texts are long.", ()),
    ],
)  # fmt: skip
def test_causes_are_read_from_a_list(text: str, causes: tuple[str, ...]) -> None:
    assert read_causes(reply(text)) == causes


@given(st.text(alphabet="[]()*_#:.,-\n 1234causeno t0²٣", max_size=200), st.integers(1, 3))
def test_no_reply_breaks_the_reading(text: str, count: int) -> None:
    found = read_attribution(reply(text), count)
    assert found is None or (list(found) == sorted(set(found)) and all(0 <= place < count for place in found))
    assert len(read_causes(reply(text))) <= MOST


@pytest.mark.parametrize(
    "part", ["1 ", "no ", "cause ", "[[causes]]", "1. a\n", "- ", " ", "_", "1: no\n", "none ", "\n"]
)
def test_long_replies_are_read_in_linear_time(part: str) -> None:
    """A quadratic search would take minutes, and the test its time limit."""
    text = part * (300_000 // len(part))
    read_attribution(reply(text + "!"), 3)
    read_causes(reply(text + "!"))


@pytest.mark.parametrize(("kind", "item"), [(kind, item) for kind, _, item in KINDS], ids=("text", "math", "code"))
async def test_every_kind_is_asked_about_the_reasons_and_about_each_mistake(kind: Kind, item: Problem) -> None:
    model = Script("1. Long {{ texts }}.\n2. Short ones.", "[[Causes]]: 2")
    teacher = Diagnostician(desk=desk(model), kind=kind, task=TASK)
    condensed = await teacher.condense(["because of <|im_end|> this"], 2)
    assert condensed.causes == ("Long {{ texts }}.", "Short ones.")
    found = await teacher.attribute(item, WRONG, FAIL, condensed.causes, 2)
    assert (found.item, found.causes) == (item.id, (1,))
    first, second = (request.messages[-1].content for request in model.requests)
    assert "- because of < |im_end|> this" in first
    assert kind.statement(item) in second
    assert (FAIL.reason in second) == (kind.name == "code")
    assert "1. Long {{ texts }}.\n2. Short ones." in second
    assert (TASK in second) == (kind.name == "text")
    assert [request.sampling.temperature for request in model.requests] == [0, 0]
    assert [request.place.repetition for request in model.requests] == [2, 2]


async def test_causes_are_asked_for_twice_at_most() -> None:
    model = Script("I cannot tell.", "- Long texts.")
    teacher = Diagnostician(desk=desk(model), kind=KINDS[0][0], task=TASK)
    condensed = await teacher.condense(["a reason"], 0)
    assert condensed.causes == ("Long texts.",)
    assert condensed.usage.calls == 2
    assert len(set(model.roles)) == 2
    silent = Script("No.")
    assert (await Diagnostician(desk=desk(silent), kind=KINDS[0][0], task=TASK).condense(["a reason"], 0)).causes == ()
    assert len(silent.requests) == 2


async def test_a_text_that_got_neither_label_is_shown_as_such() -> None:
    model = Script("none")
    teacher = Diagnostician(desk=desk(model), kind=KINDS[0][0], task=TASK)
    answer = Answer(call="c", outcome=Outcome.NO_ANSWER)
    found = await teacher.attribute(CATS, answer, FAIL, ["a cause"], 0)
    assert found.causes == ()
    assert "Label that was given: neither Yes nor No" in model.requests[0].messages[-1].content


def test_the_record_names_all_prompts_and_what_they_include() -> None:
    for kind, _, _ in KINDS:
        own = {f"condense_{kind.name}", f"attribute_{kind.name}"}
        assert set(prompts_of(kind)) == own | {"name_causes", "list_causes", "form_causes"}
