"""In which order lessons are held, and how a run is interrupted.

Lessons start in order, a window of them at a time: wide enough that the endpoints never idle at the end of
one, narrow enough that results come lesson by lesson. Within the window the endpoints' limiters serve the
calls of earlier lessons first.
"""

import asyncio
import math
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from graphs.lesson import hold_lesson
from graphs.roles import Classroom
from graphs.state import Lesson
from lbt.cli import INTERRUPTED
from lbt.errors import BudgetError, UnavailableError
from lbt.types import LessonRecord

T = TypeVar("T")


def window(concurrency: int, rationales: int) -> int:
    """Lessons in flight: their explanations alone keep `concurrency` calls busy twice over."""
    return 1 + math.ceil(2 * concurrency / (rationales + 1))


def exams_at_once(concurrency: int, rationales: int, lessons: int) -> int:
    """Exams of a raced lesson under way at once: what each lesson in flight has of `concurrency`.

    But not more than half as many as there are rationales: what is asked ahead of the marks saves less.
    """
    in_flight = max(1, min(lessons, window(concurrency, rationales)))
    return max(1, min(math.ceil(concurrency / in_flight), rationales // 2))


async def hold_lessons(
    lessons: Sequence[Lesson],
    room: Classroom,
    *,
    at_once: int,
    finished: Callable[[LessonRecord], None],
) -> None:
    """Hold all lessons; each is handed to `finished` as soon as it ends.

    Raises:
        LbtError: the first error that must stop the run, after the other lessons were stopped.
    """
    gate = asyncio.Semaphore(at_once)

    async def hold(lesson: Lesson) -> None:
        async with gate:
            record = await hold_lesson(lesson, room)
        finished(record)

    await run_all(hold(lesson) for lesson in lessons)


async def run_all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Await all of `work` at once.

    Raises:
        LbtError: the first error of any, after the others were stopped.
    """
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except BaseExceptionGroup as errors:
        raise first_of(errors) from errors


def first_of(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in a group of groups."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class Interrupted(Exception):  # noqa: N818 - no error: the user asked for it
    """Ctrl-C or SIGTERM ended what was being waited for."""


class Interrupts:
    """Turns each SIGINT or SIGTERM into the end of what is being waited for, the innermost guard first."""

    def __init__(self) -> None:
        self._guarded: list[asyncio.Task[Any]] = []
        self._came = False

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work` until it ends or a signal comes.

        Raises:
            Interrupted: a signal came; `work` was cancelled and has cleaned up.
        """
        task = asyncio.create_task(work)
        self._guarded.append(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._came:
                self._came = False
                raise Interrupted from None
            raise
        finally:
            self._guarded.remove(task)

    def _on_signal(self) -> None:
        if self._guarded:
            self._came = True
            self._guarded[-1].cancel()

    async def guard_calls(
        self, work: Coroutine[Any, Any, T], drain: Callable[[], Coroutine[Any, Any, None]], say: Callable[[str], None]
    ) -> T:
        """Guard work that asks models: where it has to stop, `drain` lets the calls under way end in the store.

        Raises:
            Interrupted: a signal came. A second one stops the draining, too.
            BudgetError: the run may not ask any more.
            UnavailableError: something that it needs is gone.
        """
        try:
            return await self.guard(work)
        except (Interrupted, BudgetError, UnavailableError):
            say("no new calls; those under way finish into the record, for 30 s at most (Ctrl-C: at once)")
            with suppress(Interrupted):
                await self.guard(drain())
            raise

    @contextmanager
    def installed(self) -> Iterator["Interrupts"]:
        """Listen for signals in this block; needs a running event loop in the main thread."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self._on_signal)
        try:
            yield self
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


async def interruptible(work: Callable[[Interrupts], Coroutine[Any, Any, int]]) -> int:
    """Await `work` until it ends or a signal comes, and give the exit code."""
    with Interrupts().installed() as interrupts:
        try:
            return await interrupts.guard(work(interrupts))
        except Interrupted:
            return INTERRUPTED
