"""LIAR is read as published, and is what Pryzant et al. made of it."""

import json
from pathlib import Path

import pytest

from lbt.errors import ConfigError, DataError
from tests.text_data.layout import LIAR, statement, write_liar, write_tabs
from text_data import liar
from text_data.load import load


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_liar(tmp_path / "liar")
    return tmp_path


def test_a_lie_is_a_yes_a_truth_a_no_and_the_rest_is_left_out(data: Path) -> None:
    found = load("liar", data)
    assert [(item.id, item.label) for item in found.train] == [("liar/train/11", True), ("liar/train/13", False)]
    assert [(item.id, item.label) for item in found.hold_out] == [("liar/valid/21", False), ("liar/test/31", True)]
    assert found.notes == ("statements left out because they are neither false nor true: 4",)
    assert (found.name, found.task) == ("liar", liar.TASK)


def test_a_text_is_the_statement_with_its_speaker_and_context_as_they_are(data: Path) -> None:
    found = load("liar", data)
    told = "\nJob title: Mayor\nState: Ohio\nParty: none\nContext: "
    assert found.train[0].statement == f'Statement: The "lake is dry.{told}a speech'
    assert found.train[1].statement == f"Statement: The bridge opened in May.{told}"
    assert found.hold_out[0].statement == f"Statement: Rents rose.  {told}a speech"


def test_title_and_id_do_not_tell_the_label(data: Path) -> None:
    before = [(item.id, item.title) for item in load("liar", data).train]
    rows = [[row[0], {"false": "true", "true": "false"}.get(row[1], row[1]), *row[2:]] for row in LIAR["train"]]
    write_tabs(data / "liar" / "train.tsv", rows)
    assert [(item.id, item.title) for item in load("liar", data).train] == before


def test_the_data_folder_may_be_the_sets_own(data: Path) -> None:
    assert load("liar", data / "liar") == load("liar", data)


@pytest.mark.parametrize("missing", ["train", "valid", "test"])
@pytest.mark.parametrize("own", [True, False])
def test_a_missing_file_is_named(data: Path, missing: str, own: bool) -> None:
    (data / "liar" / f"{missing}.tsv").unlink()
    with pytest.raises(ConfigError, match=rf"LIAR needs {missing}\.tsv in {data}/liar; see --data-dir \(.*cs\.ucsb"):
        load("liar", data / "liar" if own else data)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"LIAR needs {tmp_path / 'liar'}, which is not there"):
        load("liar", tmp_path)


BROKEN = [
    (statement(41, "false", "A.")[:-1], "has 13 columns parted by tabs, not 14"),
    ([*statement(41, "false", "A."), "more"], "has 15 columns"),
    (statement(41, "False", "A."), "is 'False', none of false, true, barely-true"),
    (statement(41, "", "A."), "none of"),
    (statement(41, "true", " "), "the statement, in the third column, is blank"),
    (statement("x", "true", "A."), "the first column is 'x.json', not a number"),
    (statement("../1", "true", "A."), "not a number"),
    (statement(11, "true", "A."), "11.json is also the first column of an earlier row"),
    (statement(41, "false", "A" * 200_000), "cannot be read as a table"),
    (statement(41, "false", "A" * 2_000_000), "a line of more than 1,048,576 characters"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN)
def test_a_malformed_row_is_named_with_its_line(data: Path, row: list[str], reason: str) -> None:
    write_tabs(data / "liar" / "valid.tsv", [LIAR["valid"][0], [], row])
    with pytest.raises(DataError, match=reason) as caught:
        load("liar", data)
    assert caught.value.file == str(data / "liar" / "valid.tsv")
    assert caught.value.line == 3


def test_what_is_no_text_is_named_with_its_line(data: Path) -> None:
    path = data / "liar" / "test.tsv"
    path.write_bytes(path.read_bytes() + b"33.json\tfalse\t\xff\n")
    with pytest.raises(DataError, match=r"test\.tsv, line 3: not UTF-8 text"):
        load("liar", data)


def test_a_set_without_lies_is_refused(data: Path) -> None:
    write_tabs(data / "liar" / "train.tsv", [LIAR["train"][2]])
    with pytest.raises(ConfigError, match="no text of its training part has the label Yes"):
        load("liar", data)


def test_the_set_is_that_of_lmops_text_by_text(published: Path) -> None:
    found = load("liar", published)
    test = [item for item in found.hold_out if item.id.startswith("liar/test/")]
    for items, name, size in ((found.train, "train", 3681), (test, "test", 461)):
        lines = (published / "liar_lmops" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        theirs = [(row["text"], row["label"]) for row in map(json.loads, lines)]
        assert [(item.statement, int(item.label)) for item in items] == theirs
        assert len(theirs) == size


def test_the_hold_out_is_valid_and_test_and_shares_no_text_with_the_rest(published: Path) -> None:
    found = load("liar", published)
    assert len(found.hold_out) == 432 + 461
    assert sum(item.label for item in found.hold_out) == 263 + 250
    assert found.notes == ("statements left out because they are neither false nor true: 8262",)
