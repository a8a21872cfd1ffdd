"""Error causes of M3: which of the teacher's own mistakes share a cause with a student's, and which a revision removed.

For each student alone the teacher improves its first set of exemplars once, because of that student's failures. What it
found wrong is condensed into a few causes, and the teacher says of each of its own mistakes on the hold-out which of
them apply. After Ning et al. 2024 (arXiv 2406.14629), table A18. `causes.jsonl` is append-only, a line per student.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist

from lbt.errors import ConfigError
from lbt.exemplars import Iteration, Marked, Natural, Sitting
from lbt.iterations import Failed, failures_of
from lbt.records import append_line, read_lines, truncate_torn_line
from lbt.resampling import Interval
from lbt.types import Share, Usage, Value

CAUSES = "causes.jsonl"
MOST = 3
"""Causes of one student, as in the paper."""
Z = NormalDist().inv_cdf(0.975)


class Attribution(Value):
    """Which causes one mistake of the teacher has, in its own judgement."""

    item: str
    """Of the hold-out."""
    causes: tuple[Natural, ...] | None
    """Places in `Diagnosis.causes`, ascending; empty: it has none of them; None: the reply cannot be read."""
    call: str
    """Key of the reply in the call store."""
    usage: Usage = Usage()


class Diagnosis(Value):
    """What became of one student's failures: a line of `causes.jsonl`."""

    student: str
    round: Iteration
    """The one revision, with this student alone, of the best initial set; its hold-out is that of the new set."""
    causes: tuple[str, ...]
    """In the teacher's words, `MOST` at most. Empty: there was no reason to condense, or none came of it."""
    condensed: tuple[str, ...] = ()
    """Keys of the replies that the causes were read from; the second where the first had none."""
    condensing: Usage = Usage()
    """Tokens of these."""
    attributions: tuple[Attribution, ...]
    """One per mistake of the teacher with the initial set, in the order of the hold-out; none without causes."""
    prompts: dict[str, str]
    """SHA-256 of the prompts that asked for causes and attributions, by name."""

    @property
    def repeat(self) -> int:
        """Which repeat of the run was looked into, from 0."""
        return self.round.repeat

    @property
    def usage(self) -> Usage:
        """Tokens of all replies."""
        return sum((one.usage for one in self.attributions), self.round.usage + self.condensing)


class Diagnoses:
    """All that `causes.jsonl` holds beside one run; the last line of a student and repeat counts."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / CAUSES
        self._found = {(one.repeat, one.student): one for one in read_lines(self._file, Diagnosis.model_validate_json)}

    def append(self, one: Diagnosis) -> None:
        """Put one line on disk."""
        truncate_torn_line(self._file)
        append_line(self._file, one.model_dump_json())
        self._found[one.repeat, one.student] = one

    def of(self, repeat: int, student: str) -> Diagnosis | None:
        """What is known of a student; None where nothing is."""
        return self._found.get((repeat, student))

    def agree(self, prompts: Mapping[str, str]) -> None:
        """Refuse to put lines beside those that were asked for in other words. Raises ConfigError."""
        if any(one.prompts != dict(prompts) for one in self._found.values()):
            raise ConfigError(f"{self._file} was made with other prompts; move it away to make it anew")


class Rate(Value):
    """So many of so many."""

    count: Natural
    of: Natural
    share: Share | None
    """None of none."""
    interval: Interval | None
    """95 %, of the share behind these counts; None of none."""


def rate(count: int, of: int) -> Rate:
    """Make a share with Wilson's 95 % score interval.

    Args:
        count: How many, at most `of`.
        of: Of how many independent ones.

    Source: Wilson 1927; for few observations as Brown, Cai and DasGupta 2001 recommend.
    """
    if not of:
        return Rate(count=0, of=0, share=None, interval=None)
    share, weight = count / of, Z * Z / of
    middle = (share + weight / 2) / (1 + weight)
    half = Z * math.sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    low = 0.0 if count == 0 else middle - half  # where rounding would leave a trace
    high = 1.0 if count == of else middle + half
    return Rate(count=count, of=of, share=share, interval=Interval(low, high))


class CauseRow(Value):
    """The teacher's mistakes of one kind, and what the revision did to them."""

    mistakes: Rate
    """How many there are, of those whose attribution can be read; in `CauseTable.all`, of all hold-out items."""
    removed: Rate
    """Of these, how many are right with the revised set."""


class CauseTable(Value):
    """What one student's failures say of the teacher's mistakes."""

    student: str
    repeat: Natural
    start: str
    """Id of the initial set."""
    revised: str | None
    """Id of the set that the teacher scored best of those it wrote; None where none could be used, so that nothing
    could change."""
    failed: Failed
    """The student, with the initial set."""
    reasons: Natural
    """Reflections on these failures that have a reason in them."""
    causes: tuple[str, ...]
    rows: tuple[CauseRow, ...]
    """One per cause; a mistake may be in several."""
    none: CauseRow
    """Mistakes that have none of the causes."""
    unread: Rate
    """Mistakes whose attribution cannot be read, of all that there is one of."""
    all: CauseRow
    """All mistakes."""
    new: Rate
    """Items that were right with the initial set, and how many of them are wrong with the revised one."""
    usage: Usage


def mistakes_of(sitting: Sitting) -> list[Marked]:
    """The answers that are not wholly right."""
    return [one for one in sitting.marks if one.mark < 1]


def cause_table(start: Iteration, diagnosis: Diagnosis) -> CauseTable:
    """Count what a student's failures say of the teacher's mistakes.

    Args:
        start: Iteration 0 of the same repeat.
        diagnosis: Of the student.

    Raises:
        ValueError: they are of different items.
    """
    before, after = start.held_out, diagnosis.round.held_out
    right = {one.item: one.mark >= 1 for one in after.marks}
    wrong = [one.item for one in mistakes_of(before)]
    told = {one.item: one.causes for one in diagnosis.attributions}
    if [one.item for one in before.marks] != list(right) or (told and list(told) != wrong):
        raise ValueError(f"{diagnosis.student}: its mistakes are not those of the initial set")
    read = {item: causes for item, causes in told.items() if causes is not None}
    kept = [one.item for one in before.marks if one.mark >= 1]
    first, best = start.kept[0].id, diagnosis.round.kept[0].id
    return CauseTable(
        student=diagnosis.student,
        repeat=diagnosis.repeat,
        start=first,
        revised=None if best == first else best,
        failed=failures_of(diagnosis.round).get(diagnosis.student, Failed(0, 0)),
        reasons=len(reasons_of(diagnosis.round)),
        causes=diagnosis.causes,
        rows=tuple(
            _row([item for item, found in read.items() if place in found], len(read), right)
            for place in range(len(diagnosis.causes))
        ),
        none=_row([item for item, found in read.items() if not found], len(read), right),
        unread=rate(len(told) - len(read), len(told)),
        all=_row(wrong, len(before.marks), right),
        new=rate(sum(not right[item] for item in kept), len(kept)),
        usage=diagnosis.usage,
    )


def _row(items: Sequence[str], of: int, right: Mapping[str, bool]) -> CauseRow:
    return CauseRow(mistakes=rate(len(items), of), removed=rate(sum(right[item] for item in items), len(items)))


def reasons_of(iteration: Iteration) -> list[str]:
    """What the reflections of an iteration found, those that found anything."""
    return [one.text for one in iteration.reflections if one.text]


def start_of(iterations: Iterable[Iteration], repeat: int) -> Iteration | None:
    """The iteration of a repeat that wrote the initial sets; None where it has not finished."""
    return next((one for one in iterations if (one.repeat, one.number) == (repeat, 0)), None)
