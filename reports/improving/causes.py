"""The table of error causes, one per student, and under them the sentences that say what they cannot."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from lbt.causes import CauseRow, CauseTable, Rate
from reports.ending import Remark, behind, print_remarks
from reports.improving.table import Lines
from reports.tables import DASH, aligned, counted, ruled, share
from reports.terminal import one_line

FEW = 30
"""Mistakes below which an interval of their share is wider than a third."""
ABOUT = (
    "Causes: the teacher's own judgement; a mistake may have several. Any other set removes some mistakes and makes "
    "new ones: compare each cause with all mistakes. 95 %: Wilson's interval of each share by itself."
)


def print_causes(console: Console, tables: Sequence[CauseTable], *, plain: bool) -> None:
    """Print the table of every student: `plain` as bare lines, else drawn for the console's width."""
    for table in tables:
        lines = cause_lines(table)
        print_remarks(console, [Remark(""), *headline(table)], plain=plain)
        if plain:
            console.print("\n".join(["", *aligned(lines), ""]), soft_wrap=True)
        else:
            head, *rows = lines
            drawn = ruled(head, console.width)
            for cells in rows:
                drawn.add_row(*cells)
            console.print(Padding(drawn, (1, 0)))
        print_remarks(console, remarks(table), plain=plain)
    if tables:
        print_remarks(console, [Remark(ABOUT)], plain=plain)


def headline(table: CauseTable) -> list[Remark]:
    """Say whose failures the table is about, and which causes they have."""
    failed, asked = table.failed
    who = one_line(table.student, 60)
    found = [
        Remark(
            f"{who}: {failed:,} of {counted(asked, 'item')} failed with set {one_line(table.start, 20)}; "
            f"{counted(table.reasons, 'reason')}, {counted(len(table.causes), 'cause')}."
        )
    ]
    return [*found, *(Remark(f"  {place}  {one_line(cause, 300)}") for place, cause in enumerate(table.causes, 1))]


def cause_lines(table: CauseTable) -> Lines:
    """How many of the teacher's mistakes have each cause, and how many of those the revised set removed."""
    head = ("Mistakes", "count", "share", "95 %", "removed", "share", "95 %")
    rows = [(f"cause {place}", row) for place, row in enumerate(table.rows, 1)]
    rows += [("none of them", table.none)] if table.rows else []
    unread = [("unreadable", *_cells(table.unread), DASH, DASH, DASH)] if table.rows else []
    return [
        head,
        *((name, *_row(row)) for name, row in rows),
        *unread,
        ("all", *_row(table.all)),
        ("new ones", *_cells(table.new), DASH, DASH, DASH),
    ]


def _row(row: CauseRow) -> tuple[str, ...]:
    return (*_cells(row.mistakes), *_cells(row.removed))


def _cells(rate: Rate) -> tuple[str, str, str]:
    """Counts, share and interval."""
    ends = f"{rate.interval.low:.3f} to {rate.interval.high:.3f}" if rate.interval else DASH
    return f"{rate.count:,} of {rate.of:,}", share(rate.share), ends


def remarks(table: CauseTable) -> list[Remark]:
    """Say what the table of one student cannot."""
    return [*unchanged(table), *causeless(table), *few(table), behind(table.usage)]


def unchanged(table: CauseTable) -> list[Remark]:
    """Say that there was no other set, so that nothing can have changed."""
    if table.revised is not None:
        return [Remark(f"Removed, and new: by set {one_line(table.revised, 20)}, the best of those revised for it.")]
    return [
        Remark("No revised set could be used: the same set answered again, so no mistake is removed.", warning=True)
    ]


def causeless(table: CauseTable) -> list[Remark]:
    """Say why there is no cause."""
    if table.causes:
        return []
    if not table.failed.failed:
        return [Remark("No cause: the student failed on nothing.")]
    if not table.reasons:
        return [Remark("No cause: no reflection on the failures has a reason in it.", warning=True)]
    return [Remark("No cause: the teacher was asked twice to condense the reasons, and listed none.", warning=True)]


def few(table: CauseTable) -> list[Remark]:
    """Say that small numbers are small."""
    count = table.all.mistakes.count
    if count >= FEW:
        return []
    return [
        Remark(f"Only {counted(count, 'mistake')}: these shares say little, as their intervals show.", warning=True)
    ]
