"""The trace of a run of M3: who listens to its events and shows them.

`open_improving` gives one of four listeners. All get the same events, in this order: notices at any time, one `open`,
then `step` for every step of every agent, `iteration` when one is finished, `close` at the end.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, assert_never

from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.iterations import IterationRow
from reports.improving.jsonlines import JsonImproving
from reports.improving.live import LiveImproving
from reports.improving.opening import ImprovingOpening
from reports.improving.plain import ImprovingErrors, PlainImproving
from reports.opening import Seat
from reports.terminal import console, is_lively
from reports.trace import Display

__all__ = ["ImprovingOpening", "ImprovingTrace", "Seat", "open_improving"]


class ImprovingTrace(Protocol):
    """Listens to a run. Shows text as `reports.terminal.safe` makes it; never raises for odd events."""

    def open(self, opening: ImprovingOpening) -> None:
        """Take what is settled before the first call."""
        ...

    def step(self, event: Mapping[str, Any]) -> None:
        """Take one event of the graph: the start or end of a call.

        Always `repeat`, `iteration`, `step` of `reports.improving.opening.STEPS`, `state`, and `k` of `m`; `reader` and
        `exemplars` where they are known at the start. An end has `error`, or `usage` and: `mark` of an answer, `text`
        of a reflection, `usable` and `fault` of a set that was written.
        """
        ...

    def notice(self, text: str, kind: str = "") -> None:
        """Take news from outside the graph, as `reports.trace.Trace.notice` does."""
        ...

    def iteration(self, iteration: Iteration, row: IterationRow) -> None:
        """Take a finished iteration of one repeat."""
        ...

    def close(self, summary: ImprovementSummary, where: Path) -> None:
        """Take the table; `where` is the run's directory."""
        ...


@contextmanager
def open_improving(display: Display) -> Iterator[ImprovingTrace]:
    """Listen as `display` says, as `reports.trace.open_trace` does."""
    match display:
        case "auto":
            with open_improving("rich" if is_lively(sys.stdout) else "plain") as trace:
                yield trace
        case "rich":
            live = LiveImproving(console())
            with live.live:
                yield live
        case "plain":
            yield PlainImproving(console())
        case "json":
            yield JsonImproving(sys.stdout)
        case "none":
            yield ImprovingErrors(console(stderr=True))
        case _:
            assert_never(display)
