"""What self-debug did: answers that it fixed, broke and left as they were, by their V-score and by their S-score."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lbt.scoring import all_taught, exam_marks
from lbt.types import TEACHER, Grade, LessonRecord
from reports.analyses.sheet import Sheet, groups

Pair = tuple[str, Grade, Grade]
"""Whose answer, its grade before and after."""


def debugging(records: Sequence[LessonRecord]) -> Sheet:
    """Count what became of each answer."""
    pairs = [*_teacher(records), *_students(records)]
    roles = [role for role in dict.fromkeys(name for name, _, _ in pairs) if role != TEACHER]
    rows = []
    for role, group in {TEACHER: (TEACHER,), **groups(roles)}.items():
        own = [(before, after) for name, before, after in pairs if name in group]
        if not own:
            continue
        counts = Counter((before.v == 1, after.v == 1) for before, after in own)
        better = sum(after.s > before.s for before, after in own)
        worse = sum(after.s < before.s for before, after in own)
        fixed, broke = counts[False, True], counts[True, False]
        rows.append(
            (role, *map(str, (len(own), fixed, broke, counts[False, False], counts[True, True], better, worse)))
        )
    return Sheet(
        name="debugging",
        title="What self-debug did",
        header=("Role", "answers", "fixed", "broke", "left failing", "left passing", "S rose", "S fell"),
        rows=rows,
        notes=("fixed, broke, left: by the V-score before and after; no line: nobody debugged in this run",),
    )


def _teacher(records: Sequence[LessonRecord]) -> Iterator[Pair]:
    for record in records:
        for one in all_taught(record):
            if one.grade and one.mended_grade:
                yield TEACHER, one.grade, one.mended_grade


def _students(records: Sequence[LessonRecord]) -> Iterator[Pair]:
    for record in records:
        for mark in exam_marks(record):
            if mark.grade and mark.mended_grade:
                yield mark.student, mark.grade, mark.mended_grade
