"""The trace on a terminal: a live area that is redrawn a few times a second, results scrolling above it.

Events only change numbers; drawing happens in rich's own thread at a fixed rate, however many events come.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lbt.scoring import ProblemRow, Summary
from lbt.types import LessonRecord
from reports import phrases
from reports.board import board
from reports.ending import print_end
from reports.opening import PASSING, Opening
from reports.progress import Progress
from reports.terminal import one_line

REFRESH_HZ = 6.0


class LiveArea(ABC):
    """Lines that are redrawn below those that stay; a subclass says what they show."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console, self.clock = console, clock
        self.news, self.stale = "", 0.0
        """The latest progress that was noticed, and when it is news no more."""
        self.lock = threading.Lock()
        """Held while numbers change or are drawn; never while printing, which waits for the drawing thread."""
        self.live = Live(
            console=console,
            get_renderable=self.draw,
            refresh_per_second=REFRESH_HZ,
            transient=True,
            vertical_overflow="crop",
        )

    def draw(self) -> RenderableType:
        """Draw the live area as of now."""
        with self.lock:
            news = self.news if self.clock() < self.stale else ""
            return self.picture(news, *self.console.size)

    @abstractmethod
    def picture(self, news: str, width: int, height: int) -> RenderableType:
        """Draw on at most `height` lines of `width` columns."""
        ...

    def begin(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print what is settled before the first call above the live area, as pairs of a label and its text."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, text in pairs:
            grid.add_row(label, text)
        self.console.print(grid)

    def notice(self, text: str, kind: str = "") -> None:
        """Show progress in the live area while it is news; print all else for good."""
        with self.lock:
            self.news, self.stale = text, self.clock() + PASSING.get(kind, 0.0)
        if kind not in PASSING:
            self.console.print(Text(one_line(text, 1000), style="dim"))


class LiveTrace(LiveArea):
    """Shows a run of lessons on a terminal. `live_trace` makes one and cleans up after it."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress = Progress(clock)
        super().__init__(console, clock)

    def picture(self, news: str, width: int, height: int) -> RenderableType:
        """Draw the problems in flight."""
        return board(self.progress, news, width, height)

    def open(self, opening: Opening) -> None:
        """Print the opening above the live area."""
        with self.lock:
            self.progress.open(opening)
        self.begin(phrases.opening_lines(opening))

    def step(self, event: Mapping[str, Any]) -> None:
        """Take an event; print it only when something broke."""
        with self.lock:
            self.progress.step(event)
        if event.get("error"):
            where = f"{event['problem']} {phrases.place(event, self.asked)}".strip()
            self.console.print(Text(f"{one_line(where, 80)}: {phrases.step_text(event)}", style="red"))

    @property
    def asked(self) -> int:
        """Rationales per problem."""
        return self.progress.opening.rationales if self.progress.opening else 1

    def lesson(self, record: LessonRecord, row: ProblemRow) -> None:
        """Print how a problem came out, above the live area."""
        with self.lock:
            self.progress.finish(record.problem)
        text = Text(phrases.result(row), style="" if row.complete else "yellow")
        text.stylize("bold", 0, len(one_line(row.id, 60)))
        self.console.print(text)

    def close(self, summary: Summary, where: Path) -> None:
        """Take the live area away and print the table."""
        self.live.stop()
        print_end(self.console, summary, where, self.progress.spent, plain=False)


@contextmanager
def live_trace(console: Console, clock: Callable[[], float] = time.monotonic) -> Iterator[LiveTrace]:
    """Show a run live; the cursor and the terminal are restored when the block ends, however it ends."""
    trace = LiveTrace(console, clock)
    with trace.live:
        yield trace
