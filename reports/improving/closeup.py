"""Single parts of an improvement run shown again: one iteration, one set with how it came about.

Everything that models and items said is made safe on the way to the console.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lbt.classification import SelectBy
from lbt.exemplars import Draft, ExemplarSet, Failure, Iteration
from lbt.iterations import iteration_row
from reports.closeup import Exchange, heading, show_exchange, words
from reports.improving.phrases import came_out
from reports.tables import DASH, counted, share
from reports.terminal import one_line


def show_iteration(console: Console, iteration: Iteration, by: SelectBy) -> None:
    """Print one iteration: its numbers, then a line per set, then how students failed; sets are compared `by` that."""
    console.print(Text(came_out(iteration_row(iteration), by)), soft_wrap=True)
    console.print(Padding(set_table(iteration), (1, 0)))
    for line in failed(iteration):
        console.print(Text(line), soft_wrap=True)


def set_table(iteration: Iteration) -> Table:
    """List the candidates with their scores, best first, and what was written and is none."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for header in ("Set", "of", "score", "", "written because"):
        table.add_column(header, justify="right" if header == "score" else "left", overflow="fold")
    kept = {one.id for one in iteration.kept}
    drafts = {one.written.id: one for one in iteration.drafts if one.written}
    scores = {sat.exemplars: score for sat, score in zip(iteration.scored, iteration.scores, strict=True)}
    for name in sorted(scores, key=lambda name: -scores[name]):
        draft = drafts.get(name)
        because = one_line("; ".join(reasons(iteration, draft)), 300) if draft else ""
        status = "kept" if name in kept else ""
        table.add_row(name, draft.parent if draft else "", share(scores[name]), status, because)
    for draft in iteration.drafts:
        if draft.fate != "new":
            name = draft.written.id if draft.written else DASH
            table.add_row(name, draft.parent, DASH, draft.fate, one_line(draft.fault, 300))
    return table


def failed(iteration: Iteration) -> Iterator[str]:
    """Say how often each student failed with each set."""
    counts = Counter((one.student, one.exemplars) for one in iteration.failures)
    for sat in iteration.exams:
        wrong = f"{counts[sat.reader, sat.exemplars]} of {counted(len(sat.marks), 'item')} wrong"
        yield f"{one_line(sat.reader, 60)} with set {sat.exemplars}: {wrong}"


def show_set(
    console: Console, shown: ExemplarSet, iteration: Iteration, draft: Draft, calls: Sequence[Exchange]
) -> None:
    """Print a set, why it was written, because of which failures, and the calls it came from, word by word."""
    for number, one in enumerate(shown.exemplars, 1):
        heading(console, f"set {shown.id}: exemplar {number}{f', {one.source}' if one.source else ''}")
        words(console, "\n\n".join(text for text in (one.statement, one.rationale, one.answer) if text))
    heading(console, f"set {shown.id}: how it came about" + (f", from {shown.parent}" if shown.parent else ""))
    for line in provenance(iteration, draft):
        words(console, line)
    for number, call in enumerate(calls, 1):
        show_exchange(console, f"set {shown.id}: {'written' if number == 1 else 'repaired'}", call)


def provenance(iteration: Iteration, draft: Draft) -> Iterator[str]:
    """Say because of what a set was written, and what was wrong with it at first."""
    for place in draft.reflections:
        reflection = iteration.reflections[place]
        yield f"because: {one_line(reflection.text, 2000)}"
        yield from (told(iteration.failures[number]) for number in reflection.failures)
    if draft.fault:
        yield f"first reply: {one_line(draft.fault, 300)}"


def told(failure: Failure) -> str:
    """One failure on a line."""
    said = one_line(failure.said, 80) or failure.outcome.value
    return f"  {one_line(failure.student, 60)} on {one_line(failure.item, 80)}: {said}; {one_line(failure.reason, 200)}"


def reasons(iteration: Iteration, draft: Draft) -> list[str]:
    """The reflections because of which a set was written."""
    return [iteration.reflections[place].text for place in draft.reflections]
