"""The arithmetic of held-out problems, on answers whose differences are known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.held_out import Answered, held_out
from lbt.types import Outcome


def answers(arm: str, model: str, right: str, groups: str | None = None) -> list[Answered]:
    """One answer per character: `1` right, `0` wrong, `-` no answer, `c` cut off, `?` missing."""
    outcomes = {"1": Outcome.OK, "0": Outcome.OK, "-": Outcome.NO_ANSWER, "c": Outcome.CUT_OFF, "?": None}
    return [
        Answered(
            arm=arm,
            model=model,
            problem=f"p{place}",
            group=groups[place] if groups else f"p{place}",
            correct=None if mark == "?" else mark == "1",
            outcome=outcomes[mark],
            tokens=10 * place,
            characters=100,
        )
        for place, mark in enumerate(right)
    ]


def test_one_model_against_another_is_mcnemars_test() -> None:
    told = held_out(answers("a", "x", "1100000000") + answers("b", "y", "0111111100"), seed=0)
    versus = told.versus("b", "a")
    assert versus.signs == (6, 3, 1)
    assert versus.p == pytest.approx(2 * (1 + 7) / 2**7)  # 1 or fewer of 7 that differ
    assert versus.difference == pytest.approx(0.5)
    assert versus.interval is not None
    assert versus.interval.low < 0.5 < versus.interval.high


def test_models_of_one_arm_are_averaged_and_their_spread_is_told() -> None:
    told = held_out(answers("a", "x", "1010") + answers("b", "y", "1111") + answers("b", "z", "1100"), seed=0)
    arm = told.arms[1]
    assert arm.each == (1.0, 0.5)
    assert arm.accuracy == pytest.approx(0.75)
    assert arm.spread == pytest.approx(math.sqrt(0.125))
    assert told.arms[0].spread is None
    assert told.versus("b", "a").signs == (2, 1, 1)


def test_problems_of_one_group_count_as_one_sign() -> None:
    told = held_out(answers("a", "x", "000000", "ggghhh") + answers("b", "y", "111000", "ggghhh"), seed=0)
    assert told.groups == 2
    assert told.versus("b", "a").signs == (1, 1, 0)
    assert told.versus("b", "a").difference == pytest.approx(0.5)


def test_what_is_missing_counts_on_neither_side() -> None:
    told = held_out(answers("a", "x", "1?00") + answers("b", "y", "11?0"), seed=0)
    assert [arm.missing for arm in told.arms] == [1, 1]
    assert told.missing == 2
    assert told.arms[0].accuracy == pytest.approx(1 / 3)
    assert told.versus("b", "a").problems == 2
    assert told.versus("b", "a").difference == 0.0


def test_an_arm_that_answered_nothing_has_no_numbers() -> None:
    told = held_out(answers("a", "x", "10") + answers("b", "y", "??"), seed=0)
    assert told.arms[1].accuracy is None
    assert told.arms[1].each == ()
    assert told.versus("b", "a").difference is None


def test_failures_of_form_are_told_apart() -> None:
    (arm,) = held_out(answers("a", "x", "1-c0"), seed=0).arms
    assert (arm.no_answer, arm.cut_off) == (0.25, 0.25)
    assert (arm.tokens, arm.characters) == (15.0, 100.0)


@pytest.mark.parametrize("other", ["10", "1010", ""])
def test_models_that_were_asked_other_problems_are_not_compared(other: str) -> None:
    rows = answers("a", "x", "101") + (answers("b", "y", other) if other else answers("a", "x", "101"))
    with pytest.raises(ValueError, match="was not asked every problem once"):
        held_out(rows, seed=0)


def test_a_problem_in_two_groups_is_a_bug() -> None:
    with pytest.raises(ValueError, match="p0 is in two groups, g and h"):
        held_out(answers("a", "x", "1", "g") + answers("b", "y", "1", "h"), seed=0)


def test_gains_and_losses_that_cancel_are_a_tie() -> None:
    thirds = [
        line for model, right in (("y", "10"), ("z", "01"), ("w", "01")) for line in answers("b", model, right, "gg")
    ]
    told = held_out(answers("a", "x", "01", "gg") + thirds, seed=0)
    assert told.versus("b", "a").signs == (0, 1, 0)  # 1/3 - 0 and 2/3 - 1: in floats, their sum is not 0
    assert told.versus("b", "a").difference == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_the_other_way_round_everything_changes_its_sign(marks: list[tuple[bool, bool]]) -> None:
    ours, theirs = ("".join("01"[mark] for mark in side) for side in zip(*marks, strict=True))
    there = held_out(answers("a", "x", theirs) + answers("b", "y", ours), seed=3, rounds=40).versus("b", "a")
    back = held_out(answers("b", "y", ours) + answers("a", "x", theirs), seed=3, rounds=40).versus("a", "b")
    assert there.difference == pytest.approx(-(back.difference or 0.0))
    assert there.signs == back.signs[::-1]
    assert there.p == back.p
