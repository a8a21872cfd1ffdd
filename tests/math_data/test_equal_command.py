"""`python -m math_data equal`: one line of answer for each pair."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from math_data.answers import extract
from tests.processes import ROOT


def run(*options: str, pairs: str) -> tuple[list[dict[str, Any]], int, str]:
    command = [sys.executable, "-m", "math_data", "equal", *options]
    ended = subprocess.run(command, input=pairs, capture_output=True, text=True, cwd=ROOT)
    return [json.loads(line) for line in ended.stdout.splitlines()], ended.returncode, ended.stderr


def test_pairs_are_answered_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "0.5", "b": "1/2"}\n{"a": "1", "b": "2"}\n', "utf-8")
    same, other = {"equal": True, "why": "same number"}, {"equal": False, "why": "different numbers"}
    assert run("--pairs", str(file), pairs="") == ([same, other], 0, "")


def test_the_papers_rules_can_be_asked_for() -> None:
    answers, code, _ = run("--pairs", "-", "--rules", "paper", pairs='{"a": "5", "b": "5.0"}\n{"a": "x=5", "b": "5"}\n')
    assert ([answer["equal"] for answer in answers], code) == ([False, True], 0)


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_pair(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": "1", "b": "1"}\n', "utf-8-sig")
    for options, pairs in ((("--pairs", str(file)), ""), (("--pairs", "-"), "\ufeff" + file.read_text("utf-8-sig"))):
        assert run(*options, pairs=pairs) == ([{"equal": True, "why": "same text"}], 0, "")


def test_what_is_read_out_of_a_list_is_equal_to_it() -> None:
    lists = {"$x = 3$ or $x = 4$": "4, 3", "$(1,2)$ $\\cup$ $(3,4)$": "(1,2) \\cup (3,4)", "$x = 3$ & $x = 4$": "3, 4"}
    pairs = [{"a": extract(f"[[Final Answer]]: {said}").value, "b": meant} for said, meant in lists.items()]
    answers, code, _ = run("--pairs", "-", pairs="\n".join(map(json.dumps, pairs)))
    assert ([answer["equal"] for answer in answers], code) == ([True] * 3, 0)


def test_a_malformed_line_is_told_and_the_others_are_answered() -> None:
    lines = ["nonsense", "[1, 2]", '{"a": "1"}', '{"a": "1", "b": 1}', "[" * 9_999, '{"a": "1", "b": "1"}']
    answers, code, error = run("--pairs", "-", pairs="\n".join(lines))
    assert [*map(sorted, answers)] == [["error"]] * 5 + [["equal", "why"]]
    assert code == 2
    assert error.startswith("error: 5 of 6 lines")
    assert error.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence() -> None:
    answers, code, error = run("--pairs", "nowhere.jsonl", pairs="")
    assert (answers, code, error.count("\n")) == ([], 2, 1)
