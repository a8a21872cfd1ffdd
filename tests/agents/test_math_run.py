"""Runs in mathematics: taught, examined, voted on, recorded, killed and resumed, collected on, refused."""

import json
import os
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.show import command as show
from lbt.records import read_lessons, read_manifest
from lbt.types import LessonRecord
from tests.agents.running import Ended, cast, run, running, table, until
from tests.server.app import Config
from tests.server.running import serve

pytestmark = pytest.mark.loopback
FAMILIES = ("--dataset", "families")
SMALL = (*FAMILIES, "--limit", "2", "--rationales", "4")
CALLS = 2 * (4 + 1 + 4 * 3)
"""Explanations, the greedy answer, and three exam answers for each explanation."""


def lessons(place: Path) -> list[LessonRecord]:
    return list(read_lessons(place).values())


def test_lessons_are_examined_by_equivalence_and_decided_by_votes(tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == CALLS
    assert "judge" in ended.out
    assert "answer equivalence" in ended.out
    assert "sandbox" not in ended.out
    found = table(tmp_path / "r")
    assert (found["dataset"], found["complete"]) == ("families", 2)
    for row in found["problems"]:
        assert {row[name] for name in ("sc", "m1_max", "m1_sum", "m1_avg", "oracle")} <= {0.0, 0.5, 1.0}
        assert row["subject"]
    for lesson in lessons(tmp_path / "r"):
        assert len(lesson.classes) == len(lesson.texts) == 4
        assert all(len(taught.exam) == 3 for taught in lesson.rationales)
        for taught, sort in zip(lesson.rationales, lesson.classes, strict=True):
            assert taught.final is not None
            assert taught.final_answer is not None
            same = [other for other, its in zip(lesson.rationales, lesson.classes, strict=True) if its == sort]
            assert {other.final.s for other in same if other.final} == {taught.final.s}


def test_a_teacher_and_students_who_are_always_right_leave_nothing_to_choose(tmp_path: Path) -> None:
    with serve(Config(good_share=1.0)) as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
    for row in table(tmp_path / "r")["problems"]:
        assert [row[name] for name in ("avg", "greedy", "sc", "m1_max", "m1_sum", "m1_avg", "oracle")] == [1.0] * 7
        assert [one["lbt"] for one in row["rationales"]] == [1.0] * 4


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        whole = run(*SMALL, *cast(server), "--run-dir", "whole", cwd=tmp_path)
        assert whole.code == 0, whole
        before = server.counts.requests
        with running(*SMALL, *cast(server), "--concurrency", "1", "--run-dir", "r", cwd=tmp_path) as process:
            until(lambda: server.counts.requests >= before + CALLS // 2, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests <= before + CALLS + 1  # at most the one that was in flight is asked again
    assert table(tmp_path / "r")["problems"] == table(tmp_path / "whole")["problems"]


def test_students_of_repeated_exams_are_sampled(tmp_path: Path) -> None:
    sampled = ("--repetitions", "3", "--student-temperature", "0.7")
    with serve(Config(good_share=0.5)) as server:
        ended = run(*SMALL, *cast(server), *sampled, "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == 2 * (4 + 1 + 4 * 9)
    marks = [mark for lesson in lessons(tmp_path / "r") for taught in lesson.rationales for mark in taught.exam]
    assert {mark.repetition for mark in marks} == {0, 1, 2}
    passed = {(mark.problem, mark.final.v) for mark in marks if mark.final}
    assert any({(problem, 0.0), (problem, 1.0)} <= passed for problem, _ in passed)  # repetitions are other samples


@pytest.mark.parametrize("teach_with", ["answer", "none", "shuffled"])
def test_controls_are_held(teach_with: str, tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        ended = run(*SMALL, *cast(server), "--teach-with", teach_with, "--run-dir", "r", cwd=tmp_path)
    assert ended.code == 0, ended
    assert table(tmp_path / "r")["complete"] == 2
    assert read_manifest(tmp_path / "r").config["teach_with"] == teach_with


def test_a_forecast_is_what_is_made(tmp_path: Path) -> None:
    with serve(Config(good_share=1.0)) as server:
        told = run(*SMALL, *cast(server), "--dry-run", cwd=tmp_path)
        assert f"{CALLS} at most" in told.out, told
        assert server.counts.requests == 0
        assert run(*SMALL, *cast(server), cwd=tmp_path).code == 0
        assert server.counts.requests == CALLS


def test_the_paper_s_rules_are_a_way_to_mark(tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        ended = run(*SMALL, *cast(server), "--faithful", "--run-dir", "r", cwd=tmp_path)
    assert ended.code == 0, ended
    assert "text rules" in ended.out
    assert "text rules" in read_manifest(tmp_path / "r").judge


def said(ended: Ended) -> str:
    assert ended.code == 2, ended
    assert ended.err.count("\n") == 1, ended
    return ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*FAMILIES, "--exams", "adaptive"), "--exams"),
        ((*FAMILIES, "--self-debug", "both", "--self-debug-feedback", "visible"), "--self-debug-feedback"),
        ((*FAMILIES, "--calibrate"), "--calibrate"),
        ((*FAMILIES, "--repetitions", "3"), "--student-temperature"),
        (("--dataset", "math181"), "--data-dir"),
        (("--dataset", "math181", "--data-dir", "nowhere"), "nowhere"),
        (("--dataset", "familes"), "families"),
        ((*FAMILIES, "--problem", "no_such"), "no_such"),
        ((*FAMILIES, "--primary", "lbt-sum over sc"), "lbt-sum vs sc"),
        ((*FAMILIES, "--primary", "lbt-summ vs sc"), "lbt-sum"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    assert told in said(run(*words, "--dry-run", cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_another_run_s_answers_are_not_taken_for_this_one_s(tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
        refused = run("--resume", "r", "--seed", "1", cwd=tmp_path)
    assert "seed" in said(refused)


def test_show_prints_a_solution_and_its_grade(tmp_path: Path) -> None:
    with serve(Config(good_share=0.6)) as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
    lesson = lessons(tmp_path / "r")[0]
    runner = CliRunner()
    closer = runner.invoke(show, [str(tmp_path / "r"), lesson.problem, "1"])
    assert closer.exit_code == 0, closer.output
    assert "[[Final Answer]]" in closer.output
    exam = runner.invoke(show, [str(tmp_path / "r"), lesson.problem, "1", lesson.rationales[0].exam[0].problem])
    assert exam.exit_code == 0, exam.output
    told = json.loads(runner.invoke(show, [str(tmp_path / "r"), lesson.problem, "--json"]).output)
    assert told["classes"] == list(lesson.classes)


def test_a_run_goes_on_from_elsewhere_with_the_same_data_and_whatever_sandbox_there_is(tmp_path: Path) -> None:
    data, here, there = tmp_path / "data", tmp_path / "here", tmp_path / "there"
    for folder in (data / "math500", here, there):
        folder.mkdir(parents=True)
    row = {"problem": "What is $1+1$?", "solution": "$\\boxed{2}$", "answer": "2", "subject": "Algebra", "level": 1}
    lines = [json.dumps(row | {"unique_id": f"test/algebra/{i}.json", "problem": f"What is ${i}+1$?"}) for i in (1, 2)]
    (data / "math500" / "test.jsonl").write_text("\n".join(lines) + "\n")
    words = ("--dataset", "math500", "--data-dir", "../data", "--exams", "synthesized", "--rationales", "2")
    with serve(Config(good_share=1.0)) as server:
        first = run(*words, *cast(server), "--max-calls", "3", "--run-dir", str(tmp_path / "r"), cwd=here)
        assert first.code == 4, first
        again = run("--resume", str(tmp_path / "r"), "--max-calls", "999", "--sandbox", "process", cwd=there)
    assert again.code == 0, again
    assert read_manifest(tmp_path / "r").packages["math-verify"]


def test_a_dataset_without_a_problem_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d" / "math500").mkdir(parents=True)
    (tmp_path / "d" / "math500" / "test.jsonl").touch()
    words = ("--dataset", "math500", "--data-dir", "d", "--exams", "synthesized", "--dry-run")
    assert "test.jsonl" in said(run(*words, cwd=tmp_path)) or "no problem" in said(run(*words, cwd=tmp_path))
