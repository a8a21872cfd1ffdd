"""The published files are read as they are; what is missing or malformed gets one sentence with its place."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lbt.errors import ConfigError, DataError
from lbt.types import MathProblem
from math_data.readers import gsm8k, gsm_plus, math, math500, varbench
from math_data.readers.files import LONGEST, Published, Source, json_lines
from tests.math_data.layout import math_files, snapshot_files, write_all, write_archive, write_files, write_lines


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_all(tmp_path)


@pytest.mark.parametrize("inner", ["", "MATH/", "data/"])
@pytest.mark.parametrize("packed", [True, False])
def test_math_is_read_packed_and_unpacked(tmp_path: Path, inner: str, packed: bool) -> None:
    files = {f"{inner}{name}": value for name, value in math_files().items()}
    if packed:
        write_archive(tmp_path / "math" / "any-name.tar.gz", files)
    else:
        write_files(tmp_path / "math", files)
    test = math.read(tmp_path, "test")
    assert list(test) == ["test/algebra/1", "test/algebra/2", "test/number_theory/3"]
    assert test["test/number_theory/3"] == MathProblem(
        id="test/number_theory/3",
        title="number theory 3",
        statement="What is 9 mod 5?",
        answer="4",
        subject="number_theory",
        level=5,
    )
    assert test["test/algebra/2"].level is None
    assert {name: one.answer for name, one in math.read(tmp_path, "train").items()} == {
        "train/algebra/7": "2",
        "train/algebra/8": "",
    }


def test_snapshots_are_read_packed_and_unpacked(data: Path) -> None:
    for snapshot in math.SNAPSHOTS:
        found = math.read_snapshot(data, snapshot)
        assert list(found) == ["test/algebra/1", "test/algebra/2"]
        assert found["test/algebra/1"].statement == snapshot_files()[snapshot]["test/algebra/1.json"]["problem"]


def test_reading_an_archive_leaves_the_disk_alone(tmp_path: Path) -> None:
    files = {**math_files(), "../../escaped.json": {}, "/test/algebra/9.json": math_files()["test/algebra/1.json"]}
    write_archive(tmp_path / "deep" / "er" / "math" / "MATH.tar", files)
    before = sorted(tmp_path.rglob("*"))
    assert "test/algebra/9" in math.read(tmp_path / "deep" / "er", "test")
    assert sorted(tmp_path.rglob("*")) == before


def test_other_files_of_an_archive_are_passed_over(tmp_path: Path) -> None:
    others = {
        "README.txt": b"no JSON",
        "test/algebra/x.json": b"{",
        "latest/test.json": b"{",
        "test/algebra/1.json.bak": b"{",
    }
    write_archive(tmp_path / "math" / "MATH.tar.gz", {**others, **math_files()})
    assert len(math.read(tmp_path, "test")) == 3


def test_math_500_has_subject_and_level(data: Path) -> None:
    found = math500.read(data)
    assert [(one.id, one.subject, one.level) for one in found.values()] == [
        ("test/number_theory/3", "number_theory", 5),
        ("test/algebra/1", "algebra", 2),
    ]


def test_gsm8k_answers_stand_behind_the_hashes(data: Path) -> None:
    found = gsm8k.read(data, "test")
    assert [(one.id, one.answer) for one in found] == [("test/0", "5"), ("test/1", "999")]


def test_varbench_gives_each_variant_with_its_problem(data: Path) -> None:
    found = [(index, one.id, one.answer) for index, one in varbench.read(data)]
    assert found[0] == (0, "test/0@varbench-40", "43")
    assert [index for index, _, _ in found] == [0, 1, 0, 1]


def test_varbench_templates_are_not_read(data: Path) -> None:
    (data / "varbench" / "test_gsm8k_gpt4o.jsonl").write_text("raise SystemExit")
    assert len(list(varbench.read(data))) == 4


def test_gsm_plus_gives_only_what_keeps_the_reasoning(data: Path) -> None:
    assert [one.id for _, one in gsm_plus.read(data)] == ["gsm-plus-1", "gsm-plus-4", "gsm-plus-5"]
    assert len(gsm_plus.rows(data)) == 5


Read = Callable[[Path], object]
READS: dict[str, Read] = {
    "math/MATH.tar.gz": lambda data: math.read(data, "test"),
    "math_functional/Nov-2023.tar.gz": lambda data: math.read_snapshot(data, "Nov-2023"),
    "math500/test.jsonl": math500.read,
    "gsm8k/train.jsonl": lambda data: gsm8k.read(data, "train"),
    "varbench/gsm8k_sample_40.jsonl": lambda data: list(varbench.read(data)),
    "gsm_plus/gsmplus_testmini.jsonl": lambda data: list(gsm_plus.read(data)),
}


@pytest.mark.parametrize("name", [name for name in READS if "varbench" not in name])
def test_a_missing_file_is_named_with_the_option_and_its_origin(data: Path, name: str) -> None:
    (data / name).unlink()
    with pytest.raises(ConfigError, match=r"needs .*, which is not there; see --data-dir \(.*github\.com") as caught:
        READS[name](data)
    assert str(data / name.split("/")[0]) in str(caught.value)


def test_without_samples_of_varbench_one_is_named(data: Path) -> None:
    for sample in varbench.samples(data):
        sample.unlink()
    with pytest.raises(ConfigError, match=r"gsm8k_sample_40\.jsonl, which is not there"):
        list(varbench.read(data))


@pytest.mark.parametrize("name", READS)
def test_a_missing_folder_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"needs {tmp_path / name.split('/')[0]}, which is not there"):
        READS[name](tmp_path)


@pytest.mark.parametrize("name", ["math/MATH.tar.gz", "math_functional/Nov-2023.tar.gz"])
@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no archive", lambda data: b""])
def test_a_damaged_archive_is_named(data: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    (data / name).write_bytes(damage((data / name).read_bytes()))
    with pytest.raises(DataError, match=rf"{data / name}: the archive is damaged"):
        READS[name](data)


def test_an_archive_or_folder_of_something_else_is_named(tmp_path: Path) -> None:
    write_archive(tmp_path / "math" / "MATH.tar.gz", {"README": b"nothing"})
    with pytest.raises(DataError, match=r"MATH\.tar\.gz: holds no file test/<subject>/<number>\.json"):
        math.read(tmp_path, "test")
    (tmp_path / "math_functional" / "Oct-2023").mkdir(parents=True)
    with pytest.raises(DataError, match=r"Oct-2023: holds no file"):
        math.read_snapshot(tmp_path, "Oct-2023")


BROKEN = [
    (b"{", "Invalid JSON"),
    (b"[1]", "valid dictionary|object"),
    (b'{"problem": 3}', "problem: Input should be a valid string"),
    (b'{"problem": "a"}', "level: Field required"),
    (b"\xff\xfe", "Invalid JSON|unicode|UTF-8"),
    (json.dumps({"problem": " ", "level": "1", "type": "b", "solution": "a"}).encode(), "problem: is blank"),
    (json.dumps({"problem": "a", "level": "1", "type": "b", "solution": "no box"}).encode(), "has no .boxed answer"),
    (b'{"problem": "' + b"a" * LONGEST + b'"}', "a row of more than 1 MB"),
]


@pytest.mark.parametrize(("text", "reason"), BROKEN)
def test_a_malformed_file_of_math_is_named(tmp_path: Path, text: bytes, reason: str) -> None:
    write_files(tmp_path / "math", math_files())
    (tmp_path / "math" / "test" / "algebra" / "2.json").write_bytes(text)
    with pytest.raises(DataError, match=reason) as caught:
        math.read(tmp_path, "test")
    assert "test/algebra/2.json" in caught.value.file
    write_archive(tmp_path / "packed" / "math" / "MATH.tar.gz", {**math_files(), "test/algebra/2.json": text})
    with pytest.raises(DataError, match=reason) as caught:
        math.read(tmp_path / "packed", "test")
    assert caught.value.file.endswith("MATH.tar.gz: test/algebra/2.json")


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", '{"question": 1}', "\ufeff\ufeff{}", '{"question": "a", "answer": "5"}']
)
def test_a_malformed_line_is_named(data: Path, text: str) -> None:
    path = data / "gsm8k" / "test.jsonl"
    path.write_text(f"{path.read_text()}{text}\n")
    with pytest.raises(DataError, match=r"test\.jsonl, line 3: ") as caught:
        gsm8k.read(data, "test")
    assert "\n" not in str(caught.value)


LINES = {name: read for name, read in READS.items() if name.endswith(".jsonl")}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("field", ["question", "answer"])
def test_the_true_line_is_named_behind_blank_ones(data: Path, name: str, field: str) -> None:
    path = data / name
    first = json.loads(path.read_text().splitlines()[0])
    broken = {**first, "problem" if field == "question" and "problem" in first else field: " "}
    path.write_text(f"\n{json.dumps(first)}\n\n \n{json.dumps(broken)}\n")
    with pytest.raises(DataError, match=rf"{path}, line 5: .*(is blank|no answer behind ####)") as caught:
        LINES[name](data)
    assert caught.value.line == 5


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_rows_is_named(data: Path, name: str, text: str) -> None:
    (data / name).write_text(text)
    with pytest.raises(DataError, match=rf"{data / name}: is empty"):
        LINES[name](data)


def test_blank_lines_count_for_the_id_that_tells_the_line_alone(data: Path) -> None:
    for name in ("gsm8k/test.jsonl", "gsm_plus/gsmplus_testmini.jsonl"):
        (data / name).write_text(f"\n{(data / name).read_text()}")
    assert [one.id for one in gsm8k.read(data, "test")] == ["test/0", "test/1"]
    assert [one.id for _, one in gsm_plus.read(data)] == ["gsm-plus-2", "gsm-plus-5", "gsm-plus-6"]


@pytest.mark.parametrize(
    "changes",
    [{"level": 6}, {"level": "x"}, {"answer": ""}, {"unique_id": "../1.json"}, {"unique_id": "test/a/b.json"}],
)
def test_a_row_of_math_500_is_checked(data: Path, changes: dict[str, Any]) -> None:
    path = data / "math500" / "test.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    write_lines(path, [rows[0], {**rows[1], **changes}])
    with pytest.raises(DataError, match=rf"line 2: {next(iter(changes))}: "):
        math500.read(data)


def test_a_long_line_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "long.jsonl").write_bytes(b'\n{"a": "' + b"x" * (2 * LONGEST) + b'"}\n')
    with pytest.raises(DataError, match=r"long\.jsonl, line 2: a row of more than 1 MB"):
        list(json_lines(Source("Long", "long", "nowhere"), tmp_path / "long.jsonl", Published))


UNREADABLE = Path("/proc/self/mem")  # to root too, for whom permissions are none


@pytest.mark.skipif(not UNREADABLE.exists(), reason="needs a file that nobody can read")
@pytest.mark.parametrize("name", ["math/MATH.tar.gz", "math500/test.jsonl", "gsm_plus/gsmplus_testmini.jsonl"])
def test_a_file_that_cannot_be_read_is_named(data: Path, name: str) -> None:
    (data / name).unlink()
    (data / name).symlink_to(UNREADABLE)
    with pytest.raises(DataError, match=rf"{data / name}: cannot be read"):
        READS[name](data)


@pytest.mark.skipif(not UNREADABLE.exists(), reason="needs a file that nobody can read")
def test_a_file_of_a_folder_that_cannot_be_read_is_named(data: Path) -> None:
    place = data / "math_functional" / "Oct-2023" / "test" / "algebra" / "1.json"
    place.unlink()
    place.symlink_to(UNREADABLE)
    with pytest.raises(DataError, match=rf"{place}: cannot be read"):
        math.read_snapshot(data, "Oct-2023")


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "math" / "MATH.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("test/algebra/1.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    with pytest.raises(DataError, match="holds no file"):
        math.read(tmp_path, "test")


@pytest.fixture(scope="module")
def whole(published: Path) -> dict[str, dict[str, MathProblem]]:
    """MATH as published, by split."""
    return {"train": math.read(published, "train"), "test": math.read(published, "test")}


def test_math_is_whole_and_two_of_its_problems_have_no_answer(whole: dict[str, dict[str, MathProblem]]) -> None:
    assert len(whole["train"]) == 7500
    assert len(whole["test"]) == 5000
    assert [name for split in whole.values() for name, one in split.items() if not one.answer] == [
        "train/number_theory/7115",
        "train/number_theory/7117",
    ]
    assert sum(one.level is None for one in whole["train"].values()) == 2


def test_the_other_published_files_are_whole(published: Path) -> None:
    assert len(math500.read(published)) == 500
    assert len(gsm8k.read(published, "train")) == 7473
    assert len(gsm8k.read(published, "test")) == 1319
    assert len(gsm_plus.rows(published)) == 2400
    samples = [index for index, _ in varbench.read(published)]
    assert samples == list(range(1319)) * 5


def test_the_snapshots_vary_the_same_problems(published: Path, whole: dict[str, dict[str, MathProblem]]) -> None:
    snapshots = [set(math.read_snapshot(published, snapshot)) for snapshot in math.SNAPSHOTS]
    assert snapshots[0] == snapshots[1] == snapshots[2]
    assert len(snapshots[0]) == 1745
    assert snapshots[0] <= set(whole["test"])
    assert len(snapshots[0] & set(math500.read(published))) == 181


def test_math_500_is_a_part_of_math(published: Path, whole: dict[str, dict[str, MathProblem]]) -> None:
    test = whole["test"]
    for name, one in math500.read(published).items():
        assert (one.answer, one.level, one.subject) == (test[name].answer, test[name].level, test[name].subject)
        assert one.statement == test[name].statement
