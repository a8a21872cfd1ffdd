"""How a run ends: the table, and under it the sentences that say what the table cannot."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.padding import Padding

from lbt.scoring import GRADER, FormRow, Summary, metrics_of, voted
from lbt.types import NO_VERDICT, Usage
from reports.tables import OWN_LEVELS, PAPER_DATASETS, asked, counted, duration, percent, plain_table, rich_table
from reports.terminal import one_line

TOO_MANY_BAD = 0.05
"""Share of a role's replies that fail in one way, above which a run warns."""

FAILURES = {
    "no_code": "without code",
    "no_answer": "without a final answer",
    NO_VERDICT: "without a verdict",
    "cut_off": "cut off",
    "refused": "refused",
    "filtered": "filtered",
    "overflow": "too long a prompt",
}


@dataclass(frozen=True)
class Remark:
    """A sentence under the table."""

    text: str
    warning: bool = False
    folds: bool = True
    """False: holds a command, which a line break would spoil."""

    @property
    def line(self) -> str:
        """The sentence where there is no colour: a warning says that it is one."""
        return f"warning: {self.text}" if self.warning else self.text


@dataclass(frozen=True)
class Spent:
    """What one part of a run took, from its start or resumption to its end."""

    usage: Usage
    """All its calls, those of problems that it did not finish too."""
    seconds: float


def print_end(
    console: Console, summary: Summary, where: Path, spent: Spent | None, *, plain: bool, lessons_kept: bool = True
) -> None:
    """Print the table and the sentences under it: `plain` as bare lines, else drawn for the console's width."""
    table = f"\n{plain_table(summary)}\n" if plain else Padding(rich_table(summary, console.width), (1, 0))
    console.print(table, soft_wrap=plain)
    found = [*remarks(summary, spent), *ways_on(summary, where, lessons_kept=lessons_kept)]
    print_remarks(console, found, plain=plain)


def print_remarks(console: Console, found: Iterable[Remark], *, plain: bool) -> None:
    """Print sentences: `plain` as bare lines, else folded to the console's width, warnings in colour."""
    for remark in found:
        style = "yellow" if remark.warning and not plain else None
        console.print(remark.line, style=style, soft_wrap=plain or not remark.folds)


def remarks(summary: Summary, spent: Spent | None) -> list[Remark]:
    """Say what the table cannot: what is missing, how replies failed, what it cost."""
    found = [
        *unfinished(summary),
        *raced(summary),
        *faithful(summary),
        *forgeable(summary),
        *undecided(summary),
        *undefined(summary),
    ]
    found += [Remark(OWN_LEVELS)] if summary.dataset in PAPER_DATASETS else []
    usual = ("no_answer" if voted(summary.problems) else "no_code", "cut_off", "refused")
    for role, row in summary.form.items():
        found += [form_remark(role, row, (NO_VERDICT,) if role == GRADER else usual)] if row.replies else []
    return found + costs(summary.usage, spent)


def ways_on(summary: Summary, where: Path, *, lessons_kept: bool) -> list[Remark]:
    """Say where the record lies and what can be done with it."""
    found = [Remark(f"Record: {one_line(str(where), 1000)}", folds=False)]
    if not lessons_kept:
        return [*found, Remark("Only the table is kept here, not the lessons it was made from.")]
    place = quoted(where)
    if summary.complete < summary.asked:
        found.append(Remark(f"Go on with: python -m agents.run --resume {place}", folds=False))
    found.append(Remark(f"Look closer: python -m agents.show {place} [PROBLEM [RATIONALE [EXAM]]]", folds=False))
    return found


def quoted(where: Path) -> str:
    """Write a path so that it can be pasted into a shell."""
    return shlex.quote(one_line(str(where), 1000))


def unfinished(summary: Summary) -> list[Remark]:
    """Count the problems outside the means."""
    partial = [row for row in summary.problems if not row.complete]
    absent = summary.asked - len(summary.problems)
    found = []
    if partial:
        marks = sum(row.missing for row in partial)
        found.append(
            Remark(
                f"{counted(len(partial), 'problem')} incomplete and outside the means: "
                f"{counted(marks, 'mark')} missing.",
                warning=True,
            )
        )
    if absent:
        found.append(Remark(f"{counted(absent, 'problem')} of {summary.asked} not finished.", warning=True))
    return found


def raced(summary: Summary) -> list[Remark]:
    """Say that not all exams were asked, and what that means for the selection."""
    if summary.exams == "all":
        return []
    sure = summary.exams == "adaptive"
    means = "the winners are those of the whole exams" if sure else "a winner that starts badly may have been dropped"
    return [Remark(f"Exams were raced ({summary.exams}), {asked(summary)}: {means}; scores of the others are unknown.")]


def faithful(summary: Summary) -> list[Remark]:
    """Say that S and teaching are those of the published code, so that the table is not compared with others."""
    if not summary.faithful:
        return []
    if voted(summary.problems):
        how = "answers are right, and vote, by how they read, and of those that tie the one that appeared last wins."
    else:
        how = (
            "S counts hidden tests up to the first failure, and students see the program twice, with what its visible "
            "tests said."
        )
    return [Remark(f"As the paper's published code (--faithful): {how}")]


def forgeable(summary: Summary) -> list[Remark]:
    """Say how far the numbers can be trusted where tests are code beside the program."""
    count = sum(row.forgeable for row in summary.problems)
    if not count:
        return []
    return [
        Remark(
            f"{counted(count, 'problem')} judged by assertions that run beside the program: wrong programs fail, "
            "but one made to cheat could pass."
        )
    ]


def undecided(summary: Summary) -> list[Remark]:
    """Say that a tie of all is no choice, and nor is one among no answers."""
    tied = [row for row in summary.problems if row.decided is False]
    empty = sum(row.answers == 0 for row in tied)
    why = "all rationales share one LbT score, so M1 (MAX) equals Avg there."
    if voted(summary.problems):
        why = "the greatest sum of LbT scores is that of several answers, so M1 (SUM) is their mean there."
    found = {why: len(tied) - empty, "no rationale has a final answer to vote on.": empty}
    return [Remark(f"{counted(count, 'problem')} undecided: {why}") for why, count in found.items() if count]


def undefined(summary: Summary) -> list[Remark]:
    """Say what a mean leaves out; of votes, which are all defined, where they had no exam to go by."""
    whole = [row for row in summary.problems if row.complete]
    if voted(summary.problems):
        bare = sum(row.exam_pass_rate is None for row in whole)
        return [Remark(f"{counted(bare, 'problem')} without an exam (a dash): M1 equals SC there.")] if bare else []
    dashes = any(getattr(row, name) is None for row in whole for name in metrics_of(whole))
    said = "A dash is undefined (no answer with V = 1) and left out of its column's mean."
    return [Remark(said)] if dashes else []


def form_remark(role: str, row: FormRow, usual: Sequence[str]) -> Remark:
    """Say how often a role's replies lacked the asked form; of the usual failures, that there was none too."""
    rates = {name: row.rates.get(name, 0.0) for name in dict.fromkeys([*usual, *row.failures])}
    text = ", ".join(f"{FAILURES.get(name, name)} {percent(rate)}" for name, rate in rates.items())
    bad = any(rate > TOO_MANY_BAD for rate in rates.values())
    return Remark(
        f"Replies of {one_line(role, 60)}: {row.replies:,}; {text}{' (above 5 %)' if bad else ''}.", warning=bad
    )


def costs(table: Usage, spent: Spent | None) -> list[Remark]:
    """Say what the numbers cost: this time and, where that differs, in all parts of the run together."""
    if spent is None:
        return [behind(table)]
    made = f"{spent.usage.calls - spent.usage.replayed:,} made, {spent.usage.replayed:,} replayed"
    found = [Remark(f"Calls: {made}; {tokens(spent.usage)}; {duration(spent.seconds)}.")]
    return found if spent.usage.calls == table.calls else [*found, behind(table)]


def behind(table: Usage) -> Remark:
    """Say what the table rests on, whichever part of which run has made it."""
    others = f", {table.copied:,} of them made by another run" if table.copied else ""
    return Remark(f"Calls behind the table: {table.calls:,}{others}; {tokens(table)}.")


def tokens(usage: Usage) -> str:
    """Say what calls read and wrote."""
    return f"tokens: {usage.prompt_tokens:,} read{cached(usage)}, {usage.completion_tokens:,} written"


def cached(usage: Usage) -> str:
    """Say how much of the prompts came from the server's prefix cache."""
    if not usage.prompt_tokens or not usage.cached_tokens:
        return ""
    return f" ({100 * usage.cached_tokens / usage.prompt_tokens:.0f} % of them cached)"
