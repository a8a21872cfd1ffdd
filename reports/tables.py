"""The table of a run, as plain text, Markdown or for a rich console, and how its numbers are written.

Shares have three decimals; a dash stands where a number is undefined, never a zero.
"""

from collections.abc import Sequence
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.table import Table

from lbt.scoring import ProblemRow, Summary, metrics_of, voted
from reports.terminal import one_line

DASH = "-"
PAPER_DATASETS = frozenset({"game_theory", "bitmasking", "general_1d", "dissimilar", "all_code"})
OWN_LEVELS = "Statements and tests are this project's own: compare levels within it, with the paper directions."
"""What every table of the paper's datasets says."""
LABELS = {
    "avg": "Avg",
    "m1_max": "M1 (MAX)",
    "avg_v1": "Avg (V=1)",
    "m1_max_v1": "M1 (MAX) (V=1)",
    "greedy": "Greedy",
    "sc": "SC",
    "m1_sum": "M1 (SUM)",
    "m1_avg": "M1 (AVG)",
    "oracle": "Oracle",
}
"""How each metric is called."""


def share(value: float | None) -> str:
    """Format a share with three decimals."""
    return DASH if value is None else f"{value:.3f}"


def percent(value: float) -> str:
    """Format a share as a percentage with one decimal."""
    return f"{100 * value:.1f} %"


def duration(seconds: float) -> str:
    """Format a time as a person would say it, two units at most."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def roughly(seconds: float) -> str:
    """Format an estimate: to 5 seconds below a minute, above it to the minute."""
    if seconds < 57.5:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    return f"about {duration(60 * round(seconds / 60))}"


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tie(row: ProblemRow) -> str:
    """Say how many rationales share the highest LbT score or gave the answer with the most votes, or why none did."""
    if not row.complete:
        return f"{row.missing} missing"
    return f"{len(row.selected)} of {row.n}" if row.decided else "undecided"


def asked(row: ProblemRow | Summary) -> str:
    """Say which share of raced exams was asked."""
    return "not asked" if row.exams_asked is None else f"{percent(row.exams_asked)} asked"


def headers(summary: Summary) -> tuple[str, ...]:
    """The columns of the table; of votes, the last two are different answers and those who gave the selected one."""
    last = ("Answers", "Votes") if voted(summary.problems) else ("LbT levels", "Tie")
    return ("Problem", "n", *(LABELS[name] for name in metrics_of(summary.problems)), "Exams passed", *last)


def cells(row: ProblemRow, metrics: Sequence[str]) -> tuple[str, ...]:
    """One problem's line of the table, as text."""
    numbers = (share(getattr(row, name)) for name in metrics)
    told = row.levels if row.answers is None else row.answers
    passed = share(row.exam_pass_rate) if row.exams == "all" else asked(row)
    return (one_line(row.id, 60), str(row.n), *numbers, passed, DASH if told is None else str(told), tie(row))


def means(summary: Summary) -> tuple[str, ...]:
    """The line of means; over complete problems only."""
    decided = sum(bool(row.decided) for row in summary.problems)
    numbers = (share(summary.means.get(name)) for name in metrics_of(summary.problems))
    return (f"mean of {summary.complete}", "", *numbers, "", "", f"{decided} decided")


def lines_of(summary: Summary) -> list[tuple[str, ...]]:
    """The cells of the header and of every problem."""
    metrics = metrics_of(summary.problems)
    return [headers(summary), *(cells(row, metrics) for row in summary.problems)]


def plain_table(summary: Summary) -> str:
    """The table in columns of characters, as wide as it needs."""
    head, rule, *rows, last = aligned([*lines_of(summary), means(summary)])
    return "\n".join([head, rule, *rows, rule, last])


def markdown_table(summary: Summary) -> str:
    """The table in Markdown, for `docs/results`."""
    return "\n".join(as_markdown([*lines_of(summary), means(summary)]))


def aligned(lines: Sequence[Sequence[str]], first: int = 0) -> list[str]:
    """Lines in columns, names to the left and numbers to the right, with a rule below the header.

    Args:
        lines: The cells of the header and of the rows.
        first: Characters that the first column has at least.
    """
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    wide[0] = max(wide[0], first)
    names = [line[0].ljust(wide[0]) for line in lines]
    numbers = [[cell.rjust(w) for cell, w in zip(line[1:], wide[1:], strict=True)] for line in lines]
    head, *rows = ["  ".join([name, *rest]).rstrip() for name, rest in zip(names, numbers, strict=True)]
    return [head, "  ".join("-" * width for width in wide), *rows]


def as_markdown(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table, from the cells of the header and of the rows."""
    rule = ("---", *("---:" for _ in lines[0][1:]))
    return [
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in (lines[0], rule, *lines[1:])
    ]


def rich_table(summary: Summary, width: int) -> Table:
    """The table for a console of `width` columns."""
    head, *rows = lines_of(summary)
    table = ruled(head, width, means(summary))
    for row, text in zip(summary.problems, rows, strict=True):
        table.add_row(*text, style=None if row.complete else "yellow")
    return table


def ruled(head: Sequence[str], width: int, foot: Sequence[str] = ()) -> Table:
    """A table without rows for a console of `width` columns; headers fold, so that a wide one fits 80."""
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        show_footer=bool(foot),
        header_style="bold",
        footer_style="bold",
        padding=(0, 0, 0, 0) if width < 100 else (0, 1, 0, 0),
    )
    for i, (header, last) in enumerate(zip_longest(head, foot, fillvalue="")):
        folded = header.replace(" ", "\n")
        table.add_column(folded, last, justify="left" if i == 0 else "right", overflow="fold", vertical="bottom")
    return table
