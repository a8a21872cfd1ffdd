"""What is asked for together is one transaction, and what cannot be done takes nothing else with it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from agents.endpoints.batches import Batches


class Table:
    """A table of numbers in a file, and the statements that were run on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        later = "after INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED"
        self.connection.execute(f"CREATE TABLE numbers (n INTEGER PRIMARY KEY, {later})")
        self.ran: list[str] = []
        self.connection.set_trace_callback(self.ran.append)
        self.batches = Batches(self.connection)

    def insert(self, n: int, after: int | None = None) -> Callable[[], int]:
        def work() -> int:
            self.connection.execute("INSERT INTO numbers VALUES (?, ?)", (n, after))
            return n

        return work

    async def add(self, n: int, after: int | None = None) -> int:
        return await self.batches.run(self.insert(n, after))

    def on_disk(self) -> list[int]:
        """What another process would read now."""
        with closing(sqlite3.connect(self.path)) as other:
            return [n for (n,) in other.execute("SELECT n FROM numbers ORDER BY n")]


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Table]:
    table = Table(tmp_path / "numbers.db")
    yield table
    await table.batches.aclose()
    table.connection.close()


async def test_what_one_turn_of_the_loop_asks_for_is_one_transaction(table: Table) -> None:
    assert await asyncio.gather(*(table.add(n) for n in range(20))) == list(range(20))
    assert [statement for statement in table.ran if not statement.startswith("INSERT")] == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_a_result_comes_when_its_transaction_is_in_the_file(table: Table) -> None:
    async def add(n: int) -> None:
        await table.add(n)
        assert n in table.on_disk()

    await asyncio.gather(*(add(n) for n in range(10)))


async def test_only_what_cannot_be_done_fails(table: Table) -> None:
    twice = [1, 2, 2, 3]
    results = await asyncio.gather(*(table.add(n) for n in twice), return_exceptions=True)
    assert [isinstance(result, sqlite3.IntegrityError) for result in results] == [False, False, True, False]
    assert table.on_disk() == [1, 2, 3]


async def test_a_transaction_that_cannot_be_committed_is_done_again_part_by_part(table: Table) -> None:
    results = await asyncio.gather(table.add(1), table.add(2, after=99), table.add(3, after=1), return_exceptions=True)
    assert [isinstance(result, sqlite3.IntegrityError) for result in results] == [False, True, False]
    assert table.on_disk() == [1, 3]


async def test_an_error_that_is_not_the_databases_is_told_to_who_asked(table: Table) -> None:
    def broken() -> int:
        raise ValueError("no")

    results = await asyncio.gather(table.add(1), table.batches.run(broken), return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], ValueError)
    with pytest.raises(ValueError, match="no"):
        await table.batches.run(broken)


async def test_after_a_failure_all_goes_on_in_order(table: Table) -> None:
    failed = asyncio.gather(table.add(1), table.add(1), return_exceptions=True)
    await asyncio.sleep(0)
    later = asyncio.gather(*(table.add(n) for n in (2, 3)))
    assert len([one for one in await failed if isinstance(one, Exception)]) == 1
    assert await later == [2, 3]
    assert table.on_disk() == [1, 2, 3]


async def test_who_gives_up_takes_nobody_with_it_and_its_work_is_done(table: Table) -> None:
    asked = [asyncio.create_task(table.add(n)) for n in range(3)]
    await asyncio.sleep(0)
    asked[1].cancel()
    assert await asyncio.gather(*asked, return_exceptions=True) != [0, 1, 2]
    assert (asked[0].result(), asked[2].result()) == (0, 2)
    assert table.on_disk() == [0, 1, 2]


async def test_closing_finishes_what_was_asked_for(tmp_path: Path) -> None:
    table = Table(tmp_path / "numbers.db")
    asked = [asyncio.create_task(table.add(n)) for n in range(3)]
    await asyncio.sleep(0)
    asked.append(asyncio.create_task(table.add(3)))
    await asyncio.sleep(0)
    await table.batches.aclose()
    assert [one.result() for one in asked] == [0, 1, 2, 3]
    table.connection.close()
