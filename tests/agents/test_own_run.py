"""A run on problems of a user's own: taught, recorded, resumed from elsewhere, refused when a problem has changed."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from agents.collect import command as collect
from lbt.records import read_lessons, read_manifest
from tests.agents.running import run, table
from tests.leetcode_data.samples import LIVECODEBENCH, LIVECODEBENCH_FUNCTION, MBPP, OWN, OWN_ASSERTS, OWN_STDIN, Sample

pytestmark = pytest.mark.bubblewrap
MIXED = (OWN, OWN_STDIN, OWN_ASSERTS)


def written(path: Path, *samples: Sample) -> Path:
    path.write_text("".join(json.dumps(sample.row) + "\n" for sample in samples))
    return path


def cast(place: Path, *samples: Sample) -> tuple[str, ...]:
    """A model that solves every one of `samples`; which one is asked is seen by what comes last."""
    rules = []
    for sample in samples:
        statement = str(
            next(sample.row[name] for name in ("statement", "text", "question_content") if name in sample.row)
        )
        first = statement.splitlines()[0]
        last = f"(?s){first}(?!.*### Problem)"
        rules.append({"regex": last, "reply": f"1. Do it.\n\n```python\n{sample.good}\n```"})
    (place / "model.yaml").write_text(yaml.safe_dump(rules))
    spec = f"scripted:{place / 'model.yaml'}"
    return ("--teacher", spec, "--student", spec, "--sandbox", "bubblewrap", "--rationales", "2")


def test_functions_whole_programs_and_assertions_are_taught_in_one_run(tmp_path: Path) -> None:
    written(tmp_path / "mine.jsonl", *MIXED)
    ended = run("--dataset", "mine.jsonl", *cast(tmp_path, *MIXED), cwd=tmp_path)
    assert ended.code == 0, ended
    assert "3 problems of" in ended.out
    assert "read as own problems; exams of 2, nearest statements" in ended.out
    assert "exam of shout: " in ended.out
    assert "1 problem with assertions that run beside the program" in ended.out
    (place,) = (tmp_path / "runs").iterdir()
    assert place.name.endswith("-mine")
    found = table(place)
    assert (found["dataset"], found["complete"]) == ("mine", 3)
    assert [one["avg"] for one in found["problems"]] == [1.0, 1.0, 1.0]
    assert all(one["forgeable"] for one in found["problems"])  # one exam or answer of each is judged by assertions
    assert "3 problems judged by assertions that run beside the program" in ended.out
    for lesson in read_lessons(place).values():
        assert all(mark.final and mark.final.v == 1 for taught in lesson.rationales for mark in taught.exam)


def test_a_published_format_is_taught(tmp_path: Path) -> None:
    written(tmp_path / "lcb.jsonl", LIVECODEBENCH, LIVECODEBENCH_FUNCTION)
    words = cast(tmp_path, LIVECODEBENCH, LIVECODEBENCH_FUNCTION)
    ended = run("--dataset", "lcb.jsonl", "--limit", "1", *words, "--run-dir", "r", cwd=tmp_path)
    assert ended.code == 0, ended
    assert "read as LiveCodeBench" in ended.out
    assert table(tmp_path / "r")["complete"] == 1


def test_a_run_is_resumed_from_elsewhere_and_with_the_set_elsewhere(tmp_path: Path) -> None:
    mine, here, there = tmp_path / "mine", tmp_path / "here", tmp_path / "there"
    for folder in (mine, here, there):
        folder.mkdir()
    written(mine / "all.jsonl", *MIXED)
    words = cast(tmp_path, *MIXED)
    first = run("--dataset", "../mine", "--max-calls", "9", *words, "--run-dir", str(tmp_path / "r"), cwd=here)
    assert first.code == 4, first
    assert read_manifest(tmp_path / "r").config["dataset"] == str(mine)
    shutil.move(mine, tmp_path / "moved")
    lost = run("--resume", str(tmp_path / "r"), "--max-calls", "99", cwd=there)
    assert (lost.code, lost.err) == (2, f"error: no file or folder {mine}; did you mean {tmp_path / 'moved'}?\n")
    again = run("--resume", str(tmp_path / "r"), "--max-calls", "99", "--dataset", "../moved", cwd=there)
    assert again.code == 0, again
    assert table(tmp_path / "r")["complete"] == 3
    elsewhere = ["--dataset", str(tmp_path / "moved"), "--dry-run"]
    beside = CliRunner().invoke(collect, [str(tmp_path / "r"), "--for", "zero-shot", *elsewhere])
    assert (beside.exit_code, beside.exception) == (0, None)
    written(tmp_path / "moved" / "all.jsonl", *MIXED[:2])
    changed = run("--resume", str(tmp_path / "r"), "--dataset", "../moved", cwd=there)
    assert (changed.code, changed.err.partition("its ")[2]) == (2, "data have changed since; start a new run\n")


def test_a_run_with_a_changed_problem_or_exam_is_not_resumed(tmp_path: Path) -> None:
    path = written(tmp_path / "mine.jsonl", *MIXED)
    words = cast(tmp_path, *MIXED)
    assert run("--dataset", "mine.jsonl", "--limit", "1", *words, "--run-dir", "r", cwd=tmp_path).code == 0
    other_size = run("--resume", "r", "--exam-size", "1", cwd=tmp_path)
    assert other_size.code == 2
    assert "exam_size was null and is 1" in other_size.err
    path.write_text(path.read_text().replace("capital letters", "large letters"))
    changed = run("--resume", "r", cwd=tmp_path)
    assert (changed.code, changed.err) == (
        2,
        "error: r was another run: its data have changed since; start a new run\n",
    )


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--dataset", "mine.json"), "no file or folder mine.json; did you mean mine.jsonl?"),
        (("--dataset", "game_teory"), "unknown dataset 'game_teory'; did you mean game_theory?"),
        (("--dataset", "one.jsonl"), "one.jsonl has one problem only, MBPP/9001: students need others for their exam"),
        (("--dataset", "bad.jsonl"), "bad.jsonl, line 2: unknown field 'colour'"),
        (("--exam-size", "2"), "--exam-size is for problems of your own; game_theory is shipped with its exams"),
        (("--dataset", "mine.jsonl", "--problem", "totl"), "has no 'totl' (did you mean total?)"),
    ],
)
def test_what_cannot_be_taught_is_refused_before_anything_is_made(
    tmp_path: Path, words: tuple[str, ...], error: str
) -> None:
    written(tmp_path / "mine.jsonl", *MIXED)
    written(tmp_path / "one.jsonl", MBPP)
    written(tmp_path / "bad.jsonl", OWN, Sample(OWN_STDIN.row | {"colour": "red"}, "", ""))
    ended = run(*words, *cast(tmp_path, OWN), cwd=tmp_path)
    assert ended.code == 2, ended
    assert error in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "runs").exists()
