"""The sentences that all displays share: the opening, a step, a finished problem, the calls so far."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lbt.scoring import ExamMark, ProblemRow, metrics_of
from lbt.types import GREEDY
from reports.ending import cached
from reports.opening import CALLING, Opening, Seat
from reports.tables import LABELS, asked, counted, roughly, share, tie
from reports.tally import Tally
from reports.terminal import one_line


def opening_lines(opening: Opening) -> list[tuple[str, str]]:
    """The opening as pairs of a label and its text, made safe."""
    judge = [judge_line(opening.judge, opening.guarantees)]
    lines = [*(judge if opening.weaker else []), ("dataset", lesson_plan(opening))]
    lines += map(seat_line, opening.seats)
    lines += [
        *([] if opening.weaker else judge),
        ("problems", ", ".join(opening.problems)),
        ("calls", calls_at_most(opening)),
    ]
    lines += [("note", note) for note in opening.notes]
    lines.append(("record", str(opening.run_dir)))
    return [(one_line(label, 40), one_line(text, 1000)) for label, text in lines]


def judge_line(judge: str, held: Mapping[str, bool]) -> tuple[str, str]:
    """Say what judges: a sandbox, and what it promises; or what compares answers, where nothing runs."""
    return ("sandbox", f"{judge}; {guarantees(held)}") if held else ("judge", judge)


def seat_line(seat: Seat) -> tuple[str, str]:
    """Say who plays a role; a student's name only where it says more than the model's."""
    role, _, name = seat.role.partition(" ")
    called = f"{name}: " if name not in ("", seat.model) else ""
    return role, f"{called}{seat.model}, {seat.where}; {seat.sampling}"


def lesson_plan(opening: Opening) -> str:
    """Say what is taught to whom."""
    problems, students = counted(len(opening.problems), "problem"), counted(len(opening.students), "student")
    done = f" ({len(opening.finished)} finished before)" if opening.finished else ""
    debug = "no self-debug" if opening.self_debug == "none" else f"self-debug: {opening.self_debug}"
    return f"{opening.dataset}: {problems}{done}, {counted(opening.rationales, 'rationale')} each, {students}, {debug}"


def guarantees(held: Mapping[str, bool]) -> str:
    """Say which guarantees of the sandbox hold here, and which do not."""
    yes, no = ([name for name, holds in held.items() if holds is wanted] for wanted in (True, False))
    parts = ([f"guarantees: {', '.join(yes)}"] if yes else []) + ([f"NOT guaranteed: {', '.join(no)}"] if no else [])
    return "; ".join(parts) or "no guarantees"


def calls_at_most(opening: Opening) -> str:
    """Say how many calls the run makes, and for what."""
    steps: Counter[str] = Counter()
    for planned in opening.calls.values():
        steps.update(planned)
    return at_most(steps, CALLING)


def at_most(steps: Mapping[str, int], order: Sequence[str]) -> str:
    """Say how many calls there are at most, and how many of each step."""
    kinds = ", ".join(f"{steps[name]:,} {name}" for name in order if steps.get(name))
    return f"{sum(steps.values()):,} at most" + (f" ({kinds})" if kinds else "")


def place(event: Mapping[str, Any], rationales: int) -> str:
    """Say which rationale an event is about."""
    if "rationale" not in event:
        return ""
    return "greedy" if event["rationale"] == GREEDY else f"{event['rationale'] + 1} of {rationales}"


def step_text(event: Mapping[str, Any]) -> str:
    """Say what a step was and how it ended, on one line."""
    parts = [step_name(event)]
    if student := event.get("student"):
        parts.append(f"{student} on {event['exam']}" if event.get("exam") else str(student))
    if error := event.get("error"):
        parts.append(f"MISSING: {error}")
    elif outcome := event.get("outcome"):
        parts.append(str(outcome))
    if (written := event.get("written")) is not None:
        parts.append(f"{written} of {written + event.get('unwritten', 0)} exam problems")
    if grade := event.get("grade"):
        parts.append(f"{grade.get('status', '')}, V {mark(grade.get('v'))}, S {share(grade.get('s'))}")
    if usage := event.get("usage"):
        parts.append(tokens_of(usage))
    return one_line(", ".join(parts), 400)


def step_name(event: Mapping[str, Any]) -> str:
    """`exam 3 of 12`, or the step alone where there is only one."""
    k, m = event.get("k"), event.get("m")
    return f"{event['step']} {k} of {m}" if k and m and m > 1 else str(event["step"])


def tokens_of(usage: Mapping[str, Any]) -> str:
    """Say what one call cost."""
    again = ", replayed" if usage.get("replayed") else ""
    return f"{usage.get('completion_tokens', 0):,} tokens{again}"


def mark(value: ExamMark) -> str:
    """A V-score: 0 or 1; a point where the exams were raced and this one was not asked."""
    return {None: "-", "unasked": "."}[value] if value is None or value == "unasked" else f"{value:g}"


def result(row: ProblemRow) -> str:
    """Say how a finished problem came out, on one line."""
    if not row.complete:
        return f"{one_line(row.id, 60)}: incomplete, {counted(row.missing, 'mark')} missing"
    text = ", ".join(f"{LABELS[name]} {share(getattr(row, name))}" for name in metrics_of([row]))
    won = "winning tie" if row.answers is None else "winning answer given by"
    chosen = f"{won} {tie(row)}" if row.decided else "undecided"
    return f"{one_line(row.id, 60)}: {text}, {exams(row)}, {chosen}"


def exams(row: ProblemRow) -> str:
    """Say how the exams of a finished problem went, or how many were asked where they were raced."""
    if row.exams != "all":
        return f"exams {asked(row)}"
    told = counted(row.levels or 0, "LbT level") if row.answers is None else counted(row.answers, "different answer")
    return f"exams passed {share(row.exam_pass_rate)}, {told}"


def standing(progress: Tally) -> str:
    """Say how many calls are done and how long the rest takes."""
    done, left, eta = progress.calls_done, progress.to_do().total(), progress.eta()
    rest = "" if eta is None or not left else f", {roughly(eta)} left"
    return f"{done:,} of {done + left:,} calls{rest}"


def tokens(progress: Tally) -> str:
    """Say how many tokens went by."""
    usage = progress.usage
    again = f", {usage.replayed:,} replayed" if usage.replayed else ""
    return f"{usage.prompt_tokens:,} read{cached(usage)}, {usage.completion_tokens:,} written{again}"


def rates(progress: Tally) -> str:
    """Say what a call of each step costs in seconds of the run."""
    return ", ".join(f"{step} {seconds:.1f} s" for step, seconds in progress.pace.seconds_per_call().items())
