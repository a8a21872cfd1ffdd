"""Where programs attack the judge: each kind of sandbox behind its command line, as users start it.

An attack is one job. It is survived when its verdict is one of those expected, and afterwards an
honest job is right, nothing of the attack is left in the box, and the host is as it was.
"""

import json
import os
import select
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import docker

from lbt.types import Status
from tests.processes import alive, below, children, holds_soon

KINDS: Final = ("docker", "docker as a user", "bubblewrap as root", "bubblewrap as a user")
SECRET: Final = "3f0c6f1e-secret-of-the-host"
"""Stands in the environment of the judge."""
PROCESSES_OF_A_BOX: Final = 2
"""Relay and fork server."""
PATIENCE_S: Final = 120.0
"""For one verdict, on a machine that is busy with other things."""


@dataclass(frozen=True)
class Attack:
    """A hostile program, called as `attack(3)` where 6 is expected."""

    name: str
    code: str
    verdicts: frozenset[Status]
    """Any of these is right; AC only where the program does answer 6 and harmed nobody."""
    limits: Mapping[str, float] = field(default_factory=dict)
    entry_point: str = "attack"
    expected: Any = 6
    slow: bool = False

    @property
    def job(self) -> dict[str, Any]:
        """What the judge is given."""
        limits = {"cpu_s": 2.0, "wall_s": 60.0, "memory_mb": 128, **self.limits}
        test = {"args": [3], "expected": self.expected}
        return {"id": self.name, "code": self.code, "entry_point": self.entry_point, "tests": [test], "limits": limits}


PRELUDE = """
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, struct, sys, threading, time
_libc = ctypes.CDLL(None, use_errno=True)
def libc(name, *args):
    result = getattr(_libc, name)(*args)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result
"""


def fails(name: str, *attempts: str, setup: str = "", alive: bool = True) -> Attack:
    """Make an attack of things that must all fail: each raises, or the system ends the program.

    Args:
        name: Of the attack.
        attempts: Python expressions; whatever does not raise is reported, which is WA.
        setup: Statements before them; may define functions.
        alive: Being ended by the system (DENIED) is not the only right end.
    """
    lines = "\n".join(f"    attempt({attempt!r}, lambda: {attempt})" for attempt in attempts)
    code = f"""{PRELUDE}
{setup}
def attack(n):
    done = []
    def attempt(name, action):
        try:
            action()
        except (NameError, TypeError, AttributeError):
            raise  # the attack itself is mistaken
        except Exception:
            return
        done.append(name)
{lines}
    return done or 2 * n
"""
    return Attack(name, code, frozenset({Status.DENIED, Status.AC} if alive else {Status.DENIED}))


HONEST: dict[str, Any] = {
    "id": "honest",
    "code": """
class Solution:
    def twoSum(self, numbers: List[int], target: int) -> List[int]:
        seen = {}
        for index, number in enumerate(numbers):
            if target - number in seen:
                return [seen[target - number], index]
            seen[number] = index
""",
    "entry_point": "Solution.twoSum",
    "tests": [{"args": [[2, 7, 11, 15], 9], "expected": [0, 1]}, {"args": [[3, 3], 6], "expected": [0, 1]}],
    "limits": {"memory_mb": 128},
}

LEFTOVERS: dict[str, Any] = {
    "id": "leftovers",
    "code": """
import os
def look():
    found = []
    for place in ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", os.getcwd()):
        try:
            names = os.listdir(place) if place != "/" else []
            found += [place + "/" + name for name in names if not name.startswith("lbt-arena-")]  # where Python lies
        except OSError:
            pass
    for kind in ("shm", "msg", "sem"):
        try:
            with open("/proc/sysvipc/" + kind) as table:
                found += table.readlines()[1:]
        except OSError:
            pass
    uid, me = os.getuid(), os.getpid()
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        try:
            if name.isdigit() and int(name) > 1 and int(name) != me and os.stat("/proc/" + name).st_uid == uid:
                with open("/proc/" + name + "/comm") as comm:
                    if comm.read().startswith("evil"):
                        found.append("process " + name)
        except OSError:
            pass
    return found
""",
    "entry_point": "look",
    "tests": [{"args": [], "expected": []}],
    "limits": {"memory_mb": 128},
}


class Arena:
    """A judge in a process of its own."""

    def __init__(self, kind: str, process: "subprocess.Popen[str]") -> None:
        self.kind, self.process = kind, process
        self._read = b""
        self._known: dict[str, int] = {}

    def verdicts(self, *jobs: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send `jobs` together and wait for their verdicts."""
        self.send(*jobs)
        return [self.receive(str(job["id"])) for job in jobs]

    def send(self, *jobs: Mapping[str, Any]) -> None:
        """Hand `jobs` over."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(json.dumps(job) + "\n" for job in jobs))
        self.process.stdin.flush()

    def receive(self, waiting_for: str) -> dict[str, Any]:
        """Wait for the verdict on the job of that id, which must be the next."""
        line = self.line()
        assert line, f"no verdict on {waiting_for!r}: the judge ended"
        answer: dict[str, Any] = json.loads(line)
        assert answer["id"] == waiting_for
        return answer

    def line(self) -> bytes:
        """Read one line; empty when the judge has ended.

        Raises:
            TimeoutError: the judge says nothing. It is ended first: what it says later belongs to no question.
        """
        assert self.process.stdout is not None
        fd = self.process.stdout.fileno()
        while b"\n" not in self._read:
            if not select.select([fd], [], [], PATIENCE_S)[0]:
                self.process.kill()
                self.process.wait()
                raise TimeoutError(f"the judge has said nothing for {PATIENCE_S:g} s")
            more = os.read(fd, 1 << 16)
            if not more:
                return b""
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        return line

    def survives(self, attack: Attack) -> dict[str, Any]:
        """Let `attack` run and check all that must hold afterwards; its verdict."""
        verdict, honest, left = (self.verdicts(job)[0] for job in (attack.job, HONEST, LEFTOVERS))
        alone = holds_soon(self.alone)
        assert "status" in verdict, verdict
        assert verdict["status"] in attack.verdicts, verdict
        assert honest["status"] == Status.AC, honest
        assert left["status"] == Status.AC, left
        assert alone, self.boxes()
        return verdict

    def alone(self) -> bool:
        """Say whether there are boxes, and nothing in them but what belongs there."""
        return 0 < max(self.boxes().values(), default=0) <= PROCESSES_OF_A_BOX

    def boxes(self) -> dict[str, int]:
        """Count the processes of each box, as the host sees them."""
        family = children()
        if self.kind.startswith("docker"):
            return {name: 1 + len(below(relay, family)) for name, relay in self._relays().items()}
        return {str(box): len(below(box, family)) for box in family.get(self.process.pid, []) if _is_box(box)}

    def _relays(self) -> dict[str, int]:
        """Map each container to its first process; asks the engine only when one of them is gone."""
        if not self._known or not all(map(alive, self._known.values())):
            self._known = {name: pid for name in self.containers() if (pid := _first_process(name))}
        return self._known

    def containers(self) -> list[str]:
        """Find the containers of this judge."""
        return containers_of(self.process.pid)

    def pids(self) -> list[int]:
        """List the processes of all boxes, as the host numbers them."""
        family = children()
        if self.kind.startswith("docker"):
            return [pid for relay in self._relays().values() for pid in (relay, *below(relay, family))]
        return [pid for box in self.boxes() for pid in (int(box), *below(int(box), family))]

    def kill_boxes(self) -> None:
        """End every box from outside, as an administrator might."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def containers_of(driver: int) -> list[str]:
    """Find the containers of the process `driver`: its reaper's command line names their label."""
    labels = [_words(pid)[-1] for pid in children().get(driver, []) if "reaper" in " ".join(_words(pid))]
    return [one["Id"] for label in labels for one in _engine().containers(all=True, filters={"label": label})]


def exist(containers: list[str]) -> bool:
    """Say whether any of these containers is still there."""
    return bool(containers) and any(one["Id"] in containers for one in _engine().containers(all=True))


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return [""]


def _is_box(pid: int) -> bool:
    return _words(pid)[0].endswith("bwrap")


@cache
def _engine() -> docker.APIClient:
    return docker.from_env().api


def _first_process(container: str) -> int:
    try:
        return int(_engine().inspect_container(container)["State"]["Pid"])
    except docker.errors.APIError:
        return 0  # it has just ended
