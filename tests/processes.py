"""Processes as tests see them: who runs, what descends from whom, and waiting for what must happen."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
"""How long a test waits for what must happen, on a busy machine, before it fails."""
GONE_WITHIN_S = 5.0
"""What is promised: so long after the end of whoever started it nothing is left."""


def alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children() -> dict[int, list[int]]:
    """The children of every process that has some."""
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    return found


def below(pid: int, family: dict[int, list[int]]) -> list[int]:
    """List all that descends from `pid`, itself excluded."""
    own = family.get(pid, [])
    return own + [deeper for child in own for deeper in below(child, family)]


def holds_soon(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> bool:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until_gone(pids: Sequence[int], within_s: float = GONE_WITHIN_S) -> list[int]:
    """Wait for all of `pids` to end; gives those that did not."""
    holds_soon(lambda: not any(map(alive, pids)), within_s)
    return [pid for pid in pids if alive(pid)]


@contextmanager
def driver(program: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program as a driver of its own; killed at the end."""
    command = [sys.executable, "-c", program]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()
