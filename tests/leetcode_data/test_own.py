"""The documented format: what is read, and in which sentence the rest is refused."""

import gzip
import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.errors import ConfigError, DataError, LbtError
from lbt.types import Shape
from leetcode_data import files, own
from leetcode_data.load import load
from leetcode_data.schema import OwnProblem
from sandbox.program import Program
from tests.leetcode_data.samples import OWN, OWN_ASSERTS, OWN_STDIN

ROW = OWN.row
OTHER = ROW | {"id": "other"}


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def ids(path: Path) -> list[str]:
    return [problem.id for problem in own.read(path).problems]


def refused(path: Path) -> str:
    """The one sentence in which a set is refused."""
    with pytest.raises(LbtError) as caught:
        own.load(path)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_has_a_problem_a_line_and_may_be_packed(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", ROW, OTHER)
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\r\n")))
    assert ids(path) == ids(packed) == ["total", "other"]
    assert own.load(path).fingerprint == own.load(packed).fingerprint


def test_a_folder_has_a_problem_a_file_in_any_of_the_kinds_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(ROW, indent=2))
    (tmp_path / "c.json").write_text(json.dumps([OTHER, ROW | {"id": "third"}]))
    (tmp_path / "a.yaml").write_text(
        "id: no\ntitle: 2026-01-01\nstatement: |\n  Say no.\nstarter: |\n  def no(n):\nentry_point: no\n"
        "visible: [{args: [1e3], expected: no}]\nhidden: [{args: [-7], expected: true}, {args: [on], expected: null}]\n"
    )
    (tmp_path / "README.md").write_text("no problem")
    (tmp_path / ".hidden.json").write_text("{")
    assert ids(tmp_path) == ["no", "total", "other", "third"]
    first = own.read(tmp_path).problems[0].posed
    assert (first.title, first.starter, first.statement) == ("2026-01-01", "def no(n):", "Say no.")
    values = [(case.args[0], case.expected) for case in (*first.visible, *first.hidden)]
    assert values == [(1000.0, "no"), (-7, True), ("on", None)]


def test_shipped_data_files_can_be_read_as_a_set_of_ones_own(tmp_path: Path) -> None:
    shipped = [*load("all_code").everything, *load("dissimilar").everything]
    with resources.as_file(resources.files("leetcode_data") / "data") as data:
        for problem in shipped:
            shutil.copy(data / f"{problem.id}.jsonl", tmp_path)
    found = own.load(tmp_path)
    assert {problem.id: problem for problem in found.problems} == {one.id: one for one in shipped}
    path = tmp_path / "stone-game.jsonl"
    path.write_text(path.read_text().rsplit("\n", 2)[0] + "\n")
    assert "promises" in refused(tmp_path)
    assert f"{path}, line 1" in refused(tmp_path)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ROW.items() if key != name}


MALFORMED: dict[str, tuple[dict[str, Any], str]] = {
    "a misspelt field": (ROW | {"statment": "x"}, "unknown field 'statment' (did you mean statement?)"),
    "no statement": (without("statement"), "statement: Field required"),
    "an empty statement": (ROW | {"statement": " "}, "statement: "),
    "no hidden tests": (ROW | {"hidden": []}, "hidden: "),
    "no visible tests": (without("visible"), "visible: Field required"),
    "an id with a blank": (ROW | {"id": "two words"}, "id: "),
    "an id that is a number": (ROW | {"id": 7}, "id: Input should be a valid string"),
    "an unknown mode": (ROW | {"mode": "stdout"}, "mode: Input should be 'function', 'stdin' or 'asserts'"),
    "an entry point elsewhere": (ROW | {"entry_point": "sub"}, "entry_point: the starter does not define 'sub'"),
    "a method that is a function": (
        ROW | {"entry_point": "Solution.add"},
        "the starter does not define 'Solution.add'",
    ),
    "an entry point with a call": (ROW | {"entry_point": "add()"}, "entry_point: must be `function` or"),
    "a starter that is no Python": (ROW | {"starter": "add(a, b) {"}, "entry_point: the starter does not define 'add'"),
    "a test without an expected value": (ROW | {"visible": [{"args": [1, 2]}]}, "visible.0.expected: Field required"),
    "a test with too few args": (ROW | {"hidden": [{"args": [1], "expected": 1}]}, "hidden.0: 1 args, but add takes"),
    "an unknown checker": (ROW | {"checker": "fuzzy"}, "checker: must be exact, unordered"),
    "a checker without check": (ROW | {"checker": {"code": "x = 1"}}, "checker.code: must define check("),
    "a limit out of range": (ROW | {"limits": {"cpu_s": -1}}, "limits.cpu_s: Input should be greater than 0"),
    "a shape of another form": (
        ROW | {"shape": {"args": ["list"]}},
        "visible.0: args.0 is not of its form, 'list'",
    ),
    "a whole program with a starter": (OWN_STDIN.row | {"starter": "import sys"}, "has no starter and no entry_point"),
    "standard input that is a number": (
        OWN_STDIN.row | {"hidden": [{"args": [1], "expected": "1"}]},
        "hidden.0: in mode stdin, args is [standard input]",
    ),
    "an unordered whole program": (OWN_STDIN.row | {"checker": "unordered"}, "checker: mode stdin compares words"),
    "assertions that are no Python": (
        OWN_ASSERTS.row | {"visible": [{"args": ["assert ="], "expected": None}]},
        "visible.0: the assertions are not Python",
    ),
    "assertions with an expected value": (
        OWN_ASSERTS.row | {"visible": [{"args": ["assert 1"], "expected": 1}]},
        "visible.0: in mode asserts, args is [assertions]",
    ),
    "assertions with a tolerance": (OWN_ASSERTS.row | {"checker": {"float": 0.1}}, "checker: mode asserts has none"),
    "fields of nothing": ({"question": "2 + 2?", "solution": "4"}, "no known format has the fields question, solution"),
}


@pytest.mark.parametrize(("row", "words"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_problem_is_refused_by_file_line_and_field(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    path = tmp_path / "set.jsonl"
    assert refused(written(path, row)).startswith(f"{path}, line 1: ")
    assert words in refused(path)
    if "no known" not in words:
        assert words in refused(written(path, OTHER, row)).partition("line 2: ")[2]


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "no JSON": ("s.jsonl", b'{"id": 1}\n{id}\n', "s.jsonl, line 1: id: Input should be a valid string"),
    "no JSON in a later line": ("s.jsonl", json.dumps(ROW).encode() + b"\n{id}\n", "s.jsonl, line 2: not JSON ("),
    "a list": ("s.jsonl", b"[1]\n", "s.jsonl, line 1: a problem must be a JSON object"),
    "no UTF-8": ("s.jsonl", b'\n{"id": "\xff"}', "s.jsonl, line 2: not UTF-8 text"),
    "half a surrogate": ("s.jsonl", json.dumps(ROW | {"title": "\ud800"}).encode(), "s.jsonl, line 1: title: "),
    "half a surrogate in a test": (
        "s.jsonl",
        json.dumps(ROW | {"visible": [{"args": ["\ud800", 1], "expected": 1}]}).encode(),
        "s.jsonl, line 1: visible.0: holds a number that is not finite, or half a character",
    ),
    "not a number": ("s.jsonl", b'{"id": NaN}', 'line 1: not JSON (NaN is no JSON number; write {"$float": "nan"})'),
    "a number out of range": (
        "s.yaml",
        json.dumps(ROW | {"hidden": [{"args": [1, 2], "expected": 0}]}).replace("0}", "1e999}").encode(),
        "s.yaml: hidden.0: holds a number that is not finite",
    ),
    "a field twice": (
        "s.jsonl",
        b'{"id": "x", "hidden": [], "hidden": []}',
        "line 1: not JSON (the field 'hidden' comes",
    ),
    "a field twice in YAML": (
        "s.yaml",
        b"id: x\nlimits: {cpu_s: 1, cpu_s: 2}\n",
        "line 2: not YAML (the field 'cpu_s'",
    ),
    "nested too deep": ("s.jsonl", b'{"id":' + b"[" * 99999, "line 1: not JSON"),
    "an empty file": ("s.jsonl", b"\n\n", "s.jsonl: there is no problem in it"),
    "a damaged packed file": ("s.jsonl.gz", gzip.compress(b"x" * 9999)[:-20], "s.jsonl.gz: the packed file is damaged"),
    "a file that is not packed": ("s.json.gz", b"{}", "s.json.gz: the packed file is damaged"),
    "a broken object": ("s.json", b'{\n"id": 1,\n}', "s.json, line 3: not JSON ("),
    "a list with a fault": ("s.json", json.dumps([ROW, {"id": "x"}]).encode(), "s.json, item 2: statement: Field"),
    "broken YAML": ("s.yaml", b"id: x\nvisible: [1\nhidden: 2\n", "s.yaml, line 3: not YAML ("),
    "YAML with an alias": ("s.yaml", b"a: &a [1]\nb: *a\n", "s.yaml, line 2: not YAML (aliases are not allowed)"),
    "YAML that is Python": ("s.yaml", b"id: !!python/name:os.system\n", "s.yaml, line 1: not YAML ("),
    "another kind of file": ("s.csv", b"id\n", "s.csv: a set is a folder or a file in .jsonl, .json, .yaml"),
}


@pytest.mark.parametrize(("name", "content", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_by_name_and_place(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refused(tmp_path / name)


def test_a_huge_line_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST", 2**20)
    (tmp_path / "s.jsonl").write_text(json.dumps(ROW) + "\n" + " " * 2**20 + "{}")
    assert "s.jsonl, line 2: the line is longer than 1 MB" in refused(tmp_path / "s.jsonl")
    (tmp_path / "s.jsonl.gz").write_bytes(gzip.compress(b" " * 2**24))
    assert "s.jsonl.gz, line 1: the line is longer" in refused(tmp_path / "s.jsonl.gz")
    (tmp_path / "s.yaml").write_text(" " * 2**21)
    assert "s.yaml: the file is longer" in refused(tmp_path / "s.yaml")


def test_an_id_comes_once_in_a_set(tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", ROW)
    assert "b.jsonl, line 2: id: 'total' is the id of an earlier" in refused(
        written(tmp_path / "b.jsonl", OTHER, ROW).parent
    )


def test_one_problem_alone_has_no_exam(tmp_path: Path) -> None:
    path = written(tmp_path / "s.jsonl", ROW)
    assert refused(path).startswith(f"{path} has one problem only, total: students need others for their exam")


def test_an_empty_folder_has_no_problem(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"{tmp_path}: there is no problem in it"


def test_a_name_and_a_path_are_told_apart(empty_folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown dataset 'game_teory'; did you mean game_theory\?"):
        load("game_teory")
    with pytest.raises(ConfigError, match=r"unknown dataset 'xyz'; there are: .*; or give the path of your own"):
        load("xyz")
    (empty_folder / "problems").mkdir()
    for wrong in ("./problem", "probl/ems", "set.jsonl"):
        with pytest.raises(ConfigError, match=f"^no file or folder {wrong}"):
            load(wrong)
    with pytest.raises(ConfigError, match=r"did you mean problems\?$"):
        load("./problem")
    (empty_folder / "game_theory").mkdir()
    assert load("game_theory").name == "game_theory"
    with pytest.raises(DataError, match="there is no problem in it"):
        load("./game_theory")


def test_the_fingerprint_changes_with_tests_statement_and_exam_and_not_with_the_place(tmp_path: Path) -> None:
    rows = [ROW, OTHER, ROW | {"id": "third"}]
    prints = {own.load(written(tmp_path / "s.jsonl", *rows)).fingerprint}
    assert {own.load(written(tmp_path / "t.jsonl", *rows)).fingerprint} == prints
    for change in (
        {"statement": "Return the sum."},
        {"hidden": ROW["hidden"][:1]},
        {"exam": ["other"]},
        {"limits": {"cpu_s": 1}},
    ):
        prints.add(own.load(written(tmp_path / "s.jsonl", ROW | change, *rows[1:])).fingerprint)
    prints.add(own.load(written(tmp_path / "s.jsonl", *rows), exam_size=1).fingerprint)
    assert len(prints) == 6


def test_what_is_only_for_the_author_does_not_reach_a_run(tmp_path: Path) -> None:
    found = own.load(written(tmp_path / "s.jsonl", ROW, OTHER))
    assert all("a + b" not in problem.model_dump_json() for problem in found.problems)


arguments = st.lists(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers()), max_size=3
)
cases = st.lists(
    st.fixed_dictionaries({"args": arguments, "expected": st.integers() | st.none() | st.text(max_size=3)})
)


@given(
    mode=st.sampled_from(["function", "stdin", "asserts"]),
    checker=st.sampled_from(["exact", "unordered", {"float": 0.1}, {"code": "def check(a, b, c): return True"}]),
    shape=st.sampled_from([{}, {"args": ["list"]}, {"argument": 0}, {"args": ["value", "lists"], "returns": "tree"}]),
    visible=cases,
    hidden=cases,
)
def test_what_is_taken_can_be_judged(mode: str, checker: Any, shape: Any, visible: Any, hidden: Any) -> None:  # noqa: ANN401
    row = ROW | {"mode": mode, "checker": checker, "shape": shape, "visible": visible, "hidden": hidden}
    row |= {"starter": "def add(*given):"} if mode != "stdin" else {"starter": "", "entry_point": ""}
    try:
        problem = OwnProblem.model_validate(row).posed
    except ValueError:
        return
    program = Program.of(problem, "pass")
    assert program.fault_of([*problem.visible, *problem.hidden]) == ""
    assert mode == "function" or problem.shape == Shape()


@given(st.binary(max_size=300))
def test_no_file_ends_in_anything_but_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("s")
    for suffix in files.SUFFIXES:
        path = folder / f"s{suffix}"
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            own.read(path)
        assert "\n" not in str(caught.value)


def test_a_file_of_one_problem_may_write_long_lists_by_their_period(tmp_path: Path) -> None:
    header = ROW | {"visible": 1, "hidden": 1, "number": 7}
    cycle = {"args": [{"$cycle": [1, 2], "length": 5}, {"plain": 1}], "expected": 0}
    path = written(tmp_path / "s.jsonl", header, {"args": [1, 2], "expected": 3}, cycle)
    (problem,) = own.read(path).problems
    assert problem.hidden[0].args == ([1, 2, 1, 2, 1], {"plain": 1})
    written(path, header, {"args": [{"$cycle": [], "length": 5}, 1], "expected": 3}, cycle)
    assert refused(path).startswith(f"{path}, line 2: an object among the args must be a cycle")
    written(path, header, {"args": 7, "expected": 3}, cycle)
    assert "visible.0.args: must be a list" in refused(path)
