"""Runs that nobody held: a record and its call store, written as a run writes them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pydantic import JsonValue

from agents.endpoints.calls import Completion, Finish, Message, Place, Request, Sampling
from agents.endpoints.store import CallStore, StoredCall
from lbt.records import CALLS, LESSONS, MANIFEST, Manifest
from lbt.types import Answer, Exams, Grade, LessonRecord, Mark, Outcome, Taught
from tests.requirements import need

ASK = (Message(role="system", content="Be kind."), Message(role="user", content="1 + 1?"))


BEFORE: JsonValue = {"pairs": "before"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer of the teacher, and what came of it."""

    text: str
    correct: bool = True
    passed: int = 0
    """Of three exam answers."""
    finish: Finish = "stop"
    reasoning: str = ""
    mended: str | None = None
    """The final answer after self-debug, where it is on; the first one is `2`."""
    prompt: tuple[Message, ...] = ASK


def need_pyarrow() -> None:
    """Pairs are written with it."""
    need("train", find_spec("pyarrow") is not None, "pyarrow is not installed")


def right(text: str, passed: int = 3) -> Said:
    """A right answer."""
    return Said(text=text, passed=passed)


def wrong(text: str, passed: int = 0) -> Said:
    """A wrong one."""
    return Said(text=text, correct=False, passed=passed)


def grade(*, correct: bool) -> Grade:
    """Full or none."""
    return Grade(v=correct, v_share=correct, s=correct, s_prefix=correct, status="right" if correct else "wrong")


def lesson(
    problem: str, said: Sequence[Said], *, complete: bool = True, exams: Exams = "all", examined: bool = True
) -> LessonRecord:
    """The record of a lesson with a greedy answer besides."""

    def taught(index: int, one: Said) -> Taught:
        answer = Answer(call=f"{problem} {index}", outcome=Outcome.OK, rationale="why", value="2")
        mended = answer.model_copy(update={"call": "mend", "value": one.mended}) if one.mended is not None else None
        marks = [
            Mark(student="s", problem=f"{problem}/{number}", grade=grade(correct=number < one.passed))
            for number in range(3 if examined else 0)
        ]
        return Taught(
            index=index, answer=answer, grade=grade(correct=one.correct), mended=mended,
            mended_grade=grade(correct=one.correct) if mended else None, exam=tuple(marks),
        )  # fmt: skip

    return LessonRecord(
        problem=problem,
        students=("s",),
        rationales=tuple(taught(index, one) for index, one in enumerate(said)),
        greedy=taught(-1, right("greedy")),
        exams=exams,
        complete=complete,
    )


def call(problem: str, index: int, said: Said) -> StoredCall:
    """The call behind an answer."""
    return StoredCall(
        key=f"{problem} {index}",
        endpoint="t",
        request=Request(
            messages=said.prompt,
            sampling=Sampling(temperature=0.7, top_p=1.0, max_tokens=512),
            place=Place(replicate=0, role="teacher", rationale=index, repetition=0),
        ),
        completion=Completion(text=said.text, reasoning=said.reasoning, finish=said.finish),
        started=0.0,
        ended=1.0,
    )


def write_run(place: Path, lessons: Mapping[str, Sequence[Said]], **config: JsonValue) -> Path:
    """Write a run whose lessons are all complete."""
    write_manifest(place, **config)
    write_lessons(place, [lesson(problem, said) for problem, said in lessons.items()])
    write_calls(place, lessons)
    return place


def write_manifest(place: Path, lineage: JsonValue = BEFORE, data: str = "d" * 64, /, **config: JsonValue) -> None:
    """Write `run.json`; its teacher is of a lineage."""
    options: dict[str, JsonValue] = {
        "dataset": "families", "method": "m1", "teacher": "scripted:t", "student": ["scripted:s"], "exams": "all",
        "teach_with": "rationale+answer", "seed": 0,
    }  # fmt: skip
    manifest = Manifest(
        started="2026-01-02T03:04:05+00:00", config=options | config, identities={"scripted:t": "sha256:1"},
        lineage={"scripted:t": lineage}, prompts={}, data=data, judge="judge 7", commit="c" * 40,
        packages={}, python="", machine="",
    )  # fmt: skip
    place.mkdir(parents=True, exist_ok=True)
    (place / MANIFEST).write_text(manifest.model_dump_json())


def write_lessons(place: Path, lessons: Sequence[LessonRecord]) -> None:
    """Put lines behind those that are there."""
    with (place / LESSONS).open("a") as lines:
        lines.writelines(record.model_dump_json() + "\n" for record in lessons)


def write_calls(place: Path, lessons: Mapping[str, Sequence[Said]]) -> None:
    """Store the replies."""

    async def put() -> None:
        store = CallStore.open(place / CALLS)
        try:
            for problem, said in lessons.items():
                for index, one in enumerate(said):
                    await store.put(call(problem, index, one))
        finally:
            await store.aclose()

    asyncio.run(put())
