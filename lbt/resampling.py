"""How sure a comparison of selectors is: intervals, sign counts, and what many comparisons cost.

The data have two levels, problems and answers. A problem is resampled with all its answers: their luck is in how the
problems differ. Resampling the answers as well would belittle every way of choosing that takes a maximum, as a resample
of eight answers has five different ones (`tests/graphs/test_known_truth.py` shows both).
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")

FEWEST_PROBLEMS = 10
"""Below, an interval over problems would pretend to know what it cannot: signs are counted instead."""
ROUNDS = 2000
SUBSETS = 20
"""Random subsets of the answers, as in the paper's table A9."""

Statistic = Callable[[Sequence[Sequence[T]]], Mapping[str, float | None]]
"""Problems, each with its answers -> named numbers; None where one is undefined."""


class Interval(NamedTuple):
    """The middle 95 % of what resampling gives."""

    low: float
    high: float


def interval_of_mean(differences: Sequence[float], *, seed: int, rounds: int = ROUNDS) -> Interval | None:
    """Resample problems with replacement, and see how far the mean moves.

    Args:
        differences: One number per problem.
        seed: Of the resampling.
        rounds: How often.

    Returns:
        The interval; None below `FEWEST_PROBLEMS`.
    """
    if len(differences) < FEWEST_PROBLEMS:
        return None
    random = Random(seed)
    return middle([statistics.fmean(random.choices(differences, k=len(differences))) for _ in range(rounds)])


def interval_over_groups(groups: Sequence[Sequence[float]], *, seed: int, rounds: int = ROUNDS) -> Interval | None:
    """Resample groups with replacement, each with all its numbers, and see how far the mean of all numbers moves.

    Args:
        groups: Numbers that are alike, together; no group is empty.
        seed: Of the resampling.
        rounds: How often.

    Returns:
        The interval; None below `FEWEST_PROBLEMS` groups.
    """
    if len(groups) < FEWEST_PROBLEMS:
        return None
    random, sums = Random(seed), [(math.fsum(row), len(row)) for row in groups]
    drawn = (random.choices(sums, k=len(sums)) for _ in range(rounds))
    return middle([math.fsum(total for total, _ in rows) / sum(size for _, size in rows) for rows in drawn])


def middle(values: Sequence[float]) -> Interval:
    """Take the middle 95 % of what resampling gave: two values at least."""
    cuts = statistics.quantiles(values, n=40, method="inclusive")
    return Interval(cuts[0], cuts[-1])


def subset_spread(
    problems: Sequence[Sequence[T]], statistic: Statistic[T], *, seed: int, size: int, subsets: int = SUBSETS
) -> dict[str, float]:
    """Standard deviation of the numbers over random subsets of the answers, in their order: no standard error.

    The subsets share most of their answers, and the problems stay the same: it says how much luck was in the draw of
    the answers, not how the numbers would be on other problems.

    Source: Ning et al. 2024 (arXiv 2406.14629), table A9: 20 subsets of 4 of 8.
    """
    random = Random(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(subsets):
        places = [sorted(random.sample(range(len(row)), min(size, len(row)))) for row in problems]
        parts = [[row[place] for place in chosen] for row, chosen in zip(problems, places, strict=True)]
        for name, value in statistic(parts).items():
            if value is not None:
                drawn.setdefault(name, []).append(value)
    return {name: statistics.pstdev(values) for name, values in drawn.items() if len(values) == subsets}


class Signs(NamedTuple):
    """On how many problems one selector is better than another, as good, and worse."""

    better: int
    same: int
    worse: int

    @property
    def p(self) -> float:
        """Two-sided exact sign test: how likely signs this uneven are if neither selector is better; ties left out."""
        told, fewer = self.better + self.worse, min(self.better, self.worse)
        # A fraction, as no float holds the sum from a thousand problems on.
        return min(1.0, float(Fraction(2 * sum(math.comb(told, k) for k in range(fewer + 1)), 2**told)))


def signs(ours: Sequence[float | None], theirs: Sequence[float | None]) -> Signs:
    """Count signs over the problems on which both are defined."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    better = sum(a > b and not math.isclose(a, b) for a, b in pairs)
    worse = sum(a < b and not math.isclose(a, b) for a, b in pairs)
    return Signs(better, len(pairs) - better - worse, worse)


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Adjust the p-values of a family of comparisons, so that the chance of any false alarm stays what each says.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure.
    """
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, p) in enumerate(sorted(chances.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(chances) - rank) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in chances}
