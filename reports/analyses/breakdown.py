"""Where exams help: by difficulty, by subject, and by how similar the exam is to the problem that was taught.

Source: Ning et al. 2024 (arXiv 2406.14629), figure 4 (middle and right).
"""

import math
from collections.abc import Iterator, Sequence

from lbt.curves import relative
from lbt.racing import need_whole_exams
from lbt.scoring import VOTED, ProblemRow, mean
from reports.analyses.digest import Digest
from reports.analyses.sheet import Sheet, decimal
from reports.tables import LABELS

NEAREST = (5, 10, 20, 50, 100)
"""Percent of the problems, those with the most similar exams."""
GAINS = ("m1_max", "m1_sum")


def breakdown(lessons: Sequence[Digest]) -> Sheet:
    """Take the means of the table over parts of the problems. Raises ConfigError where the exams were raced."""
    need_whole_exams(lessons, "The breakdown")
    return Sheet(
        name="breakdown",
        title="Accuracy by level, by subject and by similarity of the exam",
        header=("Part", "problems", *(LABELS[name] for name in VOTED), *(f"{LABELS[name]} / SC" for name in GAINS)),
        rows=[(title, *_numbers(part)) for title, part in parts(lessons)],
        notes=(
            "/ SC: gain over SC as a share of SC; undefined where SC solves nothing",
            f"nearest {NEAREST[0]} %: problems whose exam is most similar to them; no line where nothing tells",
            "few problems in a part: one more solved moves its numbers much",
        ),
    )


def parts(lessons: Sequence[Digest]) -> Iterator[tuple[str, list[ProblemRow]]]:
    """All problems, then those of each level, of each subject, and of the nearest exams."""
    rows = [one.row for one in lessons]
    yield "all", rows
    for level in sorted({row.level for row in rows if row.level is not None}):
        yield f"level {level}", [row for row in rows if row.level == level]
    for subject in sorted({row.subject for row in rows if row.subject}):
        yield subject, [row for row in rows if row.subject == subject]
    told = [(one.similarity, one.row) for one in lessons if one.similarity is not None]
    nearest = [row for _, row in sorted(told, key=lambda pair: pair[0], reverse=True)]
    for percent in NEAREST if nearest else ():
        yield f"nearest {percent} %", nearest[: math.ceil(len(nearest) * percent / 100)]


def _numbers(rows: Sequence[ProblemRow]) -> tuple[str, ...]:
    means = {name: mean(x for row in rows if (x := getattr(row, name)) is not None) for name in VOTED}
    gains = [relative(means[name], means["sc"]) for name in GAINS]
    return (str(len(rows)), *map(decimal, means.values()), *map(decimal, gains))
