"""The guarantees of a sandbox, each with a program that tries to break it here and now.

A guarantee holds when the verdict is one of `holds`: the probe was stopped, or it returned the
harmless value that the trusted side expects. Nothing is believed because a configuration says so.
"""

import os
import secrets
from dataclasses import dataclass, field

from pydantic import JsonValue

from lbt.types import Case, Limits, Status
from sandbox.program import Program

SMALL = Limits(cpu_s=1.0, wall_s=5.0, memory_mb=128)


@dataclass(frozen=True)
class Probe:
    """A program whose verdict shows whether a guarantee holds."""

    guarantee: str
    """What is promised; a row of the doctor's table."""
    code: str
    """Defines `probe`."""
    holds: frozenset[Status]
    floor: bool = False
    """Without this guarantee nothing is judged at all."""
    args: tuple[JsonValue, ...] = ()
    expected: JsonValue = None
    """Returned when the promise is kept, where AC is in `holds`."""
    limits: Limits = SMALL
    strict: bool = False
    tests: int = 1
    everywhere: bool = False
    """Ask every worker of the pool, after all other probes ran."""

    @property
    def program(self) -> Program:
        """What is judged."""
        return Program(code=self.code, entry_point="probe", limits=self.limits, strict=self.strict)

    @property
    def cases(self) -> list[Case]:
        """What it is called with."""
        return [Case(args=self.args, expected=self.expected)] * self.tests


def stopped(*others: Status) -> frozenset[Status]:
    """Verdicts of a probe that was stopped by the system or, if `others` say so, otherwise."""
    return frozenset({Status.DENIED, *others})


@dataclass(frozen=True)
class Secrets:
    """What no job may find: made anew for each examination."""

    foreign_file: str
    """A file of the host that everybody may read there."""
    token: str = field(default_factory=lambda: secrets.token_hex(16))


NETWORK = """
def probe():
    import socket
    reached = []
    for family, address in ((socket.AF_INET, "1.1.1.1"), (socket.AF_INET, "169.254.169.254"), (socket.AF_INET6, "2606:4700::1111")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as outside:
                outside.connect((address, 53))
            reached.append(address)
        except OSError:
            pass
    return reached
"""

FOREIGN = """
def probe(path):
    found = []
    for candidate in (path, "/proc/1/root" + path, "/proc/self/cwd/../../../.." + path, "/etc/shadow", "/root/.bashrc", "/var/run/docker.sock"):
        try:
            open(candidate, "rb").close()
            found.append(candidate)
        except OSError:
            pass
    return found
"""

PLACES = """
import os
PLACES = ["/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", "/home", "/root", "/opt", "/usr/lib", os.getcwd(), os.path.expanduser("~")]
"""

WRITE = (
    PLACES
    + """
def probe(token):
    for place in PLACES:
        try:
            with open(place + "/" + token, "w") as file:
                file.write(token)
        except OSError:
            pass
"""
)

LOOK = (
    PLACES
    + """
def probe(token):
    return [place for place in PLACES if os.path.lexists(place + "/" + token)]
"""
)

PROCESSES = """
def probe(most):
    import os, threading, time
    started = 0
    wait = threading.Event()
    try:
        while started < most:
            threading.Thread(target=wait.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        pass
    try:
        while started < most:
            if os.fork() == 0:
                time.sleep(60)
            started += 1
    except OSError:
        pass
    wait.set()
    return started < most
"""

SERVER = """
def probe():
    import os
    reached = []
    for pid in (os.getppid(), 1):
        try:
            if pid and pid != os.getpid():
                os.kill(pid, 0)
                reached.append(pid)
        except OSError:
            pass
    return reached
"""

EXPECTED = """
def probe(start):
    import re
    wanted = re.compile(start.encode() + b"-[0-9a-f]{32}")
    try:
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                if " rw" in line and "[v" not in line:
                    low, high = (int(part, 16) for part in line.split()[0].split("-"))
                    memory.seek(low)
                    found = wanted.search(memory.read(high - low))
                    if found:
                        return found[0].decode()
    except OSError:
        pass
"""

LIAR = """
class Liar(int):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = int.__hash__
    __repr__ = __str__ = lambda self: "1"
def probe():
    return Liar(2)
"""

NAMESPACES = """
def probe(ours):
    import os
    shared = []
    for name, link in ours.items():
        try:
            if os.readlink("/proc/self/ns/" + name) == link:
                shared.append(name)
        except OSError:
            pass
    return shared
"""

CAPABILITIES = """
def probe():
    with open("/proc/self/status") as status:
        rights = dict(line.split(":", 1) for line in status)
    return [name for name in ("CapEff", "CapPrm", "CapInh", "CapAmb") if int(rights[name], 16)]
"""

CGROUP = """
def probe():
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path) as file:
                text = file.read().strip()
            return text != "max" and int(text) < 1 << 40
        except OSError:
            pass
    return False
"""

HIDE_TIMEOUT = """
def probe():
    import signal
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    signal.setitimer(signal.ITIMER_REAL, 0)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""

SPOIL = """
import builtins, json, os, sys
builtins.len = lambda _: 0
json.dumps = json.loads = None
sys.modules["math"] = json
os.environ["SPOILT"] = "1"
def probe():
    return None
"""

SPOILT = """
import builtins, json, math, os
def probe():
    return [len("ab"), math.floor(2.5), json.loads("2"), os.environ.get("SPOILT")]
"""

COUNT = """
calls = 0
def probe():
    global calls
    calls += 1
    return calls
"""

RIGHT = frozenset({Status.AC})
LATE = frozenset({Status.TLE})


def probes(hidden: Secrets) -> list[Probe]:
    """List the guarantees in the order of the table, with what tries to break each."""
    namespaces: JsonValue = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("pid", "mnt", "net", "ipc", "uts")}
    quick = Limits(cpu_s=0.2, wall_s=5.0, memory_mb=128)
    return [
        Probe("no network", NETWORK, stopped(Status.AC), True, expected=[]),
        Probe("no foreign file readable", FOREIGN, stopped(Status.AC), True, (hidden.foreign_file,), []),
        Probe("no write outlives the job", WRITE, stopped(Status.AC), True, (hidden.token,)),
        Probe("no write outlives the job", LOOK, stopped(Status.AC), True, (hidden.token,), [], everywhere=True),
        Probe("CPU time limited", "def probe():\n while True: pass", LATE, True, limits=quick),
        Probe(
            "wall time limited",
            "import time\ndef probe(): time.sleep(60)",
            LATE,
            True,
            limits=Limits(cpu_s=1.0, wall_s=0.3, memory_mb=128),
        ),
        Probe("memory limited", "def probe(): return len(bytearray(1 << 33))", frozenset({Status.MLE}), True),
        Probe("processes and threads limited", PROCESSES, stopped(Status.AC, Status.RE), True, (512,), True),
        Probe("job and server kept apart (uid or seccomp)", SERVER, stopped(Status.AC), True, (), []),
        Probe(
            "expected values never in the box",
            EXPECTED,
            frozenset({Status.WA}),
            args=("expected",),
            expected=f"expected-{hidden.token}",
        ),
        Probe("verdict cannot be forged", LIAR, frozenset({Status.WA, Status.BADRET}), expected=1),
        Probe("exact types compared", "def probe(): return True", frozenset({Status.WA}), expected=1),
        Probe("namespaces of its own", NAMESPACES, RIGHT, args=(namespaces,), expected=[]),
        Probe("no capability in a job", CAPABILITIES, RIGHT, expected=[]),
        Probe("system calls filtered", "import os\ndef probe(): os.execv('/bin/sh', ['sh'])", stopped()),
        Probe("memory limited by cgroup too", CGROUP, RIGHT, expected=True),
        Probe("output limited", "def probe(): return 'a' * (1 << 24)", frozenset({Status.OLE})),
        Probe("no process outlives the job", "import os\ndef probe(): return os.fork()", stopped(Status.RE)),
        Probe("time limits cannot be caught", HIDE_TIMEOUT, LATE, limits=quick),
        Probe("nothing passes from one program to another", SPOIL, RIGHT | {Status.CE, Status.RE}),
        Probe(
            "nothing passes from one program to another", SPOILT, RIGHT, expected=[2, 2, 2, None], everywhere=True
        ),
        Probe("nothing passes from one test to another (strict)", COUNT, RIGHT, expected=1, strict=True, tests=2),
    ]
