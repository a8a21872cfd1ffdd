"""Look at an improvement run again: `python -m agents.show RUN [ITERATION [SET]]`."""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from agents.endpoints.store import CallStore
from agents.exchanges import exchange
from lbt.cli import meant, print_json
from lbt.errors import ConfigError, DataError
from lbt.exemplars import ExemplarSet, Iteration
from lbt.improvement import ImprovementSummary
from lbt.records import CALLS, ITERATIONS, SUMMARY, iterations_of
from reports.improving.closeup import show_iteration, show_set
from reports.improving.ending import print_improvement
from reports.improving.table import markdown_improvement
from reports.terminal import console


def show_improvement(place: Path, parts: Sequence[str], as_json: bool, markdown: bool) -> None:
    """Show the run in `place`: its table, an iteration, or a set.

    Raises:
        ConfigError: there is no such part.
        DataError: the table or the record is malformed.
    """
    summary = read_summary(place)
    if not parts:
        show_table(summary, place, as_json=as_json, markdown=markdown)
        return
    if not (place / ITERATIONS).is_file():
        raise ConfigError(f"only the table of {place} is kept, not its iterations: there is nothing to look closer at")
    name, *rest = parts
    done = list(iterations_of(place))
    iteration = pick_iteration(done, name)
    if len(rest) > 1:
        raise ConfigError("a set has no parts that can be shown; give ITERATION and SET")
    if rest:
        show_one_set(place, done, iteration, rest[0], as_json=as_json)
    elif as_json:
        print_json(iteration.model_dump(mode="json"))
    else:
        show_iteration(console(), iteration, summary.select_by)


def read_summary(place: Path) -> ImprovementSummary:
    """Read `summary.json`. Raises ConfigError where there is none yet, DataError where it is not one."""
    file = place / SUMMARY
    if not file.is_file():
        raise ConfigError(f"no iteration of {place} has ended yet; python -m agents.run --resume {place} goes on")
    try:
        return ImprovementSummary.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(str(file), f"not the table of such a run: {error.errors()[0]['msg']}") from None


def show_table(summary: ImprovementSummary, place: Path, *, as_json: bool, markdown: bool) -> None:
    """Print the table of the run."""
    screen = console()
    if as_json:
        print_json(summary.model_dump(mode="json"))
    elif markdown:
        screen.print(markdown_improvement(summary), soft_wrap=True)
    else:
        print_improvement(screen, summary, place, None, plain=not screen.is_terminal)


def pick_iteration(done: Sequence[Iteration], name: str) -> Iteration:
    """Find an iteration: `2`, `final`, or, of another repeat than the first, `3/2`. Raises ConfigError."""
    repeat, _, number = name.rpartition("/")
    known = {named(one): one for one in done}
    wanted = f"{repeat or 1}/{number}" if re.fullmatch(r"[0-9]*", repeat) else name
    if wanted not in known:
        shown = ", ".join(one.removeprefix("1/") for one in known)
        raise ConfigError(f"no finished iteration {name!r}{meant(name, known) or f'; there are {shown}'}")
    return known[wanted]


def named(iteration: Iteration) -> str:
    """What an iteration is called: repeat, counted from 1, and number."""
    return f"{iteration.repeat + 1}/{'final' if iteration.stage == 'final' else iteration.number}"


def show_one_set(place: Path, done: Sequence[Iteration], iteration: Iteration, name: str, *, as_json: bool) -> None:
    """Print a set that competed in `iteration`, and where it was written. Raises ConfigError."""
    repeat = [one for one in done if one.repeat == iteration.repeat]
    sets = {shown.id: shown for one in repeat for shown in sets_of(one)}
    names = [sat.exemplars for sat in iteration.scored]
    if name not in names or name not in sets:
        raise ConfigError(f"no set {name!r} competed there{meant(name, names) or '; there are ' + ', '.join(names)}")
    origin, draft = next(
        (one, draft) for one in repeat for draft in one.drafts if draft.written and draft.written.id == name
    )
    if as_json:
        print_json({"set": sets[name].model_dump(mode="json"), "draft": draft.model_dump(mode="json")})
        return
    store = CallStore.read(place / CALLS)
    try:
        calls = [found for key in draft.calls if (found := exchange(store.look_up(key)))]
    finally:
        store.close()
    show_set(console(), sets[name], origin, draft, calls)


def sets_of(iteration: Iteration) -> list[ExemplarSet]:
    """The sets that an iteration has on record."""
    return [draft.written for draft in iteration.drafts if draft.written]
