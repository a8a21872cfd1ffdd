"""The analyses of votes on lessons whose answers are known by hand, from a run on disk."""

import csv
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lbt.collected import AnswerOnly, Collection, TeacherMarks, answers_of
from lbt.errors import ConfigError
from lbt.types import LessonRecord
from reports.analyses.__main__ import command
from reports.analyses.breakdown import parts
from reports.analyses.digest import digest
from tests.voting import lesson, store


def by_sum(problem: str, level: int = 5, similarity: float | None = 0.9) -> LessonRecord:
    """Exams find the right answer, which three of four rationales do not give."""
    exams = [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]
    return lesson(
        [0, 1, 1, 1], {0}, exams, problem=problem, subject="algebra", level=level, similarity=similarity, greedy=True
    )


def by_count(problem: str, level: int = 1, similarity: float | None = 0.1) -> LessonRecord:
    """Everything finds the right answer."""
    exams = [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]
    return lesson([0, 1, 1, 1], {1}, exams, problem=problem, subject="geometry", level=level, similarity=similarity)


RECORDS = [by_sum("a"), by_count("b"), by_count("c"), by_count("d", level=2)]


def analysed(run: Path, *words: str) -> str:
    return CliRunner().invoke(command, [str(run), *words], catch_exceptions=False, standalone_mode=False).output


def sheet(run: Path, name: str) -> list[dict[str, str]]:
    analysed(run, name)
    with (run / "analyses" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return store(tmp_path / "run", RECORDS)


def test_the_curve_ends_at_the_run_s_own_votes(run: Path) -> None:
    rows = {(row["rationales"], row["selector"]): row for row in sheet(run, "curve")}
    assert list(dict.fromkeys(size for size, _ in rows)) == ["1", "2", "4"]
    assert list(dict.fromkeys(name for _, name in rows)) == ["sc", "lbt-max", "lbt-sum", "lbt-avg"]
    assert (rows["4", "sc"]["S"], rows["4", "sc"]["std"]) == ("0.750", "0.000")
    assert rows["4", "lbt-max"]["S"] == "1.000"
    assert rows["4", "lbt-max"]["gain over sc"] == "0.333"
    assert rows["1", "sc"]["S"] == rows["1", "lbt-avg"]["S"]


def test_as_published_the_curve_ends_at_the_breakdown(tmp_path: Path) -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [[1.0]] * 5, texts=[0, 1, 2, 3, 3])
    for faithful, right in ((False, "1.000"), (True, "0.000")):
        run = store(tmp_path / str(faithful), [split], faithful=faithful)
        at_most = {row["selector"]: row["S"] for row in sheet(run, "curve") if row["rationales"] == "5"}
        (whole,) = sheet(run, "breakdown")
        assert at_most["sc"] == whole["SC"] == right
        assert at_most["lbt-sum"] == whole["M1 (SUM)"] == right


def test_the_breakdown_is_by_level_by_subject_and_by_nearness(run: Path) -> None:
    rows = {row["Part"]: row for row in sheet(run, "breakdown")}
    assert list(rows) == [
        "all", "level 1", "level 2", "level 5", "algebra", "geometry",
        "nearest 5 %", "nearest 10 %", "nearest 20 %", "nearest 50 %", "nearest 100 %",
    ]  # fmt: skip
    assert (rows["all"]["SC"], rows["all"]["M1 (MAX)"], rows["all"]["Oracle"]) == ("0.750", "1.000", "1.000")
    assert rows["all"]["M1 (MAX) / SC"] == "0.333"
    assert (rows["level 5"]["SC"], rows["level 5"]["M1 (MAX)"]) == ("0.000", "1.000")
    assert rows["level 5"]["M1 (MAX) / SC"] == "undefined"
    assert (rows["geometry"]["problems"], rows["geometry"]["SC"]) == ("3", "1.000")
    assert (rows["nearest 5 %"]["problems"], rows["nearest 5 %"]["Greedy"]) == ("1", "1.000")
    assert rows["nearest 50 %"]["problems"] == "2"


def test_problems_of_which_nothing_is_told_are_in_no_part_but_the_whole(tmp_path: Path) -> None:
    there = Collection(tmp_path)
    plain = lesson([0, 1], {0}, [[1.0], [0.0]])
    digests = [digest(one, there, faithful=False) for one in (plain, by_sum("a", similarity=None))]
    assert [(name, len(part)) for name, part in parts(digests)] == [("all", 2), ("level 5", 1), ("algebra", 1)]


def test_other_marks_are_compared_with_the_run_s_own(run: Path) -> None:
    assert sheet(run, "agreement") == []
    there = Collection(run)
    for record in RECORDS[:2]:
        exams = tuple(taught.exam for taught in record.rationales)
        there.append(TeacherMarks(problem=record.problem, answers=answers_of(record), exams=exams))
        there.append(AnswerOnly(problem=record.problem, answers=answers_of(record), exams=(exams[1],) * 4))
    rows = {row["Scores of"]: row for row in sheet(run, "agreement")}
    assert list(rows) == ["teacher-marks", "answer-only"]
    same = rows["teacher-marks"]
    assert (same["lessons"], same["rationales"], same["defined"]) == ("2", "8", "2")
    assert (same["Kendall"], same["Spearman"], same["difference"]) == ("1.000", "1.000", "0.000")
    assert same["same winner"] == "1.000"
    constant = rows["answer-only"]
    assert (constant["Kendall"], constant["defined"], constant["same winner"]) == ("undefined", "0", "0.500")
    # Against 1, 0, 0, 1/2 all are 0; against 0, 1/2, 1/2, 1/2 all are 1/2.
    assert constant["difference"] == f"{(1.5 / 4 + 0.5 / 4) / 2:.3f}"


def test_all_analyses_are_made_unless_some_are_named(run: Path) -> None:
    shown = analysed(run)
    assert {file.name for file in (run / "analyses").iterdir()} == {"curve.csv", "breakdown.csv", "agreement.csv"}
    assert "Accuracy against the number of rationales" in shown
    assert "Accuracy against" not in analysed(run, "breakdown")


def test_the_last_line_of_a_problem_counts(tmp_path: Path) -> None:
    lost = RECORDS[0].model_copy(update={"complete": False})
    run = store(tmp_path / "run", [*RECORDS, lost])
    assert sheet(run, "breakdown")[0]["problems"] == "3"
    assert "1 more left out" in analysed(run)


def test_an_analysis_of_programs_is_none_of_votes(run: Path) -> None:
    with pytest.raises(ConfigError, match=r"ranking is no analysis of .*; there are curve, breakdown, agreement"):
        analysed(run, "ranking")
    with pytest.raises(click.UsageError, match="name a run"):
        CliRunner().invoke(command, ["curve"], catch_exceptions=False, standalone_mode=False)


@pytest.mark.parametrize("name", ["curve", "breakdown", "agreement"])
def test_raced_exams_allow_no_analysis_of_votes(tmp_path: Path, name: str) -> None:
    run = store(tmp_path / "run", [RECORDS[0].model_copy(update={"exams": "halving"})])
    with pytest.raises(ConfigError, match="exams of a were raced"):
        analysed(run, name)
