"""What is read out of opinions and written tests, however they are written; and what is never read into them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.assessor import call_of, read_tests, score_of
from agents.inputs import mutated_inputs
from lbt.evidence import evidence_of
from lbt.selectors import votes
from lbt.types import Case
from tests.agents.fakes import problem
from tests.voting import lesson

PAIR = problem("pair", starter="def f(a: int, b: List[int]) -> int:", entry_point="f")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Score: 80", 0.8),
        ("It adds.\n**Score: 100**\n", 1.0),
        ("score: 7/100", 0.07),
        ("Score: 30%\nOn reflection:\nScore: 90", 0.9),
        ("Score: 0", 0.0),
        ("Score: 101", None),
        ("Score: 85.5", 0.855),
        ("Score: 95 out of 100.", 0.95),
        ("Score: -5", None),
        ("Score:\n7", None),
        ("\n" * 200_000 + "Score: 80", 0.8),
        ("Score: 5" + " " * 200_000 + "x", None),
        ("I would give it a score of 80.", None),
        ("", None),
    ],
)
def test_the_last_score_counts(text: str, score: float | None) -> None:
    assert score_of(text) == score


@given(st.decimals(0, 100, places=9))
def test_a_score_is_the_decimal_fraction_that_was_written(percentage: Decimal) -> None:
    score = score_of(f"Score: {percentage:f}")
    assert Fraction(str(score)) == Fraction(percentage) / 100


def test_opinions_that_sum_to_the_same_tie() -> None:
    assert sum(Fraction(str(percentage / 100)) for percentage in (33.3, 66.7)) != 1
    record = lesson([0, 0, 1, 1], {0}, [[1]] * 4)
    told = [
        one.model_copy(update={"self_evaluation": score_of(f"Score: {score}")})
        for one, score in zip(evidence_of(record), ("33.3", "66.7", "50", "50"), strict=True)
    ]
    (by_sum,) = [vote for vote in votes(("a",)) if vote.name == "self-eval-sum"]
    assert by_sum.choose(told) == (0, 2)


def test_a_test_is_a_call_with_literals_compared_to_a_literal() -> None:
    text = """Here they are:
```python
assert f(1, [2, 3]) == 6
assert f(b=[1], a=-2) == None
assert f(1, [2, 3]) == 7
assert f(1) == 1
assert f(1, [2], 3) == 1
assert f(x, []) == 1
assert g(1, []) == 1
assert f(1, []) == __import__('os').getpid()
assert f(1, []) < 4
assert f(2, []) is True
print(f(1, []))
assert f(3, {1}) == 1
```"""
    assert read_tests(text, PAIR) == (
        Case(args=(1, [2, 3]), expected=6),
        Case(args=(-2, [1]), expected=None),
        Case(args=(2, []), expected=True),
    )


def test_an_odd_escape_in_a_written_test_is_no_news() -> None:
    assert read_tests(r"assert f(1, ['\d']) == '\d'", PAIR) == (Case(args=(1, [r"\d"]), expected=r"\d"),)


def test_methods_are_called_on_a_fresh_solution() -> None:
    assert call_of("Solution.double") == "Solution().double"
    assert read_tests("assert Solution().double(4) == 8", problem("a")) == (Case(args=(4,), expected=8),)
    assert read_tests("assert double(4) == 8", problem("a")) == ()


@given(st.text())
def test_no_reply_breaks_the_reading(text: str) -> None:
    score_of(text)
    read_tests(text, PAIR)
    read_tests(f"assert f({text}) == {text}", PAIR)


def test_inputs_are_drawn_from_the_visible_tests_alone_and_each_once() -> None:
    asked = problem("a", visible=(Case(args=([1, 2], "ab"), expected=0),))
    inputs = mutated_inputs(asked, seed=0)
    assert len(inputs) == 20
    assert inputs == mutated_inputs(asked.model_copy(update={"hidden": ()}), seed=0)
    assert inputs != mutated_inputs(asked, seed=1)
    assert len({str(one) for one in inputs}) == 20
    assert ([1, 2], "ab") not in inputs
    assert all(isinstance(one[0], list) and isinstance(one[1], str) for one in inputs)
    assert all(isinstance(item, int) and item >= 0 for one in inputs for item in one[0])  # type: ignore[union-attr]


def test_numbers_are_negative_only_where_a_visible_test_has_one() -> None:
    signed = problem("a", visible=(Case(args=([-1, 2],), expected=0),))
    assert any(item < 0 for (row,) in mutated_inputs(signed, seed=0) for item in row)  # type: ignore[union-attr,operator]


def test_there_are_no_more_inputs_than_there_are() -> None:
    assert mutated_inputs(problem("a", visible=(Case(args=(True,), expected=0),)), seed=0) == ((False,),)
    assert mutated_inputs(problem("a", visible=(Case(args=([],), expected=0),)), seed=0) == ()
