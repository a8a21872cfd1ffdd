"""A scripted run for the displays: every kind of event, in a fixed order, on a clock that the script moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from lbt.scoring import Summary, problem_row, summarise
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught, Usage
from reports.closeup import Exchange
from reports.opening import Opening, Seat
from reports.trace import Trace

BROKE = "endpoint local:small failed: timeout"
STUDENTS = ("small", "tiny")
PROBLEMS = ("nim-game", "stone-game", "divisor-game")


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def opening(problems: tuple[str, ...] = PROBLEMS, rationales: int = 2) -> Opening:
    """The opening of the scripted run."""
    exams = rationales * len(STUDENTS) * 2
    return Opening(
        dataset="game_theory",
        seats=(
            Seat(role="teacher", model="local:big", where="embedded server", sampling="temperature 0.8"),
            Seat(
                role="student small",
                model="local:small",
                where="embedded server",
                sampling="greedy, at most 512 tokens",
            ),
            Seat(
                role="student openai:tiny",
                model="openai:tiny",
                where="127.0.0.1:8000",
                sampling="greedy, at most 512 tokens",
            ),
        ),
        judge="bubblewrap as a user",
        guarantees={"no network": True, "no foreign file": True, "memory limit": True, "own cgroup": False},
        problems=problems,
        rationales=rationales,
        students=STUDENTS,
        self_debug="none",
        calls={problem: {"explain": rationales + 1, "exam": exams} for problem in problems},
        run_dir=Path("runs/20260101-120000-game_theory"),
        notes=(f"{rationales} rationales: the default with embedded models",),
    )


def usage(completion: int, replayed: int = 0) -> Usage:
    """Tokens of one call whose prompt was mostly cached."""
    return Usage(calls=1, replayed=replayed, prompt_tokens=500, cached_tokens=400, completion_tokens=completion)


def event(problem: str, rationale: int, step: str, state: str, **more: object) -> dict[str, Any]:
    """One event as the graphs send it."""
    return {"event": "step", "problem": problem, "rationale": rationale, "step": step, "state": state, **more}


def grade(v: float, s: float) -> Grade:
    """A grade with these scores."""
    return Grade(v=v, v_share=v, s=s, s_prefix=s, status="AC" if s == 1 else "WA")


def rationale_events(problem: str, index: int, s: float) -> Iterator[dict[str, Any]]:
    """One rationale from explanation to its last mark."""
    yield event(problem, index, "explain", "start")
    yield event(problem, index, "explain", "end", outcome="ok", usage=usage(300).model_dump())
    yield event(problem, index, "judge", "start")
    yield event(problem, index, "judge", "end", grade=grade(float(s == 1), s).model_dump(exclude={"usage"}))
    if index < 0:
        return
    sittings = [(student, exam) for student in STUDENTS for exam in PROBLEMS if exam != problem]
    for k, (student, exam) in enumerate(sittings, start=1):
        where = {"student": student, "exam": exam, "k": k, "m": len(sittings)}
        yield event(problem, index, "exam", "start", **where)
        yield event(problem, index, "exam", "end", **where, outcome="ok", usage=usage(100, replayed=k % 2).model_dump())
    for k, (student, exam) in enumerate(sittings, start=1):
        where = {"student": student, "exam": exam, "k": k, "m": len(sittings)}
        yield event(problem, index, "mark", "start", **where)
        yield event(problem, index, "mark", "end", **where, grade=grade(float(k < 3), s).model_dump(exclude={"usage"}))


def taught(problem: str, index: int, s: float, passed: int) -> Taught:
    """One rationale as recorded, `passed` of whose four exam answers passed."""
    sittings = [(student, exam) for student in STUDENTS for exam in PROBLEMS if exam != problem]
    marks = (
        Mark(
            student=student,
            problem=exam,
            answer=Answer(call=f"{index}-{student}-{exam}", outcome=Outcome.OK, code="pass", usage=usage(100)),
            grade=grade(float(k < passed), 1.0 if k < passed else 0.25),
        )
        for k, (student, exam) in enumerate(sittings)
    )
    answer = Answer(call=f"{problem}-{index}", outcome=Outcome.OK, rationale="Think.", code="pass", usage=usage(300))
    return Taught(index=index, answer=answer, grade=grade(float(s == 1), s), exam=tuple(marks) if index >= 0 else ())


def records() -> list[LessonRecord]:
    """A decided problem, an undecided one, an incomplete one."""
    decided = [taught("nim-game", 0, 0.5, 1), taught("nim-game", 1, 1.0, 3)]
    tied = [taught("stone-game", 0, 0.75, 2), taught("stone-game", 1, 0.25, 2)]
    broken = taught("divisor-game", 1, 1.0, 2)
    lost = broken.exam[0].model_copy(update={"answer": None, "grade": None, "error": BROKE})
    partial = [taught("divisor-game", 0, 1.0, 2), broken.model_copy(update={"exam": (lost, *broken.exam[1:])})]
    return [record("nim-game", decided, (1,)), record("stone-game", tied, (0, 1)), record("divisor-game", partial, ())]


def record(problem: str, rationales: list[Taught], selected: tuple[int, ...]) -> LessonRecord:
    """One finished problem."""
    return LessonRecord(
        problem=problem,
        students=STUDENTS,
        rationales=tuple(rationales),
        greedy=taught(problem, -1, 0.5, 0),
        selected=selected,
        complete=bool(selected),
        usage=Usage(calls=11, replayed=4, prompt_tokens=5500, cached_tokens=4400, completion_tokens=1700),
    )


def summary() -> Summary:
    """The table of the scripted run."""
    return summarise(records(), dataset="game_theory", seed=0, asked=4)


def play(trace: Trace, clock: Clock, *, pause: Callable[[], None] = lambda: None) -> None:
    """Run the script: half a second an event, a download before it, one call that fails for good."""
    trace.notice("fetching local:big, 10 of 100 MB", kind="download")
    clock.now += 1
    trace.notice("fetching local:big, 90 of 100 MB", kind="download")
    trace.open(opening())
    for done in records():
        for index in (0, 1, -1):
            for one in rationale_events(done.problem, index, 1.0 if index else 0.5):
                clock.now += 0.5
                trace.step(one)
                pause()
        if not done.complete:
            trace.step(event(done.problem, 1, "exam", "end", student="small", error=BROKE))
        trace.step({"event": "step", "problem": done.problem, "step": "select", "state": "end"})
        trace.lesson(done, problem_row(done))
    trace.close(summary(), Path("runs/20260101-120000-game_theory"))


def screen(width: int = 100, height: int = 40, *, terminal: bool = True) -> Console:
    """A console that writes into memory, set as the product sets its own."""
    return Console(
        file=StringIO(),
        width=width,
        height=height,
        force_terminal=terminal,
        color_system=None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )


def text_of(console: Console) -> str:
    """What was written to a console made by `screen`."""
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def exchange() -> Exchange:
    """A call as it was made, with words that would like to be more than words."""
    return Exchange(
        endpoint="local:big",
        sampling="temperature 0.8, max tokens 1024",
        prompt=[("system", "You teach."), ("user", "Explain [bold]this[/bold] :smile:\x1b[2J")],
        reasoning="Hm.",
        reply="Think.\n```python\npass\n```\x9b31m\u202e",
        finish="stop",
        seconds=2.5,
    )
