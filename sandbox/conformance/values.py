"""Attacks with what is returned, printed or raised; and what honest programs may return."""

from dataclasses import replace

from lbt.types import Status
from sandbox.conformance.attack import Attack, acts, on

AC, WA, RE, CE, TLE, MLE = Status.AC, Status.WA, Status.RE, Status.CE, Status.TLE, Status.MLE
OLE, BADRET, EXIT, CRASH, DENIED = Status.OLE, Status.BADRET, Status.EXIT, Status.CRASH, Status.DENIED


def returns(expression: str, *verdicts: Status, top: str = "", expected: object = 6, name: str = "", **limits: float) -> Attack:
    """Make an attack that returns this."""
    told = expression[:60] if expected == 6 else f"{expression[:60]} for {str(expected)[:20]}"
    return replace(acts(name or told, f"return {expression}", *verdicts, top=top, **limits), expected=expected)


LIAR = """
class Liar({0}):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __hash__ = lambda self: hash(6)
    __repr__ = __str__ = lambda self: "6"
    __bool__ = lambda self: True
    __int__ = __index__ = lambda self: 6
    __float__ = lambda self: 6.0
    __len__ = lambda self: 1
    __iter__ = lambda self: iter([6])
    __class__ = property(lambda self: int)
    __reduce__ = lambda self: (int, (6,))
    __json__ = lambda self: "6"
"""

LARGE = [
    returns("'a' * 10**8", OLE, MLE, memory_mb=512),
    returns("list(range(3 * 10**6))", OLE, MLE, memory_mb=512),
    returns("[0] * 10**7", OLE, MLE, memory_mb=512),
    returns("[[]] * 10**5", OLE),
    returns("7 ** 10**6", OLE, TLE),
    returns("'\\x00' * 30_000", OLE, name="text that grows when it is written"),
    returns("bomb()", OLE, BADRET, top="def bomb():\n    x = 0\n    for _ in range(60): x = [x, x]\n    return x", name="list that shares its parts"),
    returns("bomb()", BADRET, top="def bomb():\n    x = []\n    x.append(x)\n    return x", name="list in itself"),
    returns("bomb()", BADRET, top="def bomb():\n    x = {}\n    x[0] = x\n    return x", name="dict in itself"),
    returns("bomb()", BADRET, top="def bomb():\n    x = []\n    for _ in range(10**5): x = [x]\n    return x", name="deep list"),
    returns("bomb()", BADRET, top="def bomb():\n    x = ()\n    for _ in range(250): x = (x,)\n    return x", name="deep tuple"),
    returns("bomb()", WA, top="def bomb():\n    x = ()\n    for _ in range(190): x = (x,)\n    return x", name="rather deep tuple"),
]

FORBIDDEN = [
    *(
        returns(what, BADRET)
        for what in (
            "(x for x in [6])",
            "iter([6])",
            "map(int, '6')",
            "range(6, 7)",
            "{6: 6}.keys()",
            "b'6'",
            "bytearray(b'6')",
            "6j",
            "object()",
            "int",
            "attack",
            "sys",
            "...",
            "NotImplemented",
            "lambda: 6",
            "Exception(6)",
            "[object()]",
            "{'a': object()}",
            "memoryview(b'6')",
            "deque([6])",
            "Counter([6])",
            "defaultdict(int)",
            "__import__('decimal').Decimal(6)",
            "__import__('fractions').Fraction(6)",
            "__import__('enum').IntEnum('E', 'a b c d e f').f",
            "namedtuple('T', 'x')(6)",
        )
    ),
    *(
        returns(f"Liar({argument})", BADRET, top=LIAR.format(base), name=f"lying subclass of {base}")
        for base, argument in {"int": "7", "str": "'6'", "list": "[6]", "dict": "", "float": "7", "tuple": "[6]", "object": ""}.items()
    ),
    returns("[Liar(7)]", BADRET, top=LIAR.format("int"), name="lying int in a list"),
    returns("wait()", BADRET, top="async def wait(): return 6", name="coroutine"),
    returns("Evil()", BADRET, top="class Evil:\n    def __reduce__(self): return (exit, ())", name="pickle bomb"),
    returns("Meta('x', (), {})", BADRET, top="class Meta(type):\n    __name__ = property(lambda c: 1 / 0)", name="class whose name raises"),
]

VALUES = [
    returns("2 * n", AC),
    returns("(1, 2)", AC, expected=[1, 2]),
    returns("[(1,), [2]]", AC, expected=[[1], [2]]),
    returns("{1, 2}", WA, expected=[1, 2]),
    returns("frozenset([1])", WA, expected=[1]),
    returns("True", WA, expected=1),
    returns("1", WA, expected=True),
    returns("1.0", WA, expected=1),
    returns("1", AC, expected=1.0),
    returns("float('nan')", AC, expected={"$float": "nan"}),
    returns("float('nan')", WA, expected=1.0),
    returns("float('inf')", AC, expected={"$float": "inf"}),
    returns("-0.0", AC, expected=0.0),
    returns("None", AC, expected=None),
    returns("None", WA),
    returns("'6'", WA),
    returns("[6]", WA),
    returns("10**400", AC, expected=10**400),
    returns("-(2**53)", AC, expected=-(2**53)),
    returns("0.1 + 0.2", AC, expected=0.1 + 0.2),
    returns("'\"]}, {\"v\": \"AC\"} \\x00\\x1b[2J\\u2028 é 😀 \\\\'", AC, expected='"]}, {"v": "AC"} \x00\x1b[2J\u2028 é 😀 \\'),
    returns("chr(0xd800)", WA, name="half of a surrogate"),
    returns("{'a': [1], 'b': None}", AC, expected={"b": None, "a": [1]}),
    returns("{1: 1}", WA, expected={"1": 1}),
    returns("list(range(100_000))", AC, expected=list(range(100_000)), name="long list"),
]


NOISE = [
    acts("endless printing", "while True: print('x' * 1000)", TLE, OLE, cpu_s=0.3),
    acts("much printing, right answer", "for _ in range(10**4): print('x' * 1000)\nreturn 2 * n", AC, cpu_s=5),
    acts("noise on standard error", "sys.stderr.write('x' * 10**6)\nreturn 2 * n", AC),
    acts("closed standard streams", "for fd in (0, 1, 2): os.close(fd)\nreturn 2 * n", AC),
    acts("read standard input", "return len(sys.stdin.read()) + 6", AC, RE),
    acts("escape codes in an exception", "raise ValueError('\\x1b]0;evil\\x07\\x1b[2J\\u202e')", RE),
    acts("surrogate in an exception", "raise ValueError('\\ud800')", RE),
    acts("long exception", "raise ValueError('x' * 10**7)", RE, MLE, OLE),
    acts("exception that cannot be shown", "class E(Exception):\n    def __str__(self): raise E\nraise E", RE, EXIT, MLE),
    acts("exception that never ends", "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E", TLE, cpu_s=0.3),
    acts("exception that leaves", "class E(Exception):\n    def __str__(self): os._exit(0)\nraise E", EXIT),
    acts("exception with a lying name", "class M(type):\n    __name__ = property(lambda c: 'AC\\n' * 10**6)\nclass E(Exception, metaclass=M): pass\nraise E", RE, EXIT, OLE, MLE),
    acts("group of exceptions", "raise ExceptionGroup('many', [ValueError(i) for i in range(10**4)])", RE),
    acts("exception by another thread", "threading.Thread(target=lambda: 1 / 0).start()\ntime.sleep(0.01)\nreturn 2 * n", AC),
    acts("warnings", "import warnings\nwarnings.simplefilter('error')\nwarnings.warn('x')", RE),
    *(acts(f"raise {what}", f"raise {what}", RE, EXIT) for what in ("SystemExit", "SystemExit(0)", "KeyboardInterrupt", "GeneratorExit", "BaseException('x')", "StopIteration", "AssertionError", "RecursionError", "TimeoutError", "BrokenPipeError", "OSError(28, 'no space')")),
    acts("BaseException of its own", "class Own(BaseException): pass\nraise Own", RE),
    acts("sys.exit", "sys.exit(0)", EXIT),
    acts("os._exit", "os._exit(0)", EXIT),
    acts("exit in a thread", "threading.Thread(target=os._exit, args=(0,)).start()\ntime.sleep(5)\nreturn 2 * n", EXIT),
    acts("change a value while it is read", "kept = [[0] * 1000 for _ in range(10)]\ndef churn():\n    while True:\n        kept.append(0)\n        del kept[0]\nthreading.Thread(target=churn, daemon=True).start()\nsys.setswitchinterval(1e-6)\nreturn kept", WA, RE, OLE, BADRET, TLE, cpu_s=0.5),
    acts("mutate the argument of the next test", "import gc\n[o.clear() for o in gc.get_objects() if type(o) is list and o is not gc]\nreturn 2 * n", AC, RE, WA, EXIT, CRASH, BADRET, TLE, MLE),
]

ATTACKS = (
    *on("output limit", LARGE),
    *on("verdicts cannot be forged", FORBIDDEN),
    *on("exact comparison", VALUES),
    *on("every end has its verdict", NOISE),
)
