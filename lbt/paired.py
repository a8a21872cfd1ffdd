"""Two sides that answered the same items, once per repeat: how far apart they are, and how sure that is.

Items are resampled, each with the answers of both sides in all repeats: an item that is easy is easy for all of them.
So an interval says how the difference would be on other items, with the sets of exemplars as they are.
"""

import statistics
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from lbt.classification import CELLS, METRICS, Confusion, SelectBy, cell, confusion
from lbt.exemplars import Marked
from lbt.resampling import FEWEST_PROBLEMS, ROUNDS, Interval, Signs, interval_of_mean, middle, signs
from lbt.types import Value


class Pair(NamedTuple):
    """The answers of one repeat, before and after, to the same items in the same order."""

    before: Sequence[Marked]
    after: Sequence[Marked]


class Difference(Value):
    """How much more the side after has than the one before."""

    mean: float
    """Over repeats."""
    interval: Interval | None
    """95 %, items resampled; None below 10 items."""


def accuracy_difference(pairs: Sequence[Pair], *, seed: int, rounds: int = ROUNDS) -> Difference:
    """Compare mean marks; arguments and errors as for `differences`, but items need no class."""
    before, after = mean_marks(pairs)
    gains = [b - a for a, b in zip(before, after, strict=True)]
    return Difference(mean=statistics.fmean(gains), interval=interval_of_mean(gains, seed=seed, rounds=rounds))


def differences(pairs: Sequence[Pair], *, seed: int, rounds: int = ROUNDS) -> dict[SelectBy, Difference]:
    """Compare each metric of texts, all on the same resamples.

    Args:
        pairs: One per repeat, at least one; the items are the same in all.
        seed: Of the resampling.
        rounds: How often.

    Raises:
        ValueError: sides or repeats differ in their items, there is none, or one is no text.
    """
    check_same_items(pairs)
    found = _mean_differences([confusion(side) for pair in pairs for side in pair])
    drawn = list(_resampled(pairs, seed, rounds))
    return {
        by: Difference(mean=found[by], interval=middle([one[by] for one in drawn]) if drawn else None) for by in METRICS
    }


def _resampled(pairs: Sequence[Pair], seed: int, rounds: int) -> Iterator[dict[SelectBy, float]]:
    """Draw the items anew, and give the mean difference of each metric; nothing where they are too few.

    An item is one large number with a digit per cell of every side, so a sum over items counts all of them at once.
    """
    sides = [side for pair in pairs for side in pair]
    items = len(sides[0])
    if items < FEWEST_PROBLEMS:
        return
    digit = items.bit_length()  # wide enough for all items in one cell
    numbers = [
        sum(1 << digit * (len(CELLS) * place + cell(mark)) for place, mark in enumerate(column))
        for column in zip(*sides, strict=True)
    ]
    random, mask = Random(seed), (1 << digit) - 1
    for _ in range(rounds):
        total = sum(random.choices(numbers, k=items))
        counts = [total >> digit * place & mask for place in range(len(CELLS) * len(sides))]
        cells = iter(counts)
        yield _mean_differences([Confusion(*row) for row in zip(*[cells] * len(CELLS), strict=True)])


def _mean_differences(sides: Sequence[Confusion]) -> dict[SelectBy, float]:
    """Mean over repeats of after - before, of sides that take turns."""
    return {
        by: statistics.fmean(
            after.score(by) - before.score(by) for before, after in zip(sides[::2], sides[1::2], strict=True)
        )
        for by in METRICS
    }


def sign_test(pairs: Sequence[Pair]) -> Signs:
    """Count the items that are answered better after, as well, and worse, by their mean mark over repeats.

    Of one repeat with answers that are right or wrong, the test is McNemar's exact one. Answers of several repeats to
    one item are alike, so they count as one sign: pooled, they would pretend to be as many items. Raises as
    `differences`, but items need no class.
    """
    before, after = mean_marks(pairs)
    return signs(after, before)


def mean_marks(pairs: Sequence[Pair]) -> tuple[list[float], list[float]]:
    """The mean mark of each item over repeats, before and after; raises as `check_same_items`."""
    check_same_items(pairs)
    before, after = (zip(*sides, strict=True) for sides in zip(*pairs, strict=True))
    return _means(before), _means(after)


def _means(items: Iterator[tuple[Marked, ...]]) -> list[float]:
    return [statistics.fmean(mark.mark for mark in repeats) for repeats in items]


def check_same_items(pairs: Sequence[Pair]) -> None:
    """Make sure that an item stands at the same place everywhere.

    Raises:
        ValueError: sides or repeats differ in their items, or there is none.
    """
    orders = {tuple(mark.item for mark in side) for pair in pairs for side in pair}
    if len(orders) != 1 or () in orders:
        raise ValueError("paired answers need the same items in the same order, and at least one")
