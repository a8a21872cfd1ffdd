"""`python -m agents.compare --task DATASET`: our exemplars beside what DSPy and GEPA find with as many calls."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import click

from agents.config import ImprovementConfig
from agents.exemplars.plan import ImprovementPlan, plan_of
from agents.exemplars.run import improve
from agents.options import FIELDS, chosen, option
from agents.peers.running import Peer
from agents.record import claim
from agents.request import asked_for
from lbt.classification import baselines
from lbt.cli import INTERRUPTED, main
from lbt.errors import ConfigError
from lbt.types import Problem, TextProblem
from reports.improving.contest import print_contest
from reports.terminal import console

PEERS: tuple[Peer, ...] = get_args(Peer)
OPTIONS = tuple(name for name in ImprovementConfig.model_fields if name not in ("dataset", "method", "repeats"))
"""Options of a run that this command has too; it sets the others itself."""


def compare(options: Mapping[str, Any], peers: Sequence[Peer], *, markdown: bool) -> int:
    """Hold our run, then one of each peer, print the table and return the exit code. Raises LbtError."""
    asked = asked_for({**options, "method": "m3"})
    assert isinstance(asked, ImprovementConfig)
    plan = plan_of(asked)
    refuse(plan)
    if asked.dry_run:
        code = improve(asked)
        print(f"peers     {', '.join(peers)}: as many calls each, those to the hold-out of the last set besides")
        return code
    run = asked.run_dir or claim(f"compare-{plan.split.name}")
    if code := improve(asked.model_copy(update={"run_dir": run})):
        return code
    from agents.peers.contest import contest_of, hold  # what only a contest needs takes seconds to load

    code = hold(plan, run, peers)
    if code == INTERRUPTED:
        return code
    constants = baselines(labels(plan.split.hold_out), labels(plan.split.train))
    print_contest(console(), contest_of(plan, run), constants, markdown=markdown)
    return code


def labels(items: Sequence[Problem]) -> list[bool]:
    """The classes of texts."""
    return [one.label for one in items if isinstance(one, TextProblem)]


def refuse(plan: ImprovementPlan) -> None:
    """Refuse what peers cannot do. Raises ConfigError."""
    if plan.kind.name != "text":
        raise ConfigError(f"the peers classify texts here, and {plan.config.dataset} has none; give a --task of texts")
    if plan.config.repeats != 1:
        raise ConfigError("the peers look for their prompt once; compare a run with --repeats 1")


def called(options: Mapping[str, Any], task: str | None, peer: tuple[Peer, ...], *, markdown: bool) -> int:
    """Take the command line. Raises ConfigError where neither a task nor a run is named."""
    if task is None and "resume" not in options:
        raise ConfigError("say what to compare on: --task liar, logical_fallacy, generalizations, or your own file")
    named = {"dataset": task} if task else {}
    return compare({**options, **named}, peer or PEERS, markdown=markdown)


command = click.Command(
    "compare",
    params=[
        click.Option(["--task"], help="Texts to classify: a dataset of --method m3, or your own file."),
        click.Option(["--peer"], type=click.Choice(PEERS), multiple=True, help="Only this one (repeatable)."),
        click.Option(["--markdown"], is_flag=True, help="Print the table as Markdown."),
        *(option(name, FIELDS[name]) for name in OPTIONS),
    ],
    callback=lambda task, peer, markdown, **_: called(
        {name: value for name, value in chosen(click.get_current_context()).items() if name in OPTIONS},
        task,
        peer,
        markdown=markdown,
    ),
    help="Improve exemplars, then let DSPy and GEPA look for a prompt with as many calls to the same model.",
    context_settings={"auto_envvar_prefix": "LBT"},
)


if __name__ == "__main__":
    main(command, "python -m agents.compare")
