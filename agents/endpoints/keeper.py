"""Run a server in a session of its own, under a small keeper that outlives nothing.

Ctrl-C in the terminal does not reach it, and when the driver ends in whatever way (kill -9 included) the keeper
ends the server and all its descendants within 5 s. What happens inside the keeper: `keeper_process.py`.

No API key reaches it through the environment.
"""

import asyncio
import os
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from agents.endpoints import keeper_process
from lbt.errors import UnavailableError

LOG_BYTES = 4_000_000
"""A server's log takes at most twice as much."""
_STOP_S = keeper_process.PATIENCE_S + 5
_TELLING = re.compile(r"error|exception|fail|cannot|can't|unable|not found|no such|no matching|killed|denied", re.I)
_LESS_TELLING = re.compile(
    r"root cause|traceback|exit code|exited|see (the )?(log|stack)|failed to init|exiting due", re.I
)

_KEY = re.compile(r"OPENAI_.*|LBT_KEY_.*|.*_API_KEY|HF_TOKEN|HUGGING_FACE_HUB_TOKEN", re.IGNORECASE)

T = TypeVar("T")


def keyless() -> dict[str, str]:
    """The environment without the keys to models elsewhere."""
    return {name: value for name, value in os.environ.items() if not _KEY.fullmatch(name)}


@dataclass(frozen=True)
class Kept:
    """A process that runs under a keeper."""

    what: str
    """What it is, for messages; no credentials."""
    log: Path
    keeper: asyncio.subprocess.Process

    async def announced(self) -> str:
        """Wait for the next line that the process announces through `$LBT_ANNOUNCE`.

        Raises:
            UnavailableError: it ended, or closed that descriptor, without one.
        """
        assert self.keeper.stdout is not None
        line = await self.meanwhile(self.keeper.stdout.readline())
        if not line.endswith(b"\n"):
            with suppress(TimeoutError):  # the log is complete only once the keeper has ended
                await asyncio.wait_for(self.keeper.wait(), _STOP_S)
            raise UnavailableError(await self.epitaph())
        return line.decode().strip()

    async def meanwhile(self, work: Awaitable[T]) -> T:
        """Await `work`, or raise `UnavailableError` with the telling line of the log should the process end first."""
        task, ended = asyncio.ensure_future(work), asyncio.ensure_future(self.keeper.wait())
        try:
            await asyncio.wait((task, ended), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise UnavailableError(await self.epitaph())
            return task.result()
        finally:
            task.cancel()
            ended.cancel()

    async def ended(self) -> int:
        """Wait until the process has ended by itself; return its exit code."""
        return await self.keeper.wait()

    async def epitaph(self) -> str:
        """Say in one sentence that the process ended too early and why, as far as its log tells."""
        return f"{self.what} ended before it was ready: {await self._told()}"

    async def obituary(self) -> str:
        """Wait until the process has ended by itself; say in one sentence how and, as far as its log tells, why."""
        return f"{self.what} ended ({_manner(await self.ended())}): {await self._told()}"

    async def _told(self) -> str:
        return f"{await asyncio.to_thread(telling_line, self.log)} (log: {self.log})"


def _manner(code: int) -> str:
    """Say how a process ended: by a signal, whose number is the code less 128, or by itself."""
    try:
        return signal.Signals(code - 128 if code > 128 else -code).name
    except ValueError:
        return f"exit code {code}"


@asynccontextmanager
async def kept(
    what: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Kept]:
    """Start `command` under a keeper; end it, and every process it started, on leaving.

    Args:
        what: What it is, for messages.
        command: Program and arguments.
        log: Where its output goes; the folder is made.
        environment: Of the process; this one without keys, unless given.

    Raises:
        UnavailableError: the log cannot be written.
    """
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
    except OSError as error:
        raise UnavailableError(f"cannot write the log {log}: {error.strerror}") from None
    keeper = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", keeper_process.__file__),
        *(str(os.getpid()), str(log.absolute()), str(LOG_BYTES), *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=keyless() if environment is None else dict(environment),
        start_new_session=True,
    )
    try:
        yield Kept(what, log, keeper)
    finally:
        await _end(keeper)


async def _end(keeper: asyncio.subprocess.Process) -> None:
    """Let go of the pipe and wait; a keeper that hangs is killed, and the kernel then kills its server."""
    assert keeper.stdin is not None
    keeper.stdin.close()
    try:
        await asyncio.wait_for(keeper.wait(), _STOP_S)
    finally:
        if keeper.returncode is None:
            with suppress(ProcessLookupError):
                keeper.kill()
            await keeper.wait()


def telling_line(log: Path) -> str:
    """Pick the line of a log that best says what went wrong, made safe for a message; never raises."""
    try:
        with log.open("rb") as file:
            lines = [line for line in deque(_printable(file.read().decode(errors="replace")), 400) if line]
    except OSError as error:
        return f"its log cannot be read ({error.strerror})"
    telling = [line for line in lines if _TELLING.search(line)]
    best = [line for line in telling if not _LESS_TELLING.search(line)]
    return (best or telling or lines or ["it printed nothing"])[-1][:400]


def _printable(text: str) -> list[str]:
    return ["".join(c if c.isprintable() else " " for c in line).strip() for line in text.splitlines()]
