"""Judge programs that nobody trusts, several at once, without blocking the event loop.

    async with open_sandbox() as sandbox:
        verdict = await sandbox.judge(Program(code=code, entry_point="f"), cases)

Only code, entry point and inputs go into a box; values come out, and are compared here. A bad program is
a verdict; a broken sandbox is `SandboxError`. Not covered: a hole in the kernel. Do not run this beside secrets.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import resources
from typing import Literal

from lbt.errors import UnavailableError
from lbt.types import Case, Verdict
from sandbox.backends import payload
from sandbox.backends.bubblewrap import Bubblewrap
from sandbox.backends.docker import Docker
from sandbox.backends.kind import Kind
from sandbox.pool import Pool
from sandbox.program import Program

Backend = Literal["auto", "docker", "bubblewrap"]

_DECIDING = ("envelope.py", "decide.py", "codec.py", "compare.py", "checkers.py")
"""The trusted modules that a verdict depends on."""


class Sandbox:
    """An open sandbox: as many programs at once as it has workers, the others wait."""

    def __init__(self, pool: Pool, threads: ThreadPoolExecutor, passed_over: str) -> None:
        self._pool, self._threads = pool, threads
        self.name = pool.kind.name
        self.guarantees = pool.kind.guarantees
        """Name of each guarantee -> whether it holds here."""
        self.workers = pool.workers
        self.passed_over = passed_over
        """Why a better kind of sandbox is not used; empty when it is the first choice."""
        self.version = _version(pool.python)
        """Changes whenever a verdict could: part of the key of a stored verdict."""

    async def judge(self, program: Program, cases: Sequence[Case]) -> Verdict:
        """Judge one program on `cases`, in their order.

        Raises:
            SandboxError: the sandbox broke, on fresh boxes too; says nothing about the program.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._pool.judge, program, tuple(cases))


@asynccontextmanager
async def open_sandbox(backend: Backend = "auto", *, workers: int | None = None) -> AsyncIterator[Sandbox]:
    """Open a sandbox; every box is gone when it closes, or when this process ends in whatever way.

    Args:
        backend: `auto` is Docker where an engine answers and the image can be had, else bubblewrap.
        workers: Programs judged at once; the cores of this machine if None.

    Raises:
        UnavailableError: there is no such sandbox here; says what to do.
    """
    count = workers or _cores()
    pool, passed_over = await _open_pool(backend, count)
    threads = ThreadPoolExecutor(count, "judge")
    try:
        yield Sandbox(pool, threads, passed_over)
    finally:
        await asyncio.shield(asyncio.to_thread(_close, pool, threads))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _close(pool: Pool, threads: ThreadPoolExecutor) -> None:
    pool.close()
    threads.shutdown(cancel_futures=True)


async def _open_pool(backend: Backend, workers: int) -> tuple[Pool, str]:
    """Open the first kind that works; with it, why those before do not."""
    kinds: dict[str, type[Docker] | type[Bubblewrap]] = {"docker": Docker, "bubblewrap": Bubblewrap}
    refusals: list[str] = []
    for name in kinds if backend == "auto" else [backend]:
        try:
            return await _start(kinds[name], workers), "; ".join(refusals)
        except UnavailableError as error:
            refusals.append(str(error))
    raise UnavailableError("; ".join(refusals) if backend != "auto" else f"no sandbox here: {'; '.join(refusals)}")


async def _start(kind: type[Docker] | type[Bubblewrap], workers: int) -> Pool:
    """Start a pool off the event loop; when interrupted, end what was started."""

    def start() -> Pool:
        made: Kind = kind()
        pool = Pool(made, workers)
        try:
            pool.start()
        except BaseException:
            pool.close()
            raise
        return pool

    starting = asyncio.ensure_future(asyncio.to_thread(start))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(lambda task: None if task.exception() else task.result().close())
        raise


def _version(python: str) -> str:
    """Hash all that decides a verdict: the harness, the filter, the trusted modules, the interpreter inside."""
    digest = hashlib.sha256(python.encode())
    here = resources.files("sandbox")
    contents = payload.files() | {name: here.joinpath(name).read_bytes() for name in _DECIDING}
    for name, content in contents.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]
