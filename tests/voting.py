"""Lessons in mathematics whose votes are known, and a run of them on disk."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from lbt.records import LESSONS, MANIFEST, Manifest, append_line
from lbt.types import GREEDY, Answer, Grade, LessonRecord, Mark, Outcome, Taught, Usage

Exam = Sequence[float] | Mapping[str, Sequence[float]]
"""Marks of the one student `a`, or of several by name."""


def grade(right: float) -> Grade:
    """A final answer is right or wrong."""
    return Grade(v=right, v_share=right, s=right, s_prefix=right, status="right" if right else "wrong")


def answered(call: str, value: str | None, tokens: int = 10) -> Answer:
    """One reply with a final answer, or without one."""
    usage = Usage(calls=1, prompt_tokens=tokens, completion_tokens=tokens)
    outcome = Outcome.NO_ANSWER if value is None else Outcome.OK
    return Answer(call=call, outcome=outcome, value=value or "", usage=usage)


def taught(index: int, kind: int | None, right: bool, exam: Exam) -> Taught:
    """One rationale with an answer of class `kind`."""
    by_student = exam if isinstance(exam, Mapping) else {"a": exam}
    marks = tuple(
        Mark(student=name, problem=f"q{k}", answer=answered(f"{index}-{name}-{k}", "1"), grade=grade(mark))
        for name, marks in by_student.items()
        for k, mark in enumerate(marks)
    )
    value = None if kind is None else f"answer {kind}"
    return Taught(index=index, answer=answered(f"t{index}", value), grade=grade(float(right)), exam=marks)


def lesson(
    classes: Sequence[int | None],
    right: Iterable[int],
    exams: Sequence[Exam],
    *,
    problem: str = "p",
    texts: Sequence[int | None] | None = None,
    greedy: bool = False,
    **more: Any,  # noqa: ANN401 - fields of the record
) -> LessonRecord:
    """A complete lesson.

    Args:
        classes: The class of each rationale's answer.
        right: The classes that are right.
        exams: The exam of each rationale.
        problem: Its id.
        texts: Classes by text; as `classes` unless given.
        greedy: Whether the greedy answer is right.
        more: Other fields of the record.
    """
    correct = set(right)
    students = tuple(exams[0]) if isinstance(exams[0], Mapping) else ("a",)
    rationales = tuple(
        taught(index, kind, kind in correct, exam)
        for index, (kind, exam) in enumerate(zip(classes, exams, strict=True))
    )
    return LessonRecord(
        problem=problem,
        students=students,
        rationales=rationales,
        greedy=Taught(index=GREEDY, answer=answered("g", "0"), grade=grade(float(greedy))),
        classes=tuple(classes),
        texts=tuple(classes if texts is None else texts),
        complete=True,
        **more,
    )


def store(run: Path, records: Iterable[LessonRecord], **config: JsonValue) -> Path:
    """Write a finished run whose models lie behind a closed port."""
    run.mkdir()
    nobody = "openai:nobody@http://127.0.0.1:9/v1"
    options: dict[str, JsonValue] = {"dataset": "families", "seed": 0, "teacher": nobody, "student": [nobody], **config}
    nothing: Any = dict.fromkeys(("data", "judge", "commit", "python", "machine"), "")
    manifest = Manifest(started="2026-01-01T00:00:00+00:00", config=options, prompts={}, packages={}, **nothing)
    (run / MANIFEST).write_text(manifest.model_dump_json())
    for record in records:
        append_line(run / LESSONS, record.model_dump_json())
    return run
