"""The table of selectors: what each would have handed in, how sure that is, and what it costs."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from lbt.collected import KINDS
from lbt.comparison import Compared, Outlay
from lbt.resampling import FEWEST_PROBLEMS, SUBSETS
from lbt.types import LessonRecord
from reports.finished import finished, heading
from reports.tables import DASH, aligned, as_markdown, share
from reports.terminal import one_line

HEADERS = ("Selector", "S", "problems", "+/=/-", "p", "95 %", "spread", "calls", "tokens", "cost")


def cells(row: Compared, outlay: Outlay | None) -> tuple[str, ...]:
    """One row as text; a dash stands where a number is undefined."""
    name = one_line(row.name, 60)
    if row.missing:
        return (name, f"needs {row.missing}", *[""] * (len(HEADERS) - 2))
    compared = "/".join(map(str, row.signs)) if row.signs else DASH
    interval = f"{row.interval.low:+.3f} to {row.interval.high:+.3f}" if row.interval else DASH
    return (
        name,
        share(row.s),
        str(row.problems),
        compared,
        DASH if row.p is None else f"{row.p:.3f}",
        interval,
        share(row.spread),
        *((f"{outlay.calls:,.0f}", f"{outlay.tokens:,.0f}", money(outlay.cost)) if outlay else (DASH,) * 3),
    )


def money(cost: float | None) -> str:
    """Format an amount; a dash where a price is not known."""
    return DASH if cost is None else f"{cost:.4f}" if cost else "0"


def legend(rows: Sequence[Compared], problems: int) -> list[str]:
    """What the columns mean."""
    about = [f"{one_line(row.name, 60)}: {one_line(row.about)}" for row in rows if row.about]
    few = problems < FEWEST_PROBLEMS
    how = f"none below {FEWEST_PROBLEMS} problems" if few else "problems resampled, with all their answers"
    return [
        *about,
        "S: mean S-score, ties averaged, over the problems on which the selector is defined",
        "+/=/-: problems on which it is better than, as good as and worse than random; p: sign test, Holm-adjusted",
        f"95 %: interval of the difference to random; {how}",
        f"spread: subset spread over {SUBSETS} random halves of the answers, no standard error",
        "cost: of these calls, in the currency of the price file; a dash where a price is not known (--prices)",
    ]


def plain_selection(
    rows: Sequence[Compared], outlays: Mapping[str, Outlay], lessons: Collection[LessonRecord], run: Path
) -> str:
    """The table in columns of characters."""
    full = [HEADERS, *(cells(row, outlays.get(row.name)) for row in rows if not row.missing)]
    lacking = [cells(row, None) for row in rows if row.missing]
    first = max(len(name) for name, *_ in [*full, *lacking])
    head, rule, *text = aligned(full, first)
    text += [f"{name.ljust(first)}  {why}" for name, why, *_ in lacking]
    below = [*legend(rows, finished(lessons)), *collecting(rows, run)]
    return "\n".join([heading(lessons, run), "", head, rule, *text, "", *below])


def markdown_selection(
    rows: Sequence[Compared], outlays: Mapping[str, Outlay], lessons: Collection[LessonRecord], run: Path
) -> str:
    """The table in Markdown."""
    table = as_markdown([HEADERS, *(cells(row, outlays.get(row.name)) for row in rows)])
    below = (f"- {line}" for line in legend(rows, finished(lessons)))
    return "\n".join([heading(lessons, run), "", *table, "", *below])


def collecting(rows: Sequence[Compared], run: Path) -> list[str]:
    """The command that collects what is missing."""
    kinds = ",".join(dict.fromkeys(row.missing for row in rows if row.missing in KINDS))
    place = one_line(shlex.quote(str(run)))
    return ["", f"To fill the rows in: python -m agents.collect {place} --for {kinds}"] if kinds else []


def as_fields(
    rows: Sequence[Compared], outlays: Mapping[str, Outlay], lessons: Sequence[LessonRecord]
) -> dict[str, Any]:
    """The comparison of complete lessons for JSON; `exams`: by what rule those of each problem were asked."""
    about = {"problems": [one.problem for one in lessons], "exams": [one.exams for one in lessons]}
    return {**about, "rows": [_fields(row, outlays.get(row.name)) for row in rows]}


def _fields(row: Compared, outlay: Outlay | None) -> dict[str, Any]:
    spent = {"calls": outlay.calls, "tokens": outlay.tokens, "cost": outlay.cost} if outlay else {}
    return row.model_dump(mode="json") | spent
