"""Programs are judged by the public command; a judge that breaks leaves no verdict."""

import sys
from pathlib import Path

import pytest

from lbt.errors import ConfigError, LbtError, StepError, UnavailableError
from lbt.types import Case, CodeChecker, FloatChecker, Limits, Status
from leetcode_data.judging import Attempt, Judge, open_judge
from tests.leetcode_data.passing import ABOVE, PROBLEM, RIGHT

HANGS = "def passes(points):\n    while True:\n        pass\n"


@pytest.mark.bubblewrap
def test_verdicts_come_in_the_order_of_the_programs(judge: Judge) -> None:
    codes = [ABOVE, RIGHT] * 10
    verdicts = judge.verdicts(PROBLEM, [Attempt(code, PROBLEM.hidden) for code in codes])
    assert [verdict.status for verdict in verdicts] == [Status.WA, Status.AC] * 10


@pytest.mark.bubblewrap
def test_a_program_may_be_tried_with_other_limits_than_its_problem_has(judge: Judge) -> None:
    hasty = Attempt(HANGS, PROBLEM.visible[:1], Limits(cpu_s=0.05))
    assert judge.verdicts(PROBLEM, [hasty])[0].cpu_ms < 900


@pytest.mark.bubblewrap
def test_answers_are_compared_as_the_problem_says(judge: Judge) -> None:
    cases = [Case(args=(0,), expected=2)]
    near = Attempt("def passes(points):\n    return 2.0000001\n", cases)
    annotated = PROBLEM.model_copy(update={"starter": "def passes(points: int) -> float:"})
    exact = Attempt("def passes(points):\n    return 2.0\n", cases)
    loose = PROBLEM.model_copy(update={"checker": FloatChecker(float=1e-3)})
    assert judge.verdicts(loose, [near])[0].status == Status.AC
    assert judge.verdicts(annotated, [exact])[0].status == Status.AC
    assert judge.verdicts(PROBLEM, [exact])[0].status == Status.WA


@pytest.mark.bubblewrap
def test_a_problem_that_is_no_job_is_a_mistake_of_its_author() -> None:
    broken = PROBLEM.model_copy(update={"checker": CodeChecker(code="right = True")})
    with open_judge("bubblewrap") as judge, pytest.raises(ConfigError, match=r"^passing: line 1: .*must define check"):
        judge.verdicts(broken, [Attempt(RIGHT, PROBLEM.hidden)] * 50)


STAND_IN = """\
#!{python}
import json, sys
for line, answer in zip(sys.stdin, {answers!r}):
    print(json.dumps({{"id": json.loads(line)["id"]}} | answer), flush=True)
    if "error" in answer:
        break
print("one word before", {last!r}, sep="\\n", file=sys.stderr)
sys.exit({code})
"""
FINE = {"status": "AC", "passed": 1, "total": 1, "tests": [{"status": "AC", "cpu_ms": 1}], "cpu_ms": 1, "wall_ms": 1}


def breaking(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answers: list[dict[str, object]], last: str, code: int
) -> None:
    """Put a program in the place of the real judge that answers so much and then ends with `code`."""
    judge = folder / "judge"
    judge.write_text(STAND_IN.format(python=sys.executable, answers=answers, last=last, code=code), encoding="utf-8")
    judge.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(judge))


@pytest.mark.parametrize(
    ("answers", "last", "code", "kind", "says"),
    [
        ([FINE, {"error": "two boxes broke"}], "error: 1 of 2 jobs", 5, StepError, "passing: two boxes broke"),
        ([FINE, {"error": "line 2: no"}], "error: 1 of 2 lines", 2, ConfigError, "passing: line 2: no"),
        ([], "error: no sandbox here", 3, UnavailableError, "no sandbox here"),
        ([FINE], "error: the disk is full", 3, UnavailableError, "the disk is full"),
        ([FINE], "", 7, StepError, "one word before"),
        ([FINE, FINE | {"id": 5}], "", 0, StepError, "passing: the judge's answers are out of order"),
    ],
    ids=["broken box", "no job", "no sandbox", "no room", "killed", "mixed up"],
)
def test_a_judge_that_breaks_is_told_in_one_sentence_and_leaves_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
    empty_folder: Path,
    answers: list[dict[str, object]],
    last: str,
    code: int,
    kind: type[LbtError],
    says: str,
) -> None:
    breaking(monkeypatch, empty_folder, answers, last, code)
    with open_judge() as judge, pytest.raises(kind) as caught:
        judge.verdicts(PROBLEM, [Attempt(RIGHT, PROBLEM.hidden)] * 2000)
    assert str(caught.value) == says
    assert caught.value.exit_code == kind.exit_code


def test_every_verdict_is_told_to_whoever_shows_progress(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    breaking(monkeypatch, empty_folder, [FINE] * 3, "", 0)
    told: list[None] = []
    with open_judge(judged=lambda: told.append(None)) as judge:
        judge.verdicts(PROBLEM, [Attempt(RIGHT, PROBLEM.hidden)] * 3)
    assert len(told) == 3
