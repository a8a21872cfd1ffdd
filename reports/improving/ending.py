"""How a run of M3 ends: its tables, and under them the sentences that say what they cannot."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.padding import Padding

from lbt.classification import SelectBy
from lbt.improvement import FinalSet, ImprovementRow, ImprovementSummary
from lbt.resampling import FEWEST_PROBLEMS
from reports.ending import Remark, Spent, costs, print_remarks, quoted
from reports.improving.phrases import METRIC
from reports.improving.table import constant_name, plain_improvement, rich_improvement
from reports.selection import ends
from reports.tables import counted, percent, share
from reports.terminal import one_line


def print_improvement(
    console: Console, summary: ImprovementSummary, where: Path, spent: Spent | None, *, plain: bool
) -> None:
    """Print the tables and the sentences under them: `plain` as bare lines, else drawn for the console's width."""
    if plain:
        console.print(f"\n{plain_improvement(summary)}\n", soft_wrap=True)
    else:
        first, second = rich_improvement(summary, console.width)
        console.print(Padding(Group(first, "", second), (1, 0)))
    print_remarks(console, [*remarks(summary, spent), *ways_on(summary, where)], plain=plain)


def remarks(summary: ImprovementSummary, spent: Spent | None) -> list[Remark]:
    """Say what the tables cannot: what beats them, how sure they are, how students failed, what it cost."""
    return [
        *unfinished(summary),
        *constants(summary),
        *against_start(summary),
        *handed_in(summary),
        *overlap(summary),
        *failures(summary),
        *legend(summary),
        *costs(summary.usage, spent),
        *forecast(summary),
    ]


def unfinished(summary: ImprovementSummary) -> list[Remark]:
    """Say that rows rest on fewer repeats than were asked for."""
    if summary.ended:
        return []
    absent = summary.repeats - summary.finished
    return [Remark(f"{counted(absent, 'repeat')} of {summary.repeats} not finished.", warning=True)]


def constants(summary: ImprovementSummary) -> list[Remark]:
    """Say where one answer to every item scores higher than all sets."""
    return [remark for by in summary.metrics for remark in _constant(summary, by)]


def _constant(summary: ImprovementSummary, by: SelectBy) -> list[Remark]:
    beaten, row = summary.beaten_by(by), summary.best_row(by)
    if not beaten or not row:
        return []
    best = row.on_hold_out(by)
    return [
        Remark(
            f"{constant_name(beaten)} scores higher: {METRIC[by]} {share(beaten.score(by))}, "
            f"{share(best.mean if best else None)} in the best row.",
            warning=True,
        )
    ]


def against_start(summary: ImprovementSummary) -> list[Remark]:
    """Say how the final set compares with the best initial one."""
    row = next((row for row in summary.rows if row.stage == "final"), None)
    if not row or not row.signs or row.p is None:
        return []
    gains = ", ".join(
        f"{METRIC[by]} {one.mean:+.3f}{f' (95 %: {ends(one.interval)})' if one.interval else ''}"
        for by, one in row.differences.items()
    )
    better, same, worse = row.signs
    return [
        Remark(
            f"Final set against iteration 0: {gains}; better on {better:,}, as good on {same:,}, worse on "
            f"{counted(worse, 'item')}; p {row.p:.3f}, {kind_of_test(summary, row)}."
        )
    ]


def kind_of_test(summary: ImprovementSummary, row: ImprovementRow) -> str:
    """What the test of the signs is called."""
    return "McNemar's exact test" if summary.baselines and row.repeats == 1 else "exact sign test"


def handed_in(summary: ImprovementSummary) -> list[Remark]:
    """Say what the final sets scored where they were chosen, where nothing had chosen them, and on the hold-out."""
    finals, by = summary.finals, METRIC[summary.select_by]
    if not finals:
        return []
    one = len(finals) == 1
    who = f"Final set {one_line(finals[0].best, 40)}" if one else f"Final sets, mean of {len(finals)}"
    figures = {
        "in the last selection": _mean([final.selected for final in finals]),
        "the best of the last sets, on training items set aside": _mean([final.fresh for final in finals]),
        "on the hold-out": _mean([_held_out(final, summary.select_by) for final in finals]),
    }
    return [Remark(f"{who}: {by} {', '.join(f'{share(value)} {place}' for place, value in figures.items())}.")]


def _held_out(final: FinalSet, by: SelectBy) -> float | None:
    return {"f1": final.f1, "accuracy": final.accuracy, "macro_f1": final.macro_f1}[by]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if len(known) == len(values) else None


def overlap(summary: ImprovementSummary) -> list[Remark]:
    """Say how many exemplars of what is handed in are hold-out items."""
    found = [final.overlap for final in summary.finals if final.overlap]
    if not found:
        return []
    shared, shown = sum(one.shared for one in found), sum(one.exemplars for one in found)
    noun = "final set" if len(summary.finals) == 1 else "final sets"
    return [Remark(f"Exemplars of the {noun} that are hold-out items: {shared:,} of {shown:,}.", warning=shared > 0)]


def failures(summary: ImprovementSummary) -> list[Remark]:
    """Say how often each student failed, iteration by iteration."""
    students = dict.fromkeys(student for row in summary.rows for student in row.failures)
    found = []
    for student in students:
        counts = [row.failures[student] for row in summary.rows if student in row.failures]
        rates = ", ".join(percent(one.failed / one.asked) if one.asked else "-" for one in counts)
        found.append(Remark(f"Failures of {one_line(student, 60)} per iteration: {rates}."))
    return found


def legend(summary: ImprovementSummary) -> list[Remark]:
    """Say what the columns mean that do not say it."""
    found = []
    if any(row.accuracy.standard_error is not None for row in summary.rows):
        found.append(Remark("±: standard error over repeats."))
    how = f"none below {FEWEST_PROBLEMS}" if summary.hold_out < FEWEST_PROBLEMS else "resampled, paired"
    found.append(
        Remark(
            f"Gained: against iteration 0; 95 %: hold-out items {how}. Gap: training - hold-out. "
            "Drafts: new/repeated/malformed/repaired. Calls and tokens: so far."
        )
    )
    return found


def forecast(summary: ImprovementSummary) -> list[Remark]:
    """Compare the calls on record with what was foretold, once the run has ended."""
    if summary.forecast is None or not summary.ended:
        return []
    return [Remark(f"Calls foretold: {summary.forecast:,}; on record: {summary.usage.calls:,}.")]


def ways_on(summary: ImprovementSummary, where: Path) -> list[Remark]:
    """Say where the record lies and how an unfinished run goes on."""
    found = [Remark(f"Record: {one_line(str(where), 1000)}", folds=False)]
    if not summary.ended:
        found.append(Remark(f"Go on with: python -m agents.run --resume {quoted(where)}", folds=False))
    return found
