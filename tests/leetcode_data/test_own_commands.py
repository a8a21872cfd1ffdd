"""`python -m leetcode_data` on problems of a user's own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lbt.errors import ConfigError, DataError
from leetcode_data.__main__ import command
from leetcode_data.judging import Judge
from leetcode_data.schema import OwnProblem
from tests.leetcode_data.samples import LEETCODE_DATASET, OWN, OWN_ASSERTS, OWN_STDIN

ROWS = [sample.row for sample in (OWN, OWN_STDIN, OWN_ASSERTS)]


def run(*words: str) -> str:
    """Run the command to its end; errors come through."""
    return CliRunner().invoke(command, words, catch_exceptions=False, standalone_mode=False).output


@pytest.fixture
def mine(empty_folder: Path) -> Path:
    path = empty_folder / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_a_new_problem_loads_and_verifies_and_is_never_overwritten(empty_folder: Path) -> None:
    assert run("new", "ski-lift").startswith("problems/ski-lift.yaml: change it")
    text = Path("problems/ski-lift.yaml").read_text()
    assert "1 problem, read as own problems\n" in run("verify", "--quick", "problems")
    with pytest.raises(ConfigError, match=r"^problems/ski-lift\.yaml exists already"):
        run("new", "ski-lift")
    assert Path("problems/ski-lift.yaml").read_text() == text
    run("new", "007", "--folder", "others")
    run("new", "null", "--folder", "others")
    assert "null" in run("list", "others")


def test_the_template_names_every_field_that_an_author_needs(empty_folder: Path) -> None:
    run("new", "ski-lift")
    text = Path("problems/ski-lift.yaml").read_text()
    told = {name for name in OwnProblem.model_fields if f"{name}:" in text}
    assert set(OwnProblem.model_fields) - told == {"mode", "shape", "constant_answer_passes"}


@pytest.mark.parametrize("slug", ["two words", "", "../up", "a/b", "-x"])
def test_a_slug_that_is_no_id_is_refused(empty_folder: Path, slug: str) -> None:
    with pytest.raises(ConfigError):
        run("new", "--", slug)
    assert list(empty_folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused(empty_folder: Path) -> None:
    (empty_folder / "file").touch()
    with pytest.raises(ConfigError, match=r"^file exists|cannot write file/x\.yaml|exists already"):
        run("new", "x", "--folder", "file")


def test_list_shows_the_exam_of_each_problem_and_what_chose_it(mine: Path) -> None:
    output = run("list", "mine.jsonl")
    assert output.startswith("mine.jsonl: 3 problems, read as own problems\n")
    assert "exam: total, shout (nearest statements)" in output or "exam: shout, total (nearest statements)" in output


def test_show_shows_one_problem_or_all_without_what_is_hidden(mine: Path) -> None:
    assert run("show", "mine.jsonl", "shout").startswith("shout\n\nWrite a text in capital letters.")
    output = run("show", "mine.jsonl")
    assert output.count("visible and") == 3
    assert "-5 12" not in output
    with pytest.raises(ConfigError, match=r"^unknown problem 'shoot'; did you mean shout\?"):
        run("show", "mine.jsonl", "shoot")
    with pytest.raises(ConfigError, match=r"^unknown problem 'stone-gane'; did you mean stone-game\?"):
        run("show", "stone-gane")


def test_a_statement_cannot_steer_the_terminal(empty_folder: Path) -> None:
    (empty_folder / "s.jsonl").write_text(json.dumps(OWN.row | {"title": "\x1b[2Jx", "statement": "a\x1b]0;b\x07\nc"}))
    for words in (("show", "s.jsonl"), ("list", "s.jsonl"), ("verify", "--quick", "s.jsonl")):
        assert "\x1b" not in run(*words)
        assert "\x07" not in run(*words)


def test_verify_tells_what_there_is(mine: Path) -> None:
    output = run("verify", "--quick", "mine.jsonl")
    assert "2 (few)" in output
    assert "3 problems, read as own problems\n" in output
    assert "nothing is wrong, as far as can be told without running a program" in output


@pytest.mark.bubblewrap
def test_verify_proves_a_set_in_the_sandbox(empty_folder: Path, judge: Judge) -> None:
    del judge  # there is a sandbox
    run("new", "ski-lift")
    output = run("verify", "problems", "--backend", "bubblewrap")
    assert "known programs end as promised; every mutant fails a hidden test or is listed as a survivor" in output
    row = OWN.row | {"bad": {"right after all": OWN.good}}
    (empty_folder / "s.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(DataError, match=r"total: .*right after all"):
        run("verify", "s.jsonl", "--backend", "bubblewrap")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"hidden": [{"args": [1, 2], "expected": 4}]},
            r"total: hidden\.0 expects 4, an earlier test with the same args 3$",
        ),
        ({"references": {"broken": "def add("}}, r"total: references\.broken: not Python \("),
        ({"exam": ["nobody"]}, "exam of total: no other problem 'nobody'"),
    ],
)
def test_verify_finds_what_contradicts_itself(empty_folder: Path, changes: dict[str, object], words: str) -> None:
    rows = [OWN.row | changes, OWN_STDIN.row]
    (empty_folder / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(DataError, match=words):
        run("verify", "--quick", "s.jsonl")


def test_verify_tells_what_is_left_out(empty_folder: Path) -> None:
    odd = LEETCODE_DATASET.row | {"task_id": "odd", "input_output": [{"input": "x", "output": "1"}]}
    (empty_folder / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (LEETCODE_DATASET.row, odd)))
    for words in (("verify", "--quick"), ("list",)):
        assert "left out: odd: a test's input does not name its arguments" in run(*words, "s.jsonl")


def test_the_schema_names_and_explains_every_field() -> None:
    schema = json.loads(run("schema"))
    assert set(schema["properties"]) == set(OwnProblem.model_fields)
    assert all("description" in field for field in schema["properties"].values())
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"id", "statement", "visible", "hidden"}
