"""`python -m agents.run --method m3`: improve exemplars and keep the record."""

import sys
from collections.abc import Sequence

import click

from agents.config import ImprovementConfig
from agents.exemplars.forecast import forecast_lines, left, total
from agents.exemplars.plan import ImprovementPlan, plan_of
from agents.preflight import check
from agents.record import going_on
from lbt.errors import ConfigError
from lbt.exemplars import Iteration
from lbt.records import iterations_of


def improve(config: ImprovementConfig) -> int:
    """Hold the run that `config` asks for and return its exit code. Raises LbtError where it cannot start or go on."""
    plan = plan_of(config)
    check(plan.config, plan.cast)
    run = going_on(plan.recipe)
    done = list(iterations_of(run)) if run else []
    if config.dry_run:
        print("\n".join(forecast_lines(plan, done)))
        return 0
    confirm(plan, done)
    from agents.exemplars.session import hold  # what only a run needs takes seconds to load

    return hold(plan)


def confirm(plan: ImprovementPlan, done: Sequence[Iteration]) -> None:
    """Let the user agree to a selection on all training items. Raises ConfigError where nobody can be asked."""
    config, calls = plan.config, total(left(plan, done)).total()
    if config.select_on != "full" or config.yes or not calls:
        return
    asked = f"--select-on full makes {calls:,} calls at most"
    if not sys.stdin.isatty():
        raise ConfigError(f"{asked}; add --yes to confirm, or --dry-run to see what they take")
    print("\n".join(forecast_lines(plan, done)))
    if not click.confirm(f"{asked}. Go on?"):
        raise ConfigError("not confirmed; nothing was asked")
