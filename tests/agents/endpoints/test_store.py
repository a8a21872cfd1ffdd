"""The call store: what is stored stays, and what is stored is what is used."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agents.endpoints.calls import Completion, call_key
from agents.endpoints.store import CallStore, StoredCall
from lbt.errors import DataError, UnavailableError
from lbt.types import Status, Verdict
from tests.agents.endpoints.asked import noise, request


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


async def test_two_who_store_one_key_at_once_use_the_same_reply(store: CallStore) -> None:
    others = [store.put(call(i)) for i in range(1, 5)]
    first, second, *_ = await asyncio.gather(store.put(call(text="first")), store.put(call(text="second")), *others)
    assert first == second == call(text="first")
    assert store.count() == 5


async def test_a_disk_that_fills_up_among_many_writers_fails_only_those_that_do_not_fit(store: CallStore) -> None:
    store._connection.execute("PRAGMA max_page_count = 30")
    results = await asyncio.gather(*(store.put(call(i, noise(i))) for i in range(200)), return_exceptions=True)
    kept = {i for i, result in enumerate(results) if not isinstance(result, BaseException)}
    assert 5 < len(kept) < 200
    assert all(isinstance(result, UnavailableError) for i, result in enumerate(results) if i not in kept)
    assert {i for i in range(200) if store.look_up(call(i).key) == call(i, noise(i))} == kept


def asked(index: int, text: str, role: str = "student") -> StoredCall:
    """A call with a prompt of its own."""
    prompt = request(index, text)
    prompt = prompt.model_copy(update={"place": prompt.place.model_copy(update={"role": role})})
    return call().model_copy(update={"key": call_key("m", prompt), "request": prompt})


@pytest.mark.parametrize("length", [100, 5000, 100_000])
async def test_what_the_prompts_of_a_role_share_is_stored_once(store: CallStore, length: int) -> None:
    shared = noise(0, length)
    calls = [asked(i, f"{shared}{i}", role) for role in ("teacher", "student") for i in range(20)]
    assert await asyncio.gather(*map(store.put, calls)) == calls
    assert [store.look_up(one.key) for one in calls] == calls
    sizes = store._connection.execute("SELECT sum(length(request)) FROM calls").fetchone()
    assert length > 50_000 or sizes[0] < 40 * 150  # further back than 32 kB deflate does not look


async def test_a_prompt_that_nothing_else_is_like_comes_back_too(store: CallStore) -> None:
    calls = [asked(i, noise(i, 3000)) for i in range(5)]
    for one in calls:
        await store.put(one)
    assert [store.look_up(one.key) for one in calls] == calls


async def test_a_pattern_whose_transaction_failed_is_stored_with_the_next_call(store: CallStore) -> None:
    def broken() -> None:
        raise ValueError("no")

    calls = [asked(i, f"{noise(0, 500)}{i}") for i in range(3)]
    results = await asyncio.gather(*map(store.put, calls), store._batches.run(broken), return_exceptions=True)
    assert results[:3] == calls
    again = CallStore.read(store.path)
    assert [again.look_up(one.key) for one in calls] == calls
    again.close()


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
            await store.put(call(stored[0], text=noise(stored[0])))
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


def store_of_version_2(path: Path, *calls: StoredCall) -> None:
    """Write a store as the version before did."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            CREATE TABLE calls (key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, request TEXT NOT NULL, completion TEXT NOT
                NULL, started REAL NOT NULL, ended REAL NOT NULL, replayed INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE probes (key TEXT PRIMARY KEY, probe TEXT NOT NULL) WITHOUT ROWID;
            PRAGMA user_version = 2;
        """)
        for one in calls:
            texts = (one.request.model_dump_json(), one.completion.model_dump_json())
            row = (one.key, one.endpoint, *texts, one.started, one.ended, one.replayed)
            connection.execute("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.commit()


async def test_a_store_of_the_version_before_is_gone_on_with(tmp_path: Path) -> None:
    store_of_version_2(tmp_path / "calls.db", call(0), call(1))
    store = CallStore.open(tmp_path / "calls.db")
    assert await store.put(call(0, text="another")) == await store.get(call(0).key) == call(0)
    await store.put(call(2))
    await store.aclose()
    reader = CallStore.read(tmp_path / "calls.db")
    assert [reader.look_up(call(i).key) for i in range(3)] == [call(0), call(1), call(2)]
    assert reader.made() == {"openai:m": (3, 21, 9)}
    reader.close()


async def test_a_store_of_the_version_before_is_read_and_copied_from(tmp_path: Path) -> None:
    store_of_version_2(tmp_path / "old.db", call(0))
    old = (tmp_path / "old.db").read_bytes()
    reader = CallStore.read(tmp_path / "old.db")
    assert (reader.look_up(call(0).key), reader.made()) == (call(0), {"openai:m": (1, 7, 3)})
    reader.close()
    later = CallStore.open(tmp_path / "later.db", reuse=tmp_path / "old.db")
    assert await later.get(call(0).key) == call(0).model_copy(update={"replayed": True})
    await later.aclose()
    assert (tmp_path / "old.db").read_bytes() == old


@pytest.mark.parametrize("text", ["", "\U0001d6fc ≤ 2\x00", "x" * 100_000])
async def test_any_text_comes_back(store: CallStore, text: str) -> None:
    await store.put(call(text=text))
    assert (await store.get(call().key) or call(1)).completion.text == text


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
