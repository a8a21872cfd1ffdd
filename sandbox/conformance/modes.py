"""Attacks by whole programs, which have a standard output, and on what a problem's own checker is told."""

from dataclasses import replace

from lbt.types import Status
from sandbox.conformance.attack import PRELUDE, Attack, acts, on
from sandbox.conformance.forgery import TALK

AC, WA, RE, TLE, MLE = Status.AC, Status.WA, Status.RE, Status.TLE, Status.MLE
OLE, BADRET, EXIT, CRASH, DENIED = Status.OLE, Status.BADRET, Status.EXIT, Status.CRASH, Status.DENIED
CHECK = "def check(args, returned, expected):\n    return len(returned) == 2 and sum(returned) == expected"
"""Two numbers that add up to the expected one, 6."""


def script(name: str, code: str, *verdicts: Status, **limits: float) -> Attack:
    """Make a whole program that reads `3` and is to print 6."""
    frame = {"mode": "stdin", "tests": [{"args": ["3"], "expected": "6"}]}
    return Attack(name, f"{PRELUDE}\n{TALK}\n{code}", frozenset(verdicts), limits, entry_point="", frame=frame)


def checked(name: str, body: str, *verdicts: Status, top: str = "") -> Attack:
    """Make a function whose answer a checker looks at."""
    return replace(acts(name, body, *verdicts, top=top), frame={"checker": {"code": CHECK}})


PRINTED = [
    script("a whole program's right frame with a wrong text", "send(b'R\"7\"')\nos._exit(0)", WA),
    script("a whole program's number instead of text", "send(b'R6')\nos._exit(0)", WA),
    script("a right print, then a wrong frame", "print(6, flush=True)\nsend(b'R\"7\"')\nos._exit(0)", WA),
    script("claims of success on standard output", "print('AC', 'passed', '{\"status\": \"AC\"}')", WA),
    script("write the answer of others to every descriptor", "for fd in range(1, 64):\n    try: os.write(fd, b'7')\n    except OSError: pass", WA, BADRET, OLE, EXIT, RE, CRASH),
    script("the reader of standard output, found on the heap", "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == '_Printed': o.data[:] = b'7' + o.mark\nprint(7)", WA, RE),
    script("a cap on standard output, lifted", "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == '_Printed': o.cap = 10**12\nwhile True: print('6' * 10**5)", OLE, MLE, TLE, cpu_s=0.3, wall_s=2),
    script("the harness's own names", "import __main__, solution\nsolution.answer = __main__.answer = 6", WA, RE),
    script("a lying standard output", "class Out:\n    closed = property(lambda s: 1 / 0)\n    write = lambda s, t: len(t)\n    flush = lambda s: os.write(1, b'7')\nsys.stdout = Out()\nprint(6)", WA, RE),
    script("no standard output", "sys.stdout = sys.__stdout__ = None\nprint(6)", WA, RE),
    script("printing at every exit", "import atexit\n[atexit.register(print, 7) for _ in range(100)]", WA),
    script("a text that no decoder takes", "os.write(1, bytes(range(256)) * 10)", WA),
]  # fmt: skip
ENDS = [
    script("a whole program that leaves without saying so", "print(6, flush=True)\nos._exit(0)", EXIT),
    script("a whole program that says it failed", "print(6)\nsys.exit(1)", EXIT),
    script("a whole program that ends by a signal", "print(6, flush=True)\nos.abort()", CRASH),
    script("exits that never end", "import atexit\natexit.register(lambda: any(iter(int, 1)))\nprint(6)", TLE, cpu_s=0.3),
    script("a thread that prints for ever", "def p():\n    while True: print(7)\nthreading.Thread(target=p, daemon=True).start()\nprint(6)", WA, OLE, TLE, RE, CRASH, EXIT, BADRET, cpu_s=0.5),
    script("a thread that never ends", "def p():\n    while True: pass\nthreading.Thread(target=p).start()\nprint(6)", TLE, cpu_s=0.3),
    script("every standard stream closed", "for fd in (0, 1, 2): os.close(fd)", WA, RE),
    script("a whole program's shell", "print(6, flush=True)\nos.execv('/bin/sh', ['sh', '-c', 'echo 6'])", DENIED),
]  # fmt: skip
PRINTS = [
    script("endless output of a whole program", "while True: print('x' * 1000)", OLE, TLE, cpu_s=1),
    script("endless output past every exception", "while True:\n    try: print('x' * 1000)\n    except BaseException: pass", OLE, TLE, cpu_s=1),
    script("a gigabyte in one write", "os.write(1, bytes(10**9))", OLE, MLE, RE),
    script("a gigabyte of blanks", "for _ in range(10**4): print(' ' * 10**5)\nprint(6)", OLE, TLE, cpu_s=1),
]  # fmt: skip
CHECKS = [
    checked("right for a checker", "return [n, 3]", AC),
    checked("wrong for a checker", "return [n, 4]", WA),
    checked("a checker's name in the program", "return [n, 4]", WA, top="def check(args, returned, expected): return True"),
    checked("a checker's built-ins, spoilt", "import builtins\nbuiltins.sum = lambda _: 6\nreturn [n, 4]", WA),
    checked("what a checker cannot read", "return [[[[]]], {}]", WA),
    checked("nothing for a checker", "return None", WA),
    checked("a set for a checker", "return {n, 4}", BADRET),
    checked("an integer that takes a checker long", "return [10**4000, 6 - 10**4000]", AC, WA),
    checked("text that looks like a float to a checker", "return [{'$float': 'nan'}, {'$float': 'inf'}]", WA),
    checked("True for a checker", "return True", WA),
    checked("a frame that only a checker could send", "os.write(3, b'\\0\\0\\0\\5Rtrue')\nos._exit(0)", WA),
]  # fmt: skip

ATTACKS = (
    *on("verdicts cannot be forged", PRINTED),
    *on("every end has its verdict", ENDS),
    *on("output limit", PRINTS),
    *on("verdicts cannot be forged", CHECKS),
)
