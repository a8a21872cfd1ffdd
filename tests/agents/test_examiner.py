import asyncio

import pytest

from agents.examiner import CodeJudge
from graphs.roles import Judge
from lbt.errors import SandboxError
from lbt.types import Case, Limits, Outcome
from sandbox.program import Program
from tests.agents.fakes import Box, Shelf, answer, problem

ASKED = problem("doubling")
VISIBLE = "4 6 "
HIDDEN = "8019 8020 8021 8022"


def program(passing: str) -> str:
    return f"class Solution: ...  # {passing}"


async def test_a_program_that_passes_everything_has_full_marks_and_no_reason() -> None:
    grade = await CodeJudge(Box(), Shelf())(ASKED, answer(program(VISIBLE + HIDDEN)))
    assert (grade.v, grade.v_share, grade.s, grade.s_prefix, grade.status, grade.reason) == (1, 1, 1, 1, "AC", "")


async def test_the_v_score_needs_every_visible_test_and_no_hidden_one() -> None:
    judge = CodeJudge(Box(), Shelf())
    assert (await judge(ASKED, answer(program(VISIBLE)))).v == 1
    half = await judge(ASKED, answer(program("6" + HIDDEN)))
    assert (half.v, half.v_share, half.s) == (0, 0.5, 1)


async def test_the_s_score_is_a_share_and_the_prefix_stops_at_the_first_failure() -> None:
    grade = await CodeJudge(Box(), Shelf())(ASKED, answer(program(VISIBLE + "8019 8021 8022")))
    assert (grade.s, grade.s_prefix, grade.status) == (0.75, 0.25, "WA")


async def test_as_the_published_code_counts_s_stops_at_the_first_failure_too() -> None:
    grade = await CodeJudge(Box(), Shelf(), prefix=True)(ASKED, answer(program(VISIBLE + "8019 8021 8022")))
    assert (grade.s, grade.s_prefix) == (0.25, 0.25)


async def test_a_failed_visible_test_says_what_should_have_come() -> None:
    grade = await CodeJudge(Box(message="it returned 5"), Shelf())(ASKED, answer(program("4")))
    assert grade.reason == "called with 3, it should return 6; WA: it returned 5"


async def test_a_failed_hidden_test_says_its_status_and_nothing_else() -> None:
    grade = await CodeJudge(Box(message="got 8019 for 100"), Shelf())(ASKED, answer(program(VISIBLE)))
    assert grade.reason == "WA on 4 of 4 hidden tests"


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in (Outcome.OK, Outcome.NO_ANSWER)])
async def test_an_answer_without_a_program_is_worth_nothing_and_runs_nothing(outcome: Outcome) -> None:
    box = Box()
    grade = await CodeJudge(box, Shelf())(ASKED, answer("", outcome))
    assert (grade.v, grade.v_share, grade.s, grade.s_prefix, grade.status) == (0, 0, 0, 0, outcome.value)
    assert grade.reason
    assert not box.runs


async def test_visible_and_hidden_tests_are_never_judged_together() -> None:
    box = Box()
    await CodeJudge(box, Shelf())(ASKED, answer(program("4")))
    assert [cases for _, cases in box.runs] == [ASKED.visible, ASKED.hidden]


async def test_the_same_program_is_judged_once_also_by_a_later_run() -> None:
    box, shelf = Box(), Shelf()
    judge: Judge = CodeJudge(box, shelf)
    grades = await asyncio.gather(*(judge(ASKED, answer(program("4"))) for _ in range(5)))
    assert len(box.runs) == 2
    later = Box()
    assert await CodeJudge(later, shelf)(ASKED, answer(program("4"))) == grades[0]
    assert not later.runs


@pytest.mark.parametrize(
    "changes",
    [
        {"entry_point": "Solution.twice"},
        {"checker": "unordered"},
        {"limits": Limits(cpu_s=9)},
        {"visible": (Case(args=(2,), expected=6),), "hidden": (Case(args=(2,), expected=5),)},
    ],
)
async def test_a_changed_problem_is_judged_anew(changes: dict[str, object]) -> None:
    shelf = Shelf()
    await CodeJudge(Box(), shelf)(ASKED, answer(program("4")))
    box = Box()
    await CodeJudge(box, shelf)(problem("doubling", **changes), answer(program("4")))
    assert len(box.runs) == 2


async def test_a_judge_of_another_version_judges_anew() -> None:
    shelf = Shelf()
    await CodeJudge(Box("1"), shelf)(ASKED, answer(program("4")))
    box = Box("2")
    await CodeJudge(box, shelf)(ASKED, answer(program("4")))
    assert len(box.runs) == 2


async def test_the_program_runs_with_the_problem_s_entry_point_and_limits() -> None:
    box = Box()
    asked = problem("doubling", limits=Limits(cpu_s=2, memory_mb=64), checker="unordered")
    await CodeJudge(box, Shelf())(asked, answer(program("4")))
    assert box.runs[0][0] == Program.of(asked, program("4"))


async def test_no_visible_test_means_no_v_score() -> None:
    grade = await CodeJudge(Box(), Shelf())(problem("doubling", visible=()), answer(program(HIDDEN)))
    assert grade.v == 0


async def test_a_broken_sandbox_is_an_error_and_leaves_no_verdict() -> None:
    class Broken(Box):
        async def judge(self, program: Program, cases: object) -> object:  # type: ignore[override]
            raise SandboxError("docker", "gone")

    shelf = Shelf()
    with pytest.raises(SandboxError):
        await CodeJudge(Broken(), shelf)(ASKED, answer(program("4")))  # type: ignore[arg-type]
    assert not shelf.kept


async def test_a_long_argument_is_cut_in_the_reason() -> None:
    asked = problem("doubling", visible=(Case(args=(list(range(1000)),), expected=1),))
    assert len((await CodeJudge(Box(), Shelf())(asked, answer(program("x")))).reason) < 700


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mode": "stdin", "starter": "", "entry_point": ""}, 'given the input "3", it should print "6"; WA: x'),
        ({"mode": "asserts"}, "this should hold: 3; WA: x"),
    ],
)
async def test_a_failed_visible_test_is_told_by_its_mode(changes: dict[str, str], said: str) -> None:
    cases = tuple(Case(args=(given,), expected=expected) for given, expected in (("2", "4"), ("3", "6")))
    asked = problem("doubling", visible=cases, **changes)
    grade = await CodeJudge(Box(message="x"), Shelf())(asked, answer(program('"4"')))
    assert grade.reason == said


async def test_a_reply_without_a_whole_program_says_what_was_missing() -> None:
    asked = problem("echo", mode="stdin", starter="", entry_point="")
    grade = await CodeJudge(Box(), Shelf())(asked, answer("", Outcome.NO_CODE))
    assert grade.reason == "the reply has no program that prints anything"
