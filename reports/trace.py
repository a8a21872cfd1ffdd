"""The trace of a run: who listens to its events and shows them.

`open_trace` gives one of four listeners. All get the same events, in this order: notices at any time, one
`open`, then `step` for every step of every agent, `lesson` when a problem is finished, `close` at the end.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol, assert_never

from lbt.scoring import ProblemRow, Summary
from lbt.types import LessonRecord
from reports.jsonlines import JsonTrace
from reports.live import live_trace
from reports.opening import Opening, Seat
from reports.plain import ErrorsOnly, PlainTrace
from reports.terminal import console, is_lively

__all__ = ["Display", "Opening", "Seat", "Trace", "open_trace"]

Display = Literal["auto", "rich", "plain", "json", "none"]


class Trace(Protocol):
    """Listens to a run. Shows text as `reports.terminal.safe` makes it; never raises for odd events."""

    def open(self, opening: Opening) -> None:
        """Take what is settled before the first call."""
        ...

    def step(self, event: Mapping[str, Any]) -> None:
        """Take one event of a graph: the start or end of a step."""
        ...

    def notice(self, text: str, kind: str = "") -> None:
        """Take news from outside the graphs: a download, an adaptation, a server's start.

        Kinds in `reports.opening.PASSING` are progress: a display that redraws shows the latest while it is news,
        one that cannot tells them every few seconds only.
        """
        ...

    def lesson(self, record: LessonRecord, row: ProblemRow) -> None:
        """Take a finished problem."""
        ...

    def close(self, summary: Summary, where: Path) -> None:
        """Take the table; `where` is the run's directory."""
        ...


@contextmanager
def open_trace(display: Display) -> Iterator[Trace]:
    """Listen as `display` says; the terminal is as it was when the block ends, however it ends.

    Args:
        display: `auto` is `rich` on a terminal that can redraw, else `plain`. `json` writes one object a line to
            stdout. `none` writes errors only, to stderr. `NO_COLOR` is respected by all.
    """
    match display:
        case "auto":
            with open_trace("rich" if is_lively(sys.stdout) else "plain") as trace:
                yield trace
        case "rich":
            with live_trace(console()) as live:
                yield live
        case "plain":
            yield PlainTrace(console())
        case "json":
            yield JsonTrace(sys.stdout)
        case "none":
            yield ErrorsOnly(console(stderr=True))
        case _:
            assert_never(display)
