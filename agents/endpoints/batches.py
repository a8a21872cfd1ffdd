"""Work on a database off the event loop: what one turn of the loop asks for is one transaction.

A transaction costs more than a statement, so calls that end together are written together. Nobody gets a result
before its transaction is in the file. Where any part of one fails, none of it counts; each part is then done again as
a transaction of its own, so that only what cannot be done fails.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[], Any]


class Batches:
    """Runs work on one connection, in the order asked for, on a thread of its own. Used by one event loop at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on `connection`, which is in autocommit mode."""
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="call-store")
        self._asked: list[tuple[Work, asyncio.Future[Any]]] = []
        self._under_way = False

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` with all else that this turn of the loop asks for; raises what it raises.

        It may be done twice, so it must not change anything but the database.
        """
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        self._asked.append((work, result))
        if not self._under_way:
            self._under_way = True
            loop.call_soon(self._start, loop)
        return await result

    async def aclose(self) -> None:
        """Finish what was asked for."""
        if self._under_way:
            await self.run(lambda: None)
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Finish what is under way."""
        self._thread.shutdown()

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        batch, self._asked = self._asked, []
        done = loop.run_in_executor(self._thread, self._at_once, [work for work, _ in batch])
        done.add_done_callback(partial(self._ended, loop, batch))

    def _at_once(self, batch: Sequence[Work]) -> list[Any]:
        """Do all of a batch in one transaction, or nothing of it."""
        if len(batch) == 1:
            return [batch[0]()]
        self._connection.execute("BEGIN IMMEDIATE")  # a reader that turns writer half-way is refused
        try:
            results = [work() for work in batch]
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        return results

    def _ended(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: Sequence[tuple[Work, asyncio.Future[Any]]],
        done: asyncio.Future[list[Any]],
    ) -> None:
        if done.exception() is None:
            for (_, result), value in zip(batch, done.result(), strict=True):
                if not result.done():
                    result.set_result(value)
        else:
            for work, result in batch:
                alone = loop.run_in_executor(self._thread, work)
                alone.add_done_callback(partial(_hand_over, result))
        if self._asked:
            self._start(loop)
        else:
            self._under_way = False


def _hand_over(result: "asyncio.Future[Any]", done: "asyncio.Future[Any]") -> None:
    error = done.exception()
    if result.done():
        return
    if error is None:
        result.set_result(done.result())
    else:
        result.set_exception(error)
