"""How good a way of choosing is with fewer rationales: the stored answers of a run in random subsets, no new call.

Subsets are drawn without replacement and keep the order of the answers, so that a vote on all of them is the run's own.
Their spread says how much luck was in the draw; subsets of most of the answers share them, so it shrinks to 0 there.

Source: Ning et al. 2024 (arXiv 2406.14629), figure 4 and table A6: 10 subsets, without saying how they were drawn.
"""

import statistics
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from lbt.comparison import Lessons, worth
from lbt.scoring import mean
from lbt.selectors import Selector

SUBSETS = 10


def sizes(most: int) -> tuple[int, ...]:
    """Powers of two up to `most`, which is at least 1, and `most` itself."""
    powers = [2**power for power in range(most.bit_length())]
    return tuple(dict.fromkeys([*powers, most]))


Drawn = dict[str, list[list[float | None]]]
"""For each selector the S-score of what it hands in, shape (subsets, problems); None where it is undefined."""


def on_subsets(
    lessons: Lessons, selectors: Sequence[Selector], size: int, *, seed: int, subsets: int = SUBSETS
) -> Drawn:
    """Choose from random subsets of the answers, the same ones for every selector.

    Args:
        lessons: Shape (problems, answers).
        selectors: Ways to choose.
        size: Answers in a subset; a problem with no more gives all of its own.
        seed: Together with `size` it settles the subsets, whatever else is drawn.
        subsets: How many; one where no problem has more answers than `size`, as all would be the same.
    """
    random = Random(f"{seed} {size}")
    drawn: Drawn = {one.name: [] for one in selectors}
    for _ in range(subsets if any(len(row) > size for row in lessons) else 1):
        places = [sorted(random.sample(range(len(row)), min(size, len(row)))) for row in lessons]
        parts = [[row[place] for place in chosen] for row, chosen in zip(lessons, places, strict=True)]
        for one in selectors:
            drawn[one.name].append([worth(one, part) for part in parts])
    return drawn


class Spread(NamedTuple):
    """A number over subsets."""

    mean: float
    std: float
    """Standard deviation over the subsets, of the subsets themselves; no standard error."""

    @classmethod
    def of(cls, values: Sequence[float | None]) -> "Spread | None":
        """Mean and spread; None where some subset has no value."""
        known = [value for value in values if value is not None]
        return cls(statistics.fmean(known), statistics.pstdev(known)) if known and len(known) == len(values) else None


class Point(NamedTuple):
    """A selector with so many answers."""

    size: int
    s: Spread | None
    """Mean S-score over the problems."""
    gain: Spread | None
    """How much better than the reference with the same answers, as a share of the reference; None where that is 0."""


def curve(
    lessons: Lessons, selectors: Sequence[Selector], *, reference: str, seed: int, subsets: int = SUBSETS
) -> dict[str, tuple[Point, ...]]:
    """Follow every selector from one answer to all.

    Args:
        lessons: Shape (problems, answers).
        selectors: Ways to choose, the reference among them.
        reference: Name of the one that gains are relative to.
        seed: Of the subsets.
        subsets: How many of each size.
    """
    points: dict[str, list[Point]] = {one.name: [] for one in selectors}
    for size in sizes(max(map(len, lessons))):
        drawn = on_subsets(lessons, selectors, size, seed=seed, subsets=subsets)
        means = {name: [over_problems(row) for row in rows] for name, rows in drawn.items()}
        for name, own in means.items():
            gains = [relative(ours, base) for ours, base in zip(own, means[reference], strict=True)]
            points[name].append(Point(size, Spread.of(own), Spread.of(gains)))
    return {name: tuple(own) for name, own in points.items()}


def over_problems(each: Sequence[float | None]) -> float | None:
    """Mean over the problems on which there is a number."""
    return mean(value for value in each if value is not None)


def relative(ours: float | None, base: float | None) -> float | None:
    """Gain over `base` as a share of it; None where that is undefined."""
    return None if ours is None or not base else (ours - base) / base
