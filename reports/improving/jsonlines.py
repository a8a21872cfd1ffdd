"""The trace of M3 as JSON, one object a line, for programs. ASCII only, so safe on a terminal too.

`event` names the kind: `opening`, `step` (as the graph gave it, with `seconds` since the start), `notice`,
`iteration` (its row, as in `each` of `summary.json`), `summary` (the whole of it, with `run_dir`).
"""

from dataclasses import asdict
from pathlib import Path

from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.iterations import IterationRow
from reports.improving.opening import ImprovingOpening
from reports.jsonlines import JsonLines


class JsonImproving(JsonLines):
    """Writes one object per event, at once."""

    def open(self, opening: ImprovingOpening) -> None:
        """Write the opening."""
        finished = [row.model_dump(mode="json") for row in opening.finished]
        self.write("opening", **{**asdict(opening), "finished": finished}, calls_at_most=opening.steps.total())

    def iteration(self, iteration: Iteration, row: IterationRow) -> None:
        """Write a finished iteration."""
        self.write("iteration", row=row.model_dump(mode="json"))

    def close(self, summary: ImprovementSummary, where: Path) -> None:
        """Write the table."""
        self.write("summary", run_dir=where, summary=summary.model_dump(mode="json"))
