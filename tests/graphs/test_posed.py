"""Lessons whose exam is written for them or marked by a model: the order of steps, what is missing, what it costs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from graphs.lesson import hold_lesson
from graphs.roles import Classroom
from graphs.state import Lesson
from graphs.steps import Tell
from lbt.errors import BudgetError, EndpointError
from lbt.types import GREEDY, TEACHER, Answer, Classes, Grade, LessonRecord, MathProblem, Outcome, Posed, Problem, Usage
from tests.graphs.roles import Explainer, grade

PROBLEM = MathProblem(id="p", title="P", statement="p", answer="1")
OWN = MathProblem(id="own", title="own", statement="own", answer="2")
WRITTEN = tuple(MathProblem(id=f"p~{k}", title="", statement=f"w{k}", answer="3") for k in (1, 2))


@dataclass
class Writer:
    """Poses what it has; breaks where told to."""

    problems: tuple[MathProblem, ...] = WRITTEN
    error: Exception | None = None
    heard: list[str] = field(default_factory=list)

    async def pose(self, problem: Problem, tell: Tell) -> Posed:
        self.heard.append(problem.id)
        tell("start", k=1, m=5)
        if self.error:
            raise self.error
        tell("end", k=1, m=5, usage=Usage(calls=1).model_dump())
        return Posed(
            problems=self.problems,
            unwritten=3 - len(self.problems),
            spent={TEACHER: Usage(calls=4), "reader": Usage(calls=1)},
        )


@dataclass
class Reader:
    """Copies what it was taught."""

    name: str = "reader"

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        return Answer(call=f"{exam.id}{index}", outcome=Outcome.OK, code=taught.code, usage=Usage(calls=1))

    async def mend(
        self, exam: Problem, lesson: Problem, index: int, answer: Answer, grade: Grade, repetition: int
    ) -> Answer:
        return answer.model_copy(update={"code": f"mended {answer.code}"})


@dataclass
class Marker:
    """Gives every answer the same mark, and remembers what it was asked."""

    v: float
    cost: Usage | None = None
    error: Exception | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        self.asked.append((problem.id, answer.code))
        if self.error:
            raise self.error
        return grade(self.v, self.v).model_copy(update={"usage": self.cost})


async def alike(answers: Sequence[str | None]) -> Classes:
    """The first answer is of a class of its own, the others share one."""
    classes = tuple(min(place, 1) for place in range(len(answers)))
    return Classes(classes, classes)


def room(**roles: Any) -> Classroom:  # noqa: ANN401 - fields of the classroom
    given: dict[str, Any] = {"judge": Marker(1), "sort": alike, "rationales": 3, **roles}
    return Classroom(teacher=Explainer(), students=[Reader()], **given)


def hold(where: Classroom, exams: tuple[Problem, ...] = ()) -> tuple[LessonRecord, list[Mapping[str, Any]]]:
    events: list[Mapping[str, Any]] = []
    lesson = Lesson(problem=PROBLEM, exams=exams, similarity=0.5)
    return asyncio.run(hold_lesson(lesson, replace(where, tell=events.append))), events


def test_the_exam_is_written_once_before_anything_is_explained() -> None:
    writer = Writer()
    record, events = hold(room(poser=writer))
    assert writer.heard == ["p"]
    steps = [event["step"] for event in events]
    assert steps[:4] == ["pose"] * 4
    assert "pose" not in steps[4:]
    assert [(event["state"], event.get("k")) for event in events[:4]] == [
        ("start", None),
        ("start", 1),
        ("end", 1),
        ("end", None),
    ]
    assert (events[3]["written"], events[3]["unwritten"]) == (2, 1)
    assert not any("rationale" in event for event in events[:4])
    assert record.complete


def test_every_explanation_is_examined_by_what_was_written_and_the_record_keeps_it() -> None:
    record, _ = hold(room(poser=Writer()))
    for taught in record.rationales:
        assert [mark.problem for mark in taught.exam] == ["p~1", "p~2"]
    assert record.written == WRITTEN
    assert record.unwritten == 1
    assert {role: usage.calls for role, usage in record.posing.items()} == {TEACHER: 4, "reader": 1}
    assert record.usage.calls == 5 + 4 + 3 * 2


def test_where_nobody_writes_the_lesson_brings_its_exam() -> None:
    record, events = hold(room(), (OWN,))
    assert "pose" not in {event["step"] for event in events}
    assert {mark.problem for taught in record.rationales for mark in taught.exam} == {"own"}
    assert (record.written, record.unwritten, record.unposed, record.similarity) == ((), 0, "", 0.5)


def test_where_nothing_could_be_written_all_explanations_score_alike_and_the_larger_class_wins() -> None:
    record, _ = hold(room(poser=Writer(problems=())))
    assert record.complete
    assert all(taught.exam == () for taught in record.rationales)
    assert record.selected == (1, 2)
    assert (record.written, record.unwritten) == ((), 3)


def test_writing_that_broke_leaves_the_lesson_incomplete_with_its_reason_and_the_answers_explained() -> None:
    record, events = hold(room(poser=Writer(error=EndpointError("teacher", "gone"))))
    assert not record.complete
    assert "gone" in record.unposed
    assert record.selected == ()
    assert [taught.index for taught in record.rationales] == [0, 1, 2]
    assert all(taught.final and not taught.exam for taught in record.rationales)
    assert "gone" in next(event["error"] for event in events if event["step"] == "pose" and event["state"] == "end")


@pytest.mark.parametrize("error", [BudgetError("no more calls"), ValueError("a bug")])
def test_what_must_stop_the_run_leaves_the_graph(error: Exception) -> None:
    with pytest.raises(type(error)):
        hold(room(poser=Writer(error=error)))


def test_a_model_marks_exam_answers_only_and_what_it_costs_is_counted() -> None:
    key, marker = Marker(1), Marker(0, cost=Usage(calls=1))
    record, events = hold(room(judge=key, exam_judge=marker), (OWN,))
    assert {problem for problem, _ in key.asked} == {"p"}
    assert sorted(marker.asked) == [("own", "0"), ("own", "1"), ("own", "2")]
    assert {mark.final.v for taught in record.rationales for mark in taught.exam if mark.final} == {0}
    assert all(taught.final and taught.final.v == 1 for taught in record.rationales)
    assert record.usage.calls == 4 + 3 + 3
    told = [event for event in events if event["step"] == "grade" and event["state"] == "end"]
    assert [event["usage"]["calls"] for event in told] == [1, 1, 1]
    assert all("usage" not in event["grade"] for event in told)
    assert "mark" not in {event["step"] for event in events}


def test_a_model_marks_mended_answers_again() -> None:
    marker = Marker(0, cost=Usage(calls=1))
    record, events = hold(room(exam_judge=marker, mend_students=True, rationales=1), (OWN,))
    assert marker.asked == [("own", "0"), ("own", "mended 0")]
    assert record.rationales[0].usage.calls == 1 + 2 + 2
    assert [event["again"] for event in events if event["step"] == "grade" and event["state"] == "end"] == [False, True]


def test_a_mark_that_a_model_could_not_give_is_missing() -> None:
    record, _ = hold(room(exam_judge=Marker(1, error=EndpointError("teacher", "gone"))), (OWN,))
    assert not record.complete
    assert {mark.final for taught in record.rationales for mark in taught.exam} == {None}
    assert record.greedy is not None
    assert record.greedy.index == GREEDY
