"""The call store: what is stored stays, and what is stored is what is used."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.endpoints.calls import Completion, call_key
from agents.endpoints.store import CallStore, StoredCall
from lbt.errors import DataError, UnavailableError
from lbt.types import Status, Verdict
from tests.agents.endpoints.asked import request


def call(index: int = 0, text: str = "42") -> StoredCall:
    asked = request(index)
    completion = Completion(text=text, finish="stop", prompt_tokens=7, completion_tokens=3)
    return StoredCall(
        key=call_key("m", asked), endpoint="openai:m", request=asked, completion=completion, started=1.5, ended=2.5
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CallStore]:
    store = CallStore.open(tmp_path / "calls.db")
    yield store
    store.close()


async def test_a_call_comes_back_as_it_was_stored(store: CallStore) -> None:
    assert await store.get(call().key) is None
    assert await store.put(call()) == call()
    assert await store.get(call().key) == call()


async def test_the_first_reply_to_be_stored_is_the_one_used(store: CallStore) -> None:
    await store.put(call(text="first"))
    assert (await store.put(call(text="second"))).completion.text == "first"
    assert (await store.get(call().key) or call()).completion.text == "first"


async def test_verdicts_are_stored_likewise(store: CallStore) -> None:
    one = Verdict(status=Status.AC, passed=1, total=1, tests=(), cpu_ms=1, wall_ms=1)
    two = one.model_copy(update={"passed": 0})
    assert await store.get_verdict("k") is None
    assert await store.put_verdict("k", one) == one
    assert await store.put_verdict("k", two) == one
    assert await store.get_verdict("k") == one


async def test_many_writers_at_once_lose_nothing(store: CallStore) -> None:
    await asyncio.gather(*(store.put(call(i)) for i in range(200)), *(store.put(call(i)) for i in range(200)))
    assert store.count() == 200


async def test_an_earlier_store_is_copied_from_and_never_written(store: CallStore, tmp_path: Path) -> None:
    await store.put(call(0))
    verdict = Verdict(status=Status.AC, passed=1, total=1, tests=(), cpu_ms=1, wall_ms=1)
    await store.put_verdict("k", verdict)
    later = CallStore.open(tmp_path / "later.db", reuse=store.path)
    try:
        copied = await later.get(call(0).key)
        await later.put(call(1))
        assert copied == call(0).model_copy(update={"replayed": True})
        assert await later.get_verdict("k") == verdict
        assert (later.count(), store.count()) == (2, 1)
    finally:
        later.close()


async def test_what_was_copied_is_there_without_the_earlier_store(store: CallStore, tmp_path: Path) -> None:
    verdict = Verdict(status=Status.WA, passed=1, total=2, tests=(), cpu_ms=1, wall_ms=1, message="got 3")
    await store.put(call())
    await store.put_verdict("k", verdict)
    later = CallStore.open(tmp_path / "later.db", reuse=store.path)
    copied = await later.get(call().key)
    await later.get_verdict("k")
    await later.aclose()
    alone = CallStore.read(tmp_path / "later.db")
    assert copied is not None
    assert await alone.get(call().key) == copied
    assert await alone.get_verdict("k") == verdict
    await alone.aclose()


async def test_a_run_can_be_read_while_it_writes(store: CallStore) -> None:
    await store.put(call())
    reader = CallStore.read(store.path)
    assert reader.look_up(call().key) == call()
    reader.close()


def test_a_store_survives_its_process(tmp_path: Path) -> None:
    """Kill -9 between two writes: every call that `put` had returned is there."""
    program = f"""
import asyncio, os, signal
from pathlib import Path
from agents.endpoints.store import CallStore
from tests.agents.endpoints.test_store import call
async def main():
    store = CallStore.open(Path({str(tmp_path / "calls.db")!r}))
    for index in range(10_000):
        await store.put(call(index))
        print(index, flush=True)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "25":
                break
        process.send_signal(signal.SIGKILL)
        last = max([25, *(int(line) for line in process.stdout if line.endswith("\n"))])
    store = CallStore.open(tmp_path / "calls.db")
    assert all(store.look_up(call(index).key) == call(index) for index in range(last + 1))
    store.close()


async def fill(store: CallStore) -> int:
    """Store calls until the disk is full; how many went in."""
    stored = [0]

    async def never_stop() -> None:
        while True:
            await store.put(call(stored[0], text="x" * 5000))
            stored[0] += 1

    with pytest.raises(UnavailableError, match=r"disk of .*calls\.db is full"):
        await never_stop()
    return stored[0]


async def test_a_full_disk_is_one_sentence_and_loses_nothing(store: CallStore) -> None:
    store._connection.execute("PRAGMA max_page_count = 100")  # what SQLite does when the disk is full
    stored = await fill(store)
    assert stored > 5
    assert store.count() == stored
    store._connection.execute("PRAGMA max_page_count = 10000")
    await store.put(call(stored))
    assert store.count() == stored + 1


async def test_a_really_full_disk_is_the_same(small_disk: Path) -> None:
    store = CallStore.open(small_disk / "calls.db")
    stored = await fill(store)
    await store.aclose()
    reader = CallStore.read(small_disk / "calls.db")
    assert reader.count() == stored
    reader.close()


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is not a database, it is far too short" * 50)
    with pytest.raises(DataError, match="not a call store"):
        CallStore.open(tmp_path / "text.db")
    with pytest.raises(DataError, match="there is no call store"):
        CallStore.read(tmp_path / "missing.db")


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "calls.db")
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    with pytest.raises(DataError, match="it says 77"):
        CallStore.open(tmp_path / "calls.db")


def test_an_unwritable_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"call store .* cannot be used here"):
        CallStore.open(tmp_path / "missing" / "calls.db")
