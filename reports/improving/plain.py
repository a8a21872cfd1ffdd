"""The trace of M3 as plain lines: one per reflection, per set that is written and per finished step of the method."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.iterations import IterationRow
from reports.improving import phrases
from reports.improving.ending import print_improvement
from reports.improving.opening import ImprovingOpening
from reports.improving.progress import ImprovingProgress
from reports.plain import PlainLines

WRITING = frozenset({"write", "reflect", "revise"})
"""Steps whose replies are few and long, and told one by one."""


class PlainImproving(PlainLines):
    """Writes a line per event that matters, as it comes."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(console, clock)
        self.progress = ImprovingProgress(clock)

    def open(self, opening: ImprovingOpening) -> None:
        """Tell what is settled before the first call."""
        self.progress.open(opening)
        self.begin(phrases.opening_lines(opening))

    def step(self, event: Mapping[str, Any]) -> None:
        """Tell what was written or broke, a step of the method that is done, and now and then how far the run is."""
        phase = self.progress.step(event)
        if event["state"] != "end":
            return
        where = phrases.where(phase.place, self.progress.opening)
        broken = bool(event.get("error"))
        if phase.missing <= phrases.TOLD if broken else phase.step in WRITING:
            self.line(f"{where}  {phrases.reply_text(event)}")
        if phase.ended == max(1, phase.of):
            self.line(f"{where}  {phrases.phase_text(phase)}")
        self.stand(self.progress)

    def iteration(self, iteration: Iteration, row: IterationRow) -> None:
        """Tell how an iteration came out, and how far the run is."""
        self.progress.finish(row)
        self.line(phrases.result(row, self.progress.opening))
        self.stand(self.progress, at_once=True)

    def close(self, summary: ImprovementSummary, where: Path) -> None:
        """Print the tables and what belongs under them."""
        print_improvement(self.console, summary, where, self.progress.spent, plain=True)


class ImprovingErrors:
    """Says nothing but what broke, and of one step of the method the first few only."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progress = ImprovingProgress(time.monotonic)

    def open(self, opening: ImprovingOpening) -> None:
        """Nothing to say."""
        self.progress.open(opening)

    def step(self, event: Mapping[str, Any]) -> None:
        """Tell a step that failed for good."""
        phase = self.progress.step(event)
        if event.get("error") and phase.missing <= phrases.TOLD:
            where = phrases.where(phase.place, self.progress.opening)
            self.console.print(f"error: {where}: {phrases.reply_text(event)}", soft_wrap=True)

    def notice(self, text: str, kind: str = "") -> None:
        """Nothing to say."""

    def iteration(self, iteration: Iteration, row: IterationRow) -> None:
        """Nothing to say."""
        self.progress.finish(row)

    def close(self, summary: ImprovementSummary, where: Path) -> None:
        """Nothing to say."""
