"""What a way of choosing costs is what it needs, and money is told only where every price is known."""

from pathlib import Path

import pytest

from agents.endpoints.budget import Price
from agents.outlay import outlays
from agents.select import prices_of
from lbt.collected import Collection, Opinion, SelfEvaluation, answers_of
from lbt.comparison import Outlay
from lbt.types import TEACHER, Answer, Grade, LessonRecord, Mark, Outcome, Taught, Usage
from reports.selection import money

GRADE = Grade(v=1, v_share=1, s=1, s_prefix=1, status="AC")
PRICES = {TEACHER: Price(prompt=1, completion=2), "openai:a": Price(prompt=10, completion=0)}
A_MILLION = 1_000_000


def answer(prompt_tokens: int) -> Answer:
    usage = Usage(calls=1, prompt_tokens=prompt_tokens, completion_tokens=A_MILLION)
    return Answer(call="c", outcome=Outcome.OK, code="x", usage=usage)


def lesson(*students: str) -> LessonRecord:
    """Four answers of the teacher at 2 million tokens each, and an exam problem for each student."""
    exam = tuple(Mark(student=name, problem="q", answer=answer(2 * A_MILLION), grade=GRADE) for name in students)
    taught = tuple(Taught(index=index, answer=answer(A_MILLION), grade=GRADE, exam=exam) for index in range(4))
    return LessonRecord(problem="p", students=students, rationales=taught, complete=True)


def test_a_row_costs_its_answers_its_exams_and_what_was_collected_for_it(tmp_path: Path) -> None:
    record, there = lesson("openai:a", "openai:b"), Collection(tmp_path)
    usage = Usage(calls=1, prompt_tokens=A_MILLION)
    opinions = tuple(Opinion(call="o", score=1, usage=usage) for _ in record.rationales)
    there.append(SelfEvaluation(problem="p", answers=answers_of(record), opinions=opinions))
    rows = outlays([record], there, PRICES)
    assert rows["random"] == Outlay(1, 2 * A_MILLION, 3)
    assert rows["v"] == rows["oracle"] == rows["mbr"] == Outlay(4, 8 * A_MILLION, 12)
    assert rows["self-eval"] == Outlay(8, 12 * A_MILLION, 16)
    assert rows["lbt[openai:a]"] == Outlay(8, 20 * A_MILLION, 12 + 80)


def test_exams_that_were_written_and_marked_by_models_cost_those_who_look_at_them(tmp_path: Path) -> None:
    whole = lesson("openai:a")
    marked = GRADE.model_copy(update={"usage": Usage(calls=1, prompt_tokens=A_MILLION)})
    exam = tuple(mark.model_copy(update={"grade": marked}) for mark in whole.rationales[0].exam)
    taught = tuple(one.model_copy(update={"exam": exam}) for one in whole.rationales)
    posing = {TEACHER: Usage(calls=4, prompt_tokens=A_MILLION), "openai:a": Usage(calls=1, prompt_tokens=A_MILLION)}
    before = outlays([whole], Collection(tmp_path), PRICES)
    after = outlays([whole.model_copy(update={"rationales": taught, "posing": posing})], Collection(tmp_path), PRICES)
    assert after["random"] == before["random"]
    assert after["v"] == before["v"]
    assert after["lbt"] == before["lbt"] + Outlay(4, 4 * A_MILLION, 4) + Outlay(5, 2 * A_MILLION, 1 + 10)


def test_a_price_that_is_not_known_leaves_the_cost_unknown_not_nothing(tmp_path: Path) -> None:
    rows = outlays([lesson("openai:a", "openai:b")], Collection(tmp_path), PRICES)
    assert rows["lbt[openai:b]"].cost is None
    assert rows["lbt"].cost is None
    assert rows["lbt"].calls == 4 + 8
    assert rows["greedy"].cost == 0
    assert [money(cost) for cost in (None, 0.0, 0.5)] == ["-", "0", "0.5000"]


@pytest.mark.parametrize(
    ("spec", "price"),
    [("openai:paid", PRICES[TEACHER]), ("openai:other", None), ("local:x", Price(prompt=0, completion=0))],
)
def test_prices_are_those_of_the_models_and_of_none_that_is_not_known(spec: str, price: Price | None) -> None:
    config = {"teacher": spec, "student": [spec]}
    assert prices_of(config, {"paid": PRICES[TEACHER]}) == ({TEACHER: price, spec: price} if price else {})
