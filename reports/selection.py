"""The table of selectors: what each would have handed in, how sure that is, and what it costs."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lbt.collected import KINDS
from lbt.comparison import Compared, Outlay
from lbt.primary import Finding
from lbt.resampling import FEWEST_PROBLEMS, SUBSETS, Interval
from lbt.selectors import SC
from reports.finished import Told, finished, heading
from reports.tables import DASH, aligned, as_markdown, counted, share
from reports.terminal import one_line

HEADERS = ("Selector", "S", "problems", "+/=/-", "p", "95 %", "spread", "calls", "tokens", "cost")


class Named(Told, Protocol):
    """A lesson, told with its problem."""

    @property
    def problem(self) -> str:
        """Id of the problem."""
        ...


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All rows of a run, and what they are about."""

    rows: Sequence[Compared]
    reference: str
    """Name of the row with which the others are compared."""
    primary: Finding | None
    """The comparison that was named before the run."""
    outlays: Mapping[str, Outlay]
    """Row -> what it costs."""
    lessons: Sequence[Named]
    """Of the run, incomplete ones too."""
    run: Path


def cells(row: Compared, outlay: Outlay | None) -> tuple[str, ...]:
    """One row as text; a dash stands where a number is undefined."""
    name = one_line(row.name, 60)
    if row.missing:
        return (name, f"needs {row.missing}", *[""] * (len(HEADERS) - 2))
    compared = "/".join(map(str, row.signs)) if row.signs else DASH
    return (
        name,
        share(row.s),
        str(row.problems),
        compared,
        DASH if row.p is None else f"{row.p:.3f}",
        ends(row.interval),
        share(row.spread),
        *((f"{outlay.calls:,.0f}", f"{outlay.tokens:,.0f}", money(outlay.cost)) if outlay else (DASH,) * 3),
    )


def ends(interval: Interval | None) -> str:
    """Format an interval of differences; a dash where there is none."""
    return f"{interval.low:+.3f} to {interval.high:+.3f}" if interval else DASH


def money(cost: float | None) -> str:
    """Format an amount; a dash where a price is not known."""
    return DASH if cost is None else f"{cost:.4f}" if cost else "0"


def primary_line(primary: Finding) -> str:
    """Say how the comparison came out that was named before the run."""
    title = f"Primary comparison, named before the run: {one_line(primary.ours, 60)} vs {one_line(primary.theirs, 60)}"
    if primary.difference is None:
        return f"{title}: needs {primary.missing or 'a problem on which both are defined'}"
    better, same, worse = primary.signs
    interval = f" (95 %: {ends(primary.interval)})" if primary.interval else ""
    return (
        f"{title}: {primary.difference:+.3f}{interval}; better on {better:,}, as good on {same:,}, worse on "
        f"{counted(worse, 'problem')}; p {primary.p:.3f}, exact and not adjusted"
    )


def legend(told: Comparison) -> list[str]:
    """What the columns mean."""
    about = [f"{one_line(row.name, 60)}: {one_line(row.about)}" for row in told.rows if row.about]
    few = finished(told.lessons) < FEWEST_PROBLEMS
    how = f"none below {FEWEST_PROBLEMS} problems" if few else "problems resampled, with all their answers"
    reference = told.reference
    test, score = "sign test", "S-score"
    if reference == SC:
        test, score = "exact sign test", "S-score, 1 for a right answer and else 0"
        if binary(told):
            test = "McNemar's exact test, which is the sign test"
    but = ", but for the primary comparison" if told.primary else ""
    return [
        *about,
        f"S: mean {score}, ties averaged, over the problems on which the selector is defined",
        f"+/=/-: problems on which it is better than, as good as and worse than {reference}; "
        f"p: {test}, Holm-adjusted{but}",
        f"95 %: interval of the difference to {reference}; {how}",
        f"spread: subset spread over {SUBSETS} random halves of the answers, no standard error",
        "cost: of these calls, in the currency of the price file; a dash where a price is not known (--prices)",
    ]


def binary(told: Comparison) -> bool:
    """Whether all that is tested was right or wrong on every problem, so that no tie is half of both."""
    tested = [row for row in told.rows if row.signs or row.name == told.reference]
    return all(value in (0, 1, None) for row in tested for value in row.each)


def opening(told: Comparison) -> list[str]:
    """What stands above the table."""
    return [heading(told.lessons, told.run), "", *([primary_line(told.primary), ""] if told.primary else [])]


def plain_selection(told: Comparison) -> str:
    """The table in columns of characters."""
    full = [HEADERS, *(cells(row, told.outlays.get(row.name)) for row in told.rows if not row.missing)]
    lacking = [cells(row, None) for row in told.rows if row.missing]
    first = max(len(name) for name, *_ in [*full, *lacking])
    head, rule, *text = aligned(full, first)
    text += [f"{name.ljust(first)}  {why}" for name, why, *_ in lacking]
    return "\n".join([*opening(told), head, rule, *text, "", *legend(told), *collecting(told)])


def markdown_selection(told: Comparison) -> str:
    """The table in Markdown."""
    table = as_markdown([HEADERS, *(cells(row, told.outlays.get(row.name)) for row in told.rows)])
    return "\n".join([*opening(told), *table, "", *(f"- {line}" for line in legend(told))])


def collecting(told: Comparison) -> list[str]:
    """The command that collects what is missing."""
    kinds = ",".join(dict.fromkeys(row.missing for row in told.rows if row.missing in KINDS))
    place = one_line(shlex.quote(str(told.run)))
    return ["", f"To fill the rows in: python -m agents.collect {place} --for {kinds}"] if kinds else []


def as_fields(told: Comparison) -> dict[str, Any]:
    """The comparison of complete lessons for JSON; `exams`: by what rule those of each problem were asked."""
    whole = [one for one in told.lessons if one.complete]
    return {
        "problems": [one.problem for one in whole],
        "exams": [one.exams for one in whole],
        "reference": told.reference,
        "primary": told.primary.model_dump(mode="json") if told.primary else None,
        "rows": [_fields(row, told.outlays.get(row.name)) for row in told.rows],
    }


def _fields(row: Compared, outlay: Outlay | None) -> dict[str, Any]:
    spent = {"calls": outlay.calls, "tokens": outlay.tokens, "cost": outlay.cost} if outlay else {}
    return row.model_dump(mode="json") | spent
