"""The table of an evaluation: how each arm does on the held-out problems, and how sure a difference is."""

from collections.abc import Iterator

from lbt.held_out import Arm, HeldOut, Versus
from lbt.resampling import FEWEST_PROBLEMS
from reports.selection import ends
from reports.tables import DASH, aligned, as_markdown, counted, percent, share
from reports.terminal import one_line

HEADERS = (
    "Model", "models", "Accuracy", "spread", "difference", "95 %", "+/=/-", "p", "tokens", "no answer", "cut off",
    "missing",
)  # fmt: skip


def cells(arm: Arm, against: Versus | None) -> tuple[str, ...]:
    """One arm as text; a dash stands where a number is undefined."""
    versus = (DASH,) * 4 if against is None else comparison(against)
    return (
        one_line(arm.name, 60),
        str(len(arm.models)),
        share(arm.accuracy),
        share(arm.spread),
        *versus,
        DASH if arm.tokens is None else f"{arm.tokens:,.0f}",
        *(DASH if value is None else percent(value) for value in (arm.no_answer, arm.cut_off)),
        str(arm.missing),
    )


def comparison(versus: Versus) -> tuple[str, str, str, str]:
    """Difference, interval, signs and p."""
    difference = DASH if versus.difference is None else f"{versus.difference:+.3f}"
    return difference, ends(versus.interval), "/".join(map(str, versus.signs)), f"{versus.p:.3f}"


def lines_of(told: HeldOut) -> list[tuple[str, ...]]:
    """The cells of the header and of every arm, compared with the first."""
    first, *others = told.arms
    rows = [cells(first, None), *(cells(arm, told.versus(arm.name, first.name)) for arm in others)]
    return [HEADERS, *rows]


def beside(told: HeldOut) -> Iterator[str]:
    """The comparisons that have no place in the table, a line each."""
    for versus in told.comparisons:
        if versus.theirs != told.arms[0].name and versus.difference is not None:
            difference, interval, signs, p = comparison(versus)
            between = f"{one_line(versus.ours, 60)} against {one_line(versus.theirs, 60)}"
            yield f"{between}: {difference} (95 %: {interval}), +/=/- {signs}, p {p}"


def legend(told: HeldOut) -> list[str]:
    """What the columns mean."""
    first = one_line(told.arms[0].name, 60)
    single = told.problems == told.groups and all(len(arm.models) == 1 for arm in told.arms)
    test = "McNemar's exact test" if single else "exact sign test over groups"
    how = f"none below {FEWEST_PROBLEMS} groups" if told.groups < FEWEST_PROBLEMS else "groups of problems resampled"
    return [
        f"accuracy: share of {counted(told.problems, 'held-out problem')} in {counted(told.groups, 'group')} that is "
        "right, greedy, mean over the models of a name; spread: their standard deviation",
        f"difference: to {first}; 95 %: its interval, {how}, the models as they are",
        f"+/=/-: groups in which it is better than, as good as and worse than {first}; p: {test}, not adjusted",
        "tokens: mean length of an answer; no answer, cut off: replies without an answer in the asked form, and those "
        "that are not whole",
    ]


def plain_held_out(told: HeldOut) -> str:
    """The table for a terminal."""
    return "\n".join([*aligned(lines_of(told)), *beside(told), "", *legend(told)])


def markdown_held_out(told: HeldOut) -> str:
    """The table in Markdown."""
    rest = [*beside(told), *legend(told)]
    return "\n".join([*as_markdown(lines_of(told)), "", *(f"- {line}" for line in rest)])
