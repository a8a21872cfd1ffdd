"""The sentences that all displays of M3 share: the opening, a step, a finished iteration."""

from collections.abc import Mapping
from typing import Any

from lbt.classification import SelectBy
from lbt.iterations import IterationRow
from reports import phrases
from reports.improving.opening import STEPS, ImprovingOpening
from reports.improving.progress import Phase, Place, Reason
from reports.tables import counted, share
from reports.terminal import one_line

METRIC: Mapping[SelectBy, str] = {"f1": "F1", "accuracy": "accuracy", "macro_f1": "macro-F1"}
"""How each metric is called."""
TOLD = 3
"""Errors of one phase that are told one by one; the rest is counted."""


def opening_lines(opening: ImprovingOpening) -> list[tuple[str, str]]:
    """The opening as pairs of a label and its text, made safe."""
    judge = [phrases.judge_line(opening.judge, opening.guarantees)]
    lines = [*(judge if opening.weaker else []), ("dataset", items(opening))]
    lines += map(phrases.seat_line, opening.seats)
    lines += [*([] if opening.weaker else judge), ("plan", plan(opening)), ("selection", selection(opening))]
    lines.append(("calls", phrases.at_most(opening.steps, STEPS)))
    lines += [("note", note) for note in opening.notes]
    lines.append(("record", str(opening.run_dir)))
    return [(one_line(label, 40), one_line(text, 1000)) for label, text in lines]


def items(opening: ImprovingOpening) -> str:
    """Say on what the run improves its exemplars, and on what it is measured."""
    students = counted(len(opening.students), "student")
    training = counted(opening.training, "training item")
    return f"{opening.dataset}: {training}, {opening.hold_out:,} held out, {students}"


def plan(opening: ImprovingOpening) -> str:
    """Say how often what is written."""
    repeats = f", {opening.repeats} repeats" if opening.repeats > 1 else ""
    done = f" ({counted(len(opening.finished), 'iteration')} finished before)" if opening.finished else ""
    return (
        f"{counted(opening.iterations, 'iteration')}{repeats}{done}: {counted(opening.current, 'set')} of "
        f"{counted(opening.exemplars, 'exemplar')}, each revised into {opening.new:,} per iteration"
    )


def selection(opening: ImprovingOpening) -> str:
    """Say what students are asked and what sets are compared by."""
    sample = "all training items" if opening.selection is None else counted(opening.selection, "training item")
    exam = f"students answer {counted(opening.exam, 'item')} with every set"
    return f"by the teacher's {METRIC[opening.select_by]} on {sample} that no set shows; {exam}"


def where(place: Place, opening: ImprovingOpening | None) -> str:
    """Say which iteration of which repeat."""
    last = opening.iterations if opening else place.number
    name = "final" if place.number > last else f"iteration {place.number} of {last}"
    repeats = opening.repeats if opening else 1
    return f"repeat {place.repeat + 1} of {repeats}, {name}" if repeats > 1 else name


def phase_text(phase: Phase) -> str:
    """Say what a step of the method was about and how it went up to now."""
    lost = f", {phase.missing:,} MISSING" if phase.missing else ""
    return f"{phase.step} {size(phase)}: {outcome(phase)}{lost}"


def size(phase: Phase) -> str:
    """Say of what a phase is made: `64 items x 4 sets x 2 students`, or so many calls."""
    sittings = len(phase.readers) * len(phase.sets)
    if not sittings or phase.of % sittings:
        return f"{phase.of:,}"
    students = [counted(len(phase.readers), "student")] if phase.step == "examine" else []
    return " x ".join([counted(phase.of // sittings, "item"), counted(len(phase.sets), "set"), *students])


def outcome(phase: Phase) -> str:
    """Say how many of how many answers were right, or replies can be used."""
    return f"{good(phase)} of {len(phase.marks) if phase.readers else phase.ended:,}"


def good(phase: Phase) -> str:
    """Say how many answers were right, or replies can be used; marks in between add up."""
    if phase.readers:
        return f"{round(sum(phase.marks), 1):,g} right"
    return counted(phase.useful, "reason" if phase.step == "reflect" else "usable set")


def reply_text(event: Mapping[str, Any]) -> str:
    """Say what became of a reflection or a draft, or what broke, on one line."""
    place = phrases.step_name(event)
    about = f", set {event['exemplars']}" if event.get("exemplars") else ""
    by = f", {event['reader']}" if event.get("reader") else ""
    return one_line(f"{place}{about}{by}: {_said(event)}", 400)


def _said(event: Mapping[str, Any]) -> str:
    if error := event.get("error"):
        return f"MISSING: {error}"
    if "text" in event:
        return first_line(event["text"]) if event["text"] else "no reason in the reply"
    fault = str(event.get("fault") or "")
    if not event.get("usable"):
        return f"malformed: {fault}" if fault else "malformed"
    return f"usable after one repair: {fault}" if fault else "usable"


def first_line(text: str) -> str:
    """The first line of hostile text that says something."""
    return one_line(next((line for line in text[:2000].splitlines() if line.strip()), ""), 200)


def reason_text(reason: Reason) -> str:
    """A reflection in a line."""
    return one_line(f"set {reason.exemplars}: {first_line(reason.text)}", 300)


def result(row: IterationRow, opening: ImprovingOpening | None) -> str:
    """Say how an iteration came out, on one line."""
    by = opening.select_by if opening else "accuracy"
    return one_line(f"{where(Place(row.repeat, row.number), opening)}: {came_out(row, by)}", 400)


def came_out(row: IterationRow, by: SelectBy) -> str:
    """The numbers of an iteration, whose sets were compared `by` that."""
    held = [f"{METRIC[one]} {share(value)}" for one in METRIC if (value := row.on_hold_out(one)) is not None]
    parts = [
        f"best set {row.best}",
        *([] if row.train is None else [f"training {METRIC[by]} {share(row.train)}"]),
        f"hold-out {', '.join(held)}",
    ]
    drafts = row.drafts
    if drafts.written:
        parts.append(f"{drafts.new} new, {drafts.repeated} repeated, {drafts.malformed} malformed")
    return "; ".join(parts)
