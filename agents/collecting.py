"""Collect beside a run: open what the run had, make the lines that are not there yet, and say what is missing."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from agents.collectable import todo_of
from agents.endpoints.notice import Notice
from agents.gathering import Gatherer, Runner, Task
from agents.judging import open_judge
from agents.plan import Plan
from agents.schedule import Interrupts, interruptible, run_all
from agents.wiring import Room, open_room
from lbt.collected import Collection, Kind
from lbt.errors import StepError
from lbt.records import CALLS, lock, read_manifest, same_models

Say = Callable[[str], None]
"""Tells the user one line; it is safe to print."""


def collect(plan: Plan, run: Path, kinds: Sequence[Kind], say: Say) -> int:
    """Collect and return the exit code. Raises LbtError where it cannot start or go on."""
    with lock(run):
        return asyncio.run(interruptible(partial(collected, plan, run, kinds, say)))


async def collected(plan: Plan, run: Path, kinds: Sequence[Kind], say: Say, interrupts: Interrupts) -> int:
    """Open sandbox and models, and make every line."""

    def notify(notice: Notice) -> None:
        say(notice.text)

    there = Collection(run)
    todo = todo_of(plan, run, kinds, there)
    async with AsyncExitStack() as stack:
        judge = await stack.enter_async_context(open_judge(plan.config, plan.domain))
        runner = Runner(judge.sandbox, plan.config.seed) if judge.sandbox else None
        if runner and all(task.kind == "mbr" for task in todo):  # no model is asked, so none is started
            return ended(await gathered(runner, todo, there, say))
        room = await stack.enter_async_context(open_room(plan, judge, run, run / CALLS, notify))
        same_models(run, read_manifest(run), room.identities)
        work = gathered(gatherer_of(plan, room, runner), todo, there, say)
        return ended(await interrupts.guard_calls(work, room.drain, say))


def ended(missing: int) -> int:
    """The exit code, where so many lines are missing."""
    return StepError.exit_code if missing else 0


def gatherer_of(plan: Plan, room: Room, runner: Runner | None) -> Gatherer:
    """Ask those that the run asked."""
    return Gatherer(
        teacher=room.teacher,
        students=room.students,
        seated=room.classroom.students,
        judge=room.classroom.judge,
        exam_judge=room.classroom.exam_judge or room.classroom.judge,
        sort=room.classroom.sort,
        runner=runner,
        repetitions=plan.config.repetitions,
        exam_size=plan.config.exam_size or 0,
        mends_teacher=plan.config.mends_teacher,
        mends_students=plan.config.mends_students,
    )


async def gathered(gatherer: Gatherer | Runner, todo: Sequence[Task], there: Collection, say: Say) -> int:
    """Make every line, several at once; gives how many could not be made.

    Raises:
        LbtError: the first error that must stop all.
    """
    done = broken = 0

    async def make(task: Task) -> None:
        nonlocal done, broken
        try:
            there.append(await gatherer.collect(task))
        except StepError as error:
            broken += 1
            say(f"{task.kind} of {task.place} is missing: {error}")
        else:
            done += 1
            say(f"{task.kind} of {task.place} ({done + broken} of {len(todo)})")

    await run_all(make(task) for task in todo)
    return broken
