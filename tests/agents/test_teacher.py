import pytest
from jinja2 import UndefinedError

from agents.asking import Desk
from agents.endpoints.calls import Finish, Place
from agents.teacher import ModelTeacher
from graphs.roles import Teacher
from lbt.scoring import form
from lbt.types import GREEDY, Answer, Outcome, Problem
from tests.agents.fakes import DOUBLE, FAIL, PASS, REPLY, SAMPLING, Model, answer, problem

ORDER = {"first": 0, "second": 1}


def teacher(model: Model, *, visible_feedback: bool = False) -> Teacher:
    return ModelTeacher(Desk(asker=model, sampling=SAMPLING, seed=7, order=ORDER, visible_feedback=visible_feedback))


async def test_an_explanation_is_an_answer_with_its_call_and_its_tokens() -> None:
    explained = await teacher(Model()).explain(problem("first"), 2)
    assert explained == Answer(
        call="call1", outcome=Outcome.OK, rationale="1. Add the number to itself.", code=DOUBLE, usage=explained.usage
    )
    assert (explained.usage.calls, explained.usage.cached_tokens) == (1, 40)


async def test_samples_differ_in_their_place_and_follow_the_role_s_sampling() -> None:
    model = Model()
    await teacher(model).explain(problem("first"), 0)
    await teacher(model).explain(problem("first"), 1)
    assert [request.sampling for request in model.requests] == [SAMPLING, SAMPLING]
    assert [request.place for request in model.requests] == [
        Place(replicate=7, role="teacher", rationale=index, repetition=0) for index in (0, 1)
    ]
    assert model.requests[0].messages == model.requests[1].messages


async def test_the_greedy_answer_is_asked_at_temperature_zero_and_waited_for_by_nobody() -> None:
    model = Model()
    await teacher(model).explain(problem("first"), GREEDY)
    await teacher(model).explain(problem("first"), 7)
    assert (model.requests[0].sampling.temperature, model.requests[0].sampling.max_tokens) == (0, 300)
    assert model.priorities[0] > model.priorities[1]


async def test_earlier_lessons_go_first_then_explaining_then_mending() -> None:
    model = Model()
    await teacher(model).mend(problem("first"), 0, answer(), FAIL)
    await teacher(model).explain(problem("second"), 0)
    await teacher(model).explain(problem("first"), 3)
    mend, later, explain = model.priorities
    assert explain < mend < later


async def test_a_badly_formed_reply_is_an_answer_that_says_so() -> None:
    for model, outcome in (
        (Model("No idea."), Outcome.NO_CODE),
        (Model("1. A long", finish="length"), Outcome.CUT_OFF),
        (Model("", finish="overflow"), Outcome.OVERFLOW),
    ):
        explained = await teacher(model).explain(problem("first"), 0)
        assert (explained.outcome, explained.code) == (outcome, "")


async def test_mending_is_greedy_and_keeps_the_explanation() -> None:
    model = Model(REPLY.replace("n + n", "2 * n"))
    mended = await teacher(model).mend(problem("first"), 1, answer(), FAIL)
    assert model.requests[0].sampling.temperature == 0
    assert (mended.rationale, mended.code) == ("1. Add it to itself.", DOUBLE.replace("n + n", "2 * n"))
    assert mended.call == "call1"


async def test_mending_shows_question_explanation_and_code_and_nothing_of_the_grade() -> None:
    model = Model()
    await teacher(model).mend(problem("first"), 1, answer(), FAIL)
    assert all(part in model.said for part in ("Statement of first", "1. Add it to itself.", DOUBLE))
    failed = model.said
    await teacher(model).mend(problem("first"), 1, answer(), PASS)
    assert model.said == failed


async def test_feedback_on_visible_tests_is_shown_where_it_is_asked_for() -> None:
    model = Model()
    await teacher(model, visible_feedback=True).mend(problem("first"), 1, answer(), FAIL)
    assert FAIL.reason in model.said
    hidden = FAIL.model_copy(update={"v": 1.0, "reason": "WA on 3 of 4 hidden tests"})
    await teacher(model, visible_feedback=True).mend(problem("first"), 1, answer(), hidden)
    assert "hidden" not in model.said


@pytest.mark.parametrize(
    ("reply", "finish", "unused"),
    [
        ("The code is correct.", "stop", Outcome.NO_CODE),
        ("I can't find any mistake in this code, so it stays as it is.", "stop", Outcome.REFUSED),
        ("I'm unable to find a bug. The code is correct.", "stop", Outcome.REFUSED),
        ("1. Check", "length", Outcome.CUT_OFF),
        ("", "refusal", Outcome.REFUSED),
        ("", "content_filter", Outcome.FILTERED),
        ("", "overflow", Outcome.OVERFLOW),
    ],
)
async def test_mending_without_a_program_leaves_the_program_as_it_is(
    reply: str, finish: Finish, unused: Outcome
) -> None:
    before = answer()
    mended = await teacher(Model(reply, finish=finish)).mend(problem("first"), 0, before, PASS)
    assert (mended.outcome, mended.code, mended.rationale) == (Outcome.OK, DOUBLE, before.rationale)
    assert (mended.call, mended.unused) == ("call1", unused)
    assert form([before, mended]).failures == {unused.value: 1}


async def test_mending_can_complete_an_answer_that_was_cut_off() -> None:
    before = answer(code="", outcome=Outcome.CUT_OFF, rationale="1. Add\n```python\nclass Sol")
    mended = await teacher(Model()).mend(problem("first"), 0, before, FAIL)
    assert (mended.outcome, mended.code) == (Outcome.OK, DOUBLE)
    assert mended.rationale == "1. Add the number to itself."


async def test_a_problem_of_another_family_is_a_bug() -> None:
    with pytest.raises(UndefinedError, match="Problem object"):
        await teacher(Model()).explain(Problem(id="first", title="First", statement="1 + 1?"), 0)
