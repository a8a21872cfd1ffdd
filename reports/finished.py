"""What a table of the finished lessons of a run is about, in the line above it."""

from collections.abc import Collection
from pathlib import Path

from lbt.types import LessonRecord
from reports.tables import counted
from reports.terminal import one_line


def finished(lessons: Collection[LessonRecord]) -> int:
    """Lessons without a missing mark."""
    return sum(record.complete for record in lessons)


def heading(lessons: Collection[LessonRecord], run: Path) -> str:
    """Say how many lessons the numbers rest on, how many were left out, and whether exams were raced."""
    left_out = len(lessons) - finished(lessons)
    raced = ", ".join(dict.fromkeys(record.exams for record in lessons if record.exams != "all"))
    parts = [f"{counted(finished(lessons), 'problem')} of {one_line(str(run))}"]
    if left_out:
        parts.append(f"{left_out:,} more left out, as marks are missing: --resume asks again")
    if raced:
        parts.append(f"exams raced ({raced}): not all were asked")
    return "; ".join(parts)
