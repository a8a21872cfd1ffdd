"""The lesson graph with ten-line roles: what is asked of whom, what is selected, what a failure leaves behind."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from graphs.lesson import hold_lesson
from graphs.roles import Classroom
from graphs.state import Lesson
from lbt.errors import BudgetError, EndpointError, SandboxError
from lbt.types import GREEDY, Answer, Grade, LessonRecord, Outcome, Problem, Usage
from tests.graphs.roles import Explainer, grade

PROBLEMS = [Problem(id=name, title=name, statement=name) for name in ("p", "q", "r")]


@dataclass
class Reader:
    """Copies what it was taught and notes what it was asked."""

    name: str = "reader"
    asked: list[tuple[str, int]] = field(default_factory=list)
    broken: frozenset[str] = frozenset()

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        self.asked.append((exam.id, index))
        if exam.id in self.broken:
            raise EndpointError(self.name, "gone")
        return Answer(call=f"{self.name}{exam.id}{index}", outcome=Outcome.OK, code=taught.code, usage=Usage(calls=1))

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        return answer.model_copy(update={"code": "mended exam"})


@dataclass
class ByCode:
    """Grades by a table of codes; a code on the list of `stuck` breaks the sandbox."""

    grades: dict[str, Grade]
    stuck: frozenset[str] = frozenset()

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        if answer.code in self.stuck:
            raise SandboxError("box", "gone")
        return self.grades.get(answer.code, grade(0, 0))


def teach(room: Classroom) -> tuple[LessonRecord, list[Mapping[str, Any]]]:
    events: list[Mapping[str, Any]] = []
    lesson = Lesson(problem=PROBLEMS[0], exams=tuple(PROBLEMS[1:]))
    return asyncio.run(hold_lesson(lesson, replace(room, tell=events.append))), events


def test_the_rationale_that_taught_best_is_selected_and_ties_are_kept() -> None:
    judge = ByCode({"0": grade(0, 0.1), "1": grade(1, 1.0), "2": grade(1, 0.5), str(GREEDY): grade(1, 0.9)})
    record, _ = teach(Classroom(teacher=Explainer(), students=[Reader()], judge=judge, rationales=3))
    assert record.complete
    assert record.selected == (1, 2)
    assert record.greedy is not None
    assert record.greedy.final == grade(1, 0.9)


def test_every_student_reads_every_rationale_and_sits_every_exam_but_not_the_greedy_answer() -> None:
    readers = [Reader("a"), Reader("b")]
    teach(Classroom(teacher=Explainer(), students=readers, judge=ByCode({}), rationales=2))
    for reader in readers:
        assert sorted(reader.asked) == [("q", 0), ("q", 1), ("r", 0), ("r", 1)]


def test_every_step_of_every_branch_reaches_the_trace() -> None:
    _, events = teach(Classroom(teacher=Explainer(), students=[Reader()], judge=ByCode({}), rationales=2))
    ends = [(e["step"], e.get("rationale"), e.get("exam")) for e in events if e["state"] == "end"]
    assert sorted(ends, key=str) == sorted(
        [("explain", i, None) for i in (0, 1, GREEDY)]
        + [("judge", i, None) for i in (0, 1, GREEDY)]
        + [(step, i, exam) for step in ("exam", "mark") for i in (0, 1) for exam in ("q", "r")]
        + [("select", None, None)],
        key=str,
    )


def test_steps_are_told_as_they_happen() -> None:
    judge = ByCode({"0": grade(1, 1)})
    _, events = teach(
        Classroom(teacher=Explainer(), students=[Reader()], judge=judge, rationales=1, mend_students=True)
    )
    one = [(e["step"], e.get("exam"), e["state"]) for e in events if e.get("rationale") == 0]
    both = ("q", "r")

    def stage(step: str, exams: Sequence[str | None] = both) -> list[tuple[str, str | None, str]]:
        """Steps that none waits for: all start, each ends before the next stage starts."""
        return [(step, exam, state) for exam in exams for state in ("start", "end")]

    assert one == [
        *stage("explain", [None]),
        *stage("judge", [None]),
        *stage("exam"),
        *stage("mark"),
        *stage("mend"),
        *stage("mark"),
    ]
    assert (events[-1]["step"], events[-1]["state"]) == ("select", "end")


def test_a_rationale_whose_call_failed_leaves_the_lesson_incomplete_and_its_siblings_whole() -> None:
    room = Classroom(teacher=Explainer(broken=frozenset({1})), students=[Reader()], judge=ByCode({}), rationales=3)
    record, _ = teach(room)
    assert (record.complete, record.selected) == (False, ())
    assert "gone" in record.rationales[1].error
    assert [len(one.exam) for one in record.rationales] == [2, 0, 2]


@pytest.mark.parametrize("stuck", ["0", "1"])
def test_a_sandbox_that_broke_is_a_missing_mark_and_never_a_zero(stuck: str) -> None:
    judge = ByCode({"0": grade(1, 1)}, stuck=frozenset({stuck}))
    record, _ = teach(Classroom(teacher=Explainer(), students=[Reader()], judge=judge, rationales=2))
    assert not record.complete
    assert record.rationales[int(stuck)].final is None


def test_one_exam_call_that_failed_leaves_the_other_marks() -> None:
    room = Classroom(
        teacher=Explainer(), students=[Reader(broken=frozenset({"q"}))], judge=ByCode({"0": grade(1, 1)}), rationales=1
    )
    record, _ = teach(room)
    assert not record.complete
    assert [(mark.problem, mark.final is None) for mark in record.rationales[0].exam] == [("q", True), ("r", False)]


def test_a_reply_without_program_is_taught_to_nobody_and_marked_zero() -> None:
    reader = Reader()
    room = Classroom(
        teacher=Explainer(formless=frozenset({0})), students=[reader], judge=ByCode({"1": grade(1, 1)}), rationales=2
    )
    record, _ = teach(room)
    assert record.complete
    assert {index for _, index in reader.asked} == {1}
    assert [mark.final.v for mark in record.rationales[0].exam if mark.final] == [0, 0]
    assert record.selected == (1,)


def test_self_debug_keeps_both_grades_and_the_later_one_counts() -> None:
    judge = ByCode({"0": grade(0, 0.2), "mended 0": grade(1, 0.8), "mended exam": grade(1, 1)})
    room = Classroom(
        teacher=Explainer(), students=[Reader()], judge=judge, rationales=1, mend_teacher=True, mend_students=True
    )
    record, _ = teach(room)
    taught = record.rationales[0]
    assert (taught.grade, taught.mended_grade, taught.final) == (grade(0, 0.2), grade(1, 0.8), grade(1, 0.8))
    for mark in taught.exam:
        assert (mark.grade, mark.final) == (grade(1, 0.8), grade(1, 1))


def test_an_exhausted_budget_stops_the_lesson() -> None:
    class Poor(Explainer):
        async def explain(self, problem: Problem, index: int) -> Answer:
            raise BudgetError("no calls left")

    with pytest.raises(BudgetError):
        teach(Classroom(teacher=Poor(), students=[Reader()], judge=ByCode({}), rationales=2))


def test_usage_of_a_lesson_is_the_sum_over_its_replies() -> None:
    record, _ = teach(Classroom(teacher=Explainer(), students=[Reader()], judge=ByCode({}), rationales=2))
    assert record.usage.calls == 3 + 4
