"""In the kinds of sandbox that runs choose, known-good solutions pass all hidden tests and known-bad ones do not."""

import pytest

from lbt.types import CodeProblem, Status
from leetcode_data.judging import Attempt, Judge
from leetcode_data.load import load
from leetcode_data.problems import source
from leetcode_data.solutions import known_solutions
from tests.leetcode_data.shipped import PROBLEMS

GAME_THEORY = load("game_theory").problems
CASES = [
    *(pytest.param("docker", one, marks=pytest.mark.docker, id=f"docker-{one.id}") for one in PROBLEMS),
    *(pytest.param("bubblewrap", one, marks=pytest.mark.bubblewrap, id=f"bubblewrap-{one.id}") for one in GAME_THEORY),
]
"""Kinds of sandbox that runs choose, and what is tried in them. A good part of it is programs that are too slow, so all
of it is tried in one kind; what is special to others, their own tests try."""


@pytest.mark.slow
@pytest.mark.parametrize(("judge_in", "problem"), CASES, indirect=["judge_in"])
def test_every_known_good_solution_passes_all_hidden_tests(judge_in: Judge, problem: CodeProblem) -> None:
    good = known_solutions(problem.id).good
    verdicts = judge_in.verdicts(problem, [Attempt(code, problem.hidden) for code in good.values()])
    for name, verdict in zip(good, verdicts, strict=True):
        assert verdict.status is Status.AC, (name, verdict.message)
        assert verdict.passed == len(problem.hidden)


@pytest.mark.slow
@pytest.mark.parametrize(("judge_in", "problem"), CASES, indirect=["judge_in"])
def test_no_known_bad_solution_passes_all_hidden_tests(judge_in: Judge, problem: CodeProblem) -> None:
    known = known_solutions(problem.id).bad
    # A slow program would use up the CPU budget of a whole suite; failing the largest test is enough.
    attempts = [
        Attempt(bad.code, problem.hidden[-1:] if Status.TLE in bad.fails_as else problem.hidden)
        for bad in known.values()
    ]
    verdicts = judge_in.verdicts(problem, attempts)
    for (name, bad), attempt, verdict in zip(known.items(), attempts, verdicts, strict=True):
        assert verdict.status in bad.fails_as, (name, verdict.status, verdict.message)
        assert verdict.passed < len(attempt.cases)


def test_known_solutions_are_enough_of_each_kind() -> None:
    for problem in PROBLEMS:
        known = known_solutions(problem.id)
        assert set(source(problem.id).references) < set(known.good)
        assert len(known.bad) >= 4
        reasons = {status for bad in known.bad.values() for status in bad.fails_as}
        assert {Status.WA, Status.RE, Status.BADRET} <= reasons
