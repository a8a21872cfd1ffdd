"""Open the record of a run: a new directory, or one to go on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from agents.manifest import manifest
from agents.plan import Plan
from agents.prompting import fingerprints
from lbt.records import RunDirectory, create, reopen
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
        opened = reopen(config.run_dir, lambda _: now)
    else:
        opened = create(config.run_dir or fresh(config.dataset), now)
    with opened as run:
        yield run


def fresh(dataset: str) -> Path:
    """Name a new directory after time and dataset."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{dataset}"
    taken = sum(1 for _ in RUNS.glob(f"{name}*"))
    return RUNS / (f"{name}-{taken + 1}" if taken else name)
