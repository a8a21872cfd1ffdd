"""How far a model prefers the chosen answer of a pair to the rejected one, before and after it was trained.

- margin: beta times how much more log-probability the chosen answer gained over the start than the rejected one did.
  It is what DPO's loss raises; of an untrained model it is 0.
- accuracy: share of the pairs with a margin above 0; none is 1/2. Of an untrained model it is 1/2.
- ranking: share of the pairs whose chosen answer has the higher log-probability. Of an untrained model it tells
  something too: Chen et al. 2024 (arXiv 2405.19534) found that DPO often raises the margin and leaves this as it was.
- nll: negative log-likelihood of a token of the chosen answer, mean over pairs.

Intervals are over groups of problems, each with all its pairs: pairs of one problem share answers.
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lbt.resampling import Interval, interval_over_groups
from lbt.types import Value


class Likelihood(NamedTuple):
    """What a model says of the answers of one pair: natural logarithms of their probabilities."""

    chosen: float
    rejected: float


class Measured(NamedTuple):
    """One held-out pair."""

    group: str
    tokens: int
    """Of the chosen answer."""
    start: Likelihood
    now: Likelihood


class Change(Value):
    """A number of the held-out pairs, before and after."""

    before: float
    after: float
    interval: Interval | None
    """Of after - before, 95 %, groups resampled; None below 10 groups."""


def margin(pair: Measured, beta: float) -> float:
    """Implicit reward of the chosen answer minus that of the rejected one.

    Source: Rafailov et al. 2023 (arXiv 2305.18290), equation 5.
    """
    return beta * ((pair.now.chosen - pair.start.chosen) - (pair.now.rejected - pair.start.rejected))


def loss(pair: Measured, beta: float, nll_weight: float) -> float:
    """The loss of one pair: DPO's, and the weighted NLL of a token of the chosen answer.

    Source: Pang et al. 2024 (arXiv 2404.19733), equation 1, whose NLL is divided by the answer's length as well.
    """
    m = margin(pair, beta)
    return math.log1p(math.exp(-abs(m))) + max(0.0, -m) + nll_weight * nll(pair)


def nll(pair: Measured) -> float:
    """Negative log-likelihood of a token of the chosen answer."""
    return -pair.now.chosen / pair.tokens


def sign(value: float) -> float:
    """1 above 0, 0 below, and 1/2 for 0."""
    return (value > 0) + (value == 0) / 2


def measures(beta: float, nll_weight: float) -> Mapping[str, Callable[[Measured], float]]:
    """The numbers of one pair, by name."""
    return {
        "margin": lambda pair: margin(pair, beta),
        "accuracy": lambda pair: sign(margin(pair, beta)),
        "ranking": lambda pair: sign(pair.now.chosen - pair.now.rejected),
        "nll": nll,
        "loss": lambda pair: loss(pair, beta, nll_weight),
    }


def means(pairs: Sequence[Measured], beta: float, nll_weight: float) -> dict[str, float]:
    """Mean of each number over pairs, at least one."""
    return {name: statistics.fmean(map(of, pairs)) for name, of in measures(beta, nll_weight).items()}


def changes(pairs: Sequence[Measured], beta: float, nll_weight: float, *, seed: int) -> dict[str, Change]:
    """Compare each number with that of the start, on at least one pair."""
    found: dict[str, Change] = {}
    for name, of in measures(beta, nll_weight).items():
        before = [of(pair._replace(now=pair.start)) for pair in pairs]
        after = [of(pair) for pair in pairs]
        gains: dict[str, list[float]] = {}
        for pair, old, new in zip(pairs, before, after, strict=True):
            gains.setdefault(pair.group, []).append(new - old)
        found[name] = Change(
            before=statistics.fmean(before),
            after=statistics.fmean(after),
            interval=interval_over_groups(list(gains.values()), seed=seed),
        )
    return found
