"""Margin, accuracy and ranking of pairs, and how sure their change is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.preferences import Likelihood, Measured, changes, loss, margin, means

LOGS = st.floats(-1e4, 0)


def measured(now: tuple[float, float], start: tuple[float, float] = (-10, -10), group: str = "a") -> Measured:
    return Measured(group, 5, Likelihood(*start), Likelihood(*now))


def test_margin_is_what_the_chosen_answer_gained_more() -> None:
    assert margin(measured((-8, -11)), 0.1) == pytest.approx(0.3)
    assert margin(measured((-11, -8)), 0.1) == pytest.approx(-0.3)


@given(LOGS, LOGS)
def test_start_has_no_margin_and_even_odds(chosen: float, rejected: float) -> None:
    pair = measured((chosen, rejected), (chosen, rejected))
    found = means([pair], 0.1, 50)
    assert (found["margin"], found["accuracy"]) == (0, 0.5)
    assert loss(pair, 0.1, 50) == pytest.approx(math.log(2) + 50 * -chosen / 5)


@given(LOGS, LOGS)
def test_loss_is_the_formula_however_large_the_margin(chosen: float, rejected: float) -> None:
    pair = measured((chosen, rejected))
    m = margin(pair, 0.1)
    found = loss(pair, 0.1, 0)
    assert found >= 0
    assert found == pytest.approx(math.log1p(math.exp(-m)) if m > -500 else -m, abs=1e-9)


def test_ranking_looks_at_the_answers_alone() -> None:
    found = changes([measured((-8, -9), start=(-9, -8))], 0.1, 0, seed=0)["ranking"]
    assert (found.before, found.after, found.interval) == (0, 1, None)
