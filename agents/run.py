"""`python -m agents.run`: hold the lessons of a dataset, or improve exemplars, and keep the record."""

import os
from collections.abc import Mapping
from typing import Any

from agents import options as command_line
from agents.config import ImprovementConfig
from agents.dry_run import forecast_lines
from agents.plan import planned
from agents.request import asked_for
from lbt.cli import main


def run(options: Mapping[str, Any]) -> int:
    """Hold the run that `options` ask for and return its exit code. Raises LbtError where it cannot start or go on."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    asked = asked_for(options)
    if isinstance(asked, ImprovementConfig):
        from agents.exemplars.run import improve

        return improve(asked)
    plan = planned(asked)
    from agents.preflight import check

    check(plan.config, plan.cast)
    if plan.config.dry_run:
        print("\n".join(forecast_lines(plan)))
        return 0
    from agents.session import hold  # what only a run needs takes seconds to load

    return hold(plan)


command = command_line.command(run, "Teach the problems of a dataset to students, and choose answers by their exams.")


if __name__ == "__main__":
    main(command, "python -m agents.run")
