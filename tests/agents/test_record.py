"""Where a run keeps its record: a directory of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.record import RUNS, claim
from lbt.errors import ConfigError


def test_runs_that_start_at_once_get_a_directory_each_named_after_the_dataset(empty_folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        claimed = set(pool.map(claim, ["game_theory"] * 8))
    assert len(claimed) == 8
    assert all(path.parent == RUNS and "-game_theory" in path.name for path in claimed)


def test_where_no_directory_can_be_made_is_one_sentence(empty_folder: Path) -> None:
    RUNS.touch()
    with pytest.raises(ConfigError, match="--run-dir"):
        claim("game_theory")
