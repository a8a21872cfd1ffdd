"""`--exams adaptive` and `halving`, the whole command against a real server on the loopback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lbt.records import CALLS, read_lessons
from tests.agents.running import ROOT, cast, run, running, table, until
from tests.requirements import need
from tests.server.app import Config
from tests.server.faults import Rule
from tests.server.running import serve

pytestmark = [pytest.mark.loopback, pytest.mark.bubblewrap]

RACE = ("--dataset", "first_steps", "--limit", "1", "--rationales", "6", "--sandbox", "bubblewrap")
"""One lesson: 7 explanations and at most 24 exam answers."""
ADAPTIVE = (*RACE, "--exams", "adaptive", "--concurrency", "2")
MOST = 7 + 24
WINNING = ("avg", "m1_max", "avg_v1", "m1_max_v1", "greedy", "selected", "decided")


def won(directory: Path) -> dict[str, Any]:
    """What is selected, and the numbers that follow from it."""
    (problem,) = table(directory)["problems"]
    return {name: problem[name] for name in WINNING}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that asked all exams, in `all`, and a raced one, in `raced`, of the same replies."""
    place = tmp_path_factory.mktemp("raced")
    with serve() as server:
        whole = run(*RACE, *cast(server), "--run-dir", "all", cwd=place)
        need("bubblewrap", whole.code != 3, whole.err.strip())
        assert whole.code == 0, whole
        assert server.counts.requests == MOST
        ended = run(*ADAPTIVE, *cast(server), "--run-dir", "raced", cwd=place)
        assert ended.code == 0, ended
        (place / "said").write_text(ended.out)
        (place / "requests").write_text(str(server.counts.requests - MOST))
    return place


def test_a_raced_run_selects_what_the_whole_one_selects_and_asks_less(place: Path) -> None:
    assert won(place / "raced") == won(place / "all")
    asked = int((place / "requests").read_text())
    assert asked == table(place / "raced")["calls"] < MOST


def test_a_raced_run_says_so_before_and_after_and_in_its_record(place: Path) -> None:
    said = (place / "said").read_text()
    assert f"{MOST} at most (7 explain, 24 exam)" in said
    assert "fewer, as exams are adaptive" in said
    assert "Exams were raced (adaptive)" in said
    summary = table(place / "raced")
    assert summary["exams"] == "adaptive"
    assert summary["exams_asked"] == (summary["calls"] - 7) / 24
    (problem,) = summary["problems"]
    assert (problem["levels"], problem["exam_pass_rate"]) == (None, None)
    marks = [mark for one in problem["rationales"] for mark in one["exam"]["openai:test"]]
    assert marks.count("unasked") == MOST - summary["calls"]
    assert json.loads((place / "raced" / "run.json").read_text())["config"]["exams"] == "adaptive"


def test_what_was_not_asked_is_shown_as_such_and_the_scores_of_others_as_bounds(place: Path) -> None:
    def show(*words: str) -> str:
        command = [sys.executable, "-m", "agents.show", str(place / "raced"), *words]
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    (lesson,) = read_lessons(place / "raced").values()
    taught, mark = next((one, mark) for one in lesson.rationales for mark in one.exam if not mark.asked)
    assert "asked: the winners are those of the whole exams" in show()
    assert " to 0." in show(lesson.problem)
    assert "A point is an exam that was not asked" in show(lesson.problem)
    assert "not asked: the exams were raced" in show(lesson.problem, str(taught.index + 1), mark.problem)


def test_ways_to_choose_say_what_was_raced_in_json_too(place: Path) -> None:
    def chosen(run: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "agents.select", str(place / run), "--by", "lbt,lbt-s", "--json"]
        ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    assert (chosen("raced")["exams"], chosen("all")["exams"]) == (["adaptive"], ["all"])
    lacking = {row["name"]: row["missing"] for row in chosen("raced")["rows"]}
    assert (lacking["lbt"], lacking["lbt-s"]) == ("", "--exams all")


def test_what_was_raced_can_be_completed_from_its_own_replies(place: Path) -> None:
    with serve() as server:
        ended = run(*RACE, *cast(server), "--reuse", f"raced/{CALLS}", "--run-dir", "completed", cwd=place)
        assert ended.code == 0, ended
        assert server.counts.requests == MOST - table(place / "raced")["calls"]
    assert table(place / "completed")["problems"] == table(place / "all")["problems"]


@pytest.mark.parametrize("after", [3, 9, 12])
def test_killed_at_any_moment_a_resumed_race_goes_on_as_if_nothing_had_been(
    place: Path, tmp_path: Path, after: int
) -> None:
    with serve(Config(latency_s=0.2)) as server:
        with running(*ADAPTIVE, *cast(server), "--run-dir", "r", cwd=tmp_path) as process:
            until(lambda: server.counts.requests >= after, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests - len(server.counts.attempts) <= 2
        assert len(server.counts.attempts) == table(place / "raced")["calls"]
    assert table(tmp_path / "r")["problems"] == table(place / "raced")["problems"]


def test_exams_that_fail_for_good_are_repaired_by_resuming_and_the_selection_is_the_same(
    place: Path, tmp_path: Path
) -> None:
    with serve(Config(faults=(Rule(fault="404", after=9, until=12),))) as server:
        broken = run(*ADAPTIVE, *cast(server), "--run-dir", "r", cwd=tmp_path)
        (lesson,) = read_lessons(tmp_path / "r").values()
        missing = [mark for one in lesson.rationales for mark in one.exam if mark.error]
        assert missing
        assert (broken.code, lesson.selected) == ((0, lesson.selected) if lesson.complete else (5, ())), broken
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    assert won(tmp_path / "r") == won(place / "all")


def test_halving_keeps_its_budget_and_chooses_the_same_again(tmp_path: Path) -> None:
    words = (*RACE, "--exams", "halving")
    with serve() as server:
        for name, width in (("a", "1"), ("b", "16")):
            ended = run(*words, *cast(server), "--concurrency", width, "--run-dir", name, cwd=tmp_path)
            assert ended.code == 0, ended
            assert "may have been dropped" in ended.out
        told = run(*words, *cast(server), "--dry-run", cwd=tmp_path)
    assert "about half of the exams" in told.out
    assert won(tmp_path / "a") == won(tmp_path / "b")
    assert table(tmp_path / "a")["exams_asked"] <= 0.75
