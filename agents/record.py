"""Open the record of a run: a new directory, or one to go on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from agents.endpoints.spec import parse_spec
from agents.manifest import manifest
from agents.plan import Plan
from agents.prompting import fingerprints
from agents.wiring import placeless
from lbt.records import Manifest, RunDirectory, create, reopen
from leetcode_data.load import fingerprint

RUNS = Path("runs")


@contextmanager
def open_record(plan: Plan, judge: str) -> Iterator[RunDirectory]:
    """Hold the run's directory for writing.

    Args:
        plan: The run.
        judge: Name and version of what judges.

    Raises:
        ConfigError: it cannot be written, is held by another process, or belongs to another run.
    """
    config = plan.config
    now = manifest(config, prompts=fingerprints(), data=fingerprint(config.dataset), judge=judge)
    if config.resume and config.run_dir:
        opened = reopen(config.run_dir, lambda was: moved(now, was))
    else:
        opened = create(config.run_dir or fresh(config.dataset), now)
    with opened as run:
        yield run


def moved(now: Manifest, was: Manifest) -> Manifest:
    """The manifest with the addresses of `was`, where the same models are now asked elsewhere."""
    config = dict(now.config)
    for role in ("teacher", "student"):
        if places(now.config[role]) == places(was.config.get(role)):
            config[role] = was.config[role]
    return now.model_copy(update={"config": config})


def places(specs: JsonValue) -> list[str]:
    """The models that one or several specs name, without addresses."""
    return [placeless(parse_spec(str(spec))) for spec in (specs if isinstance(specs, list) else [specs])]


def fresh(dataset: str) -> Path:
    """Name a new directory after time and dataset."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{dataset}"
    taken = sum(1 for _ in RUNS.glob(f"{name}*"))
    return RUNS / (f"{name}-{taken + 1}" if taken else name)
