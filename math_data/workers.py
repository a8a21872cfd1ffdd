"""Processes that compare what takes a computer algebra system, and are killed when that takes too long.

They are started when they are first needed, one for each core that is asked for at once, and never by forking this
process, which may have threads. Each ends when this process does, however that happens: its standard input is closed.
"""

import atexit
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lbt.errors import UnavailableError
from lbt.machine import usable_cores
from math_data.sameness import Comparison

PATIENCE_S = 1.0
"""From a question to its answer; a process that takes longer is replaced with all that it has started."""
GAVE_UP = Comparison(False, f"gave up after {PATIENCE_S:g} s")
TOO_LARGE = Comparison(False, "gave up: too large")
_START_S = 60.0
_TRIES = 3
_ROOT = str(Path(__file__).parents[1])
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from math_data.symbolic import main; main()"


class _BrokenError(Exception):
    """The process is gone, through no fault of the pair."""


class _LateError(Exception):
    """The process does not answer in time."""


class _Worker:
    """One process and the pipes to it; used by one thread at a time."""

    def __init__(self) -> None:
        """Start it and wait until it is ready.

        Raises:
            UnavailableError: It does not start.
        """
        command = [sys.executable, "-P", "-c", _PROGRAM, _ROOT]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True,
        )  # fmt: skip
        self.unread = b""
        self.numbers = itertools.count(1)
        try:
            _, reason = self._answer(0, time.monotonic() + _START_S)
        except (_BrokenError, _LateError):
            reason = "it ended, or took too long"
        if reason is not None:
            self.end()
            raise UnavailableError(f"the process that compares answers does not start: {reason}")

    def compare(self, a: str, b: str) -> Comparison | None:
        """Ask for one pair; None if nothing could be found out.

        Raises:
            _BrokenError: The process is gone; or the one that worked on the pair was killed from outside.
            _LateError: There is no answer in time.
        """
        deadline = time.monotonic() + PATIENCE_S
        number = next(self.numbers)
        try:
            os.write(self._stdin, json.dumps([number, a, b]).encode() + b"\n")
        except OSError:
            raise _BrokenError from None
        equal, why = self._answer(number, deadline)
        if equal is None:
            if why in (signal.SIGPROF, signal.SIGXCPU):
                return GAVE_UP
            if why == signal.SIGKILL:
                raise _BrokenError
            return TOO_LARGE
        return None if why is None else Comparison(bool(equal), str(why))

    @property
    def _stdin(self) -> int:
        assert self.process.stdin
        return self.process.stdin.fileno()

    def _answer(self, number: int, deadline: float) -> tuple[bool | None, str | int | None]:
        """Read the line that answers `number`; instead, a process may have ended before it began with the pair."""
        found, equal, why = json.loads(self._line(deadline))
        if found != number:
            raise _BrokenError
        return equal, why

    def _line(self, deadline: float) -> bytes:
        assert self.process.stdout
        out = self.process.stdout.fileno()
        poll = select.poll()
        poll.register(out, select.POLLIN)
        while b"\n" not in self.unread:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1_000):
                raise _LateError
            more = os.read(out, 65_536)
            if not more:
                raise _BrokenError
            self.unread += more
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def end(self) -> None:
        """End it and all that it has started."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def forget(self) -> None:
        """Close the pipes in a process that was forked from the one that owns it."""
        self.process.returncode = 0  # or it would be waited for, here where it is no child
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()


class Pool:
    """As many workers as there are cores, started when needed; for any number of threads."""

    def __init__(self, size: int | None = None) -> None:
        self._places = threading.BoundedSemaphore(size or usable_cores())
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    @property
    def pids(self) -> list[int]:
        """The processes that were started here and are not ended."""
        with self._lock:
            return [worker.process.pid for worker in self._all]

    def compare(self, a: str, b: str) -> Comparison | None:
        """Compare with all means; None if nothing could be found out.

        Raises:
            UnavailableError: No process starts, or each that does is ended from outside: that says nothing of the pair.
        """
        with self._places:
            for _ in range(_TRIES):
                try:
                    with self._lent() as worker:
                        return worker.compare(a, b)
                except _LateError:
                    return GAVE_UP
                except _BrokenError:
                    continue
        raise UnavailableError(f"the processes that compare answers were killed {_TRIES} times; free some memory")

    @contextmanager
    def _lent(self) -> Iterator[_Worker]:
        """Lend a worker to one thread; one that does not come back in order is ended."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or self._started()
        try:
            yield worker
        except BaseException:
            with self._lock:
                self._all.discard(worker)
            worker.end()
            raise
        with self._lock:
            if worker in self._all:
                self._idle.append(worker)

    def _started(self) -> _Worker:
        worker = _Worker()
        with self._lock:
            self._all.add(worker)
        return worker

    def close(self) -> None:
        """End all processes; others are started when they are needed again."""
        with self._lock:
            ended, self._all = self._all, set()
            self._idle.clear()
        for worker in ended:
            worker.end()

    def forget(self) -> None:
        """Leave the processes to the one that started them, in a process that was forked from it."""
        for worker in self._all:
            worker.forget()
        self._lock, self._idle, self._all = threading.Lock(), [], set()


POOL = Pool()
"""The workers of this process."""
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)
