"""What is collected beside a lesson: as the run itself would have asked, and nothing where there is nothing to ask."""

import pytest

from agents.asking import Desk
from agents.collectable import tokens, unsuited
from agents.gathering import Gatherer, Held, Runner, Task
from agents.plan import plan_of
from lbt.collected import KINDS, Kind, Matched, SelfEvaluation
from lbt.types import Answer, CodeProblem, Grade, LessonRecord, Outcome, Problem, Taught
from tests.agents.fakes import FAIL, PASS, SAMPLING, Box, Model, answer, problem

PLAN = plan_of({"dataset": "first_steps", "self_debug": "both"})
NAME = PLAN.cast.names[0]


def held(lesson: CodeProblem | None = None) -> Held:
    """A lesson with two answers, one of them without a program."""
    taught = (
        Taught(index=0, answer=answer(), grade=PASS),
        Taught(index=1, answer=answer("", Outcome.NO_CODE), grade=FAIL),
    )
    record = LessonRecord(problem="a", students=(NAME,), rationales=taught, complete=True)
    return Held(problem=lesson or problem("a"), exams=(problem("b"), problem("c")), record=record, shots=())


class Asked:
    """A gatherer with its two models."""

    def __init__(self, *, mends: bool) -> None:
        self.teacher, self.student = Model(), Model()
        order = {"a": 0, "b": 1, "c": 2}
        desks = [Desk(asker=asker, sampling=SAMPLING, seed=0, order=order) for asker in (self.teacher, self.student)]
        self.gatherer = Gatherer(
            teacher=desks[0],
            students={NAME: desks[1]},
            judge=self.judge,
            runner=Runner(Box(), 0),
            mends_teacher=mends,
            mends_students=mends,
        )

    async def judge(self, problem: Problem, answer: Answer) -> Grade:
        return PASS if answer.outcome is Outcome.OK else FAIL


async def test_an_answer_without_a_program_is_worth_no_opinion_and_no_call() -> None:
    asked = Asked(mends=False)
    line = await asked.gatherer.collect(Task(kind="self-eval", held=held()))
    assert isinstance(line, SelfEvaluation)
    assert len(asked.teacher.requests) == 1
    assert [one.call for one in line.opinions] == ["call1", ""]
    assert line.opinions[1].score is None


async def test_answers_with_solved_problems_are_debugged_where_the_run_s_own_were() -> None:
    for mends in (False, True):
        line = await Asked(mends=mends).gatherer.collect(Task(kind="matched", held=held()))
        assert isinstance(line, Matched)
        assert [one.mended is not None for one in line.taught] == [mends, mends]
        assert all(one.final == PASS for one in line.taught)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"zero-shot", "mbr"}))
async def test_the_calls_are_those_that_were_forecast(kind: Kind) -> None:
    asked, task = Asked(mends=True), Task(kind=kind, held=held())
    await asked.gatherer.collect(task)
    of_teacher, of_student = tokens(PLAN, task)
    assert (len(asked.teacher.requests), len(asked.student.requests)) == (of_teacher.calls, of_student.calls)


def test_what_could_tell_nothing_of_a_problem_is_refused() -> None:
    stdin = held(problem("a", mode="stdin", entry_point="", starter=""))
    asserts = held(problem("a", mode="asserts"))
    assert not any(unsuited(kind, held()) for kind in ("self-eval", "codet", "mbr", "answer-only", "zero-shot"))
    assert unsuited("codet", stdin)
    assert not unsuited("mbr", stdin)
    assert unsuited("codet", asserts)
    assert unsuited("mbr", asserts)
    assert unsuited("matched", held())
