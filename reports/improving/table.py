"""The tables of M3: the hold-out after each iteration beside constant answers, and how the sets came about."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.table import Table

from lbt.classification import METRICS, Baseline, SelectBy
from lbt.improvement import ImprovementRow, ImprovementSummary, Measured, measured_if_known
from lbt.iterations import Drafts, IterationRow
from reports.improving.phrases import METRIC
from reports.selection import ends
from reports.tables import DASH, aligned, as_markdown, percent, ruled, share
from reports.terminal import one_line

Lines = list[tuple[str, ...]]
"""The cells of the header and of every row."""


def figure(value: Measured | None) -> str:
    """A mean, and its standard error where there are repeats."""
    if value is None:
        return DASH
    error = "" if value.standard_error is None else f" ±{value.standard_error:.3f}"
    return f"{value.mean:.3f}{error}"


def drafts_text(drafts: Drafts) -> str:
    """Counts as `new/repeated/malformed/repaired`; a dash where nothing was written."""
    counts = (drafts.new, drafts.repeated, drafts.malformed, drafts.repaired)
    return "/".join(f"{count:,}" for count in counts) if drafts.written else DASH


def constant_name(baseline: Baseline) -> str:
    """What a constant answer is called in a table."""
    return f"majority ({'Yes' if baseline.says else 'No'})" if baseline.name.startswith("majority") else baseline.name


def hold_out_lines(summary: ImprovementSummary) -> Lines:
    """How well the teacher does after each iteration, and what constant answers get."""
    by = summary.select_by
    head = ("Hold-out", *(METRIC[one] for one in summary.metrics), f"{METRIC[by]} gained", "95 %")
    constant = [
        (constant_name(one), *(share(one.score(metric)) for metric in summary.metrics), DASH, DASH)
        for one in summary.baselines
    ]
    return [head, *constant, *(_hold_out_cells(row, summary) for row in summary.rows)]


def _hold_out_cells(row: ImprovementRow, summary: ImprovementSummary) -> tuple[str, ...]:
    figures = (figure(row.on_hold_out(one)) for one in summary.metrics)
    gained = row.differences.get(summary.select_by)
    if gained is None:
        return (_name(row), *figures, DASH, DASH)
    return (_name(row), *figures, f"{gained.mean:+.3f}", ends(gained.interval))


def _name(row: ImprovementRow) -> str:
    return "final set" if row.stage == "final" else f"iteration {row.name}"


def training_lines(summary: ImprovementSummary) -> Lines:
    """How the sets came about: what they were chosen by, what was written, what it took."""
    texts = bool(summary.baselines)
    head = ("Training", METRIC[summary.select_by], "gap", "drafts", *(["neither"] if texts else []), "calls", "tokens")
    return [head, *(_training_cells(row, texts=texts) for row in summary.rows)]


def _training_cells(row: ImprovementRow, *, texts: bool) -> tuple[str, ...]:
    neither = [DASH if row.neither is None else percent(row.neither)] if texts else []
    tokens = row.so_far.prompt_tokens + row.so_far.completion_tokens
    return (
        _name(row),
        figure(row.train),
        figure(row.gap),
        drafts_text(row.drafts),
        *neither,
        f"{row.so_far.calls:,}",
        f"{tokens:,}",
    )


def lines_so_far(rows: Iterable[IterationRow], *, macro: bool) -> Lines:
    """The iterations that are finished, while the run goes on; means where several repeats have finished one.

    Args:
        rows: One per iteration and repeat.
        macro: With macro-F1, where items are texts.
    """
    ordered = sorted(rows, key=lambda row: (row.number, row.repeat))
    groups = [list(group) for _, group in groupby(ordered, key=lambda row: row.number)]
    texts = any(row.f1 is not None for row in ordered)
    metrics = [by for by in METRICS if by == "accuracy" or (texts and (macro or by == "f1"))]
    head = ("Iteration", "best", "training", *(METRIC[by] for by in metrics), "drafts")
    return [head, *(_cells_so_far(group, metrics) for group in groups)] if groups else []


def _cells_so_far(group: Sequence[IterationRow], metrics: Sequence[SelectBy]) -> tuple[str, ...]:
    return (
        "final" if group[0].stage == "final" else str(group[0].number),
        one_line(group[0].best, 12) if len(group) == 1 else f"{len(group)} repeats",
        figure(measured_if_known(row.train for row in group)),
        *(figure(measured_if_known(row.on_hold_out(by) for row in group)) for by in metrics),
        drafts_text(sum((row.drafts for row in group), Drafts())),
    )


def plain_improvement(summary: ImprovementSummary) -> str:
    """Both tables in columns of characters."""
    first = len("majority (Yes)")
    head, rule, *rows = aligned(hold_out_lines(summary), first)
    constant = len(summary.baselines)
    divided = [*rows[:constant], *([rule] if constant and rows[constant:] else []), *rows[constant:]]
    return "\n".join([head, rule, *divided, "", *aligned(training_lines(summary), first)])


def markdown_improvement(summary: ImprovementSummary) -> str:
    """Both tables in Markdown, for `docs/results`."""
    return "\n".join([*as_markdown(hold_out_lines(summary)), "", *as_markdown(training_lines(summary))])


def rich_improvement(summary: ImprovementSummary, width: int) -> list[Table]:
    """Both tables for a console of `width` columns."""
    return [
        _drawn(hold_out_lines(summary), width, len(summary.baselines)), _drawn(training_lines(summary), width, 0)
    ]  # fmt: skip


def _drawn(lines: Lines, width: int, constant: int) -> Table:
    head, *rows = lines
    table = ruled(head, width)
    for place, cells in enumerate(rows, 1):
        table.add_row(*cells, style="dim" if place <= constant else None, end_section=place == constant)
    return table
