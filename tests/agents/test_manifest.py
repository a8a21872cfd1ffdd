"""`run.json` holds how a model that was trained here came to be."""

import json
from pathlib import Path

import pytest

from agents.config import RunConfig
from agents.manifest import LINEAGE, lineages
from lbt.errors import DataError

HISTORY = {"start": "local:base", "pairs": {"origin": {"started": "2026-01-02T03:04:05+00:00"}}}


def tuned(folder: Path, text: str = json.dumps(HISTORY)) -> Path:
    """Make a folder as training leaves it."""
    folder.mkdir()
    (folder / LINEAGE).write_text(text)
    (folder / "model.gguf").write_bytes(b"GGUF")
    return folder


def test_lineage_of_a_file_and_of_a_folder_is_found(tmp_path: Path) -> None:
    place = tuned(tmp_path / "tuned")
    for spec in (f"local:{place / 'model.gguf'}", f"vllm:{place}"):
        assert lineages(RunConfig(teacher=spec)) == {spec: HISTORY}


def test_student_too_can_have_been_trained(tmp_path: Path) -> None:
    spec = f"local:{tuned(tmp_path / 'tuned') / 'model.gguf'}"
    assert lineages(RunConfig(student=(spec,))) == {spec: HISTORY}


def test_others_have_none(tmp_path: Path) -> None:
    place = tuned(tmp_path / "tuned")
    assert lineages(RunConfig()) == {}
    assert lineages(RunConfig(teacher=f"scripted:{place / 'model.gguf'}")) == {}
    (place / LINEAGE).unlink()
    assert lineages(RunConfig(teacher=f"vllm:{place}")) == {}


def test_torn_lineage_is_named(tmp_path: Path) -> None:
    place = tuned(tmp_path / "tuned", '{"start": ')
    with pytest.raises(DataError, match=LINEAGE):
        lineages(RunConfig(teacher=f"vllm:{place}"))
