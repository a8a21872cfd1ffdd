"""`python -m agents.collect RUN --for …`: ask, once, for what selectors and analyses need beside a run."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import click

from agents.collectable import forecast_lines, todo_of
from agents.config import FREE, RunConfig
from agents.options import chosen, option
from agents.plan import plan_of
from agents.record import finished
from lbt.cli import main
from lbt.collected import KINDS, Collection, Kind
from lbt.errors import ConfigError
from lbt.records import find
from reports.terminal import one_line

OPTIONS = ("dataset", "teacher", "student", *sorted(FREE - {"reuse"}), "dry_run")
"""Options of a run that this command has too: where its problems and models are now, and what may be spent."""


class Kinds(click.ParamType["tuple[Kind, ...]"]):
    """Kinds, with commas between them."""

    name = "KIND,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Kind, ...]:  # noqa: ANN401
        """Read the kinds; each once."""
        names = dict.fromkeys(name.strip() for name in str(value).split(","))
        for name in names:
            if name not in KINDS:
                self.fail(f"{name!r} is none of {', '.join(KINDS)}", param, ctx)
        return cast("tuple[Kind, ...]", tuple(names))


def collect(run: str, kinds: Sequence[Kind], options: Mapping[str, Any]) -> int:
    """Tell the calls, make them, and return the exit code. Raises LbtError where that cannot start or go on."""
    place = find(run)
    plan = plan_of({**options, "resume": str(place)})
    if not finished(plan.recipe):
        raise ConfigError(f"{place} has no finished lesson yet to collect anything on")
    from agents.preflight import check

    check(plan.config, plan.cast)
    todo = todo_of(plan, place, kinds, Collection(place))
    for line in forecast_lines(plan, todo, kinds):
        print(line, flush=True)
    if plan.config.dry_run or not todo:
        return 0
    from agents.collecting import collect as begin  # what only collecting needs takes seconds to load

    return begin(plan, place, kinds, lambda text: print(one_line(text, 200), flush=True))


command = click.Command(
    "collect",
    params=[
        click.Argument(["run"]),
        click.Option(["--for", "kinds"], type=Kinds(), required=True, help="What to collect: " + ", ".join(KINDS)),
        *(option(name, RunConfig.model_fields[name]) for name in OPTIONS),
    ],
    callback=lambda run, kinds, **_: collect(run, kinds, set_options(click.get_current_context())),
    help="Collect beside RUN, a run's directory or `last`, what it did not need itself:\n\n\b\n"
    + "\n".join(f"{name:13} {about}" for name, about in KINDS.items()),
)


def set_options(context: click.Context) -> dict[str, Any]:
    """The options of a run that were set."""
    return {name: value for name, value in chosen(context).items() if name in OPTIONS}


if __name__ == "__main__":
    main(command, "python -m agents.collect")
