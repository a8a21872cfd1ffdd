"""A server under a keeper: heard, bounded, and never left behind."""

import asyncio
import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from agents.endpoints.keeper import kept, telling_line
from agents.endpoints.keeper_process import BoundedLog
from lbt.errors import UnavailableError
from tests.processes import alive, driver, wait_until_gone

FAMILY = """
trap '' TERM
setsid sleep 600 & child=$!
(setsid sh -c 'echo $$ >"$1"; exec sleep 601' orphan "$0.pid" &)
while ! test -s "$0.pid"; do sleep 0.05; done
echo "$$ $child $(cat "$0.pid")" >&$LBT_ANNOUNCE
while :; do sleep 1; done
"""
"""A server that ignores SIGTERM, with a child and an orphaned grandchild in sessions of their own."""

DRIVER = f"""
import asyncio, os, pathlib
from agents.endpoints.keeper import kept
async def main():
    folder = pathlib.Path(os.environ["FOLDER"])
    async with kept("it", ["sh", "-c", {FAMILY!r}, str(folder / "family")], log=folder / "log") as it:
        print(it.keeper.pid, await it.announced(), flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


def family(folder: Path) -> list[str]:
    return ["sh", "-c", FAMILY, str(folder / "family")]


async def test_what_the_server_prints_is_in_the_log_and_what_it_announces_is_heard(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo out; echo err >&2; echo here I am >&$LBT_ANNOUNCE; sleep 600"]
    async with kept("it", command, log=tmp_path / "logs/log") as server:
        assert await server.announced() == "here I am"
    assert (tmp_path / "logs/log").read_text() == "out\nerr\n"


async def test_leaving_ends_the_server_with_children_that_ignore_sigterm_and_orphans(tmp_path: Path) -> None:
    async with kept("it", family(tmp_path), log=tmp_path / "log") as server:
        pids = [*map(int, (await server.announced()).split()), server.keeper.pid]
        assert all(map(alive, pids))
    assert wait_until_gone(pids) == []


def test_nothing_is_left_after_the_driver_was_killed(tmp_path: Path) -> None:
    with driver(DRIVER, FOLDER=str(tmp_path)) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 4
        assert all(map(alive, pids))
        process.kill()
        process.wait()
        assert wait_until_gone(pids) == []


def test_a_server_does_not_outlive_a_killed_keeper(tmp_path: Path) -> None:
    with driver(DRIVER, FOLDER=str(tmp_path)) as process:
        assert process.stdout is not None
        keeper, server, child, orphan = (int(word) for word in process.stdout.readline().split())
        os.kill(keeper, signal.SIGKILL)
        try:
            assert wait_until_gone([keeper, server]) == []
        finally:
            for pid in (child, orphan):
                os.kill(pid, signal.SIGKILL)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(tmp_path: Path) -> None:
    async with kept("it", family(tmp_path), log=tmp_path / "log") as server:
        pids = [*map(int, (await server.announced()).split()), server.keeper.pid]
        assert os.getsid(0) not in {os.getsid(pid) for pid in pids}


async def test_a_server_that_fails_to_start_is_told_with_the_telling_line(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo loading; echo 'error: no such model'; echo bye; exit 3"]
    async with kept("local:x", command, log=tmp_path / "log") as server:
        with pytest.raises(UnavailableError, match=r"local:x ended before it was ready: error: no such model .*log"):
            await server.announced()


async def test_a_server_that_ends_while_something_else_is_awaited_is_told_too(tmp_path: Path) -> None:
    async with kept("it", ["sh", "-c", "echo fatal failure; exit 1"], log=tmp_path / "log") as server:
        with pytest.raises(UnavailableError, match="fatal failure"):
            await server.meanwhile(asyncio.Event().wait())


async def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with kept("it", ["/no/such/program"], log=tmp_path / "log") as server:
        with pytest.raises(UnavailableError, match="cannot start /no/such/program: No such file"):
            await server.announced()


async def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match="cannot write the log"):
        async with kept("it", ["true"], log=tmp_path / "file/log"):
            pass


async def test_cancelling_the_driver_ends_the_server(tmp_path: Path) -> None:
    pids: asyncio.Queue[list[int]] = asyncio.Queue()

    async def drive() -> None:
        async with kept("it", family(tmp_path), log=tmp_path / "log") as server:
            await pids.put([int(word) for word in (await server.announced()).split()])
            await asyncio.Event().wait()

    task = asyncio.create_task(drive())
    started = await pids.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert wait_until_gone(started) == []


@pytest.mark.parametrize(("end", "how"), [("kill -9 $$", "SIGKILL"), ("exit 7", "exit code 7")])
async def test_a_server_that_ended_by_itself_is_told_with_how_and_why(tmp_path: Path, end: str, how: str) -> None:
    async with kept("it", ["sh", "-c", f"echo error: no memory; {end}"], log=tmp_path / "log") as server:
        assert await server.obituary() == f"it ended ({how}): error: no memory (log: {tmp_path / 'log'})"


async def test_no_key_reaches_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"OPENAI_API_KEY", "OPENAI_CUSTOM_HEADERS", "LBT_KEY_SOMEWHERE", "ANTHROPIC_API_KEY", "HF_TOKEN"}
    for name in (*keys, "KEPT"):
        monkeypatch.setenv(name, "x")
    async with kept("it", ["env"], log=tmp_path / "log") as command:
        await command.ended()
    names = {line.partition("=")[0] for line in (tmp_path / "log").read_text().splitlines()}
    assert "KEPT" in names
    assert not names & keys


async def test_the_exit_code_of_a_command_is_known(tmp_path: Path) -> None:
    async with kept("it", ["sh", "-c", "exit 7"], log=tmp_path / "log") as command:
        assert await command.ended() == 7


def test_a_log_keeps_its_newest_lines_and_never_more_than_twice_its_limit(tmp_path: Path) -> None:
    with closing(BoundedLog(tmp_path / "log", limit=100)) as log:
        for i in range(100):
            log.write(b"line %2d\n" % i)
    files = [tmp_path / "log", tmp_path / "log.1"]
    assert all(file.stat().st_size <= 100 for file in files)
    assert (tmp_path / "log").read_text().endswith("line 99\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("start\nRuntimeError: no memory\nEngine failed. See root cause above.\n", "RuntimeError: no memory"),
        ("start\nthe end\n", "the end"),
        ("", "it printed nothing"),
        ("bad \x1b[31merror\x07 here\n\n", "bad  [31merror  here"),
    ],
)
def test_the_telling_line_of_a_log_is_found_and_safe_to_print(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "log").write_text(text)
    assert telling_line(tmp_path / "log") == line


def test_a_log_that_is_gone_is_no_error(tmp_path: Path) -> None:
    assert "cannot be read" in telling_line(tmp_path / "none")
