"""Paired differences: the intervals are those of a plain bootstrap and cover the truth; items stay together."""

from collections.abc import Sequence
from random import Random
from statistics import fmean, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lbt.classification import METRICS, confusion
from lbt.exemplars import Marked
from lbt.paired import Pair, accuracy_difference, differences, sign_test
from lbt.resampling import Signs

SAID = st.sampled_from([True, False, None])


def side(labels: Sequence[bool], said: Sequence[bool | None]) -> list[Marked]:
    return [Marked(str(k), float(a is b), a, b) for k, (a, b) in enumerate(zip(labels, said, strict=True))]


def drawn(random: Random, labels: list[bool], right: float) -> list[Marked]:
    """Answers that are right with probability `right`, and now and then neither Yes nor No."""
    return side(labels, [label if random.random() < right else random.choice([not label, None]) for label in labels])


@st.composite
def pairs_of_texts(draw: st.DrawFn) -> list[Pair]:
    labels = draw(st.lists(st.booleans(), min_size=1, max_size=25))
    sides = [draw(st.lists(SAID, min_size=len(labels), max_size=len(labels))) for _ in range(4)]
    return [Pair(side(labels, sides[0]), side(labels, sides[1])), Pair(side(labels, sides[2]), side(labels, sides[3]))]


@settings(max_examples=30)
@given(pairs_of_texts())
def test_counting_by_large_numbers_gives_what_counting_one_by_one_gives(pairs: list[Pair]) -> None:
    found = differences(pairs, seed=3, rounds=20)
    items = len(pairs[0].before)
    random, plain = Random(3), {by: list[float]() for by in METRICS}
    for _ in range(20):
        places = random.choices(range(items), k=items)
        for by, values in plain.items():
            gains = []
            for pair in pairs:
                before, after = (confusion(one[place] for place in places).score(by) for one in pair)
                gains.append(after - before)
            values.append(fmean(gains))
    for by in METRICS:
        cuts = quantiles(plain[by], n=40, method="inclusive")
        expected = None if items < 10 else pytest.approx((cuts[0], cuts[-1]))
        assert found[by].interval == expected
        assert found[by].mean == pytest.approx(
            fmean(confusion(pair.after).score(by) - confusion(pair.before).score(by) for pair in pairs)
        )


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random, hits, trials = Random(5), 0, 200
    for trial in range(trials):
        labels = [k % 2 == 0 for k in range(60)]
        pairs = [Pair(drawn(random, labels, 0.6), drawn(random, labels, 0.7)) for _ in range(2)]
        interval = differences(pairs, seed=trial, rounds=200)["accuracy"].interval
        assert interval is not None
        hits += interval.low <= 0.1 <= interval.high
    assert 0.9 <= hits / trials <= 0.99


def test_sides_that_agree_everywhere_differ_by_nothing() -> None:
    random = Random(1)
    same = drawn(random, [True, False] * 10, 0.5)
    found = differences([Pair(same, same)] * 3, seed=0, rounds=50)
    assert all((one.mean, one.interval) == (0, (0, 0)) for one in found.values())


def test_the_seed_decides_the_resamples() -> None:
    random, labels = Random(2), [True, False] * 15
    pairs = [Pair(drawn(random, labels, 0.5), drawn(random, labels, 0.7))]
    assert differences(pairs, seed=1, rounds=40) == differences(pairs, seed=1, rounds=40)
    assert differences(pairs, seed=1, rounds=40) != differences(pairs, seed=2, rounds=40)


def test_below_ten_items_there_is_a_difference_and_no_interval() -> None:
    labels = [True] * 9
    pair = Pair(side(labels, [False] * 9), side(labels, [True] * 9))
    assert {(one.mean, one.interval) for one in differences([pair], seed=0).values()} == {(1.0, None), (0.5, None)}
    assert accuracy_difference([pair], seed=0).interval is None


def test_accuracy_of_texts_is_the_same_by_either_way() -> None:
    random, labels = Random(4), [True, False, False] * 8
    pairs = [Pair(drawn(random, labels, 0.4), drawn(random, labels, 0.8)) for _ in range(3)]
    ours, theirs = differences(pairs, seed=9)["accuracy"], accuracy_difference(pairs, seed=9)
    assert ours.mean == pytest.approx(theirs.mean)
    assert ours.interval == pytest.approx(theirs.interval)


def plain_side(marks: list[float]) -> list[Marked]:
    return [Marked(str(k), mark) for k, mark in enumerate(marks)]


def test_items_without_a_class_are_compared_by_their_marks() -> None:
    pair = Pair(plain_side([0.0, 0.5] * 6), plain_side([0.25, 0.75] * 6))
    found = accuracy_difference([pair], seed=0)
    assert (found.mean, found.interval) == (0.25, (0.25, 0.25))


def test_the_sign_test_of_one_repeat_is_mcnemars() -> None:
    labels = [True] * 20
    before = side(labels, [True] * 8 + [False] * 12)
    after = side(labels, [True] * 7 + [None] + [True] * 9 + [False] * 3)
    found = sign_test([Pair(before, after)])
    assert found == Signs(better=9, same=10, worse=1)
    assert found.p == pytest.approx(22 / 1024)  # 9 against 1 of 10 that changed


def test_repeats_of_one_item_are_one_sign() -> None:
    before, after = plain_side([0.0, 1.0, 0.0]), plain_side([1.0, 0.0, 0.0])
    assert sign_test([Pair(before, after)] * 5) == Signs(1, 1, 1)
    assert sign_test([Pair(before, after), Pair(after, before)]) == Signs(0, 3, 0)


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [Pair([], [])],
        [Pair(plain_side([1.0]), plain_side([1.0, 0.0]))],
        [Pair(plain_side([1.0]), plain_side([1.0])), Pair([Marked("other", 1.0)], [Marked("other", 1.0)])],
    ],
    ids=["no pair", "no item", "one more", "another repeat's items"],
)
def test_only_the_same_items_can_be_compared(pairs: list[Pair]) -> None:
    for compare in (sign_test, lambda one: differences(one, seed=0), lambda one: accuracy_difference(one, seed=0)):
        with pytest.raises(ValueError, match="the same items in the same order"):
            compare(pairs)


def test_classes_are_needed_for_f1() -> None:
    pair = Pair(plain_side([1.0]), plain_side([0.0]))
    with pytest.raises(ValueError, match="has no class"):
        differences([pair], seed=0)
