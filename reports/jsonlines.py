"""The trace as JSON, one object a line, for programs. ASCII only, so safe on a terminal too.

`event` names the kind: `opening`, `step` (as the graph gave it, with `seconds` since the start), `notice`,
`lesson` (the problem's row of `summary.json`), `summary` (the whole of it, with `run_dir`).
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from lbt.scoring import ProblemRow, Summary
from lbt.types import LessonRecord
from reports.opening import Opening


class JsonLines:
    """Writes one object per event, at once: what all runs have in common."""

    def __init__(self, out: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.clock, self.began = out, clock, clock()

    def write(self, event: str, **fields: object) -> None:
        """Write one object; what JSON does not know is written as its text."""
        seconds = round(self.clock() - self.began, 3)
        print(json.dumps({"event": event, "seconds": seconds, **fields}, default=str), file=self.out, flush=True)

    def step(self, event: Mapping[str, Any]) -> None:
        """Write an event of a graph."""
        self.write("step", **{name: value for name, value in event.items() if name != "event"})

    def notice(self, text: str, kind: str = "") -> None:
        """Write news."""
        self.write("notice", text=text, kind=kind)


class JsonTrace(JsonLines):
    """The trace of lessons."""

    def open(self, opening: Opening) -> None:
        """Write the opening."""
        self.write("opening", **asdict(opening), calls_at_most=opening.calls_at_most)

    def lesson(self, record: LessonRecord, row: ProblemRow) -> None:
        """Write a finished problem."""
        self.write("lesson", row=row.model_dump(mode="json"))

    def close(self, summary: Summary, where: Path) -> None:
        """Write the table."""
        self.write("summary", run_dir=where, summary=summary.model_dump(mode="json"))
