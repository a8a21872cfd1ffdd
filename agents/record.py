"""Open the record of a run: a new directory, or one to go on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

import math_data.load
from agents.cast import placeless
from agents.endpoints.spec import parse_spec
from agents.manifest import Recipe, manifest
from agents.options import configure
from lbt.records import Manifest, RunDirectory, agree, create, lessons_of, read_manifest, reopen, writable
from sandbox.address import is_address

RUNS = Path("runs")


@contextmanager
def open_record(recipe: Recipe, judge: str) -> Iterator[RunDirectory]:
    """Hold the run's directory for writing.

    Args:
        recipe: What the run is made of.
        judge: Name and version of what judges.

    Raises:
        ConfigError: it cannot be written, is held by another process, or belongs to another run.
    """
    config, now = recipe.config, manifest(recipe, judge)
    if config.resume and config.run_dir:
        opened = reopen(config.run_dir, lambda was: moved(now, was))
    else:
        opened = create(config.run_dir or claim(recipe.dataset), now)
    with opened as run:
        yield run


def going_on(recipe: Recipe) -> Path | None:
    """The directory of the run that is resumed; None for a new one. Raises ConfigError where it was another run."""
    config = recipe.config
    if not config.resume or not config.run_dir:
        return None
    was = read_manifest(config.run_dir)
    agree(config.run_dir, was, moved(manifest(recipe, was.judge), was))
    return config.run_dir


def finished(recipe: Recipe) -> set[str]:
    """Problems that the run to be resumed has finished; none for a new one. Raises ConfigError for another run."""
    run = going_on(recipe)
    return {lesson.problem for lesson in lessons_of(run) if lesson.complete} if run else set()


def claim(dataset: str) -> Path:
    """Make a directory named after time and dataset. Raises ConfigError where none can be made."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{dataset}"
    path, number = RUNS / name, 1
    with writable(RUNS):
        RUNS.mkdir(exist_ok=True)
        while True:
            try:
                path.mkdir()
            except FileExistsError:
                number += 1
                path = RUNS / f"{name}-{number}"
            else:
                return path


def moved(now: Manifest, was: Manifest) -> Manifest:
    """The manifest with the places of `was`, where the same models, problems, or another server's sandbox, are used."""
    defaults = configure({"method": now.config["method"]}).model_dump(mode="json")
    config = {  # an option that is younger than the record had its default then
        name: value for name, value in now.config.items() if name in was.config or value != defaults.get(name)
    }
    if all(is_address(str(one.config.get("sandbox"))) for one in (now, was)):
        config["sandbox"] = was.config["sandbox"]
    if str(was.config["dataset"]) in math_data.load.DATASETS:  # nothing runs in a sandbox there
        config["sandbox"] = was.config["sandbox"]
    own = all(Path(str(one.config["dataset"])).is_absolute() for one in (now, was))
    if now.data == was.data or own:  # problems of a user's own may be anywhere: their data decide
        config["dataset"] = was.config["dataset"]
    for role in ("teacher", "student"):
        if places(now.config[role]) == places(was.config.get(role)):
            config[role] = was.config[role]
    return now.model_copy(update={"config": config})


def places(specs: JsonValue) -> list[str]:
    """The models that one or several specs name, without addresses."""
    return [placeless(parse_spec(str(spec))) for spec in (specs if isinstance(specs, list) else [specs])]
