"""Attacks on the verdict itself, and on what only the trusted side may know."""

from lbt.types import Status
from sandbox.conformance.attack import PRELUDE, SECRET, Attack, acts, fails, on

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
    return acts(name, body, *verdicts, top=f"{TALK}\n{top}", **limits)


def only(*verdicts: Status) -> frozenset[Status]:
    """Accept these verdicts and no other."""
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

IMPORTS = [
    *(
        fails(f"import {name}", f"__import__({name!r})")
        for name in ("lbt", "leetcode_data", "agents", "graphs", "reports", "tests", "pydantic", "docker", "sandbox.judge", "sandbox.compare", "sandbox.codec", "sandbox.decide", "pip", "pytest", "numpy")
    ),
]

PRIVATE = [
    fails("environment of the host", "[1][not any(what in str(dict(os.environ)) for what in SECRETS)]", setup=f"SECRETS = ('PYTEST', 'SUDO', {SECRET[:8]!r} + {SECRET[8:]!r}, 'VIRTUAL_ENV', 'OPENAI', 'DOCKER')"),
    fails("command lines and environments", "[1][not reachable()]", setup="def reached(path):\n    try:\n        with open(path, 'rb') as file: return file.read()\n    except OSError: return b''\ndef reachable():\n    return [p for p in range(1, 300) if p != os.getpid() and (reached(f'/proc/{p}/environ') or reached(f'/proc/{p}/maps') or reached(f'/proc/{p}/mem'))]"),
    fails("own arguments", "[1][not any('jobs' in a or 'backend' in a for a in sys.argv + getattr(sys, 'orig_argv', []))]"),
    fails("descriptors but four", "[1][len(opened()) <= 4]", setup="def opened():\n    found = []\n    for fd in range(1024):\n        try:\n            os.fstat(fd)\n            found.append(fd)\n        except OSError: pass\n    return found"),
    fails("a terminal", "[1][not any(map(os.isatty, range(64)))]", "os.open('/dev/tty', os.O_RDWR)", "fcntl.ioctl(0, 0x5412, b'x')"),
    fails("something to read from the channel", "[1][not peek()]", setup="def peek():\n    try:\n        return socket.socket(fileno=os.dup(3)).recv(100, socket.MSG_DONTWAIT)\n    except OSError: return b''"),
]

ATTACKS = (
    *on("verdicts cannot be forged", [*FRAMES, *INSIDE]),
    *on("expected outputs stay outside", IMPORTS),
    *on("no foreign file readable", PRIVATE),
)
