"""What is collected beside a lesson: as the run itself would have asked, and nothing where there is nothing to ask."""

from dataclasses import replace
from fractions import Fraction

import pytest

from agents.asking import Desk
from agents.collectable import FINAL_ANSWERS, known, tokens, unsuited
from agents.domain import MATH
from agents.gathering import Gatherer, Held, Runner, Task
from agents.math_examiner import MathJudge, sort_answers
from agents.plan import plan_of
from agents.student import ModelStudent
from graphs.exam import UNTAUGHT
from lbt.collected import (
    KINDS,
    AnswerOnly,
    Kind,
    Matched,
    SelfEvaluation,
    SynthesizedExam,
    TeacherMarks,
    ZeroShot,
)
from lbt.types import Answer, CodeProblem, Grade, LessonRecord, Mark, MathProblem, Outcome, Problem, Taught
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
            exam_judge=self.judge,
            sort=None,
            runner=Runner(Box(), 0),
            seated=[],
            repetitions=1,
            exam_size=2,
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


async def test_exams_held_again_are_marked_by_who_marked_those_of_the_run() -> None:
    async def severe(problem: Problem, answer: Answer) -> Grade:
        return FAIL

    gatherer = replace(Asked(mends=False).gatherer, exam_judge=severe)
    again = await gatherer.collect(Task(kind="answer-only", held=held()))
    assert isinstance(again, AnswerOnly)
    assert [mark.grade for mark in again.exams[0]] == [FAIL, FAIL]
    alone = await gatherer.collect(Task(kind="zero-shot", student=NAME, exam=problem("b")))
    assert isinstance(alone, ZeroShot)
    assert alone.mark.grade == FAIL
    line = await gatherer.collect(Task(kind="matched", held=held()))
    assert isinstance(line, Matched)
    assert all(one.final == PASS for one in line.taught)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - FINAL_ANSWERS - {"zero-shot", "mbr"}))
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


SUM = MathProblem(id="a", title="Sum", statement="What is 2 + 3?", answer="5")
PRODUCT = MathProblem(id="b", title="Product", statement="What is 6 times 7?", answer="42")
WITHOUT_KEYS = plan_of({"dataset": "families", "exam_size": 2, "student_temperature": 0.5, "repetitions": 2})
SAID = "Some.\nVerdict: right\n[[Question]]:\nA?\n[[Question]]:\nB?\n[[Final Answer]]:\n$42$\n"


def sat(value: str, repetition: int, grade: Grade) -> Mark:
    """An exam answer, or one without form."""
    outcome = Outcome.OK if value else Outcome.NO_ANSWER
    given = Answer(call=f"s{value}", outcome=outcome, value=value)
    return Mark(student=NAME, problem="b", repetition=repetition, answer=given, grade=grade)


def held_sum() -> Held:
    """A lesson of two answers, one of which taught nobody."""
    unread = tuple(Mark(student=NAME, problem="b", repetition=i, grade=UNTAUGHT) for i in range(2))
    taught = (
        Taught(
            index=0,
            answer=Answer(call="t", outcome=Outcome.OK, value="5"),
            grade=PASS,
            exam=(sat("41", 0, FAIL), sat("", 1, FAIL)),
        ),
        Taught(index=1, answer=Answer(call="u", outcome=Outcome.NO_ANSWER), grade=FAIL, exam=unread),
    )
    record = LessonRecord(problem="a", students=(NAME,), rationales=taught, complete=True)
    return Held(problem=SUM, exams=(PRODUCT,), record=record, shots=())


class AskedWithoutKeys:
    """A gatherer of mathematics with its two models."""

    def __init__(self) -> None:
        self.teacher, self.student = Model(SAID), Model(SAID)
        desks = [
            Desk(asker=asker, sampling=SAMPLING, seed=0, order={"a": 0, "b": 1}, domain=MATH)
            for asker in (self.teacher, self.student)
        ]
        self.gatherer = Gatherer(
            teacher=desks[0],
            students={NAME: desks[1]},
            seated=[ModelStudent(NAME, desks[1], MATH.exams["rationale+answer"])],
            judge=MathJudge(),
            exam_judge=MathJudge(),
            sort=sort_answers,
            runner=None,
            repetitions=2,
            exam_size=2,
            mends_teacher=False,
            mends_students=False,
        )


async def test_the_teacher_marks_stored_answers_and_nothing_where_there_is_none() -> None:
    asked = AskedWithoutKeys()
    line = await asked.gatherer.collect(Task(kind="teacher-marks", held=held_sum()))
    assert isinstance(line, TeacherMarks)
    assert [[mark.final.v for mark in marks if mark.final] for marks in line.exams] == [[1, 0], [0, 0]]
    assert line.scores((NAME,)) == [Fraction(1, 2), 0]
    assert len(asked.teacher.requests) == 1
    assert asked.student.requests == []


async def test_a_written_exam_is_sat_as_in_the_run_by_those_who_were_taught() -> None:
    asked = AskedWithoutKeys()
    line = await asked.gatherer.collect(Task(kind="synthesized", held=held_sum()))
    assert isinstance(line, SynthesizedExam)
    assert [problem.answer for problem in line.posed.problems] == ["42", "42"]
    assert line.scores((NAME,)) == [1, 0]
    assert [(mark.problem, mark.repetition) for mark in line.exams[0]] == [
        ("a~1", 0),
        ("a~1", 1),
        ("a~2", 0),
        ("a~2", 1),
    ]
    assert [(mark.problem, mark.repetition) for mark in line.exams[1]] == [
        ("a~1", 0),
        ("a~1", 1),
        ("a~2", 0),
        ("a~2", 1),
    ]


async def test_where_nothing_was_written_there_are_no_scores() -> None:
    asked = AskedWithoutKeys()
    asked.teacher.text = "No."
    line = await asked.gatherer.collect(Task(kind="synthesized", held=held_sum()))
    assert isinstance(line, SynthesizedExam)
    assert line.scores((NAME,)) == [None, None]


@pytest.mark.parametrize("kind", sorted(FINAL_ANSWERS))
async def test_the_calls_without_keys_are_those_that_were_forecast(kind: Kind) -> None:
    asked, task = AskedWithoutKeys(), Task(kind=kind, held=held_sum())
    await asked.gatherer.collect(task)
    of_teacher, of_student = tokens(WITHOUT_KEYS, task)
    assert (len(asked.teacher.requests), len(asked.student.requests)) == (of_teacher.calls, of_student.calls)


@pytest.mark.parametrize("kind", sorted(FINAL_ANSWERS))
def test_what_stands_for_a_key_is_refused_for_programs(kind: Kind) -> None:
    assert unsuited(kind, held())
    assert not unsuited(kind, held_sum())


def test_what_the_run_has_told_itself_is_refused() -> None:
    written = WITHOUT_KEYS.config.model_copy(update={"exams": "synthesized"})
    marked = WITHOUT_KEYS.config.model_copy(update={"exam_judge": "teacher"})
    assert [bool(known(kind, written)) for kind in sorted(FINAL_ANSWERS)] == [True, False]
    assert [bool(known(kind, marked)) for kind in sorted(FINAL_ANSWERS)] == [False, True]
    assert not any(known(kind, WITHOUT_KEYS.config) for kind in KINDS)
