"""The `edu` part of Logical Fallacy: faulty generalization against the rest."""

from pathlib import Path

import pytest

from lbt.errors import ConfigError, DataError
from tests.text_data.layout import write_fallacies
from text_data import logical_fallacy
from text_data.load import load


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_fallacies(tmp_path / "logical_fallacy")
    return tmp_path


def test_yes_is_where_the_label_contains_faulty_generalization(data: Path) -> None:
    found = load("logical_fallacy", data)
    assert [(item.id, item.label) for item in found.train] == [
        ("logical_fallacy/train/0", True),
        ("logical_fallacy/train/1", False),
    ]
    assert [(item.id, item.label) for item in found.hold_out] == [
        ("logical_fallacy/dev/0", True),
        ("logical_fallacy/dev/1", False),
        ("logical_fallacy/test/0", True),
        ("logical_fallacy/test/1", False),
    ]
    assert found.task == logical_fallacy.TASK


def test_texts_are_as_they_are_but_cut(data: Path) -> None:
    found = load("logical_fallacy", data)
    assert found.train[1].statement == "x" * 700
    assert found.hold_out[0].statement == "Two swans are white,\nso swans are."


def test_texts_in_both_parts_are_kept_and_told(data: Path) -> None:
    assert load("logical_fallacy", data).notes == ("texts of the hold-out that are also in the training part: 1 of 4",)


def test_a_text_with_both_labels_is_told(data: Path) -> None:
    path = data / "logical_fallacy" / "edu_test.csv"
    path.write_text(path.read_text().replace("You too!", '"he LIED once, so all do."'))
    assert load("logical_fallacy", data).notes[-1] == "texts that occur with both labels: 1"


def test_the_data_folder_may_be_the_sets_own(data: Path) -> None:
    assert load("logical_fallacy", data / "logical_fallacy") == load("logical_fallacy", data)


def test_missing_files_are_named(data: Path) -> None:
    for name in ("edu_train.csv", "edu_test.csv"):
        (data / "logical_fallacy" / name).unlink()
    with pytest.raises(ConfigError, match=r"Logical Fallacy needs edu_train\.csv, edu_test\.csv in .*causalNLP"):
        load("logical_fallacy", data)


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        ("source_article,label\na,b\n", 1, "the column updated_label is missing; .* has: source_article, label$"),
        ("", 1, "the column source_article is missing; .* has: nothing"),
        ("source_article,updated_label,updated_label\n", 1, "updated_label comes twice"),
        ('source_article,updated_label\n"a\nb",c\n\n,c\n', 5, "source_article is blank"),
        ("source_article,updated_label\na, \n", 2, "updated_label is blank"),
        ("source_article,updated_label\na,b,c\n", 2, "has 3 columns, and the header 2"),
        ('source_article,updated_label\na,b\n"c,d\ne,f\n', 3, "cannot be read as a table"),
        ('source_article,updated_label\n"a"b,c\n', 2, "cannot be read as a table"),
    ],
)
def test_a_malformed_table_is_named_with_its_line(data: Path, rows: str, line: int, reason: str) -> None:
    (data / "logical_fallacy" / "edu_dev.csv").write_text(rows)
    with pytest.raises(DataError, match=reason) as caught:
        load("logical_fallacy", data)
    assert (Path(caught.value.file).name, caught.value.line) == ("edu_dev.csv", line)


def test_the_published_set_has_its_sizes_and_its_repeated_texts(published: Path) -> None:
    found = load("logical_fallacy", published)
    assert (len(found.train), sum(item.label for item in found.train)) == (1849, 319)
    assert (len(found.hold_out), sum(item.label for item in found.hold_out)) == (600, 122)
    assert max(len(item.statement) for item in (*found.train, *found.hold_out)) == 700
    assert found.notes == (
        "texts of the hold-out that are also in the training part: 26 of 600",
        "texts that occur with both labels: 1",
    )


def test_the_numbers_in_ids_are_those_of_the_files(published: Path) -> None:
    rows = (published / "logical_fallacy" / "edu_train.csv").read_text(encoding="utf-8").splitlines()
    item = load("logical_fallacy", published).train[1]
    assert item.id == "logical_fallacy/train/1"
    assert rows[2].startswith("1,")
    assert item.statement in rows[2]
