"""Runs in mathematics whose exams no dataset brings: chosen by similarity, written by the teacher, marked by it."""

import json
import shutil
from pathlib import Path

import pytest

from lbt.collected import Collection, SynthesizedExam, TeacherMarks
from lbt.exam_score import exact_lbt
from lbt.records import read_lessons, read_manifest
from lbt.types import LessonRecord
from tests.agents.running import Ended, cast, run, started, table
from tests.server.app import Config
from tests.server.faults import Rule
from tests.server.running import serve

pytestmark = pytest.mark.loopback
SMALL = ("--dataset", "families", "--limit", "2", "--rationales", "3")
EXPLAIN, EXAM, POSE = 3 + 1, 3 * 3, 1 + 3 * (3 + 1)
"""Calls of one lesson: explanations and the greedy answer, exam answers, and an exam that is written and solved."""


def lessons(place: Path) -> list[LessonRecord]:
    return list(read_lessons(place).values())


def command(module: str, *words: str, cwd: Path) -> Ended:
    """Run another command of the project to its end."""
    return Ended(started(module, *words, cwd=cwd))


def test_the_nearest_problems_of_the_set_examine_and_the_record_says_how_near_they_are(tmp_path: Path) -> None:
    with serve(Config(good_share=1.0)) as server:
        ended = run(*SMALL, *cast(server), "--exams", "nearest", "--exam-size", "2", "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == 2 * (EXPLAIN + 3 * 2)
    assert "mean cosine" in ended.out
    for lesson in lessons(tmp_path / "r"):
        assert lesson.similarity is not None
        assert 0 < lesson.similarity < 1
        asked = {mark.problem for taught in lesson.rationales for mark in taught.exam}
        assert len(asked) == 2
        assert not any("/" in name for name in asked)  # what other families teach, not a variant


def test_exams_that_the_teacher_writes_take_the_calls_that_were_announced(tmp_path: Path) -> None:
    words = (*SMALL, "--exams", "synthesized")
    with serve(Config(good_share=1.0)) as server:
        told = run(*words, *cast(server), "--dry-run", cwd=tmp_path)
        announced = f"{2 * (POSE + EXPLAIN + EXAM)} at most ({2 * POSE} pose, {2 * EXPLAIN} explain, {2 * EXAM} exam)"
        assert announced in told.out, told
        assert server.counts.requests == 0
        ended = run(*words, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        made = server.counts.requests
    assert made == 2 * (POSE + EXPLAIN + EXAM)
    assert announced in ended.out
    assert "3 of 3 exam problems" in ended.out
    assert table(tmp_path / "r")["calls"] == made
    for lesson in lessons(tmp_path / "r"):
        names = [f"{lesson.problem}~{k}" for k in (1, 2, 3)]
        assert [problem.id for problem in lesson.written] == names
        assert all([mark.problem for mark in taught.exam] == names for taught in lesson.rationales)
        assert [exact_lbt(taught, lesson.students) for taught in lesson.rationales] == [1, 1, 1]
    assert {"write_exam_math", "exam_math_alone"} <= set(read_manifest(tmp_path / "r").prompts)


def test_where_solvers_do_not_agree_there_is_no_exam_and_the_majority_wins(tmp_path: Path) -> None:
    rules = (Rule(fault="refusal", first=None, match="new problem"),)
    with serve(Config(good_share=0.6, faults=rules)) as server:
        ended = run(*SMALL, *cast(server), "--exams", "synthesized", "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == 2 * (1 + EXPLAIN)
    for lesson, row in zip(lessons(tmp_path / "r"), table(tmp_path / "r")["problems"], strict=True):
        assert (lesson.written, lesson.unwritten) == ((), 3)
        assert row["m1_sum"] == row["m1_max"] == row["m1_avg"] == row["sc"]
    collected = command("agents.collect", "r", "--for", "matched,zero-shot", cwd=tmp_path)
    assert collected.code == 0, collected
    told = command("agents.select", "r", "--json", cwd=tmp_path)
    rows = {row["name"]: row for row in json.loads(told.out)["rows"]}
    assert [rows[name]["missing"] for name in ("zero-shot", "matched-sc")] == ["", ""]  # nothing can be collected


def test_an_exam_that_could_not_be_written_leaves_its_lesson_incomplete_until_it_can(tmp_path: Path) -> None:
    with serve(Config(good_share=1.0, faults=(Rule(fault="404", match="new problem", until=2),))) as server:
        ended = run(
            *SMALL, *cast(server), "--exams", "synthesized", "--concurrency", "1", "--run-dir", "r", cwd=tmp_path
        )
        assert ended.code == 5, ended
        broken = [lesson for lesson in lessons(tmp_path / "r") if lesson.unposed]
        assert broken
        assert all(not lesson.complete and not lesson.selected for lesson in broken)
        assert "incomplete, 1 mark missing" in ended.out
        assert table(tmp_path / "r")["complete"] == 2 - len(broken)
        repaired = run("--resume", "r", cwd=tmp_path)
        assert repaired.code == 0, repaired
    assert all(lesson.complete and len(lesson.written) == 3 for lesson in lessons(tmp_path / "r"))


def test_a_teacher_that_marks_exams_is_called_once_for_each_answer_and_the_key_still_tells_what_is_right(
    tmp_path: Path,
) -> None:
    words = (*SMALL, "--exam-judge", "teacher")
    with serve(Config(good_share=1.0)) as server:
        ended = run(*words, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        made = server.counts.requests
    assert f"{2 * (EXPLAIN + 2 * EXAM)} at most (" in ended.out
    assert f"{2 * EXAM} grade)" in ended.out
    assert f"Replies of grader: {2 * EXAM}; without a verdict 0.0 %." in ended.out
    # Students who write the same are marked by the same call.
    assert 2 * (EXPLAIN + EXAM) < made <= 2 * (EXPLAIN + 2 * EXAM)
    for lesson in lessons(tmp_path / "r"):
        for taught in lesson.rationales:
            assert taught.final is not None
            assert taught.final.usage is None
            assert [mark.final.status for mark in taught.exam if mark.final] == ["right"] * 3
            assert all(mark.final.usage for mark in taught.exam if mark.final)
    assert "grade_math" in read_manifest(tmp_path / "r").prompts


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run in it, whose server is gone."""
    place = tmp_path_factory.mktemp("held")
    with serve(Config(good_share=0.6)) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=place)
    assert ended.code == 0, ended
    return place


def test_scores_without_keys_are_collected_once_and_compared_with_those_of_the_run(held: Path, tmp_path: Path) -> None:
    shutil.copytree(held / "r", tmp_path / "r")
    words = ("r", "--for", "teacher-marks,synthesized")
    with serve(Config(good_share=1.0)) as server:
        first = command("agents.collect", *words, *cast(server), cwd=tmp_path)
        assert first.code == 0, first
        made = server.counts.requests
        again = command("agents.collect", *words, *cast(server), cwd=tmp_path)
        assert "0 at most" in again.out, again
        assert server.counts.requests == made
    there = Collection(tmp_path / "r")
    for lesson in lessons(tmp_path / "r"):
        marks, written = there.of(TeacherMarks, lesson), there.of(SynthesizedExam, lesson)
        assert marks is not None
        assert written is not None
        truth = [exact_lbt(taught, lesson.students) for taught in lesson.rationales]
        assert marks.scores(lesson.students) == truth  # this teacher's marks are right
        assert len(written.posed.problems) == 3
        assert written.scores(lesson.students) == [1, 1, 1]
    told = command("reports.analyses", "r", "agreement", cwd=tmp_path)
    assert told.code == 0, told
    rows = {
        line.split()[0]: line.split()[1:] for line in told.out.splitlines() if line.startswith(("teacher-m", "synth"))
    }
    assert rows["teacher-marks"][:2] == ["2", "6"]
    assert rows["teacher-marks"][-2:] == ["0.000", "1.000"]
    assert rows["synthesized"][:2] == ["2", "6"]


def test_collecting_takes_the_calls_that_were_announced(held: Path, tmp_path: Path) -> None:
    shutil.copytree(held / "r", tmp_path / "r")
    with serve(Config(good_share=1.0)) as server:
        ended = command("agents.collect", "r", "--for", "synthesized", *cast(server), cwd=tmp_path)
        assert ended.code == 0, ended
        taught = sum(
            one.answer is not None and one.answer.value != "" for x in lessons(held / "r") for one in x.rationales
        )
        assert server.counts.requests == 2 * POSE + 3 * taught
        assert f"{server.counts.requests} at most" in ended.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--dataset", "first_steps", "--exams", "nearest"), "--exams nearest is for mathematics"),
        (("--dataset", "first_steps", "--exams", "synthesized"), "--exams synthesized is for mathematics"),
        (("--dataset", "first_steps", "--exam-judge", "teacher"), "--exam-judge teacher is for mathematics"),
        (("--dataset", "families", "--exams", "halving"), "--exams halving is for programs"),
        (
            ("--dataset", "families", "--exams", "synthesized", "--exam-judge", "teacher"),
            "leave --exam-judge teacher out",
        ),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    ended = run(*words, "--dry-run", cwd=tmp_path)
    assert ended.code == 2, ended
    assert ended.err.count("\n") == 1, ended
    assert told in ended.err


def test_what_a_run_has_told_itself_is_not_collected(tmp_path: Path) -> None:
    with serve(Config(good_share=1.0)) as server:
        for option, value, kind in (
            ("--exams", "synthesized", "synthesized"),
            ("--exam-judge", "teacher", "teacher-marks"),
        ):
            place = tmp_path / kind
            assert run(*SMALL, *cast(server), option, value, "--run-dir", str(place), cwd=tmp_path).code == 0
            ended = command("agents.collect", str(place), "--for", kind, cwd=tmp_path)
            assert ended.code == 2, ended
            assert f"--for {kind} cannot be" in ended.err
        shown = command("agents.show", str(tmp_path / "synthesized"), "--json", cwd=tmp_path)
    assert json.loads(shown.out)["complete"] == 2
