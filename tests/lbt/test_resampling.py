"""Intervals cover, signs count, Holm adjusts; known values and properties."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.resampling import Signs, holm, interval_of_mean, interval_over_groups, signs, subset_spread


def grand_mean(problems: Sequence[Sequence[float]]) -> dict[str, float | None]:
    return {"mean": fmean(fmean(row) for row in problems)}


def test_the_interval_of_a_mean_covers_the_truth_about_as_often_as_it_says() -> None:
    random, hits, trials = Random(1), 0, 300
    for trial in range(trials):
        levels = [random.gauss(0.5, 0.2) for _ in range(20)]
        observed = [fmean(level + random.gauss(0, 0.3) for _ in range(6)) for level in levels]  # luck of the answers
        interval = interval_of_mean(observed, seed=trial, rounds=300)
        assert interval is not None
        hits += interval.low <= 0.5 <= interval.high
    assert 0.9 <= hits / trials <= 0.98


def test_below_ten_problems_there_is_no_interval() -> None:
    assert interval_of_mean([0.1] * 9, seed=0) is None
    assert interval_of_mean([0.1] * 10, seed=0) == pytest.approx((0.1, 0.1))


def test_the_same_seed_gives_the_same_interval() -> None:
    random = Random(3)
    numbers = [random.random() for _ in range(12)]
    assert interval_of_mean(numbers, seed=5) == interval_of_mean(numbers, seed=5)
    assert interval_of_mean(numbers, seed=5) != interval_of_mean(numbers, seed=6)


def test_the_spread_of_subsets_is_none_where_all_answers_are_alike() -> None:
    assert subset_spread([[0.5] * 8] * 3, grand_mean, seed=0, size=4) == {"mean": 0.0}
    assert subset_spread([[0.0, 1.0] * 4] * 3, grand_mean, seed=0, size=4)["mean"] > 0.02


def test_subsets_are_those_of_the_seed_in_the_order_of_the_answers() -> None:
    seen: list[list[float]] = []

    def note(problems: Sequence[Sequence[float]]) -> dict[str, float | None]:
        seen.extend(map(list, problems))
        return {}

    row = [float(k) for k in range(8)]
    subset_spread([row, row], note, seed=4, size=4, subsets=10)
    random = Random(4)
    assert seen == [sorted(random.sample(row, 4)) for _ in range(20)]
    assert len({tuple(subset) for subset in seen}) > 10


@pytest.mark.parametrize(
    ("found", "p"),
    [
        (Signs(5, 2, 0), 0.0625),
        (Signs(3, 0, 3), 1.0),
        (Signs(0, 9, 0), 1.0),
        (Signs(9, 0, 1), 22 / 1024),
        (Signs(1500, 3, 1400), 0.06598734966518463),
        (Signs(2600, 0, 0), 0.0),
    ],
)
def test_the_sign_test_is_the_exact_binomial(found: Signs, p: float) -> None:
    assert found.p == pytest.approx(p)


def test_signs_leave_out_what_is_undefined_and_rounding_is_no_difference() -> None:
    assert signs([1.0, 0.1 + 0.2, 0.2, None, 0.5], [0.0, 0.3, 0.4, 0.1, None]) == Signs(1, 1, 1)


def test_holm_on_a_known_family() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    )


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_adjusting_keeps_the_order_and_makes_nothing_more_likely(chances: dict[str, float]) -> None:
    adjusted = holm(chances)
    assert all(chances[name] <= adjusted[name] <= 1 for name in chances)
    ranked = sorted(chances, key=lambda name: chances[name])
    assert all(adjusted[a] <= adjusted[b] or math.isclose(adjusted[a], adjusted[b]) for a, b in pairwise(ranked))


def test_an_interval_over_groups_needs_ten_however_many_numbers() -> None:
    assert interval_over_groups([[1.0] * 50] * 9, seed=0) is None
    assert interval_over_groups([[1.0, 2.0]] * 10, seed=0) == pytest.approx((1.5, 1.5))


def test_alike_numbers_of_a_group_make_no_interval_narrower() -> None:
    alone = interval_over_groups([[1.0], [0.0], [0.0], [1.0]] * 5, seed=1)
    alike = interval_over_groups([[1.0] * 8, [0.0] * 8, [0.0] * 8, [1.0] * 8] * 5, seed=1)
    assert alone == alike


def test_numbers_of_a_group_count_together() -> None:
    apart = [[float(place % 2)] for place in range(40)]
    together = [[float(place % 2)] * 4 for place in range(10)]
    narrow, wide = interval_over_groups(apart, seed=0), interval_over_groups(together, seed=0)
    assert narrow is not None
    assert wide is not None
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)
