"""Processes as the tests of launchers see them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
"""How long a test waits for what must happen, on a busy machine, before it fails."""


def alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: Sequence[int]) -> list[int]:
    """Wait for all of `pids` to end; gives those that did not."""
    deadline = time.monotonic() + PATIENCE_S
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
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
