"""The closed loop: what was trained on a run teaches the next one, which says so."""

import importlib.util
import json
from pathlib import Path

import pytest

from tests.agents.running import Ended, started
from tests.requirements import need
from tests.training.runs import need_pyarrow, right, write_run, wrong
from tests.training.tiny import write_tiny

LESSON = (right("one is what follows from all that was said", 3), wrong("nothing follows and nobody knows why", 0))


def done(module: str, *words: str | Path, cwd: Path) -> Ended:
    """Run a command that must not fail."""
    ended = Ended(started(module, *map(str, words), cwd=cwd))
    assert ended.code == 0, ended
    return ended


@pytest.mark.slow
@pytest.mark.models  # the loopback is open to it; the weights are made here
def test_a_tuned_model_teaches_the_next_run_and_its_record_leads_back_to_the_first(
    tmp_path: Path, libraries: None
) -> None:
    need_pyarrow()
    need("models", importlib.util.find_spec("xllamacpp") is not None, "xllamacpp is not installed")
    first = write_run(tmp_path / "first", {f"family{number}": LESSON for number in range(4)})
    start = write_tiny(tmp_path / "start.gguf")
    done("training.pairs", first, "-o", "pairs", cwd=tmp_path)
    done("training.dpo", "--pairs", "pairs", "--model", start, "-o", "tuned", cwd=tmp_path)
    tuned = "local:tuned/model.gguf"
    words = ("--teacher", tuned, "--student", tuned, "--dataset", "families", "--limit", "1", "--rationales", "2")
    done("agents.run", *words, "--max-tokens", "8", "--display", "plain", "--run-dir", "second", cwd=tmp_path)
    lineage = json.loads((tmp_path / "second" / "run.json").read_text())["lineage"][tuned]
    assert lineage == json.loads((tmp_path / "tuned" / "lineage.json").read_text())
    assert lineage["start"] == str(start)
    origin = lineage["pairs"]["origin"]
    assert origin["started"] == json.loads((first / "run.json").read_text())["started"]
    assert origin["lineage"] == {"pairs": "before"}
    ended = Ended(started("training.pairs", "second", "-o", "pairs2", cwd=tmp_path))
    assert ended.code == 2, ended
    assert "is above the threshold" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "pairs", "second", "start.gguf", "tuned"]
