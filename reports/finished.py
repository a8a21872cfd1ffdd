"""What a table of the finished lessons of a run is about, in the line above it."""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from lbt.types import Exams
from reports.tables import counted
from reports.terminal import one_line


class Told(Protocol):
    """What is told of a lesson, by its record or by what is left of one."""

    @property
    def complete(self) -> bool:
        """No mark that matters is missing."""
        ...

    @property
    def exams(self) -> Exams:
        """By what rule its exams were asked."""
        ...


def finished(lessons: Collection[Told]) -> int:
    """Lessons without a missing mark."""
    return sum(record.complete for record in lessons)


def heading(lessons: Collection[Told], run: Path) -> str:
    """Say how many lessons the numbers rest on, how many were left out, and whether exams were raced."""
    left_out = len(lessons) - finished(lessons)
    raced = ", ".join(dict.fromkeys(record.exams for record in lessons if record.exams != "all"))
    parts = [f"{counted(finished(lessons), 'problem')} of {one_line(str(run))}"]
    if left_out:
        parts.append(f"{left_out:,} more left out, as marks are missing: --resume asks again")
    if raced:
        parts.append(f"exams raced ({raced}): not all were asked")
    return "; ".join(parts)
