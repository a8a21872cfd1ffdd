"""Selectors side by side on the lessons of a run: what each would have handed in, and how sure the difference is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lbt.evidence import Evidence
from lbt.resampling import Interval, Signs, holm, interval_of_mean, signs, subset_spread
from lbt.scoring import mean
from lbt.selectors import RANDOM, Domain, Selector, selectors_of
from lbt.types import LessonRecord, Share, Value

ORACLE, GREEDY, MATCHED, MATCHED_GREEDY, MATCHED_SC, ZERO_SHOT = (
    "oracle", "greedy", "matched", "matched-greedy", "matched-sc", "zero-shot",
)  # fmt: skip
"""Rows that are no selection among the answers: what the best would be worth; one answer at temperature 0; answers with
the exam problems and their solutions at hand, any of them, a greedy one, or the one most often given; what students
without a lesson do in the exams."""
FIXED: dict[Domain, tuple[str, ...]] = {
    "code": (GREEDY, MATCHED, ORACLE),
    "math": (GREEDY, MATCHED_SC, MATCHED_GREEDY, ZERO_SHOT, ORACLE),
}
UNCOMPARED = (ORACLE, ZERO_SHOT)
"""Rows without a test: the one cannot be worse than the others, the other answers other problems."""


def row_names(domain: Domain, students: Sequence[str], *, faithful: bool = False) -> tuple[str, ...]:
    """Name every row that there can be, in the order of the table; the arguments are those of `selectors_of`."""
    return (*(selector.name for selector in selectors_of(domain, students, faithful=faithful)), *FIXED[domain])


@dataclass(frozen=True)
class Candidate:
    """One answer: what selectors are told of it, and what it is worth, which they are not."""

    evidence: Evidence
    s: float


Lessons = Sequence[Sequence[Candidate]]
"""Shape (problems, answers)."""


class Compared(Value):
    """One row: a selector on all problems, and against the reference: a random choice, or self-consistency."""

    name: str
    about: str
    s: Share | None
    """Mean S-score over the problems on which it is defined."""
    each: tuple[Share | None, ...]
    """S-score of what it hands in, per problem; mean over ties. None: undefined there."""
    selected: tuple[tuple[int, ...], ...] = ()
    """Winning tie per problem; empty where nothing is chosen among the answers."""
    signs: Signs | None = None
    """On how many problems it is better than, as good as and worse than the reference."""
    p: float | None = None
    """Sign test against the reference, which is McNemar's exact test where every S-score is 0 or 1; adjusted after Holm
    for the number of rows, but of a primary comparison, named before the run, as it is."""
    interval: Interval | None = None
    """95 % of the difference to the reference, problems resampled; None below 10 problems."""
    spread: float | None = None
    """Subset spread: standard deviation of `s` over random halves of the answers; no standard error."""
    missing: str = ""
    """What this row lacks: what has to be collected, or a run whose exams were not raced."""

    @property
    def problems(self) -> int:
        """On how many problems it is defined."""
        return sum(value is not None for value in self.each)


@dataclass(frozen=True)
class Outlay:
    """What a row costs: calls, tokens and money."""

    calls: float = 0.0
    tokens: float = 0.0
    cost: float | None = 0.0
    """In the currency of the price file; None where a price is not known."""

    def __add__(self, other: "Outlay") -> "Outlay":
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        return Outlay(self.calls + other.calls, self.tokens + other.tokens, cost)

    def __mul__(self, share: float) -> "Outlay":
        return Outlay(self.calls * share, self.tokens * share, None if self.cost is None else self.cost * share)


def candidates_of(record: LessonRecord, evidence: Sequence[Evidence]) -> list[Candidate]:
    """Pair the evidence on the answers of a complete lesson with what they are worth."""
    grades = [taught.final for taught in record.rationales]
    return [Candidate(one, grade.s) for one, grade in zip(evidence, grades, strict=True) if grade]


def worth(selector: Selector, candidates: Sequence[Candidate]) -> float | None:
    """Mean S-score of what `selector` hands in; None where it is undefined."""
    return mean(candidates[place].s for place in chosen(selector, candidates))


def chosen(selector: Selector, candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """The winning tie. What the answers are worth stays here."""
    return selector.choose([candidate.evidence for candidate in candidates])


def compare(
    lessons: Lessons,
    selectors: Sequence[Selector],
    fixed: Mapping[str, Sequence[float | None]],
    missing: Mapping[str, str],
    *,
    reference: str = RANDOM.name,
    primary: str = "",
    seed: int,
    raced: bool = False,
) -> tuple[Compared, ...]:
    """Put all rows together.

    Args:
        lessons: Complete lessons.
        selectors: Ways to choose among their answers.
        fixed: S-score per problem of what is handed in without a choice, by name.
        missing: Selector -> what has to be collected for it first.
        reference: The one of `selectors`, and not of `missing`, with which the rows are compared.
        primary: The row whose comparison with the reference was named before the run, so that it is no one of many.
        seed: Of the resampling.
        raced: The exams were raced, so nobody knows who would have won a subset of the answers.
    """
    there = [selector for selector in selectors if selector.name not in missing]
    rows = [_row(selector, lessons) for selector in there]
    base = next(row.each for row in rows if row.name == reference)
    oracle = tuple(max((one.s for one in row), default=None) for row in lessons)
    rows += [_fixed(name, each) for name, each in {**fixed, ORACLE: oracle}.items()]
    # Where it is not the reference, a random choice is an expected value beside answers that are right or wrong.
    uncompared = [reference, RANDOM.name, *UNCOMPARED]
    rows = _with_signs(rows, base, uncompared, primary)
    rows = _resampled(rows, base, uncompared, seed=seed)
    rows = _with_spread(rows, lessons, [] if raced else there, seed=seed)
    lacking = [
        _fixed(name, (None,) * len(lessons)).model_copy(update={"missing": why}) for name, why in missing.items()
    ]
    return (*rows, *lacking)


def _row(selector: Selector, lessons: Lessons) -> Compared:
    each = tuple(worth(selector, row) for row in lessons)
    selected = tuple(chosen(selector, row) for row in lessons)
    return Compared(name=selector.name, about=selector.about, s=_mean(each), each=each, selected=selected)


ABOUT = {
    ORACLE: "the best answer there is; nobody can choose it",
    GREEDY: "one answer at temperature 0",
    MATCHED: "any answer of a teacher who sees the exam problems solved",
    MATCHED_SC: "the answer that a teacher who sees the exam problems solved gives most often",
    MATCHED_GREEDY: "the answer at temperature 0 of a teacher who sees the exam problems solved",
    ZERO_SHOT: "what students without a lesson do in the exams: other problems than those of the other rows",
}


def _fixed(name: str, each: Sequence[float | None]) -> Compared:
    return Compared(name=name, about=ABOUT.get(name, ""), s=_mean(each), each=tuple(each))


def _mean(values: Sequence[float | None]) -> float | None:
    return mean(value for value in values if value is not None)


def _with_signs(
    rows: Sequence[Compared], base: Sequence[float | None], uncompared: Sequence[str], primary: str
) -> list[Compared]:
    """Compare rows with the reference; the primary comparison is no one of many, so its p stays as it is."""
    compared = (row for row in rows if row.problems and row.name not in uncompared)
    counted = {row.name: signs(row.each, base) for row in compared}
    chances = {name: found.p for name, found in counted.items()}
    adjusted = chances | holm({name: p for name, p in chances.items() if name != primary})
    return [row.model_copy(update={"signs": counted.get(row.name), "p": adjusted.get(row.name)}) for row in rows]


def _resampled(
    rows: Sequence[Compared], base: Sequence[float | None], uncompared: Sequence[str], *, seed: int
) -> list[Compared]:
    """Add intervals of the difference to the reference."""
    intervals = {row.name: interval_of(row.each, base, seed=seed) for row in rows if row.name not in uncompared}
    return [row.model_copy(update={"interval": intervals.get(row.name)}) for row in rows]


def interval_of(ours: Sequence[float | None], theirs: Sequence[float | None], *, seed: int) -> Interval | None:
    """Resample the difference of two rows, on the problems on which there is one."""
    pairs = zip(ours, theirs, strict=True)
    return interval_of_mean([a - b for a, b in pairs if a is not None and b is not None], seed=seed)


def _with_spread(
    rows: Sequence[Compared], lessons: Lessons, selectors: Sequence[Selector], *, seed: int
) -> list[Compared]:
    """Add the subset spread of selectors; the other rows have no subsets to choose from."""

    def means(subsets: Lessons) -> dict[str, float | None]:
        return {one.name: _mean([worth(one, row) for row in subsets]) for one in selectors}

    half = min((len(row) for row in lessons), default=0) // 2
    spreads = subset_spread(lessons, means, seed=seed, size=half) if half > 1 else {}
    return [row.model_copy(update={"spread": spreads.get(row.name)}) for row in rows]
