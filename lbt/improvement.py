"""The table of M3: how well the teacher does on the hold-out after each iteration, and how sure that is.

Nothing here decides anything. Where a run has several repeats, a number is a mean over them, and its standard error is
their sample standard deviation ÷ √repeats; so the paper computes what it writes after ± (`scipy.stats.sem`).
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lbt.classification import METRICS, Baseline, SelectBy, baselines, has_classes
from lbt.exemplars import ExemplarSet, Iteration, Natural, Stage, folded
from lbt.iterations import Drafts, Failed, IterationRow, iteration_row, score_of
from lbt.paired import Difference, Pair, accuracy_difference, differences, sign_test
from lbt.resampling import Signs, holm
from lbt.types import Share, Usage, Value


class Overlap(NamedTuple):
    """Exemplars whose text is, but for case and blanks, that of a hold-out item."""

    shared: int
    exemplars: int


class Measured(Value):
    """One number per repeat, and their mean."""

    mean: float
    standard_error: float | None
    """None of one repeat."""
    each: tuple[float, ...]
    """In the order of the repeats."""


def measured(each: Sequence[float]) -> Measured:
    """Put one number per repeat together; there is at least one."""
    error = statistics.stdev(each) / math.sqrt(len(each)) if len(each) > 1 else None
    return Measured(mean=statistics.fmean(each), standard_error=error, each=tuple(each))


def measured_if_known(values: Iterable[float | None]) -> Measured | None:
    """Put the repeats together; None where one of them has no number."""
    each = list(values)
    known = [value for value in each if value is not None]
    return measured(known) if known and len(known) == len(each) else None


class ImprovementRow(Value):
    """One iteration, over all repeats that have finished it."""

    name: str
    """Its number, or `final`."""
    stage: Stage
    repeats: Natural
    f1: Measured | None
    """On the hold-out with the best set of each repeat, as are the next two; None where items are no texts."""
    accuracy: Measured
    macro_f1: Measured | None
    neither: Share | None
    """Share of the hold-out answers that are neither Yes nor No; None where items are no texts."""
    differences: dict[SelectBy, Difference]
    """To iteration 0 of the same repeat, per metric that there is; empty for iteration 0."""
    signs: Signs | None
    """Hold-out items that are answered better than in iteration 0, as well, and worse, by their mean over repeats."""
    p: float | None
    """Sign test of that, McNemar's exact one where there is one repeat of texts; adjusted after Holm for the number of
    iterations, but of the final set, which is what the run is about, as it is."""
    train: Measured | None
    """Score of the best sets in the selection; None where nothing was compared."""
    gap: Measured | None
    """`train` - the same metric on the hold-out; of programs V-score - S-score."""
    drafts: Drafts
    """Of all repeats together, as the next three."""
    failures: dict[str, Failed]
    usage: Usage
    so_far: Usage
    """With those of the iterations before."""
    overlap: Overlap | None
    """Of the best sets with the hold-out; None before the run has ended."""

    def on_hold_out(self, by: SelectBy) -> Measured | None:
        """One of the metrics."""
        return {"f1": self.f1, "accuracy": self.accuracy, "macro_f1": self.macro_f1}[by]


class FinalSet(Value):
    """What one repeat hands in."""

    repeat: Natural
    best: str
    """Id of the set."""
    selected: Share | None
    """Its score in the last selection, which it won a place in: flattered by that."""
    fresh: Share | None
    """Its score on training items on which nothing was decided before; it is the best of the last sets there."""
    f1: Share | None
    """On the hold-out, as the next two."""
    accuracy: Share
    macro_f1: Share | None
    overlap: Overlap | None
    """With the hold-out; None before the run has ended."""


class ImprovementSummary(Value):
    """`summary.json` of M3."""

    dataset: str
    method: str = "m3"
    seed: int
    select_by: SelectBy
    iterations: Natural
    """Asked for; one that writes the initial sets and a final one come on top."""
    repeats: Natural
    """Asked for."""
    finished: Natural
    """Repeats that have handed in a set."""
    hold_out: Natural
    """Items."""
    baselines: tuple[Baseline, ...]
    """Constant answers, on the same hold-out; none where items are no texts."""
    rows: tuple[ImprovementRow, ...]
    finals: tuple[FinalSet, ...]
    each: tuple[IterationRow, ...]
    """Every iteration of every repeat."""
    usage: Usage
    forecast: Natural | None
    """Calls foretold before the run; None where nobody did."""

    @property
    def ended(self) -> bool:
        """Every repeat has handed in a set."""
        return self.finished >= self.repeats

    @property
    def metrics(self) -> tuple[SelectBy, ...]:
        """The metrics that there are: accuracy alone where items are no texts."""
        return METRICS if self.baselines else ("accuracy",)

    def best_row(self, by: SelectBy) -> ImprovementRow | None:
        """The row that is best on the hold-out, the first of equals: seen afterwards, and chosen by nobody."""
        found = [(value.mean, row) for row in self.rows if (value := row.on_hold_out(by))]
        return max(found, key=lambda one: one[0])[1] if found else None

    def beaten_by(self, by: SelectBy) -> Baseline | None:
        """The best constant answer, where it is better than every row; None otherwise."""
        row = self.best_row(by)
        best = max(self.baselines, key=lambda one: one.score(by), default=None)
        value = row.on_hold_out(by) if row else None
        return best if best and value and best.score(by) > value.mean else None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a run was asked for, as far as its table needs it."""

    dataset: str
    select_by: SelectBy
    iterations: int
    repeats: int
    seed: int
    training: Sequence[bool] = ()
    """Classes of the training items; empty where items are no texts, as the next."""
    hold_out: Sequence[bool] = ()
    """Classes of the hold-out items."""
    hold_out_texts: Sequence[str]
    """The statement of every hold-out item, as exemplars would show it."""
    forecast: int | None = None
    """Calls foretold for the whole run."""


def summary_of_improvement(iterations: Sequence[Iteration], setting: Setting) -> ImprovementSummary:
    """Put the iterations of a run together, finished or not.

    Args:
        iterations: All on record, of all repeats, in any order.
        setting: What was asked for.

    Raises:
        ValueError: repeats differ in their hold-out.
    """
    ordered = sorted(iterations, key=lambda one: (one.repeat, one.number))
    each = tuple(map(iteration_row, ordered))
    finals = tuple(one for one in ordered if one.stage == "final")
    ended = len(finals) >= setting.repeats
    seen = frozenset(map(folded, setting.hold_out_texts)) if ended else None
    return ImprovementSummary(
        dataset=setting.dataset,
        seed=setting.seed,
        select_by=setting.select_by,
        iterations=setting.iterations,
        repeats=setting.repeats,
        finished=len(finals),
        hold_out=len(setting.hold_out_texts),
        baselines=baselines(setting.hold_out, setting.training) if setting.hold_out else (),
        rows=_rows(ordered, each, setting, seen),
        finals=tuple(_final(one, ordered, seen) for one in finals),
        each=each,
        usage=sum((row.usage for row in each), Usage()),
        forecast=setting.forecast,
    )


def _rows(
    iterations: Sequence[Iteration], each: Sequence[IterationRow], setting: Setting, seen: frozenset[str] | None
) -> tuple[ImprovementRow, ...]:
    starts = {one.repeat: one for one in iterations if one.number == 0}
    rows, so_far = list[ImprovementRow](), Usage()
    for number in sorted({row.number for row in each}):
        there = [one for one in iterations if one.number == number]
        row = _row(there, [one for one in each if one.number == number], setting.select_by)
        so_far += row.usage
        overlap = None if seen is None else overlap_of([one.kept[0] for one in there], seen)
        row = row.model_copy(update={"so_far": so_far, "overlap": overlap})
        pairs = [Pair(starts[one.repeat].held_out.marks, one.held_out.marks) for one in there if one.repeat in starts]
        rows.append(_against_start(row, pairs, setting.seed) if number and pairs else row)
    return _adjusted(rows)


def _row(iterations: Sequence[Iteration], each: Sequence[IterationRow], select_by: SelectBy) -> ImprovementRow:
    """Put the repeats of one iteration together."""
    first = iterations[0]
    usage = sum((row.usage for row in each), Usage())
    return ImprovementRow(
        name="final" if first.stage == "final" else str(first.number),
        stage=first.stage,
        repeats=len(each),
        f1=measured_if_known(row.f1 for row in each),
        accuracy=measured([row.accuracy for row in each]),
        macro_f1=measured_if_known(row.macro_f1 for row in each),
        neither=_neither(each),
        differences={},
        signs=None,
        p=None,
        train=measured_if_known(row.train for row in each),
        gap=measured_if_known(_gap(row, select_by) for row in each),
        drafts=sum((row.drafts for row in each), Drafts()),
        failures=_failures_together(row.failures for row in each),
        usage=usage,
        so_far=usage,
        overlap=None,
    )


def _neither(each: Sequence[IterationRow]) -> float | None:
    counts = [row.counts for row in each if row.counts]
    return statistics.fmean(one.neither for one in counts) if counts else None


def _gap(row: IterationRow, select_by: SelectBy) -> float | None:
    held_out = row.on_hold_out(select_by)
    return None if row.train is None or held_out is None else row.train - held_out


def _failures_together(repeats: Iterable[Mapping[str, Failed]]) -> dict[str, Failed]:
    together = dict[str, Failed]()
    for failures in repeats:
        for student, (failed, asked) in failures.items():
            before = together.get(student, Failed(0, 0))
            together[student] = Failed(before.failed + failed, before.asked + asked)
    return together


def _against_start(row: ImprovementRow, pairs: Sequence[Pair], seed: int) -> ImprovementRow:
    """Add what compares a row with iteration 0 of the same repeats."""
    texts = has_classes(pairs[0].before)
    found = differences(pairs, seed=seed) if texts else {"accuracy": accuracy_difference(pairs, seed=seed)}
    counted = sign_test(pairs)
    return row.model_copy(update={"differences": found, "signs": counted, "p": counted.p})


def _adjusted(rows: Sequence[ImprovementRow]) -> tuple[ImprovementRow, ...]:
    """Adjust the p-values of the iterations for being many; that of the final set stays as it is."""
    adjusted = holm({row.name: row.p for row in rows if row.p is not None and row.stage != "final"})
    return tuple(row.model_copy(update={"p": adjusted.get(row.name, row.p)}) for row in rows)


def overlap_of(sets: Iterable[ExemplarSet], hold_out: frozenset[str]) -> Overlap:
    """Count exemplars whose text is in the hold-out; `hold_out` has its texts as `lbt.exemplars.folded` gives them."""
    shown = [folded(exemplar.statement) for one in sets for exemplar in one.exemplars]
    return Overlap(sum(text in hold_out for text in shown), len(shown))


def _final(last: Iteration, iterations: Sequence[Iteration], seen: frozenset[str] | None) -> FinalSet:
    """Put together what is known of the set that one repeat hands in."""
    row, best = iteration_row(last), last.kept[0]
    before = [one for one in iterations if (one.repeat, one.number) == (last.repeat, last.number - 1)]
    return FinalSet(
        repeat=last.repeat,
        best=best.id,
        selected=next((score_of(one, best.id) for one in before), None),
        fresh=row.train,
        f1=row.f1,
        accuracy=row.accuracy,
        macro_f1=row.macro_f1,
        overlap=None if seen is None else overlap_of([best], seen),
    )
