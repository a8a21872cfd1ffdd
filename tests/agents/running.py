"""Start the command as a user does, as a process of its own, and read what it left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lbt.records import SUMMARY
from tests.server.running import Running

ROOT = Path(__file__).parents[2]
SMALL = ("--dataset", "first_steps", "--limit", "1", "--rationales", "2", "--sandbox", "bubblewrap")
"""One lesson: 3 explanations and 8 exam answers."""
SMALL_CALLS = 11
PATIENCE_S = 240.0


def cast(server: Running) -> tuple[str, ...]:
    """One model for both roles."""
    return ("--teacher", server.spec, "--student", server.spec)


def start(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """Start `python -m agents.run` in `cwd`, in a session of its own."""
    return started("agents.run", "--display", "plain", *words, cwd=cwd, env=env)


def started(module: str, *words: str, cwd: Path, env: Mapping[str, str] | None = None) -> "subprocess.Popen[str]":
    """Start a command of the project in `cwd`, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


class Ended:
    """A command that has ended."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.out, self.err = process.communicate(timeout=PATIENCE_S)
        self.code = process.returncode

    def __repr__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the command to its end."""
    return Ended(start(*words, cwd=cwd, env=env))


@contextmanager
def running(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> Iterator["subprocess.Popen[str]"]:
    """Run the command while the block runs; kill what is left of it then."""
    with start(*words, cwd=cwd, env=env) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def until(holds: Callable[[], bool], process: "subprocess.Popen[str] | None" = None) -> None:
    """Wait for something that happens in another process; an end of `process` before it is a failure."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"it ended before: {Ended(process)!r}")
        if time.monotonic() > deadline:
            raise AssertionError("it never happened")
        time.sleep(0.01)


def table(directory: Path) -> dict[str, Any]:
    """The table of a run: all of `summary.json` but how many of its replies were replayed."""
    found: dict[str, Any] = json.loads((directory / SUMMARY).read_text())
    found.pop("replayed")
    found["usage"].pop("replayed")
    found["usage"].pop("copied")
    return found
