"""A user's own texts: read as they were written, divided fairly, and refused in one sentence."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.errors import ConfigError, DataError
from lbt.exemplars import folded
from lbt.split import Split
from lbt.types import TextProblem
from text_data.load import load

Rows = Sequence[tuple[str, bool]]
MANY: Rows = [(f"text {number}", number % 3 == 0) for number in range(60)]
BOM = b"\xef\xbb\xbf"


def as_csv(path: Path, rows: Rows, end: str = "\r\n", before: bytes = b"") -> Path:
    with path.open("wb") as file:
        file.write(before)
    with path.open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
        table.writerows([("label", "note", "text"), *(("yes" if label else "no", "n", text) for text, label in rows)])
    return path


def as_jsonl(path: Path, rows: Rows, end: str = "\n", before: bytes = b"") -> Path:
    lines = [
        json.dumps({"text": text, "label": label, "note": 1}, ensure_ascii=len(text) % 2 == 0) for text, label in rows
    ]
    path.write_bytes(before + "".join(f"{line}{end}" for line in lines).encode())
    return path


def read(path: Path, seed: int = 0) -> Split[TextProblem]:
    with TemporaryDirectory() as folder:
        task = Path(folder) / "task.txt"
        task.write_text("Is it so? Answer Yes if it is.")
        return load(str(path), task_file=task, seed=seed)


def everything(found: Split[TextProblem]) -> list[tuple[str, bool]]:
    """All texts in the order of the lines where they stand."""
    items = sorted((*found.train, *found.hold_out), key=lambda item: int(item.id.rpartition("/")[2]))
    return [(item.statement, item.label) for item in items]


some_text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
some_rows = st.lists(st.tuples(some_text, st.booleans()), max_size=8, unique_by=lambda row: folded(row[0]))


@given(rows=some_rows, end=st.sampled_from(["\n", "\r\n"]), before=st.sampled_from([b"", BOM]))
def test_texts_come_back_as_they_were_written(rows: Rows, end: str, before: bytes) -> None:
    rows = [*rows, *MANY[:20]]
    with TemporaryDirectory() as folder:
        for path in (
            as_csv(Path(folder) / "a.csv", rows, end, before),
            as_jsonl(Path(folder) / "a.jsonl", rows, end, before),
        ):
            assert everything(read(path)) == list(rows)


@given(data=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".jsonl"]))
def test_any_file_is_read_or_refused_in_one_sentence(data: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        with pytest.raises((DataError, ConfigError)) as caught:
            read(path)
        assert "\n" not in str(caught.value)


@given(
    data=st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", "yes", "no", "\0", "1"]), max_size=60),
)
def test_any_table_is_read_or_refused_in_one_sentence(data: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(f"text,label\n{''.join(data)}".encode())
        try:
            read(path)
        except (DataError, ConfigError) as error:
            sentence = str(error)
        else:
            sentence = ""
        assert "\n" not in sentence


@pytest.mark.parametrize(
    ("written", "label"),
    [("yes", True), ("YES ", True), ("True", True), ("1", True), (" no", False), ("FALSE", False), ("0", False)],
)
def test_labels_are_written_in_three_ways(tmp_path: Path, written: str, label: bool) -> None:
    path = tmp_path / "a.csv"
    as_csv(path, MANY)
    path.write_text(f"{path.read_text()}{written},n,the last\n")
    assert everything(read(path))[-1] == ("the last", label)
    lines = as_jsonl(tmp_path / "a.jsonl", MANY)
    lines.write_text(f"{lines.read_text()}{json.dumps({'text': 'the last', 'label': written})}\n")
    assert everything(read(lines))[-1] == ("the last", label)


@pytest.mark.parametrize(("written", "label"), [("true", True), ("false", False), ("1", True), ("0", False)])
def test_labels_may_be_json_values(tmp_path: Path, written: str, label: bool) -> None:
    path = as_jsonl(tmp_path / "a.jsonl", MANY)
    path.write_text(f'{path.read_text()}{{"text": "the last", "label": {written}}}\n')
    assert everything(read(path))[-1] == ("the last", label)


BAD_LINES = [
    ('{"text": "a", "label": "maybe"}', "label: is none of yes, no, true, false, 1 and 0"),
    ('{"text": "a", "label": 2}', "label: is none of"),
    ('{"text": "a", "label": 1.0}', "label: is none of"),
    ('{"text": "a", "label": null}', "label: is none of"),
    ('{"text": "a", "label": ["yes"]}', "label: is none of"),
    ('{"text": "a", "label": ' + "9" * 5000 + "}", "Invalid JSON: number out of range"),
    ('{"text": "a"}', "label: Field required"),
    ('{"label": "yes"}', "text: Field required"),
    ('{"text": " ", "label": "yes"}', "text: is blank"),
    ('{"text": 5, "label": "yes"}', "text: Input should be a valid string"),
    ('{"text": "\\ud800", "label": "yes"}', "Invalid JSON"),
    ("[" * 5000, "Invalid JSON"),
    ("[]", "object"),
    ("{", "Invalid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = as_jsonl(tmp_path / "a.jsonl", MANY)
    path.write_text(f"{path.read_text()}\n{line}\n")
    with pytest.raises(DataError, match=reason) as caught:
        read(path)
    assert (caught.value.file, caught.value.line) == (str(path), 62)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("perhaps,n,a", "label: is none of yes, no"),
        (",n,a", "label: is none of"),
        ("yes,n,", "text: is blank"),
        ("yes,a", "has 2 columns, and the header 3"),
        ('yes,n,"a', "cannot be read as a table"),
    ],
)
def test_a_malformed_row_is_named_by_the_line_where_it_begins(tmp_path: Path, row: str, reason: str) -> None:
    path = as_csv(tmp_path / "a.csv", [("first\nsecond\nthird", True)])
    path.write_bytes(path.read_bytes() + f"\n{row}\nyes,n,a\n".encode())
    with pytest.raises(DataError, match=reason) as caught:
        read(path)
    assert caught.value.line == 6


def test_a_table_without_its_columns_says_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text;label\na;yes\n")
    with pytest.raises(DataError, match=r"line 1: the column text is missing; .* parted by commas, has: text;label$"):
        read(path)


def test_one_file_is_divided_by_label_and_seed(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "claims.csv", MANY)
    found = read(path)
    assert (found.name, found.task) == ("claims", "Is it so? Answer Yes if it is.")
    assert sum(item.label for item in found.hold_out) == 6
    assert len(found.hold_out) == 19
    assert len(found.train) == 41
    assert found.notes == ("the hold-out is a third of the texts of each label, drawn with seed 0",)
    assert read(path) == found
    other = read(path, seed=1)
    assert {item.id for item in other.hold_out} != {item.id for item in found.hold_out}
    assert len(other.hold_out) == 19
    assert other.fingerprint != found.fingerprint


def test_an_id_ends_in_the_line_of_the_text(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "claims.csv", [("one\ntwo", True), *MANY])
    found = read(path)
    names = {item.statement: item.id for item in (*found.train, *found.hold_out)}
    assert names["one\ntwo"] == "claims/2"
    assert names["text 0"] == "claims/4"


def test_a_text_that_is_added_moves_few_others(tmp_path: Path) -> None:
    before = {item.statement for item in read(as_csv(tmp_path / "a.csv", MANY)).hold_out}
    after = {item.statement for item in read(as_csv(tmp_path / "a.csv", [("new", True), *MANY])).hold_out}
    assert len(before ^ after) <= 3


@given(
    rows=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.booleans()), min_size=20, max_size=60), seed=st.integers()
)
def test_no_text_is_in_both_parts_and_each_has_both_labels(rows: Rows, seed: int) -> None:
    rows = [
        (f"{'  ' * (number % 2)}{text.upper() if number % 3 else text}", label)
        for number, (text, label) in enumerate(rows)
    ]
    with TemporaryDirectory() as folder:
        path = as_jsonl(Path(folder) / "a.jsonl", rows)
        try:
            found = read(path, seed)
        except ConfigError:
            return  # what is left of so few texts may lack a label
    trained = {folded(item.statement) for item in found.train}
    assert not trained & {folded(item.statement) for item in found.hold_out}
    assert {item.label for item in found.train} == {item.label for item in found.hold_out} == {True, False}
    dropped = len(rows) - len(found.train) - len(found.hold_out)
    told = f"texts left out of the training part because the hold-out has them: {dropped}"
    assert (told in found.notes) is (dropped > 0)


def test_a_folder_is_taken_as_it_is_divided(tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    folder.mkdir()
    as_csv(folder / "train.csv", [*MANY, ("TEXT   a", False)])
    as_jsonl(folder / "test.jsonl", [("text a", True), ("text b", False), ("text c", False)])
    found = read(folder)
    assert found.name == "claims"
    assert [(item.id, item.label) for item in found.hold_out] == [
        ("claims/test/1", True),
        ("claims/test/2", False),
        ("claims/test/3", False),
    ]
    assert [(item.statement, item.label) for item in found.train] == MANY
    assert found.train[0].id == "claims/train/2"
    assert found.notes == ("texts left out of the training part because the hold-out has them: 1",)
    assert read(folder, seed=5) == found


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ((), r"must have one of train\.csv and train\.jsonl; it has neither"),
        (("train.csv",), r"must have one of test\.csv and test\.jsonl; it has neither"),
        (("train.csv", "train.jsonl", "test.csv"), r"must have one of train\.csv and train\.jsonl; it has both"),
    ],
)
def test_a_folder_without_its_files_says_which(tmp_path: Path, names: Sequence[str], reason: str) -> None:
    for name in names:
        (as_csv if name.endswith(".csv") else as_jsonl)(tmp_path / name, MANY)
    with pytest.raises(ConfigError, match=reason):
        read(tmp_path)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (MANY[:19], "has 19 texts that can be used, and 20 are the least"),
        ([("same", True)] * 30 + [("other", False)] * 30, "has 20 texts|no text of its training part has the label"),
        ([(text, True) for text, _ in MANY], "no text of its training part has the label No"),
        ([(text, text == "text 5") for text, _ in MANY], "no text of its hold-out has the label Yes"),
    ],
)
def test_too_few_texts_or_labels_are_refused(tmp_path: Path, rows: Rows, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        read(as_csv(tmp_path / "a.csv", rows))


def test_the_least_that_is_allowed_is_read(tmp_path: Path) -> None:
    rows = [(text, text in {"text 3", "text 4"}) for text, _ in MANY[:20]]
    found = read(as_csv(tmp_path / "a.csv", rows))
    assert [sum(item.label for item in part) for part in (found.train, found.hold_out)] == [1, 1]


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(DataError, match=r"a\.parquet: texts are read from files in \.csv or \.jsonl"):
        read(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to("/proc/self/mem")
    if not (tmp_path / "a.csv").exists():
        pytest.skip("needs a file that nobody can read")
    with pytest.raises(DataError, match=r"a\.csv: cannot be read"):
        read(tmp_path / "a.csv")
