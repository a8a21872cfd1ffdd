"""What is fetched is written whole or not at all, in the layout that the readers read."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from lbt.errors import ConfigError, DataError, UnavailableError
from math_data.__main__ import command
from math_data.fetch import COLLECTIONS, fetch
from math_data.readers import gsm8k, math500

SIZES = {"train": 7473, "test": 1319}


def library(monkeypatch: pytest.MonkeyPatch, load: Callable[..., Any]) -> None:
    """Put a library in the place of `datasets`."""
    module = ModuleType("datasets")
    module.load_dataset = load  # type: ignore[attr-defined]  # what the real one has
    monkeypatch.setitem(sys.modules, "datasets", module)


def gsm8k_rows(dataset: str, config: str | None, *, split: str) -> list[dict[str, Any]]:
    assert (dataset, config) == ("openai/gsm8k", "main")
    return [{"question": f"{index} nuts?", "answer": f"#### {index}", "more": 1} for index in range(SIZES[split])]


def math500_rows(dataset: str, config: str | None, *, split: str) -> list[dict[str, Any]]:
    assert (dataset, config, split) == ("HuggingFaceH4/MATH-500", None, "test")
    return [
        {
            "problem": "?",
            "solution": f"\\boxed{{{index}}}",
            "answer": str(index),
            "subject": "Algebra",
            "level": 1,
            "unique_id": f"test/algebra/{index}.json",
        }
        for index in range(500)
    ]


def test_what_is_fetched_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library(monkeypatch, gsm8k_rows)
    assert fetch("gsm8k", tmp_path) == [tmp_path / "gsm8k" / "train.jsonl", tmp_path / "gsm8k" / "test.jsonl"]
    assert [one.answer for one in gsm8k.read(tmp_path, "test")] == [str(index) for index in range(1319)]
    assert len(gsm8k.read(tmp_path, "train")) == 7473
    library(monkeypatch, math500_rows)
    fetch("math500", tmp_path)
    assert len(math500.read(tmp_path)) == 500


def test_the_command_prints_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library(monkeypatch, gsm8k_rows)
    done = CliRunner().invoke(command, ["fetch", "gsm8k", "--data-dir", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [f"{tmp_path}/gsm8k/train.jsonl", f"{tmp_path}/gsm8k/test.jsonl"]


def test_what_may_not_be_handed_on_cannot_be_fetched() -> None:
    assert set(COLLECTIONS) == {"gsm8k", "math500"}
    done = CliRunner().invoke(command, ["fetch", "math", "--data-dir", "."])
    assert done.exit_code == 2


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ConfigError, match="pip install datasets"):
        fetch("gsm8k", tmp_path)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "error", [ConnectionError("no\nroute"), FileNotFoundError("gone"), ValueError("a"), RuntimeError("b")]
)
def test_without_a_network_it_is_said_what_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    library(monkeypatch, fail)
    with pytest.raises(UnavailableError, match=rf"openai/gsm8k cannot be fetched \({type(error).__name__}: ") as caught:
        fetch("gsm8k", tmp_path)
    assert "\n" not in str(caught.value)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("change", [lambda rows: rows[:-1], lambda rows: [*rows[:-1], {"question": "no answer"}]])
def test_other_rows_than_the_published_are_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: Callable[[list[Any]], list[Any]]
) -> None:
    library(monkeypatch, lambda *args, **kwargs: change(gsm8k_rows(*args, **kwargs)))
    with pytest.raises(DataError, match="openai/gsm8k, train: not 7473 rows with question, answer, as published"):
        fetch("gsm8k", tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_file_that_cannot_be_finished_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gsm8k").mkdir()
    (tmp_path / "gsm8k" / "train.jsonl").write_text("old")
    unwritable = [{"question": "?", "answer": "#### 1"}] * 7472 + [{"question": "\ud800", "answer": object()}]
    library(monkeypatch, lambda *_, **__: unwritable)
    with pytest.raises(TypeError):
        fetch("gsm8k", tmp_path)
    assert [(path.name, path.read_text()) for path in (tmp_path / "gsm8k").iterdir()] == [("train.jsonl", "old")]


def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library(monkeypatch, gsm8k_rows)
    (tmp_path / "gsm8k").write_text("a file")
    with pytest.raises(ConfigError, match=r"gsm8k/train\.jsonl cannot be written"):
        fetch("gsm8k", tmp_path)
