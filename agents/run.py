"""`python -m agents.run`: hold the lessons of a dataset and keep their record.

Reads from top to bottom as a run goes: options, plan, sandbox, record, models, lessons, table.
"""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agents import options as command_line
from agents.endpoints.notice import Notice
from agents.opening import forecast_lines, opening_of
from agents.plan import Plan, plan_of
from agents.record import open_record
from agents.schedule import Interrupted, Interrupts, hold_lessons, window
from agents.wiring import Room, open_room
from lbt.cli import INTERRUPTED, main
from lbt.errors import BudgetError, StepError, UnavailableError
from lbt.records import RunDirectory
from lbt.scoring import problem_row, summarise
from lbt.types import LessonRecord
from reports.trace import Trace, open_trace
from sandbox.judge import Sandbox, open_sandbox


def run(options: Mapping[str, Any]) -> int:
    """Hold the run that `options` ask for and return its exit code. Raises LbtError where it cannot start or go on."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    plan = plan_of(options)
    if plan.config.dry_run:
        print("\n".join(forecast_lines(plan)))
        return 0
    return asyncio.run(interruptible(plan))


async def interruptible(plan: Plan) -> int:
    """Hold the run until it ends or a signal comes."""
    with Interrupts().installed() as interrupts:
        try:
            return await interrupts.guard(held(plan, interrupts))
        except Interrupted:
            return INTERRUPTED


async def held(plan: Plan, interrupts: Interrupts) -> int:
    """Open sandbox, record and trace, in this order: what is not possible here is said before anything is made."""
    async with open_sandbox(plan.config.sandbox) as sandbox:
        judge = f"{sandbox.name}, version {sandbox.version}"
        with open_record(plan, judge) as record, open_trace(plan.config.display) as trace:
            trace.open(opening_of(plan, sandbox, record))
            await taught(plan, sandbox, record, trace, interrupts)
    return 0 if not left(plan, record) else StepError.exit_code


async def taught(plan: Plan, sandbox: Sandbox, record: RunDirectory, trace: Trace, interrupts: Interrupts) -> None:
    """Start the models, hold the lessons that the record lacks, and show the table, however the lessons end."""

    def notify(notice: Notice) -> None:
        trace.notice(notice.text, notice.kind)

    async with open_room(plan.config, sandbox, plan.problems, record.path, record.calls, notify) as room:
        record.identify(room.identities)
        try:
            await interrupts.guard(lessons(plan, room, record, trace))
        except (Interrupted, BudgetError, UnavailableError):
            trace.notice("no new calls; those under way finish into the record, for 30 s at most (Ctrl-C: at once)")
            with suppress(Interrupted):
                await interrupts.guard(room.drain())
            raise
        finally:
            close(plan, record, trace)


async def lessons(plan: Plan, room: Room, record: RunDirectory, trace: Trace) -> None:
    """Hold the lessons; each is in the record before its result is shown."""

    def finished(lesson: LessonRecord) -> None:
        record.append(lesson)
        trace.lesson(lesson, problem_row(lesson))

    todo = [lesson for lesson in plan.lessons if lesson.problem.id in left(plan, record)]
    at_once = window(room.concurrency, plan.rationales)
    await hold_lessons(todo, room.classroom, at_once=at_once, tell=trace.step, finished=finished)


def left(plan: Plan, record: RunDirectory) -> list[str]:
    """Problems without a complete lesson in the record."""
    complete = {name for name, lesson in record.lessons.items() if lesson.complete}
    return [lesson.problem.id for lesson in plan.lessons if lesson.problem.id not in complete]


def close(plan: Plan, record: RunDirectory, trace: Trace) -> None:
    """Write `summary.json` and show the table of what there is."""
    done = [record.lessons[one.problem.id] for one in plan.lessons if one.problem.id in record.lessons]
    config = plan.config
    summary = summarise(done, dataset=config.dataset, seed=config.seed, asked=len(plan.lessons))
    record.summarise(summary)
    trace.close(summary, record.path)


command = command_line.command(run, "Teach the problems of a dataset to students, and choose answers by their exams.")


if __name__ == "__main__":
    main(command, "python -m agents.run")
