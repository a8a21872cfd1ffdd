"""The keeper itself: runs one server and ends it, with all it started, once its parent is gone.

Started by `keeper.py` as `python -I -S keeper_process.py DRIVER_PID LOG LOG_BYTES COMMAND…`, standard library only.

- stdin is a pipe that only the driver holds: its end (or another parent) means that the driver is gone.
- stdout is the driver's too; the server gets it as the file descriptor `$LBT_ANNOUNCE`, to say where it listens.
- What the server prints goes to LOG, at most twice LOG_BYTES: a full log becomes `LOG.1`.
- On Linux the keeper adopts orphans, so grandchildren in sessions of their own are its descendants and end too;
  and the server gets SIGKILL from the kernel should the keeper itself be killed. That signal is bound to the
  thread that started the server: the keeper has one thread only.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

PATIENCE_S = 2.0
"""Time between the polite signal and SIGKILL; with it the group is gone well within 5 s."""
_TICK_S = 0.5
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LINUX = sys.platform == "linux"


class BoundedLog:
    """A file that keeps the newest output and one earlier part of the same size."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._file: BinaryIO = path.open("wb")

    def write(self, data: bytes) -> None:
        """Append `data`; a full disk loses log lines, never the server."""
        with contextlib.suppress(OSError, ValueError):  # ValueError: closed, for it could not be opened anew
            if self._file.tell() + len(data) > self._limit:
                self._file.close()
                self._path.replace(f"{self._path}.1")
                self._file = self._path.open("wb")
            self._file.write(data)
            self._file.flush()

    def close(self) -> None:
        """Write nothing more."""
        self._file.close()


def main(arguments: list[str]) -> int:
    """Run the server until it ends or the driver does; return its exit code, 128 more than a signal that ended it."""
    with contextlib.closing(BoundedLog(Path(arguments[1]), int(arguments[2]))) as log:
        return _keep(int(arguments[0]), log, arguments[3:])


def _keep(driver: int, log: BoundedLog, command: list[str]) -> int:
    stop = _signals_to_pipe()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        server = _start(command)
    except OSError as error:
        log.write(f"cannot start {command[0]}: {error.strerror}\n".encode())
        return 127
    _watch(server, log, driver, stop)
    _end_all(server)
    assert server.stdout is not None
    _pump(server.stdout.fileno(), log)
    code = server.wait()
    return code if code >= 0 else 128 - code


def _signals_to_pipe() -> int:
    """Make the polite signals readable; SIGINT never comes from the terminal, for this is another session."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(writer, b"x"))
    return reader


def _prctl(option: int, value: int) -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    announce = os.dup(1)
    os.dup2(2, 1)
    keeper = os.getpid()

    def die_with_the_keeper() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:
            os._exit(1)

    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(announce,),
            env={**os.environ, "LBT_ANNOUNCE": str(announce)},
            start_new_session=True,
            preexec_fn=die_with_the_keeper,
        )
    finally:
        os.close(announce)


def _watch(server: subprocess.Popen[bytes], log: BoundedLog, driver: int, stop: int) -> None:
    """Copy the log until the server ends, the driver is gone or a signal asks to stop."""
    assert server.stdout is not None
    output = server.stdout.fileno()
    os.set_blocking(output, False)
    sources = [0, stop, output]
    while server.poll() is None and os.getppid() == driver:
        ready, _, _ = select.select(sources, [], [], _TICK_S)
        if output in ready and not _pump(output, log):
            sources.remove(output)
        if stop in ready or (0 in ready and not os.read(0, 4096)):
            return
        _reap_orphans(server)


def _pump(output: int, log: BoundedLog) -> bool:
    """Copy what is there; False at the end of the output."""
    with contextlib.suppress(BlockingIOError):
        while data := os.read(output, 65536):
            log.write(data)
        return False
    return True


def _end_all(server: subprocess.Popen[bytes]) -> None:
    """End the server and every descendant: politely first, then for good."""
    _signal_all(server, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while _alive(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    while _alive(server):
        _signal_all(server, signal.SIGKILL)
        time.sleep(0.05)


def _alive(server: subprocess.Popen[bytes]) -> bool:
    running = server.poll() is None
    _reap_orphans(server)
    return running or bool(_descendants())


def _signal_all(server: subprocess.Popen[bytes], number: signal.Signals) -> None:
    for pid in _descendants():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    if server.poll() is None:  # not collected yet, so the group is still the server's
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, number)


def _reap_orphans(server: subprocess.Popen[bytes]) -> None:
    """Collect adopted children that have ended; the server itself is `Popen`'s to collect."""
    if not _LINUX:
        return
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid == server.pid:
                return
            os.waitpid(ended.si_pid, 0)


def _descendants() -> list[int]:
    """All processes below this one; none where there is no /proc."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended meanwhile
            parent = stat.read_text().rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(stat.parent.name))
    found: list[int] = []
    fresh = children.get(os.getpid(), [])
    while fresh:
        found += fresh
        fresh = [child for pid in fresh for child in children.get(pid, [])]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
