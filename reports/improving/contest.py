"""The table of a contest: ways to better a prompt, at an equal budget of calls."""

from collections.abc import Sequence

from rich.console import Console

from lbt.classification import Baseline
from lbt.contest import Contest, Contestant
from reports.improving.table import Lines, constant_name
from reports.selection import ends
from reports.tables import DASH, aligned, as_markdown, share
from reports.terminal import one_line


def contest_lines(contest: Contest, constants: Sequence[Baseline]) -> Lines:
    """The cells: constant answers, then everybody."""
    head = ("Hold-out", "F1", "accuracy", "macro-F1", "ours gains", "95 %", "calls", "hold-out calls")
    constant = [
        (constant_name(one), share(one.f1), share(one.accuracy), share(one.macro_f1), *(DASH,) * 4) for one in constants
    ]
    return [head, *constant, *(cells(contest, one) for one in contest.contestants)]


def cells(contest: Contest, one: Contestant) -> tuple[str, ...]:
    """One line."""
    counts, gained = one.counts, contest.against_ours(one)
    figures = [counts.f1, counts.accuracy, counts.macro_f1] if counts else [None] * 3
    return (
        one_line(one.name, 60),
        *map(share, figures),
        f"{gained.mean:+.3f}" if gained else DASH,
        ends(gained.interval) if gained else DASH,
        DASH if one.calls is None else f"{one.calls:,}",
        f"{one.held_out_calls:,}",
    )


def print_contest(console: Console, contest: Contest, constants: Sequence[Baseline], *, markdown: bool = False) -> None:
    """Print the table, and under it what it cannot say."""
    lines = contest_lines(contest, constants)
    console.print("\n" + "\n".join((as_markdown if markdown else aligned)(lines)) + "\n", soft_wrap=True)
    for one in contest.contestants:
        if one.note:
            console.print(f"{one_line(one.name, 60)}: {one_line(one.note, 300)}.", soft_wrap=True)
    calls = f"Budget: {contest.budget:,} calls each, to the same endpoint; those to the hold-out are counted apart."
    gains = "Ours gains: F1 of ours less that of the line; 95 %: hold-out items resampled, paired."
    console.print(f"{calls} {gains} The peers choose by accuracy, as they take a mean over items.", soft_wrap=True)
