import pytest

from agents.asking import Desk, greedy
from agents.config import TeachWith
from agents.domain import CODE
from agents.endpoints.calls import Place
from agents.retelling import RetoldStudent, as_published, shuffled
from agents.student import ModelStudent
from agents.teacher import ModelTeacher
from graphs.roles import Student
from lbt.types import Answer, Grade, Outcome, Problem
from tests.agents.fakes import DOUBLE, FAIL, PASS, REPLY, SAMPLING, Model, answer, problem

ORDER = {"first": 0, "second": 1, "third": 2}
LESSON, EXAM, LATER = problem("first"), problem("second"), problem("third")


def student(model: Model) -> Student:
    desk = Desk(asker=model, sampling=greedy(SAMPLING), seed=7, order=ORDER)
    return ModelStudent("local:tiny", desk, CODE.exams["rationale+answer"])


async def test_a_student_reads_the_lesson_and_the_explanation_before_the_exam() -> None:
    model = Model()
    await student(model).sit(EXAM, LESSON, 0, answer(), 0)
    parts = ("Statement of first", "1. Add it to itself.", DOUBLE, "Statement of second")
    places = [model.said.index(part) for part in parts]
    assert places == sorted(places)


async def test_a_student_answers_greedily_whatever_the_sampling() -> None:
    model = Model()
    await student(model).sit(EXAM, LESSON, 3, answer(), 1)
    sampling = model.requests[0].sampling
    assert (sampling.temperature, sampling.top_p, sampling.max_tokens) == (0, 1, 300)
    assert model.requests[0].place == Place(replicate=7, role="student", rationale=3, repetition=1)


async def test_the_reply_is_read_for_the_exam_problem_s_own_entry_point() -> None:
    exam = problem("second", entry_point="Solution.halve")
    assert (await student(Model()).sit(exam, LESSON, 0, answer(), 0)).outcome is Outcome.NO_CODE
    halved = await student(Model(REPLY.replace("double", "halve"))).sit(exam, LESSON, 0, answer(), 0)
    assert halved.outcome is Outcome.OK


async def test_exams_of_one_explanation_are_neighbours_and_wait_for_the_teacher() -> None:
    model = Model()
    sits = student(model)
    await sits.sit(LATER, LESSON, 0, answer(), 0)
    await sits.sit(EXAM, LESSON, 0, answer(), 0)
    await sits.sit(EXAM, LESSON, 1, answer(), 0)
    await sits.mend(EXAM, LESSON, 0, answer(), FAIL, 0)
    await ModelTeacher(Desk(asker=model, sampling=SAMPLING, seed=7, order=ORDER)).explain(LESSON, 5)
    assert sorted(model.priorities) == [model.priorities[place] for place in (4, 1, 0, 2, 3)]


async def test_mending_sees_the_exam_and_the_student_s_own_answer_only() -> None:
    model = Model(REPLY.replace("n + n", "2 * n"))
    mended = await student(model).mend(EXAM, LESSON, 0, answer(), FAIL, 0)
    assert mended.code == DOUBLE.replace("n + n", "2 * n")
    assert "Statement of second" in model.said
    assert "Statement of first" not in model.said
    assert FAIL.reason not in model.said


@pytest.mark.parametrize(
    ("teach_with", "shown"),
    [("rationale+answer", (True, True, True)), ("answer", (True, False, True)), ("none", (False, False, False))],
)
async def test_a_control_shows_only_what_it_says(teach_with: TeachWith, shown: tuple[bool, ...]) -> None:
    model = Model()
    desk = Desk(asker=model, sampling=greedy(SAMPLING), seed=7, order=ORDER)
    await ModelStudent("local:tiny", desk, CODE.exams[teach_with]).sit(EXAM, LESSON, 0, answer(), 0)
    parts = ("Statement of first", "1. Add it to itself.", DOUBLE)
    assert tuple(part in model.said for part in parts) == shown
    assert "Statement of second" in model.said


async def test_a_student_of_shuffled_lessons_reads_each_program_with_another_answer_s_rationale() -> None:
    class Teacher:
        async def explain(self, problem: Problem, index: int) -> Answer:
            return answer(rationale=f"Way {index} to do {problem.id}.")

        async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
            raise AssertionError

    model = Model()
    reader = RetoldStudent(student(model), shuffled(Teacher(), 3))
    for index, read in ((0, 1), (1, 2), (2, 0)):
        await reader.sit(EXAM, LESSON, index, answer(rationale=f"Way {index} to do first."), 0)
        assert f"Way {read} to do first." in model.said
        assert f"Way {index} to do first." not in model.said
        assert DOUBLE in model.said


@pytest.mark.parametrize(("grade", "leak"), [(PASS, False), (FAIL, True)])
async def test_a_faithful_student_sees_the_program_twice_and_what_the_visible_tests_said(
    grade: Grade, leak: bool
) -> None:
    async def judge(problem: Problem, answer: Answer) -> Grade:
        assert problem is LESSON
        return grade

    model = Model()
    desk = Desk(asker=model, sampling=greedy(SAMPLING), seed=7, order=ORDER)
    plain = ModelStudent("local:tiny", desk, CODE.published)
    await RetoldStudent(plain, as_published(judge)).sit(EXAM, LESSON, 0, answer(), 0)
    assert model.said.count(DOUBLE) == 2
    assert (f"# {FAIL.reason}\n{DOUBLE}" in model.said) == leak
    assert "First explain" in model.said
