"""`python -m agents.causes RUN`: which of the teacher's own mistakes share a cause with a student's."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from agents.collect import OPTIONS, set_options
from agents.config import ImprovementConfig
from agents.exemplars.causes_plan import CausesPlan, causes_plan, forecast_lines
from agents.exemplars.plan import plan_of
from agents.options import option
from agents.preflight import check
from agents.record import going_on
from agents.request import asked_for
from lbt.causes import CAUSES, Diagnoses, cause_table
from lbt.cli import main, print_json
from lbt.errors import ConfigError, DataError
from lbt.records import find, iterations_of
from reports.improving.causes import print_causes
from reports.terminal import console, one_line


def causes(run: str, repeat: int, options: Mapping[str, Any], *, as_json: bool) -> int:
    """Make what is not there yet, print it and return the exit code. Raises LbtError where it cannot start or go on."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    place = find(run)
    asked = asked_for({**options, "resume": str(place)})
    if not isinstance(asked, ImprovementConfig):
        raise ConfigError(f"{place} improves no exemplars; error causes are of --method m3")
    improvement = plan_of(asked)
    going_on(improvement.recipe)
    plan = causes_plan(improvement, iterations_of(place), repeat - 1)
    todo = plan.todo(Diagnoses(place))

    def say(text: str) -> None:
        print(text, file=sys.stderr if as_json else sys.stdout, flush=True)

    if todo or asked.dry_run:
        check(improvement.config, improvement.cast)
        for line in forecast_lines(plan, todo):
            say(line)
    if asked.dry_run:
        return 0
    code = ask(plan, place, say) if todo else 0
    show(plan, place, as_json=as_json)
    return code


def ask(plan: CausesPlan, place: Path, say: Callable[[str], None]) -> int:
    """Make what is not there yet."""
    from agents.exemplars.causes_session import look  # what only asking needs takes seconds to load

    return look(plan, place, lambda text: say(one_line(text, 300)))


def show(plan: CausesPlan, place: Path, *, as_json: bool) -> None:
    """Print the table of every student of whom something is known. Raises DataError where that is of another run."""
    there = Diagnoses(place)
    found = [known for name in plan.run.cast.names if (known := there.of(plan.start.repeat, name))]
    try:
        tables = [cause_table(plan.start, one) for one in found]
    except ValueError as error:
        raise DataError(str(place / CAUSES), str(error)) from None
    if as_json:
        print_json([table.model_dump(mode="json") for table in tables])
        return
    screen = console()
    print_causes(screen, tables, plain=not screen.is_terminal)


command = click.Command(
    "causes",
    params=[
        click.Argument(["run"]),
        click.Option(
            ["--repeat"], type=click.IntRange(min=1), default=1, show_default=True, help="Which repeat, from 1."
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="Print the tables as JSON."),
        *(option(name, ImprovementConfig.model_fields[name]) for name in OPTIONS),
    ],
    callback=lambda run, repeat, as_json, **_: causes(
        run, repeat, set_options(click.get_current_context()), as_json=as_json
    ),
    help="Look for error causes beside RUN, the directory of a run of --method m3, or `last`.\n\n"
    "For each student alone the teacher revises its best initial set once. It condenses what it found wrong into a few "
    "causes and says which of them its own mistakes on the hold-out have; the table tells how many of these mistakes "
    "the revised set removed.",
)


if __name__ == "__main__":
    main(command, "python -m agents.causes")
