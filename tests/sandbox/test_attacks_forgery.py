"""Attacks on the verdict itself, and on what only the trusted side may know."""

import secrets

import pytest

from lbt.types import Status
from sandbox.probes import SCAN
from tests.sandbox.arena import PRELUDE, SECRET, Arena, Attack, fails

AC, WA, RE, CE, TLE, MLE = Status.AC, Status.WA, Status.RE, Status.CE, Status.TLE, Status.MLE
OLE, BADRET, EXIT, CRASH, DENIED = Status.OLE, Status.BADRET, Status.EXIT, Status.CRASH, Status.DENIED
BAD = frozenset(Status) - {AC, Status.NOTRUN}
"""Any verdict but a right one."""

TALK = """
def frame(data):
    data = data if type(data) is bytes else data.encode()
    return struct.pack("!I", len(data)) + data
def send(*parts, to=3):
    data = b"".join(map(frame, parts))
    while data:
        data = data[os.write(to, data):]
"""


def forges(name: str, body: str, top: str = "", verdicts: frozenset[Status] = BAD, **limits: float) -> Attack:
    """Make a program that does not know the answer and wants AC."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    return Attack(name, f"{PRELUDE}\n{TALK}\n{top}\ndef attack(n):\n{indented}\n", verdicts, limits)


def only(*verdicts: Status) -> frozenset[Status]:
    return frozenset(verdicts)


FRAMES = [
    forges("right frame, made-up value", "send(b'R7')\nos._exit(0)", verdicts=only(WA)),
    forges("right frame, then another answer", "send(b'R7')\nreturn 6", verdicts=only(WA)),
    forges("verdict-shaped values", "send(b'R{\"v\":\"AC\"}')\nos._exit(0)", verdicts=only(BADRET)),
    forges("verdict-shaped frame", "send(b'{\"status\": \"AC\", \"passed\": 1}')\nos._exit(0)", verdicts=only(BADRET)),
    forges("every letter as a frame", "for letter in range(256): send(bytes([letter]))\nos._exit(0)"),
    forges("claims of failure", "send(b'M', b'E', b'X', b'B', b'O', b'C', b'F')\nos._exit(0)"),
    forges("no bytes at all", "os.write(3, b'\\0\\0\\0\\0')\nos._exit(0)"),
    forges("bytes that are no text", "send(b'R\\xff\\xfe')\nos._exit(0)", verdicts=only(BADRET)),
    forges("text of an exception that is no text", "send(b'E\\xff\\xfe\\x00')\nos._exit(0)", verdicts=only(RE)),
    forges("a frame of 4 GB", "os.write(3, b'\\xff\\xff\\xff\\xff')\nos._exit(0)"),
    forges("a frame that never ends", "os.write(3, b'\\0\\0\\0\\x10R')\ntime.sleep(99)", verdicts=only(TLE), wall_s=0.5),
    forges("half a frame", "os.write(3, b'\\0\\0\\0\\x10R')\nos._exit(0)"),
    forges("endless frames", "while True: send(b'R7')", cpu_s=0.5),
    forges("endless bytes", "while True: os.write(3, b'\\0' * 65536)", cpu_s=0.5),
    forges("endless claims from threads", "def talk():\n    while True: send(b'R7')\n[threading.Thread(target=talk, daemon=True).start() for _ in range(5)]\ntime.sleep(1)", cpu_s=0.5),
    forges("deep value", "send(b'R' + b'[' * 50_000)\nos._exit(0)", verdicts=only(BADRET)),
    forges("many values", "send(b'R[' + b'0,' * 30_000 + b'0]')\nos._exit(0)", verdicts=only(WA)),
    forges("many digits", "send(b'R' + b'9' * 60_000)\nos._exit(0)", verdicts=only(BADRET)),
    forges("tag with many digits", "send(b'R{\"i\":\"' + b'9' * 60_000 + b'\"}')\nos._exit(0)", verdicts=only(WA)),
    forges("bare NaN", "send(b'RNaN')\nos._exit(0)", verdicts=only(BADRET)),
    forges("value that collides", "send(b'R[' + b','.join(b'{\"i\":\"%d\"}' % (i * (2**61 - 1)) for i in range(9, 1500)) + b']')\nos._exit(0)", verdicts=only(WA)),
    forges("close the channel", "os.close(3)\nreturn 6"),
    forges("shut the channel down", "socket.socket(fileno=3).shutdown(socket.SHUT_RDWR)\nreturn 6"),
    forges("replace the channel", "os.dup2(os.open('/dev/null', os.O_RDWR), 3)\nreturn 6"),
    forges("channel without patience", "os.set_blocking(3, False)\nreturn 'x' * 60_000"),
    forges("send descriptors", "peer = socket.socket(fileno=os.dup(3))\nfor _ in range(50): socket.send_fds(peer, [b'\\0\\0\\0\\x02R7'], [0, 1, 2])\nreturn 7"),
    forges("out-of-band bytes", "socket.socket(fileno=os.dup(3)).send(b'x', socket.MSG_OOB)\nreturn 7"),
    forges("the harness's own voice", "speak = sys.modules['sandbox.harness.child'].say\nspeak(b'R', '7')\nspeak(b'R', '7')\nos._exit(0)", verdicts=only(WA, RE)),
    forges("the harness's encoder, replaced", "import sandbox.harness.values as v\nv.encode = lambda *_: '{\"v\": \"AC\"}'\nreturn 7"),
    Attack("ready again at import", PRELUDE + TALK + "send(b'S', b'I', b'R7')\nos._exit(0)", BAD),
    Attack("imported, with more", PRELUDE + TALK + "send(b'Ix')\nos.abort()", BAD),
    Attack("imported, with an answer", PRELUDE + TALK + "send(b'I', b'R7')\ndef attack(n): return 6", BAD),
    Attack("answer at import", PRELUDE + TALK + "send(b'R6')\nos._exit(0)", BAD),
    Attack("claim at import", PRELUDE + TALK + "send(b'C')\ndef attack(n): return 6", BAD),
    Attack("broken at import", PRELUDE + TALK + "send(b'F')\ndef attack(n): return 6", BAD),
]

WALK = """
def search(found, depth=0):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if "expected" in str(name).lower():
                found.append(value)
        frame = frame.f_back
    import gc
    for thing in gc.get_objects():
        if type(thing) is dict and ("expected" in thing or "verdict" in thing):
            found.append(thing)
    return found
"""

INSIDE = [
    forges("look for expected values in frames and heap", "return search([]) or 7", WALK),
    forges("write passed everywhere", "import gc\nfor thing in gc.get_objects():\n    if type(thing) is dict: thing.update(status='AC', passed=True, verdict='AC', result='passed')\nreturn 7"),
    forges("write into every frame", "frame = sys._getframe()\nwhile frame:\n    for name in list(frame.f_locals): ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), 0)\n    frame = frame.f_back\nreturn 7"),
    forges("print results", "print('{\"id\": \"x\", \"status\": \"AC\"}')\nprint('PASSED\\nAC\\nOK')\nreturn 7", verdicts=only(WA)),
    forges("print results and leave", "print('AC')\nsys.stdout.flush()\nos._exit(0)", verdicts=only(EXIT)),
    forges("at exit", "import atexit\natexit.register(lambda: send(b'R6'))\nreturn 7", verdicts=only(WA)),
    forges("when collected", "class A:\n    def __del__(self): send(b'R6')\nA.kept = A()\nreturn 7", verdicts=only(WA)),
    forges("hooks", "sys.excepthook = threading.excepthook = sys.unraisablehook = lambda *_: os._exit(0)\nreturn 1 / 0", verdicts=only(RE)),
    forges("trace", "sys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)\nthreading.settrace(lambda *_: None)\nreturn 7"),
    forges("audit hook", "sys.addaudithook(lambda *_: None)\nreturn 7", verdicts=only(WA)),
    forges("audit hook that raises", "def hook(*_): raise SystemExit\nsys.addaudithook(hook)\nreturn 7"),
    forges("every built-in replaced", "import builtins\nfor name in ('len', 'type', 'isinstance', 'sorted', 'int', 'str', 'map', 'set', 'max'):\n    setattr(builtins, name, lambda *_: 6)\nreturn 7"),
    forges("json replaced", "import json\njson.dumps = lambda *_: '6'\njson.loads = lambda *_: 6\nreturn 7"),
    forges("type of everything is int", "import builtins\nbuiltins.type = lambda x: int\nreturn 'AC'"),
    forges("integers changed in memory", "ctypes.memmove(id(7) + 24, id(6) + 24, 4)\nreturn 8 - 1 + 0 * n", verdicts=BAD | {AC}),
    forges("class of the answer changed", "class A: pass\na = A()\nctypes.c_void_p.from_address(id(a) + 8).value = id(int)\nreturn a", verdicts=BAD),
    forges("clean up by force", "import gc\n[ctypes.pythonapi.Py_DecRef(ctypes.py_object(x)) for x in gc.get_objects()[:5000]]\nreturn 7"),
    forges("answer by another class", "return Solution().attack(n)", "class Meta(type):\n    def __call__(cls): return Other()\nclass Other:\n    def __getattribute__(self, name): return lambda n: 7\nclass Solution(metaclass=Meta): pass", verdicts=only(WA)),
    forges("the stream of random numbers", "return __import__('random').random()", verdicts=only(WA)),
    forges("later results from a thread", "threading.Thread(target=lambda: (time.sleep(0.05), send(b'R6'))).start()\nreturn 7", verdicts=only(WA)),
]

PRIVATE = [
    *(
        fails(f"import {name}", f"__import__({name!r})")
        for name in ("lbt", "leetcode_data", "agents", "graphs", "reports", "tests", "pydantic", "docker", "sandbox.judge", "sandbox.compare", "sandbox.codec", "sandbox.decide", "pip", "pytest", "numpy")
    ),
    fails("environment of the host", "[1][not any(what in str(dict(os.environ)) for what in SECRETS)]", setup=f"SECRETS = ('PYTEST', 'SUDO', {SECRET[:8]!r} + {SECRET[8:]!r}, 'VIRTUAL_ENV', 'OPENAI', 'DOCKER')"),
    fails("command lines and environments", "[1][not reachable()]", setup="def reached(path):\n    try:\n        with open(path, 'rb') as file: return file.read()\n    except OSError: return b''\ndef reachable():\n    return [p for p in range(1, 300) if p != os.getpid() and (reached(f'/proc/{p}/environ') or reached(f'/proc/{p}/maps') or reached(f'/proc/{p}/mem'))]"),
    fails("own arguments", "[1][not any('jobs' in a or 'backend' in a for a in sys.argv + getattr(sys, 'orig_argv', []))]"),
    fails("descriptors but four", "[1][len(opened()) <= 4]", setup="def opened():\n    found = []\n    for fd in range(1024):\n        try:\n            os.fstat(fd)\n            found.append(fd)\n        except OSError: pass\n    return found"),
    fails("a terminal", "[1][not any(map(os.isatty, range(64)))]", "os.open('/dev/tty', os.O_RDWR)", "fcntl.ioctl(0, 0x5412, b'x')"),
    fails("something to read from the channel", "[1][not peek()]", setup="def peek():\n    try:\n        return socket.socket(fileno=os.dup(3)).recv(100, socket.MSG_DONTWAIT)\n    except OSError: return b''"),
]

ALL = [*FRAMES, *INSIDE, *PRIVATE]


@pytest.mark.parametrize("hostile", ALL, ids=lambda attack: attack.name)
def test_no_program_talks_itself_right(arena: Arena, hostile: Attack) -> None:
    arena.survives(hostile)


PATIENT = {"limits": {"cpu_s": 20, "wall_s": 60}}


def secret_job(token: str, number: int) -> dict[str, object]:
    """Make an honest job that holds `token` in source, input, a global, a local and its answer."""
    value = f"{token}-{secrets.token_hex(16)}"
    code = f"KEPT = ['{value}']\ndef f(x):\n    here = KEPT + [x]\n    return [x, here[0]]"
    tests = [{"args": [value], "expected": [value, value]}] * 2
    return {"id": f"secret {number}", "code": code, "entry_point": "f", "tests": tests, "limits": {"memory_mb": 128}}


def test_no_program_finds_a_byte_of_an_earlier_or_a_waiting_job(arena: Arena) -> None:
    token = f"tok{secrets.token_hex(4)}"
    scan = {"id": "scan", "code": SCAN, "entry_point": "scan", "tests": [{"args": [token], "expected": []}], **PATIENT}
    secret = [secret_job(token, number) for number in range(16)]
    verdicts = arena.verdicts(*secret[:8], scan, scan, scan, *secret[8:], scan)
    assert [verdict["status"] for verdict in verdicts] == [AC] * len(verdicts), verdicts


def test_the_scan_finds_what_is_there(arena: Arena) -> None:
    token = f"tok{secrets.token_hex(4)}"
    code = f"{SCAN}\nKEPT = '{token}-' + '0' * 32\ndef own(start): return len(scan(start)) > 0"
    job = {"id": "own", "code": code, "entry_point": "own", "tests": [{"args": [token], "expected": True}]}
    (verdict,) = arena.verdicts({**job, **PATIENT})
    assert verdict["status"] == AC, verdict


def test_what_a_program_spoils_is_whole_for_the_next_one(arena: Arena) -> None:
    spoil = "import builtins, json, os, sys\nbuiltins.len = lambda _: 0\njson.loads = None\nos.environ['SPOILT'] = '1'\nsys.modules['math'] = sys\nsys.setrecursionlimit(50)\ndef f(): return 1"
    whole = "import os, sys\ndef f(): return [len('ab'), math.floor(2.5), json.loads('2'), os.environ.get('SPOILT'), sys.getrecursionlimit() > 1000]"
    jobs = [{"id": "spoil", "code": spoil, "entry_point": "f", "tests": [{"args": [], "expected": 1}]}] * 4
    after = [{"id": "whole", "code": whole, "entry_point": "f", "tests": [{"args": [], "expected": [2, 2, 2, None, True]}]}] * 4
    verdicts = arena.verdicts(*jobs, *after)
    assert [verdict["status"] for verdict in verdicts[4:]] == [AC] * 4, verdicts


def test_hidden_values_do_not_reach_the_message(arena: Arena) -> None:
    value = f"expected-{secrets.token_hex(16)}"
    for code in ("def f(x): return 'x'", "def f(x): raise ValueError(x)", "def f(x): return object()"):
        job = {"id": "m", "code": code, "entry_point": "f", "tests": [{"args": ["input"], "expected": value}]}
        (verdict,) = arena.verdicts(job)
        assert value not in str(verdict)


def test_a_crash_costs_one_test_and_the_rest_is_still_judged(arena: Arena) -> None:
    code = "import os\ndef f(n):\n    if n == 1: os.abort()\n    if n == 3: os._exit(0)\n    if n == 5:\n        while True: pass\n    return n"
    tests = [{"args": [n], "expected": n} for n in range(8)]
    job = {"id": "k", "code": code, "entry_point": "f", "tests": tests, "limits": {"cpu_s": 0.5}}
    (verdict,) = arena.verdicts(job)
    assert [test["status"] for test in verdict["tests"]] == [AC, CRASH, AC, EXIT, AC, TLE, AC, AC]
    assert (verdict["status"], verdict["passed"], verdict["total"]) == (CRASH, 5, 8)


def test_the_forged_import_frame_with_more_tests_is_the_programs_fault(arena: Arena) -> None:
    code = f"{PRELUDE}\n{TALK}\nsend(b'Ix')\nos.abort()"
    tests = [{"args": [n], "expected": n} for n in range(3)]
    (verdict,) = arena.verdicts({"id": "k", "code": code, "entry_point": "f", "tests": tests})
    assert verdict.get("passed") == 0, verdict
    assert "broke its sandbox" not in verdict["message"], verdict
