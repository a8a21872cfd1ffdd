"""One printed table: for a person, and as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reports.tables import aligned, as_markdown
from reports.terminal import one_line

UNDEFINED = "undefined"
ALL = "all students"
"""Name of the row over several students together."""
ANSWER_ONLY = "answer-only"
"""How the exams are told that were collected with the program alone; a run's own are told by its `--teach-with`."""


@dataclass(frozen=True)
class Sheet:
    """A table with its title, and what its columns mean."""

    name: str
    """Of the CSV file."""
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]

    @property
    def text(self) -> str:
        """In columns of characters."""
        table = aligned([self.header, *([one_line(cell, 80) for cell in row] for row in self.rows)])
        return "\n".join([self.title, "", *table, "", *self.notes])

    @property
    def markdown(self) -> str:
        """In Markdown."""
        table = as_markdown([self.header, *([one_line(cell, 80) for cell in row] for row in self.rows)])
        return "\n".join([self.title, "", *table, "", *(f"- {note}" for note in self.notes)])

    @property
    def csv(self) -> str:
        """As CSV, with a line of names."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.header, *self.rows])
        return out.getvalue()


def groups(students: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Students to count together, by the name of the row: each, and all where there are several."""
    each: dict[str, tuple[str, ...]] = {name: (name,) for name in students}
    return {ALL: tuple(students), **each} if len(each) > 1 else each


def decimal(value: float | None) -> str:
    """Three decimals; what is undefined says so, as zero would be another answer."""
    return UNDEFINED if value is None else f"{value:.3f}"


def rate(part: int, whole: int) -> str:
    """A share; undefined of nothing."""
    return decimal(part / whole if whole else None)
