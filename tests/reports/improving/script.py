"""A scripted run of M3 for the displays: every kind of event, on a clock that the script moves."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lbt.exemplars import Draft, Exemplar, ExemplarSet, Failure, Iteration, Marked, Reflection, Sitting
from lbt.improvement import ImprovementSummary, Setting, summary_of_improvement
from lbt.iterations import iteration_row
from lbt.types import Usage
from reports.improving.opening import ImprovingOpening
from reports.improving.trace import ImprovingTrace
from reports.opening import Seat
from tests.reports.script import Clock

STUDENTS = ("small", "tiny")
LABELS = [True] * 9 + [False] * 7
EXAM, SELECTION = 4, 6
RUN_DIR = Path("runs/20260101-120000-liar")
HOSTILE = "\nThe examples are all \x1b[31mshort\x1b[0m.\nStudents take [bold]length[/bold] for truth."
BROKE = "endpoint local:big failed: timeout"
CALLS = {
    0: {"write": 2, "evaluate": 2 * SELECTION, "test": len(LABELS)},
    1: {
        "examine": 2 * 2 * EXAM,
        "reflect": 4,
        "revise": 4,
        "evaluate": 6 * SELECTION,
        "test": len(LABELS),
    },
    2: {"rescore": 2 * SELECTION, "test": len(LABELS)},
}
RIGHT = {0: (8, 10, 11), 1: (7, 12, 9)}
"""Repeat -> hold-out items that are right after each iteration."""
STUDENT_RIGHT = {"small": 3, "tiny": 1}


def opening(repeats: int = 2, **more: Any) -> ImprovingOpening:  # noqa: ANN401
    """The opening of the scripted run."""
    seats = (
        Seat(role="teacher", model="local:big", where="embedded server", sampling="greedy, at most 4 tokens"),
        *(
            Seat(role=f"student {name}", model=f"local:{name}", where="embedded server", sampling="greedy")
            for name in STUDENTS
        ),
    )
    fields: dict[str, Any] = {
        "dataset": "liar",
        "training": 60,
        "hold_out": len(LABELS),
        "seats": seats,
        "judge": "labels are compared",
        "guarantees": {},
        "repeats": repeats,
        "iterations": 1,
        "current": 2,
        "exemplars": 4,
        "new": 2,
        "exam": EXAM,
        "selection": SELECTION,
        "select_by": "f1",
        "students": STUDENTS,
        "calls": CALLS,
        "run_dir": RUN_DIR,
        "notes": ("2,048 ÷ candidates would be more than there is",),
    }
    return ImprovingOpening(**{**fields, **more})


def usage(completion: int) -> Usage:
    """Tokens of one call whose prompt was mostly cached."""
    return Usage(calls=1, prompt_tokens=900, cached_tokens=800, completion_tokens=completion)


def phase(repeat: int, number: int, step: str, calls: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The events of one step, call after call; what is not `reader` or `exemplars` is told at the end."""
    for k, how in enumerate(calls, 1):
        place = {"event": "step", "repeat": repeat, "iteration": number, "step": step, "k": k, "m": len(calls)}
        place |= {name: how[name] for name in ("reader", "exemplars") if name in how}
        yield {**place, "state": "start"}
        cost = {} if "error" in how else {"usage": usage(3 if "mark" in how else 300).model_dump()}
        yield {**place, "state": "end", **how, **cost}


def answers(reader: str, sets: list[str], items: int, right: int) -> list[dict[str, Any]]:
    """Answers of one reader to the same items with every set."""
    marks = [{"reader": reader, "mark": float(item < right)} for item in range(items)]
    return [{**mark, "exemplars": one} for one in sets for mark in marks]


def iteration_events(repeat: int, number: int) -> Iterator[dict[str, Any]]:
    """All events of one iteration."""
    held = answers("teacher", [f"{min(number, 1)}.1"], len(LABELS), RIGHT[repeat][number])
    if number == 0:
        yield from phase(repeat, 0, "write", [{"usable": True, "fault": ""}] * 2)
        yield from phase(repeat, 0, "evaluate", answers("teacher", ["0.1", "0.2"], SELECTION, 4))
    elif number == 1:
        sets = ["0.1", "0.2"]
        sat = [one for name in STUDENTS for one in answers(name, sets, EXAM, STUDENT_RIGHT[name])]
        yield from phase(repeat, 1, "examine", sat)
        reasons = [{"exemplars": sets[k // 2], "text": HOSTILE if k else ""} for k in range(4)]
        yield from phase(repeat, 1, "reflect", reasons)
        drafts = [
            {"exemplars": "0.1", "usable": True, "fault": ""},
            {"exemplars": "0.2", "usable": True, "fault": "3 exemplars instead of 4"},
            {"exemplars": "0.2", "usable": False, "fault": "no exemplar is of class No"},
        ]
        yield from phase(repeat, 1, "revise", drafts)
        yield from phase(repeat, 1, "evaluate", answers("teacher", [*sets, "1.1", "1.2"], SELECTION, 5))
    else:
        yield from phase(repeat, 2, "rescore", answers("teacher", ["1.1", "1.2"], SELECTION, 5))
    yield from phase(repeat, number, "test", held)


def one_set(name: str) -> ExemplarSet:
    """A set of four exemplars, one of them a hold-out item."""
    return ExemplarSet(
        id=name,
        exemplars=(
            Exemplar(statement="Item  7", answer="Yes"),
            *(Exemplar(statement=f"{name} {k}", answer="No" if k % 2 else "Yes") for k in range(3)),
        ),
    )


def sitting(reader: str, exemplars: str, right: int, items: int = len(LABELS)) -> Sitting:
    """The first items are right, the last one is neither Yes nor No."""
    marks = (
        Marked(f"i{k}", float(k < right), label, label if k < right else None if k == len(LABELS) - 1 else not label)
        for k, label in enumerate(LABELS[:items])
    )
    return Sitting(reader=reader, exemplars=exemplars, marks=tuple(marks), usage=usage(3))


def iteration(repeat: int, number: int) -> Iteration:
    """One iteration as recorded."""
    revised = number == 1
    kept = {0: ("0.1", "0.2"), 1: ("1.1", "1.2"), 2: ("1.1",)}[number]
    failures = tuple(
        Failure(student=name, exemplars=one, item=f"i{k}", said="No", reason="it is Yes")
        for name in STUDENTS
        for one in ("0.1", "0.2")
        for k in range(STUDENT_RIGHT[name], EXAM)
    )
    drafts = (
        Draft(written=one_set("1.1"), parent="0.1", usage=usage(300)),
        Draft(written=one_set("1.2"), parent="0.2", fault="3 exemplars instead of 4", usage=usage(300)),
        Draft(written=None, parent="0.2", fault="no exemplar is of class No", fate="malformed", usage=usage(300)),
    )
    written = (Draft(written=one_set("0.1"), usage=usage(300)), Draft(written=one_set("0.2"), usage=usage(300)))
    return Iteration(
        repeat=repeat,
        number=number,
        stage=("initial", "revised", "final")[number],
        exams=tuple(sitting(name, one, 3, EXAM) for name in STUDENTS for one in ("0.1", "0.2")) if revised else (),
        failures=failures if revised else (),
        reflections=(Reflection(exemplars="0.1", failures=(0,), text=HOSTILE, call="x"),) if revised else (),
        drafts=(written, drafts, ())[number],
        scored=tuple(sitting("teacher", one, 5, SELECTION) for one in kept),
        scores=(0.8, 0.7)[: len(kept)],
        kept=tuple(map(one_set, kept)),
        held_out=sitting("teacher", kept[0], RIGHT[repeat][number]),
    )


def setting(repeats: int = 2) -> Setting:
    """What the scripted run was asked for."""
    return Setting(
        dataset="liar",
        select_by="f1",
        iterations=1,
        repeats=repeats,
        seed=0,
        training=[True, True, False],
        hold_out=LABELS,
        hold_out_texts=[f"item {k}" for k in range(len(LABELS))],
        forecast=40,
    )


def records(repeats: int = 2) -> list[Iteration]:
    """All iterations of the scripted run."""
    return [iteration(repeat, number) for repeat in range(repeats) for number in range(3)]


@cache
def summary(repeats: int = 2) -> ImprovementSummary:
    """The table of the scripted run."""
    return summary_of_improvement(records(repeats), setting(repeats))


@cache
def of_programs(repeats: int = 1) -> ImprovementSummary:
    """The table of a run on items that are no texts."""
    bare = [one.model_copy(update={"held_out": _without_class(one.held_out)}) for one in records(repeats)]
    asked = Setting(
        dataset="game_theory",
        select_by="accuracy",
        iterations=1,
        repeats=repeats,
        seed=0,
        hold_out_texts=[f"item {k}" for k in range(len(LABELS))],
    )
    return summary_of_improvement(bare, asked)


def _without_class(held: Sitting) -> Sitting:
    return held.model_copy(update={"marks": tuple(Marked(one.item, one.mark) for one in held.marks)})


def play(trace: ImprovingTrace, clock: Clock, repeats: int = 2) -> None:
    """Run the script: half a second an event, a wait in it, and a call that fails for good at its end."""
    trace.open(opening(repeats))
    trace.notice("local:big asks to wait 12 s (429)", kind="retry")
    for one in records(repeats):
        for event in iteration_events(one.repeat, one.number):
            clock.now += 0.5
            trace.step(event)
        trace.iteration(one, iteration_row(one))
    for event in phase(0, 3, "test", [{"reader": "teacher", "exemplars": "1.1", "error": BROKE}] * 5):
        trace.step(event)
    trace.close(summary(repeats), RUN_DIR)
