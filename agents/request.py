"""What the user asks for: the options of this command, and those of the run that it goes on with."""

from collections.abc import Mapping
from typing import Any

import leetcode_data.load
import math_data.load
import text_data.load
from agents.config import ImprovementConfig, RunConfig
from agents.options import configure
from lbt.errors import ConfigError
from lbt.records import find, read_manifest

Config = RunConfig | ImprovementConfig
PUBLISHED = (*math_data.load.DATASETS, *text_data.load.DATASETS)
"""Datasets that are no files of the user's own, beside those of programs."""


def asked_for(options: Mapping[str, Any]) -> Config:
    """Check the options, and complete them where a run is resumed.

    Raises:
        ConfigError: one cannot be, or there is no run to resume.
        DataError: what the run to be resumed says of itself cannot be read.
    """
    return placed(resumed(options) if options.get("resume") else configure(options))


def placed(config: Config) -> Config:
    """Name files of the user's own by their full paths, so that the run can be resumed from anywhere."""
    moved = {name: path.resolve() for name in ("data_dir", "task_file") if (path := getattr(config, name, None))}
    path = None if config.dataset in PUBLISHED else leetcode_data.load.own_path(config.dataset)
    return config.model_copy(update={**moved, "dataset": str(path.resolve())} if path else moved)


def resumed(options: Mapping[str, Any]) -> Config:
    """The options of the run to go on with, and what the user asks to be different this time."""
    path = find(options["resume"])
    if "run_dir" in options:
        raise ConfigError("--resume goes on in the run's own directory; leave --run-dir out")
    was = read_manifest(path)
    method = was.config.get("method", "m1")
    if options.get("method", method) != method:
        raise ConfigError(f"{path} is a run with --method {method}; leave --method out to go on with it")
    return configure({**was.free, **was.config, **options, "run_dir": path})
