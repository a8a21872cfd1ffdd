"""The trace as plain lines, for logs and pipes: one line per finished step, nothing is ever redrawn."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from lbt.scoring import ProblemRow, Summary
from lbt.types import LessonRecord
from reports import phrases
from reports.ending import print_end
from reports.opening import PASSING, Opening
from reports.progress import Progress
from reports.tally import Tally
from reports.terminal import one_line

QUIET = 10.0
"""Seconds between two passing notices of one gist, so that a download is not a thousand lines."""
NUMBERS = re.compile(r"[0-9][0-9.,]*")
STANDING_EVERY = 30.0
"""Seconds between two lines that say how far the run is."""


class PlainLines:
    """Writes lines as things happen: what all runs have in common."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console, self.clock = console, clock
        self.told: dict[str, float] = {}
        self.began = self.stood = clock()

    def line(self, text: str) -> None:
        """Write one line, unfolded, with the time since the start."""
        minutes, seconds = divmod(int(self.clock() - self.began), 60)
        # What is told is safe and on one line; to lay it out would take longer than all else that a step costs.
        self.console.file.write(f"{minutes:02d}:{seconds:02d}  {text}\n")
        self.console.file.flush()

    def begin(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write what is settled before the first call, as pairs of a label and its text."""
        width = max(len(label) for label, _ in pairs)
        for label, text in pairs:
            self.console.print(f"{label:<{width}}  {text}", soft_wrap=True)

    def stand(self, progress: Tally, *, at_once: bool = False) -> None:
        """Tell how far the run is: at once, or if that was a while ago and an end can be foretold."""
        if at_once or (self.clock() - self.stood >= STANDING_EVERY and progress.eta() is not None):
            self.stood = self.clock()
            self.line(phrases.standing(progress))

    def notice(self, text: str, kind: str = "") -> None:
        """Tell news; of passing ones that differ in numbers only, one now and then."""
        now, gist = self.clock(), NUMBERS.sub("#", text)
        if kind in PASSING and now - self.told.get(gist, float("-inf")) < QUIET:
            return
        self.told[gist] = now
        self.line(one_line(text, 1000))


class PlainTrace(PlainLines):
    """The trace of lessons: a line per event that matters."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(console, clock)
        self.progress = Progress(clock)

    def open(self, opening: Opening) -> None:
        """Tell what is settled before the first call."""
        self.progress.open(opening)
        self.begin(phrases.opening_lines(opening))

    def step(self, event: Mapping[str, Any]) -> None:
        """Tell a step that ended, and now and then how far the run is."""
        self.progress.step(event)
        if event["state"] != "end":
            return
        opening = self.progress.opening
        width = max(map(len, opening.problems), default=0) if opening else 0
        rationale = phrases.place(event, opening.rationales if opening else 0)
        problem = one_line(str(event["problem"]), 60)
        self.line(f"{problem:<{width}}  {rationale:<7}  {phrases.step_text(event)}")
        self.stand(self.progress)

    def lesson(self, record: LessonRecord, row: ProblemRow) -> None:
        """Tell how a problem came out, and how far the run is."""
        self.progress.finish(record.problem)
        self.line(f"{phrases.result(row)}")
        self.stand(self.progress, at_once=True)

    def close(self, summary: Summary, where: Path) -> None:
        """Print the table and what belongs under it."""
        print_end(self.console, summary, where, self.progress.spent, plain=True)


class ErrorsOnly:
    """Says nothing but what broke."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def open(self, opening: Opening) -> None:
        """Nothing to say."""

    def step(self, event: Mapping[str, Any]) -> None:
        """Tell a step that failed for good."""
        if event.get("error"):
            self.console.print(
                f"error: {one_line(str(event['problem']), 60)}: {phrases.step_text(event)}", soft_wrap=True
            )

    def notice(self, text: str, kind: str = "") -> None:
        """Nothing to say."""

    def lesson(self, record: LessonRecord, row: ProblemRow) -> None:
        """Nothing to say."""

    def close(self, summary: Summary, where: Path) -> None:
        """Nothing to say."""
