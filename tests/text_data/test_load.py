"""A set is found by its name or path, and its question may be another."""

from pathlib import Path

import pytest

from lbt.errors import ConfigError
from tests.text_data.layout import write_fallacies, write_liar
from tests.text_data.test_own import MANY, as_csv
from text_data.load import DATASETS, LONGEST_TASK, load, read_task


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_liar(tmp_path / "data" / "liar")
    write_fallacies(tmp_path / "data" / "logical_fallacy")
    return tmp_path / "data"


def test_every_dataset_can_be_loaded_and_has_a_line_about_it(data: Path) -> None:
    for name, about in DATASETS.items():
        found = load(name, data, seed=7)
        assert found == load(name, data)
        assert found.name == name
        assert all(item.id.startswith(f"{name}/") for item in (*found.train, *found.hold_out))
        assert "Answer Yes if" in found.task
        assert about
        assert "\n" not in about


@pytest.mark.parametrize("name", DATASETS)
def test_a_task_file_asks_something_else(data: Path, tmp_path: Path, name: str) -> None:
    task = tmp_path / "task.txt"
    task.write_bytes(b"\xef\xbb\xbf\n Is it a lie?\r\nAnswer Yes if so. \n")
    found, as_shipped = load(name, data, task_file=task), load(name, data)
    assert found.task == "Is it a lie?\r\nAnswer Yes if so."
    assert (found.train, found.hold_out) == (as_shipped.train, as_shipped.hold_out)
    assert found.fingerprint != as_shipped.fingerprint


def test_the_fingerprint_changes_with_a_text(data: Path) -> None:
    before = load("liar", data).fingerprint
    path = data / "liar" / "test.tsv"
    path.write_text(path.read_text().replace("a toll", "the toll"))
    assert load("liar", data).fingerprint != before


@pytest.mark.parametrize("name", ["liar", "logical_fallacy"])
def test_without_a_data_folder_it_is_said_what_to_give(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"is not part of this package: .* {name}/ with --data-dir \(.*\)"):
        load(name)


def test_an_unknown_name_gets_the_nearest_and_all() -> None:
    with pytest.raises(
        ConfigError, match=r"unknown dataset 'lair' \(did you mean liar\?\); there are: generalizations"
    ):
        load("lair")


@pytest.mark.parametrize("path", ["nowhere/texts", "texts.csv", "./texts", "~/texts.jsonl"])
def test_a_path_that_leads_nowhere_is_named(empty_folder: Path, path: str) -> None:
    with pytest.raises(ConfigError, match=rf"^no file or folder {path}$"):
        load(path)


def test_a_name_goes_before_a_folder_that_is_called_so(empty_folder: Path, data: Path) -> None:
    (empty_folder / "generalizations").mkdir()
    assert len(load("generalizations").train) == 120


def test_own_texts_need_their_question(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "claims.csv", MANY)
    with pytest.raises(ConfigError, match=r"what is asked of the texts of .*claims\.csv\? .* --task-file"):
        load(str(path))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"a" * (LONGEST_TASK + 1), "is too long: 2,000 characters are the most"),
        (b" " * 100_000 + b"a", "is (empty|too long)"),
        (b"\xff\xfea", "is not UTF-8 text"),
    ],
)
def test_a_task_that_says_nothing_or_too_much_is_refused(tmp_path: Path, text: bytes, reason: str) -> None:
    path = tmp_path / "task.txt"
    path.write_bytes(text)
    with pytest.raises(ConfigError, match=rf"the task file {path} {reason}"):
        load("generalizations", task_file=path)


def test_a_task_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "task.txt", tmp_path):
        with pytest.raises(ConfigError, match=rf"the task file {path} cannot be read \("):
            read_task(path)


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_the_longest_task_is_read_in_any_script(tmp_path: Path, letter: str) -> None:
    path = tmp_path / "task.txt"
    path.write_text(letter * LONGEST_TASK, encoding="utf-8")
    assert read_task(path) == letter * LONGEST_TASK
    path.write_text(letter * (3 * LONGEST_TASK), encoding="utf-8")
    with pytest.raises(ConfigError, match="is too long"):
        read_task(path)
