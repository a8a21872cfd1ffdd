"""The live picture of a run of M3: the table so far, the steps in flight, calls, tokens, the latest reasons.

Fits the terminal it is drawn on: reasons are left out first, then the oldest rows of the table.
"""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from reports.board import AIRY, WIDEST, news_line, standing
from reports.improving import phrases
from reports.improving.progress import ImprovingProgress, Phase
from reports.improving.table import lines_so_far
from reports.tables import aligned

ROOMY = 100
"""Columns from which on there is room for macro-F1."""


def board(progress: ImprovingProgress, news: str, width: int, height: int) -> Group:
    """Draw the run as it stands on at most `height` lines of `width` columns."""
    width = min(width, WIDEST)
    foot: list[RenderableType] = list(standing(progress, width)) if progress.opening else []
    foot += [news_line(news)] if news and height > len(foot) else []
    gap = [Text()] if height >= AIRY else []
    room = max(0, height - len(foot) - len(gap))
    flying = flights(progress, room - len(gap), width)
    room -= len(flying) + len(gap) * bool(flying)
    table = table_so_far(progress, room - len(gap), width)
    room -= len(table) + len(gap) * bool(table)
    reasons = latest_reasons(progress, room - len(gap))
    blocks: list[Sequence[RenderableType]] = [table, flying, reasons]
    return Group(*(line for block in blocks if block for line in (*gap, *block)), *gap, *foot)


def table_so_far(progress: ImprovingProgress, room: int, width: int) -> list[Text]:
    """The finished iterations on `room` lines: the header, and the latest that fit."""
    lines = lines_so_far(progress.rows, macro=width >= ROOMY)
    if not lines or room < 3:
        return []
    head, rule, *rows = aligned(lines)
    return [one_row(head, "bold"), one_row(rule, "dim"), *(one_row(row) for row in rows[2 - room :])]


def one_row(text: str, style: str = "") -> Text:
    """A line that is cut where the terminal ends."""
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def flights(progress: ImprovingProgress, room: int, width: int) -> list[RenderableType]:
    """The steps in flight, a line each; those that do not fit are counted."""
    phases = progress.in_flight
    shown = phases if len(phases) <= room else phases[: max(0, room - 1)]
    lines: list[RenderableType] = [phase_line(progress, phase, width) for phase in shown]
    if len(shown) < len(phases) and room > 0:
        lines.append(Text(f"and {len(phases) - len(shown)} more in flight", style="dim"))
    return lines


def phase_line(progress: ImprovingProgress, phase: Phase, width: int) -> Table:
    """One step in flight: whose it is, how far it is, how it goes."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.width = width
    grid.add_column(no_wrap=True, overflow="ellipsis")
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True, justify="right", overflow="ellipsis")
    total = max(1, phase.of, phase.began)
    bar = ProgressBar(total=total, completed=phase.ended, complete_style="cyan", finished_style="green")
    left = Text.assemble((phrases.where(phase.place, progress.opening), "bold"), f"  {phase.step}")
    grid.add_row(left, bar, Text(f"{phase.ended:,} of {total:,}, {phrases.good(phase)}"))
    return grid


def latest_reasons(progress: ImprovingProgress, room: int) -> list[Text]:
    """Why sets let students fail, as the teacher said last, on `room` lines at most."""
    reasons: Sequence[Text] = [one_row(phrases.reason_text(one), "dim") for one in progress.reasons]
    return list(reasons[-room:]) if room > 0 else []
