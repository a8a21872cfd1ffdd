"""The run on which `python -m benchmarks selection` times commands."""

import json
import random
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from agents.select import command as select
from benchmarks.selection import RATIONALES, Stored
from lbt.selectors import selectors
from reports.analyses.__main__ import command as analyses
from reports.tables import OWN_LEVELS


def test_every_selector_has_what_it_needs_on_the_stored_run(tmp_path: Path) -> None:
    Stored(random.Random(0)).write(tmp_path / "run")
    done = CliRunner().invoke(select, [str(tmp_path / "run"), "--json"], catch_exceptions=False)
    told = {row["name"]: row for row in json.loads(done.output)["rows"]}
    for selector in selectors(["one"]):
        row = told[selector.name]
        assert not row["missing"], selector.name
        assert len(row["each"]) == 18
    assert max(len(chosen) for chosen in told["random"]["selected"]) == RATIONALES


@pytest.mark.parametrize("command", [select, analyses], ids=["select", "analyses"])
def test_tables_of_the_papers_datasets_say_that_their_tests_are_our_own(command: click.Command, tmp_path: Path) -> None:
    Stored(random.Random(0)).write(tmp_path / "run")
    done = CliRunner().invoke(command, [str(tmp_path / "run")], catch_exceptions=False)
    assert OWN_LEVELS in done.output
