"""Calls, tokens and time of a run, whatever it does: added up as its steps end. Shows nothing itself."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable

from lbt.types import Usage
from reports.ending import Spent
from reports.pace import Pace


class Tally(ABC):
    """Adds up what steps took. A subclass knows which there are."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.pace = Pace(clock)
        self.began = clock()
        self.usage = Usage()
        self.under_way: dict[tuple[object, ...], float] = {}
        """Steps that have begun and not ended, and when they did."""

    @property
    def seconds(self) -> float:
        """Since the trace was opened."""
        return self.clock() - self.began

    @property
    def spent(self) -> Spent:
        """What the run took up to now."""
        return Spent(self.usage, self.seconds)

    @property
    @abstractmethod
    def calls_done(self) -> int:
        """Calls that have ended, well or badly, replayed ones included."""
        ...

    @abstractmethod
    def to_do(self) -> Counter[str]:
        """Calls still to do, per step: at most those planned."""
        ...

    def eta(self) -> float | None:
        """Seconds until the run ends; None while too little is measured."""
        return self.pace.left(self.to_do())

    def spend(self, step: str, began: float, usage: Usage) -> None:
        """Add what a step took that began then and ends now; of calls that were really made, also how fast."""
        self.usage += usage
        if usage.calls > usage.replayed:
            self.pace.ended(step, began, usage)
