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
    """Its name in `sandbox.guarantees`."""
    code: str
    """Defines `probe`."""
    holds: frozenset[Status]
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
    v4, v6 = socket.AF_INET, socket.AF_INET6
    for family, address in ((v4, "1.1.1.1"), (v4, "169.254.169.254"), (v6, "2606:4700::1111")):
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
    ways = ("", "/proc/1/root", "/proc/self/cwd/../../../..")
    for candidate in (*(way + path for way in ways), "/etc/shadow", "/root/.bashrc", "/var/run/docker.sock"):
        try:
            open(candidate, "rb").close()
            found.append(candidate)
        except OSError:
            pass
    return found
"""

PLACES = """
import os
PLACES = "/ /tmp /var/tmp /dev /dev/shm /dev/mqueue /run /run/lock /home /root /opt /usr/lib".split()
PLACES += [os.getcwd(), os.path.expanduser("~")]
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
    import ctypes, struct
    held = ctypes.create_string_buffer(24)
    version = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    failed = ctypes.CDLL(None).capget(version, held)
    effective, permitted, _, effective_too, permitted_too, _ = struct.unpack("6I", held.raw)
    return failed or any((effective, permitted, effective_too, permitted_too))
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

SLEEP = """
import time
def probe():
    time.sleep(60)
"""

SPOIL = """
import builtins, os, sys
def probe(token):
    global kept
    kept = "spoilt-" + token
    os.environ["SPOILT"] = kept
    sys.modules["math"] = builtins.len = None
"""

SPOILT = """
import gc, math, os
def probe(start):
    found = [thing for thing in gc.get_objects() if type(thing) is dict and str(thing.get("kept")).startswith(start)]
    return [len("ab"), math.floor(2.5), os.environ.get("SPOILT"), [str(thing) for thing in found]]
"""

COUNT = """
calls = 0
def probe():
    global calls
    calls += 1
    return calls
"""

RIGHT = frozenset({Status.AC})
WRONG = frozenset({Status.WA})
LATE = frozenset({Status.TLE})


def probes(hidden: Secrets) -> list[Probe]:
    """List what tries to break each guarantee of `sandbox.guarantees`, in their order."""
    namespaces: JsonValue = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("pid", "mnt", "net", "ipc", "uts")}
    secret = f"expected-{hidden.token}"
    return [
        Probe("expected outputs stay outside", EXPECTED, WRONG, ("expected",), secret),
        Probe("verdicts cannot be forged", LIAR, WRONG | {Status.BADRET}, expected=1),
        Probe("verdicts cannot be forged", "def probe(): return True", WRONG, expected=1),
        Probe("kernel boundary", NAMESPACES, RIGHT, (namespaces,), []),
        Probe("kernel boundary", CAPABILITIES, RIGHT, expected=False),
        Probe("no network", NETWORK, stopped(Status.AC), expected=[]),
        Probe("no foreign file readable", FOREIGN, stopped(Status.AC), (hidden.foreign_file,), []),
        Probe("no write outlives a job", WRITE, stopped(Status.AC), (hidden.token,)),
        Probe("no write outlives a job", LOOK, stopped(Status.AC), (hidden.token,), [], everywhere=True),
        Probe("CPU time limit", HIDE_TIMEOUT, LATE, limits=Limits(cpu_s=0.2, wall_s=5.0, memory_mb=128)),
        Probe("wall time limit", SLEEP, LATE, limits=Limits(cpu_s=1.0, wall_s=0.3, memory_mb=128)),
        Probe("memory limit per program", "def probe(): return len(bytearray(1 << 33))", frozenset({Status.MLE})),
        Probe("process limit", PROCESSES, stopped(Status.AC, Status.RE), (512,), True),
        Probe("process limit", "import os\ndef probe(): return os.fork()", stopped(Status.RE)),
        Probe("output limit", "def probe(): return 'a' * (1 << 24)", frozenset({Status.OLE})),
        Probe("system call filter", "import os\ndef probe(): os.execv('/bin/sh', ['sh'])", stopped()),
        Probe("system call filter", SERVER, stopped(Status.AC), (), []),
        Probe("no byte of another job", SPOIL, frozenset(Status), (hidden.token,)),
        Probe("no byte of another job", SPOILT, RIGHT, ("spoilt",), [2, 2, None, []], everywhere=True),
        Probe("no state of another test (strict)", COUNT, RIGHT, expected=1, strict=True, tests=2),
        Probe("a user per job", "import os\ndef probe(): return os.getuid() >= 1 << 30", RIGHT, expected=True),
        Probe("memory limit per box", CGROUP, RIGHT, expected=True),
    ]
