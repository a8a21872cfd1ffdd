"""The trace of M3 on a terminal: a live area that is redrawn a few times a second, results scrolling above it."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.iterations import IterationRow
from reports.improving import phrases
from reports.improving.board import board
from reports.improving.ending import print_improvement
from reports.improving.opening import ImprovingOpening
from reports.improving.progress import ImprovingProgress
from reports.live import LiveArea


class LiveImproving(LiveArea):
    """Shows a run on a terminal. Its `live` is started and stopped by whoever makes one."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress = ImprovingProgress(clock)
        super().__init__(console, clock)

    def picture(self, news: str, width: int, height: int) -> RenderableType:
        """Draw the table so far and the steps in flight."""
        return board(self.progress, news, width, height)

    def open(self, opening: ImprovingOpening) -> None:
        """Print the opening above the live area."""
        with self.lock:
            self.progress.open(opening)
        self.begin(phrases.opening_lines(opening))

    def step(self, event: Mapping[str, Any]) -> None:
        """Take an event; print the first few of a step that broke."""
        with self.lock:
            phase = self.progress.step(event)
        if event.get("error") and phase.missing <= phrases.TOLD:
            where = phrases.where(phase.place, self.progress.opening)
            self.console.print(Text(f"{where}: {phrases.reply_text(event)}", style="red"))

    def iteration(self, iteration: Iteration, row: IterationRow) -> None:
        """Print how an iteration came out, above the live area."""
        with self.lock:
            self.progress.finish(row)
        text = Text(phrases.result(row, self.progress.opening))
        text.stylize("bold", 0, text.plain.find(":"))
        self.console.print(text)

    def close(self, summary: ImprovementSummary, where: Path) -> None:
        """Take the live area away and print the tables."""
        self.live.stop()
        print_improvement(self.console, summary, where, self.progress.spent, plain=False)
