"""Votes at equal outlay: what self-consistency reaches with as many more samples as the exams of a vote would buy.

A rationale that is taught costs its own call and those of its exams. The answers are those of a stored run, so there
are never more samples than it has: where the outlay would buy more, all that there are stand for them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from agents.stored import StoredRun
from lbt.comparison import Outlay, interval_of
from lbt.curves import SUBSETS, Spread, on_subsets, over_problems, sizes
from lbt.errors import ConfigError
from lbt.racing import need_whole_exams
from lbt.resampling import Interval
from lbt.scoring import mean
from lbt.selectors import SC, Vote
from lbt.types import Value
from reports.analyses.sheet import Sheet
from reports.selection import ends
from reports.tables import DASH, share

Currency = Literal["calls", "tokens", "money"]


class AtOutlay(Value):
    """A vote with some rationales, beside self-consistency with the samples that cost the same."""

    selector: str
    currency: Currency
    """What is the same."""
    rationales: int
    """Of a problem, each with its exams."""
    amount: float
    """What they cost, per problem."""
    s: Spread | None
    """Mean S-score over the problems; its spread over random subsets of the answers."""
    bought: int
    """Samples of a problem that cost as much."""
    samples: int
    """Of these, those that are stored."""
    s_sc: Spread | None
    """Of self-consistency with `samples`."""
    difference: float | None
    interval: Interval | None
    """95 % of the difference, problems resampled; None below 10 problems."""


def equal_cost(stored: StoredRun, names: Sequence[str]) -> list[AtOutlay]:
    """Compare the votes of these names with self-consistency, in every currency in which their outlay is known.

    Args:
        stored: A run with votes.
        names: Rows that were asked for; of them votes that cost more than samples, and have all that they need.

    Raises:
        ConfigError: answers cannot be voted on, the exams were raced, or no such vote is there.
    """
    if stored.domain != "math":
        raise ConfigError(f"--equal-cost compares votes, and the answers of {stored.place} cannot be voted on")
    need_whole_exams(stored.complete, "--equal-cost")
    asked = [one for one in stored.selectors if isinstance(one, Vote) and one.name in names]
    # Beside the run's own votes, those by text show what weak classes cost: nobody would pay for them.
    own = [one for one in asked if one.faithful or not one.texts]
    votes = [one for one in own if one.name != SC and not stored.lacking(one)]
    drawn = Drawn(stored)
    rows = [
        at_outlay(drawn, vote, currency, tariff, rationales)
        for currency in CURRENCIES
        for vote in votes
        if (tariff := Tariff.of(stored, vote, currency))
        for rationales in tariff.steps
    ]
    if not rows:
        raise ConfigError(f"--equal-cost: no vote of {stored.place} that was asked for costs more than {SC}")
    return rows


CURRENCIES: dict[Currency, Callable[[Outlay], float | None]] = {
    "calls": lambda outlay: outlay.calls,
    "tokens": lambda outlay: outlay.tokens,
    "money": lambda outlay: outlay.cost,
}


class Tariff(NamedTuple):
    """What a vote and self-consistency cost, per problem and in one currency."""

    fixed: Fraction
    """Whatever the number of rationales: an exam that was written for the lesson."""
    rationale: Fraction
    """Each one with its exams."""
    sample: Fraction
    """Each one without."""
    most: int
    """Rationales of a problem that are stored."""

    @classmethod
    def of(cls, stored: StoredRun, vote: Vote, currency: Currency) -> "Tariff | None":
        """Take the tariff from what a run has cost; None where a price is not known, or the vote costs no more."""
        amount = CURRENCIES[currency]
        posing = sum((lesson.posing for lesson in stored.complete), Outlay()) if vote.students else Outlay()
        known = amount(stored.outlays[vote.name]), amount(stored.outlays[SC]), amount(posing)
        ours, samples, fixed = (None if one is None else Fraction(one) for one in known)
        if ours is None or samples is None or fixed is None or not ours > samples > 0:
            return None
        answers, problems = sum(map(len, stored.candidates)), len(stored.candidates)
        most = max(map(len, stored.candidates))
        return cls(fixed / problems, (ours - fixed) / answers, samples / answers, most)

    def cost(self, rationales: int) -> Fraction:
        """What so many rationales with their exams cost."""
        return self.fixed + rationales * self.rationale

    @property
    def steps(self) -> tuple[int, ...]:
        """Ever more rationales: up to as many as cost no more than all samples, and then all of them."""
        affordable = whole((self.most * self.sample - self.fixed) / self.rationale)
        return *(sizes(affordable) if affordable > 0 else ()), self.most


@dataclass(frozen=True)
class Drawn:
    """Votes on random subsets of the answers, each drawn once however often it is looked at."""

    stored: StoredRun
    known: dict[tuple[str, int], list[list[float | None]]] = field(default_factory=dict)

    def __call__(self, name: str, size: int) -> list[list[float | None]]:
        """S-scores of a vote, shape (subsets, problems)."""
        if (name, size) not in self.known:
            vote = [one for one in self.stored.selectors if one.name == name]
            self.known[name, size] = on_subsets(self.stored.candidates, vote, size, seed=self.stored.seed)[name]
        return self.known[name, size]


def whole(number: Fraction) -> int:
    """Round down, but not because money, which is kept as a float, is a billionth short."""
    return math.floor(round(number, 9))


def at_outlay(drawn: Drawn, vote: Vote, currency: Currency, tariff: Tariff, rationales: int) -> AtOutlay:
    """Compare at one outlay."""
    bought = whole(tariff.cost(rationales) / tariff.sample)
    samples = min(bought, tariff.most)
    ours, theirs = drawn(vote.name, rationales), drawn(SC, samples)
    pair = over_subsets(ours), over_subsets(theirs)
    return AtOutlay(
        selector=vote.name,
        currency=currency,
        rationales=rationales,
        amount=float(tariff.cost(rationales)),
        s=Spread.of([over_problems(row) for row in ours]),
        bought=bought,
        samples=samples,
        s_sc=Spread.of([over_problems(row) for row in theirs]),
        difference=mean(a - b for a, b in zip(*pair, strict=True) if a is not None and b is not None),
        interval=interval_of(*pair, seed=drawn.stored.seed),
    )


def over_subsets(drawn: Sequence[Sequence[float | None]]) -> list[float | None]:
    """Mean over subsets of the S-score on each problem."""
    return [over_problems(each) for each in zip(*drawn, strict=True)]


def equal_cost_sheet(rows: Sequence[AtOutlay]) -> Sheet:
    """The comparison as a table."""
    capped = any(row.samples < row.bought for row in rows)
    return Sheet(
        name="equal-cost",
        title=f"Votes beside {SC} at equal outlay",
        header=("Selector", "same", "per problem", "rationales", "S", f"{SC} with", f"S of {SC}", "difference", "95 %"),
        rows=[cells(row) for row in rows],
        notes=(
            "per problem: calls, tokens or money of one problem, the same for both",
            f"S: mean over {SUBSETS} random subsets of the stored answers, ± standard deviation, no standard error",
            "difference, 95 %: of the mean S-scores of a problem; problems resampled, none below 10 of them",
            *(
                [f"(of N): the outlay would buy N samples, more than are stored, so {SC} had less than its share"]
                * capped
            ),
        ),
    )


def cells(row: AtOutlay) -> tuple[str, ...]:
    """One row as text."""
    more = f" (of {row.bought:,})" if row.samples < row.bought else ""
    return (
        row.selector,
        row.currency,
        f"{row.amount:,.4g}" if row.currency == "money" else f"{row.amount:,.0f}",
        f"{row.rationales:,}",
        spread(row.s),
        f"{row.samples:,}{more}",
        spread(row.s_sc),
        DASH if row.difference is None else f"{row.difference:+.3f}",
        ends(row.interval),
    )


def spread(value: Spread | None) -> str:
    """Format a number over subsets; a dash where it is undefined."""
    return DASH if value is None else f"{share(value.mean)} ± {share(value.std)}"
