"""Hold a planned run: sandbox, record, models, lessons, table.

Reads from top to bottom as a run goes.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from functools import partial

from agents.endpoints.notice import Notice
from agents.judging import OpenJudge, open_judge
from agents.opening import opening_of
from agents.plan import Plan
from agents.record import open_record
from agents.schedule import Interrupts, hold_lessons, interruptible, window
from agents.wiring import Room, open_room
from lbt.errors import StepError
from lbt.records import RunDirectory, complete, lessons_of
from lbt.scoring import summary_of
from lbt.types import LessonRecord
from reports.trace import Trace, open_trace


def hold(plan: Plan) -> int:
    """Hold the run and return its exit code. Raises LbtError where it cannot start or go on."""
    with rarely_collected():
        return asyncio.run(interruptible(partial(held, plan)))


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for unreachable cycles less often in this block, and never among what was there before.

    A lesson holds hundreds of thousands of values that stay until its end. With Python's own thresholds a third of a
    long run went into looking through them, and through all that is imported.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


async def held(plan: Plan, interrupts: Interrupts) -> int:
    """Open judge, record and trace, in this order: what is not possible here is said before anything is made."""
    async with open_judge(plan.config, plan.domain) as judge:
        with open_record(plan.recipe, judge.identity) as record, open_trace(plan.config.display) as trace:
            trace.open(opening_of(plan, judge, record))
            await taught(plan, judge, record, trace, interrupts)
    return 0 if not left(plan, record) else StepError.exit_code


async def taught(plan: Plan, judge: OpenJudge, record: RunDirectory, trace: Trace, interrupts: Interrupts) -> None:
    """Start the models, hold the lessons that the record lacks, if any, and show the table, however the lessons end."""

    def notify(notice: Notice) -> None:
        trace.notice(notice.text, notice.kind)

    if not left(plan, record):
        close(plan, record, trace)
        return
    async with AsyncExitStack() as stack:
        try:
            room = await stack.enter_async_context(open_room(plan, judge, record.path, record.calls, notify))
        except asyncio.CancelledError:
            trace.notice("stopped before the first call; what was fetched is kept, so just start the command again")
            raise
        record.identify(room.identities)
        try:
            await interrupts.guard_calls(lessons(plan, room, record, trace), room.drain, trace.notice)
        finally:
            close(plan, record, trace)


async def lessons(plan: Plan, room: Room, record: RunDirectory, trace: Trace) -> None:
    """Hold the lessons; each is in the record before its result is shown."""

    def finished(lesson: LessonRecord) -> None:
        kept = record.append(lesson)
        trace.lesson(lesson, kept.row)

    if plan.config.exams == "adaptive":
        for earlier in lessons_of(record.path):
            room.classroom.tally.learn(earlier)
    undone = left(plan, record)
    todo = [lesson for lesson in plan.lessons if lesson.problem.id in undone]
    at_once = window(room.concurrency, plan.rationales)
    classroom = replace(room.classroom, tell=trace.step)
    await hold_lessons(todo, classroom, at_once=at_once, finished=finished)


def left(plan: Plan, record: RunDirectory) -> list[str]:
    """Problems without a complete lesson in the record."""
    done = complete(record.lessons)
    return [lesson.problem.id for lesson in plan.lessons if lesson.problem.id not in done]


def close(plan: Plan, record: RunDirectory, trace: Trace) -> None:
    """Write `summary.json` and show the table of what there is."""
    done = [record.lessons[one.problem.id] for one in plan.lessons if one.problem.id in record.lessons]
    config = plan.config
    summary = summary_of(
        done, dataset=plan.dataset.name, seed=config.seed, asked=len(plan.lessons), faithful=config.faithful
    )
    record.summarise(summary)
    trace.close(summary, record.path)
