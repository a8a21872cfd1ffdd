"""Look at a run again: `python -m agents.show RUN [PROBLEM [RATIONALE [EXAM]]]`.

Prints the table, one problem's rationales, or the exact prompt, reply and verdict of one answer. Of a run that improved
exemplars: `RUN [ITERATION [SET]]`.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from agents.endpoints.store import CallStore, StoredCall
from agents.exchanges import exchange
from agents.exemplars.showing import show_improvement
from lbt.cli import main, meant, print_json
from lbt.errors import ConfigError, DataError
from lbt.records import (
    CALLS,
    LESSONS,
    MANIFEST,
    SUMMARY,
    find,
    is_faithful,
    lessons_of,
    read_manifest,
    reduced_lessons,
)
from lbt.scoring import Summary, problem_row, summary_of
from lbt.selectors import Domain, domain_of
from lbt.types import GREEDY, Answer, LessonRecord, Mark, Taught
from leetcode_data.own import name_of
from reports.closeup import show_mark, show_problem, show_rationale
from reports.ending import print_end, quoted
from reports.tables import markdown_table
from reports.terminal import console


@click.command(name="show")
@click.argument("run")
@click.argument("problem", required=False)
@click.argument("rationale", required=False)
@click.argument("exam", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON, word by word.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def command(
    run: str, problem: str | None, rationale: str | None, exam: str | None, as_json: bool, markdown: bool
) -> None:
    """Show a run again.

    RUN is a run's directory, or `last` for the newest in ./runs; PROBLEM an id of the table; RATIONALE a number
    from 1, or `greedy`; EXAM the id of an exam problem, or STUDENT/ID. Of a run with --method m3, PROBLEM is the number
    of an iteration or `final` (with repeats, as 2/final), and RATIONALE the id of a set.
    """
    if markdown and problem:
        raise click.UsageError("--markdown shows the table of a run, not a part of it")
    place = find(run)
    if not (place / MANIFEST).is_file():
        raise ConfigError(f"no run in {run}{meant(run, directories(place.parent))}; give a run's directory, or `last`")
    if read_manifest(place).config.get("method") == "m3":
        show_improvement(place, [part for part in (problem, rationale, exam) if part], as_json, markdown)
        return
    if problem is None:
        show_run(place, as_json=as_json, markdown=markdown)
        return
    if table_only(place):
        raise ConfigError(f"only the table of {place} is kept, not its lessons: there is nothing to look closer at")
    record = pick_problem(problem, place)
    if rationale is None:
        show_lesson(record, as_json=as_json, faithful=is_faithful(read_manifest(place)))
        return
    taught = pick_rationale(record, rationale)
    answers = [taught] if exam is None else pick_exam(taught, exam)
    show_answers(place, answers, domain_of([record]), as_json=as_json)


def directories(parent: Path) -> list[str]:
    """Runs beside the one that was asked for, written as it was."""
    return [str(file.parent) for file in parent.glob(f"*/{MANIFEST}")]


def pick_problem(name: str, place: Path) -> LessonRecord:
    """Find a finished problem. Raises ConfigError with the nearest name."""
    found: LessonRecord | None = None
    finished: dict[str, None] = {}
    for record in lessons_of(place):
        finished[record.problem] = None
        if record.problem == name:
            found = record
    if found is None:
        known = meant(name, finished) or f"; finished: {', '.join(finished) or 'none yet'}"
        raise ConfigError(f"no finished problem {name!r} in {place}{known}")
    return found


def pick_rationale(record: LessonRecord, name: str) -> Taught:
    """Find a rationale by its number, counted from 1, or the greedy answer. Raises ConfigError."""
    if name == "greedy" and record.greedy:
        return record.greedy
    count = len(record.rationales)
    if re.fullmatch(r"[0-9]{1,9}", name) and 1 <= int(name) <= count:
        return record.rationales[int(name) - 1]
    raise ConfigError(f"no rationale {name!r} of {record.problem}; there are 1 to {count}, and greedy")


def pick_exam(taught: Taught, name: str) -> list[Mark]:
    """Find the exam answers of one problem, of all students or of one. Raises ConfigError with the nearest name."""
    if taught.index == GREEDY:
        raise ConfigError("the greedy answer is taught to nobody, so it has no exam")
    found = [mark for mark in taught.exam if name in (mark.problem, f"{mark.student}/{mark.problem}")]
    if not found:
        known = list(dict.fromkeys(mark.problem for mark in taught.exam))
        full = [f"{mark.student}/{mark.problem}" for mark in taught.exam]
        hint = meant(name, [*known, *full]) or f"; there are {', '.join(known)}"
        raise ConfigError(f"no exam {name!r} of this rationale{hint}")
    return found


def renewed(place: Path) -> Summary:
    """Make the table anew from the lessons, in the run's order: the one on disk is older while the run goes on."""
    manifest = read_manifest(place)
    config, lessons = manifest.config, reduced_lessons(place, manifest)
    known = read_summary(place) if ended(place) else None
    order = dict.fromkeys([*(row.id for row in (known.problems if known else ()) if row.id in lessons), *lessons])
    return summary_of(
        [lessons[name] for name in order],
        dataset=name_of(Path(str(config.get("dataset")))),
        seed=int(str(config.get("seed", 0))),
        asked=known.asked if known else len(lessons),
        faithful=is_faithful(manifest),
    )


def read_summary(place: Path) -> Summary:
    """Read `summary.json`. Raises DataError when it is not one."""
    try:
        return Summary.model_validate_json((place / SUMMARY).read_bytes())
    except ValidationError as error:
        raise DataError(str(place / SUMMARY), f"not a run's table: {error.errors()[0]['msg']}") from None


def ended(place: Path) -> bool:
    """Whether the run has written a table: not while it goes on for the first time, nor when it was killed."""
    return (place / SUMMARY).is_file()


def table_only(place: Path) -> bool:
    """Whether the table is kept without the lessons it was made from, as in `docs/results`."""
    return ended(place) and not (place / LESSONS).is_file() and bool(read_summary(place).problems)


def show_run(place: Path, *, as_json: bool, markdown: bool) -> None:
    """Print the table of a run."""
    bare = table_only(place)
    summary = read_summary(place) if bare else renewed(place)
    if as_json:
        print_json(summary.model_dump(mode="json"))
        return
    screen = console()
    if markdown:
        screen.print(markdown_table(summary), soft_wrap=True)
        return
    if not ended(place):
        words = f"No table yet: the run goes on, or was killed; then: python -m agents.run --resume {quoted(place)}"
        screen.print(words, soft_wrap=True, style="yellow")
    print_end(screen, summary, place, None, plain=not screen.is_terminal, lessons_kept=not bare)


def show_lesson(record: LessonRecord, *, as_json: bool, faithful: bool) -> None:
    """Print one problem."""
    if as_json:
        print_json(record.model_dump(mode="json"))
    else:
        show_problem(console(), record, problem_row(record, faithful=faithful), faithful=faithful)


def show_answers(place: Path, answers: Sequence[Taught | Mark], domain: Domain, *, as_json: bool) -> None:
    """Print rationales, or exam answers, with the calls they came from."""
    store = CallStore.read(place / CALLS)
    try:
        calls = [(one, call_of(store, one.answer), call_of(store, one.mended)) for one in answers]
    finally:
        store.close()
    if as_json:
        print_json([as_fields(*found) for found in calls])
        return
    screen = console()
    for one, asked, mended in calls:
        if isinstance(one, Taught):
            show_rationale(screen, one, exchange(asked), exchange(mended), domain)
        else:
            show_mark(screen, one, exchange(asked), exchange(mended), domain)


def call_of(store: CallStore, answer: Answer | None) -> StoredCall | None:
    """Look up the call an answer was taken from."""
    return store.look_up(answer.call) if answer else None


def as_fields(one: Taught | Mark, asked: StoredCall | None, mended: StoredCall | None) -> dict[str, Any]:
    """One answer and its calls, for JSON."""
    calls = {"call": asked, "mended_call": mended}
    return {"answer": one.model_dump(mode="json")} | {
        name: call.model_dump(mode="json") if call else None for name, call in calls.items()
    }


if __name__ == "__main__":
    main(command, "python -m agents.show")
