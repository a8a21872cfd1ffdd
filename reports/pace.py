"""How long a run will still take, in its true unit: calls to a model.

The overall speed is exact: work done per second since the first call that was really made. How the work that is
left compares with it depends on which calls are left, since a teacher's explanation takes longer than an
exam answer. The time between the start and the end of a call would mislead, for it contains the wait for a free
slot; so a call's weight is its tokens, times the fewest seconds per token seen for its step.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lbt.types import Usage

ENOUGH = 2
"""Calls really made before an estimate is given."""


def work(usage: Usage) -> float:
    """Tokens of a call in units of one written token; reading is about ten times as fast, cached text free."""
    return 10 + usage.completion_tokens + max(0, usage.prompt_tokens - usage.cached_tokens) / 10


@dataclass
class Step:
    """What was measured of one kind of call. Replayed calls are not."""

    calls: int = 0
    work: float = 0.0
    seconds_per_work: float = float("inf")
    """The least seen: that call did not wait for others."""

    @property
    def weight(self) -> float:
        """Seconds of a mean call that does not wait."""
        return self.work / self.calls * self.seconds_per_work


@dataclass
class Pace:
    """Measures calls as they end and foretells the rest."""

    clock: Callable[[], float]
    """Seconds, monotonic."""
    steps: dict[str, Step] = field(default_factory=dict)
    first: float = float("inf")
    """When the first call that was really made began."""
    last: float = 0.0
    """When the latest one ended."""

    def ended(self, step: str, began: float, usage: Usage) -> None:
        """Measure a call that was made, not replayed."""
        now = self.clock()
        self.first, self.last = min(self.first, began), now
        kind = self.steps.setdefault(step, Step())
        kind.calls += 1
        kind.work += work(usage)
        kind.seconds_per_work = min(kind.seconds_per_work, max(now - began, 1e-3) / work(usage))

    @property
    def made(self) -> Counter[str]:
        """Calls really made, per step."""
        return Counter({name: step.calls for name, step in self.steps.items()})

    def seconds_per_call(self) -> dict[str, float]:
        """Seconds of the run that one call of each step costs, calls that run side by side sharing them."""
        spent = sum(step.calls * step.weight for step in self.steps.values())
        if not spent or self.last <= self.first:
            return {}
        stretch = (self.last - self.first) / spent
        return {name: step.weight * stretch for name, step in self.steps.items()}

    def left(self, to_do: Mapping[str, int]) -> float | None:
        """Seconds until the calls `to_do` (step -> number) are made; None while too little is measured.

        A step not measured yet counts as the dearest measured one.
        """
        rates = self.seconds_per_call()
        if not rates or self.made.total() < ENOUGH:
            return None
        dearest = max(rates.values())
        seconds = sum(number * rates.get(step, dearest) for step, number in to_do.items())
        return max(0.0, seconds - (self.clock() - self.last))
