"""`python -m math_data extract` answers every line, the malformed ones too."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.completion import split_reasoning
from lbt.errors import ConfigError
from math_data.__main__ import _without_reasoning, command

ROOT = Path(__file__).parents[2]


def answers(*lines: object) -> tuple[list[dict[str, Any]], BaseException | None]:
    """What the command prints for the lines, texts as they are and others as JSON; and how it fails."""
    given = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    done = CliRunner().invoke(command, ["extract", "--replies", "-"], input=given)
    return [json.loads(line) for line in done.stdout.splitlines()], done.exception


def test_every_reply_is_answered_in_its_order() -> None:
    found, failed = answers(
        {"text": "Add.\n[[Final Answer]]:\n$16$"}, {"text": "#### 1", "finish": "length"}, "", {"text": "", "more": 1}
    )
    assert failed is None
    assert found == [
        {"outcome": "ok", "value": "16", "rationale": "Add."},
        {"outcome": "cut_off", "value": "", "rationale": "#### 1"},
        {"outcome": "no_answer", "value": "", "rationale": ""},
    ]


def test_a_malformed_line_is_answered_and_the_others_too() -> None:
    lines = [
        "{",
        "[]",
        "null",
        {"text": 1},
        {},
        {"text": "a", "finish": 1},
        {"text": "a", "finish": "x"},
        "[" * 100_000,
    ]
    found, failed = answers(*lines, {"text": "16"})
    assert [list(one) for one in found[:-1]] == [["error"]] * len(lines)
    assert all("\n" not in one["error"] for one in found[:-1])
    assert found[-1]["value"] == "16"
    assert isinstance(failed, ConfigError)
    assert str(failed) == f"{len(lines)} of {len(lines) + 1} lines are no replies; their answers say why"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "no JSON: Expecting property name enclosed in double quotes (character 3)"),
        ('{"text": }', "no JSON: Expecting value (character 10)"),
        ("[1]", "no object"),
    ],
)
def test_an_error_names_the_place_in_its_line(line: str, error: str) -> None:
    assert answers(line)[0] == [{"error": error}]


@pytest.mark.parametrize(
    ("text", "finish", "outcome", "value"),
    [
        ("<think>[[Final Answer]]: 5</think>\nAdd.\n[[Final Answer]]: 16", "stop", "ok", "16"),
        ("[[Final Answer]]: 5, no\n</think>[[Final Answer]]: 16", "stop", "ok", "16"),
        ("<THINKING>5</THINKING>16", "stop", "ok", "16"),
        ("<think>so \\boxed{5}", "stop", "cut_off", ""),
        ("<think>so \\boxed{5}", "length", "cut_off", ""),
        ("<think>so \\boxed{5}", "refusal", "refused", ""),
        ("so \\boxed{5}\n<think>is it 6?", "stop", "ok", "5"),
        ("<think>so \\boxed{5}</think>", "stop", "no_answer", ""),
    ],
)
def test_reasoning_is_no_part_of_a_reply(text: str, finish: str, outcome: str, value: str) -> None:
    found, failed = answers({"text": text, "finish": finish})
    assert failed is None
    assert (found[0]["outcome"], found[0]["value"]) == (outcome, value)
    assert "think" not in found[0]["rationale"].lower()


@given(st.lists(st.sampled_from(["<think>", "</think>", "<Reasoning>", "</reasoning>", "a", " ", "\n5"])).map("".join))
def test_reasoning_is_what_the_endpoint_takes_out(text: str) -> None:
    assert _without_reasoning(text)[0].strip() == split_reasoning(text)[1].strip()


def test_text_that_is_no_unicode_is_answered() -> None:
    found, failed = answers('{"text": "\\ud800 [[Final Answer]]: 5"}')
    assert failed is None
    assert found[0]["value"] == "5"


def test_a_file_of_replies_is_read_and_malformed_lines_end_with_code_2(tmp_path: Path) -> None:
    replies = tmp_path / "replies.jsonl"
    replies.write_bytes(b'\xef\xbb\xbf{"text": "\xff 16"}\n{"text": "The answer is 16."}\nx\n')
    call = [sys.executable, "-m", "math_data", "extract", "--replies", str(replies)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 2
    assert [json.loads(line).get("value") for line in done.stdout.splitlines()][1:] == ["16", None]
    assert done.stderr == "error: 1 of 3 lines are no replies; their answers say why\n"
    missing = subprocess.run([*call[:-1], "nowhere"], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr
