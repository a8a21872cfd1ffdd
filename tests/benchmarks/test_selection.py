"""The run on which `python -m benchmarks selection` times commands."""

import json
import random
from pathlib import Path

from click.testing import CliRunner

from agents.select import command
from benchmarks.selection import RATIONALES, Stored
from lbt.selectors import selectors


def test_every_selector_has_what_it_needs_on_the_stored_run(tmp_path: Path) -> None:
    Stored(random.Random(0)).write(tmp_path / "run")
    done = CliRunner().invoke(command, [str(tmp_path / "run"), "--json"], catch_exceptions=False)
    told = {row["name"]: row for row in json.loads(done.output)["rows"]}
    for selector in selectors(["one"]):
        row = told[selector.name]
        assert not row["missing"], selector.name
        assert len(row["each"]) == 18
    assert max(len(chosen) for chosen in told["random"]["selected"]) == RATIONALES
