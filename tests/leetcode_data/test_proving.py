"""Tests that cannot tell a mutant are found out; a judge that breaks kills none."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lbt.errors import StepError
from lbt.types import Case, CodeProblem, Status
from leetcode_data.judging import Judge, open_judge
from leetcode_data.problems import source
from leetcode_data.proving import Proof, prove, row
from leetcode_data.source import BadSolution, failing
from leetcode_data.verify import small_cases
from tests.leetcode_data.passing import ABOVE, PROBLEM, RIGHT, SMALL, WITHOUT_EDGES
from tests.leetcode_data.shipped import PROBLEMS
from tests.leetcode_data.test_judging import FINE, breaking

PROVED = [one for one in PROBLEMS if one.id in ("stone-game", "stone-game-iii", "coin-jar", "4-keys-keyboard")]
"""Those with known survivors, and two without: `python -m leetcode_data verify` proves all, in a quarter of an hour."""
NEVER_NEGATIVE = "def passes(points):\n    return max(points, 0) >= 50\n"
COUNTS = """\
def passes(points):
    count = 0
    while count < points:
        count += 1
    return count >= 50
"""
TAKES_LONG = "def passes(points):\n    sum(range(12000000))\n    return points > 49\n"


def proof(
    judge: Judge,
    problem: CodeProblem = PROBLEM,
    good: str = RIGHT,
    bad: Mapping[str, BadSolution] | None = None,
    small: tuple[Case, ...] = SMALL,
    untold: tuple[str, ...] = (),
) -> Proof:
    return prove(judge, problem, {"limit": good}, bad or {}, references=["limit"], small=small, untold=untold)


@pytest.mark.bubblewrap
def test_a_suite_with_both_sides_of_the_limit_kills_every_mutant(judge: Judge) -> None:
    found = proof(judge, bad={"above": failing(ABOVE, Status.WA)})
    assert found.faults == ()
    assert found.survivors == ()
    assert found.killed == found.mutants > 5


@pytest.mark.bubblewrap
def test_a_suite_without_its_edges_lets_mutants_through_and_the_proof_says_which(judge: Judge) -> None:
    found = proof(judge, WITHOUT_EDGES)
    through = {one.mutant.code for one in found.survivors}
    assert {ABOVE, RIGHT.replace("50", "51"), RIGHT.replace("50", "49")} <= through
    assert (
        "a mutant of limit (- return points >= 50 + return points > 50) passes every hidden test "
        "and is wrong for [50]: add a test that tells"
    ) in found.faults
    assert len(found.faults) == len(found.survivors)


@pytest.mark.bubblewrap
def test_a_survivor_that_is_known_is_no_fault_until_a_test_tells_it(judge: Judge) -> None:
    found = proof(judge, WITHOUT_EDGES, untold=(ABOVE,))
    assert found.untold == 1
    assert not any("points > 50" in fault for fault in found.faults)
    assert len(found.faults) == len(found.survivors) - 1
    (fault,) = proof(judge, untold=(ABOVE,)).faults
    assert "`untold` is told by the tests" in fault


@pytest.mark.bubblewrap
def test_a_mutant_that_is_right_on_all_small_inputs_is_equivalent(judge: Judge) -> None:
    found = proof(judge, good=NEVER_NEGATIVE)
    assert found.faults == ()
    assert found.equivalent > 0
    assert found.killed > 0


@pytest.mark.bubblewrap
def test_without_small_inputs_a_survivor_is_neither_equivalent_nor_a_fault(judge: Judge) -> None:
    found = proof(judge, good=NEVER_NEGATIVE, small=())
    assert found.faults == ()
    assert found.equivalent == 0
    assert found.survivors
    assert all(one.refuted_by is None for one in found.survivors)


@pytest.mark.bubblewrap
def test_a_wrong_reference_that_no_test_tells_is_a_fault_and_makes_no_mutants(judge: Judge) -> None:
    found = proof(judge, WITHOUT_EDGES, good=ABOVE)
    assert found.faults == ("the known-good limit fails a small test, [50]",)
    assert found.mutants == 0


@pytest.mark.bubblewrap
@pytest.mark.parametrize("kind", ["visible", "hidden"])
def test_a_known_good_program_that_fails_a_test_is_a_fault(judge: Judge, kind: str) -> None:
    problem = PROBLEM.model_copy(update={kind: (SMALL[0], Case(args=(60,), expected=False))})
    assert f"the known-good limit fails a {kind} test, [60]" in proof(judge, problem).faults


@pytest.mark.bubblewrap
def test_a_known_bad_program_must_fail_and_fail_as_promised(judge: Judge) -> None:
    bad = {
        "right": failing(RIGHT, Status.WA),
        "other": failing(ABOVE, Status.RE, Status.CRASH),
        "wrong": failing(ABOVE, Status.WA),
        "hangs": failing("def passes(points):\n    while True:\n        pass\n", Status.TLE),
    }
    assert proof(judge, bad=bad).faults == (
        "the known-bad right ends with AC instead of WA",
        "the known-bad other ends with WA instead of CRASH or RE",
    )


@pytest.mark.bubblewrap
def test_mutants_that_hang_are_killed(judge: Judge) -> None:
    found = proof(judge, good=COUNTS)
    assert found.faults == ()
    assert found.killed > found.mutants / 2


@pytest.mark.bubblewrap
def test_a_mutant_is_not_killed_for_needing_more_time_than_a_quick_trial_has(judge: Judge) -> None:
    patient = PROBLEM.model_copy(update={"limits": PROBLEM.limits.model_copy(update={"cpu_s": 10})})
    found = proof(judge, patient, good=TAKES_LONG, small=SMALL[:1])
    assert found.faults == ()
    assert found.equivalent >= 2  # one number more or less to add up


def test_a_judge_that_breaks_kills_no_mutant(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    breaking(monkeypatch, empty_folder, [FINE] * 5 + [{"error": "two boxes broke"}], "error: 1 of 6 jobs", 5)
    with open_judge() as judge, pytest.raises(StepError, match="passing: two boxes broke"):
        proof(judge)


@pytest.mark.bubblewrap
def test_the_table_says_where_tests_cannot_tell(judge: Judge) -> None:
    always = PROBLEM.model_copy(update={"constant_answer_passes": True})
    assert row(proof(judge, always))["equivalent on small inputs"] == "0 (a constant answer passes)"


@pytest.mark.slow
@pytest.mark.bubblewrap
@pytest.mark.parametrize("problem", PROVED, ids=lambda problem: problem.id)
def test_no_mutant_of_a_reference_is_wrong_and_passes(judge: Judge, problem: CodeProblem) -> None:
    one = source(problem.id)
    known, small = one.solutions, small_cases(one)
    found = prove(judge, problem, known.good, {}, references=one.references, small=small, untold=known.untold)
    assert found.faults == ()
    assert found.mutants >= 20
