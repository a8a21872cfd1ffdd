"""A process that compares answers with sympy and math-verify, which may take any time and memory: so it is killed.

Not to be imported by who compares; `math_data.workers` starts it. A supervisor imports the libraries once and forks the
process that works, for as long as its standard input is open. That one is ended by the kernel when a pair takes more
CPU time than it may (SIGPROF, which no library catches here), and gets no more than `MEMORY` bytes; the supervisor then
says which pair it was and forks another, within milliseconds.

A line of input is `[number, a, b]`, numbered from 1. A line of output is `[number, equal, why]`, where why is `null` if
nothing could be found out; or `[number, null, signal]` for a process that was ended, with 0 if it was at no pair. The
first line is `[0, null, null]`: ready.
"""

import json
import logging
import math
import mmap
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any

from math_data.expressions import Node
from math_data.forms import Raw
from math_data.reading import form
from math_data.sameness import Comparison, compared, same_exactly

PAIR_S = 0.7
"""CPU time of one pair; how long it may take by the clock is for `math_data.workers` to say."""
MEMORY = 1 << 30
"""Address space, in bytes; the libraries take a third of it."""
_MAX_EXPONENT = 10_000
_DIGITS = 100
"""Two irrational constants that agree in so many digits are equal."""
_WARMING = (
    (r"\sin^2 x+\cos^2 x", "1"),
    (r"\ln 8", r"3\ln 2"),
    (r"\sum_{i=1}^{4} i", r"\frac{20}{2}"),
    (r"\int_0^1 x dx", "0.5"),
)
"""What the libraries load and compute at their first use is there before the first pair, whose time it would take."""
_AT_WORK = struct.Struct("=q")


def main() -> None:
    """Supervise until standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        import math_verify  # noqa: F401
        import sympy  # noqa: F401
    except ImportError as error:
        _say(0, None, str(error))
        return
    logging.disable(logging.CRITICAL)
    for pair in _WARMING:
        compared_symbolically(*pair)
    _say(0, None, None)
    at_work = mmap.mmap(-1, mmap.PAGESIZE)
    while True:
        pid = os.fork()
        if not pid:
            _work(at_work)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and not os.WEXITSTATUS(status):
            return
        (number,) = _AT_WORK.unpack_from(at_work)
        _AT_WORK.pack_into(at_work, 0, 0)
        _say(number, None, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


def _say(number: int, equal: bool | None, why: str | int | None) -> None:
    os.write(1, json.dumps([number, equal, why]).encode() + b"\n")


def _work(at_work: mmap.mmap) -> None:
    """Compare pairs until standard input is closed; a memory that is full ends the process."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        number, a, b = json.loads(line)
        _AT_WORK.pack_into(at_work, 0, number)
        _limit_cpu()
        signal.setitimer(signal.ITIMER_PROF, PAIR_S)
        try:
            found = compared_symbolically(a, b)
        except MemoryError:
            os._exit(1)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _say(number, *(found or (False, None)))
        _AT_WORK.pack_into(at_work, 0, 0)


def _limit_cpu() -> None:
    """Allow some seconds more than were used, should the alarm fail."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def compared_symbolically(a: str, b: str) -> Comparison | None:
    """Compare two answers with all means; None where nothing could be found out. Takes any time and memory."""
    one, other = form(a), form(b)
    found = compared(one, other, _guarded(same_symbolically))
    if found is not None or not (isinstance(one, Raw) or isinstance(other, Raw)):
        return found
    verdict = _guarded(_same_to_the_library)(a, b)
    return None if verdict is None else Comparison(verdict, "math-verify")


def _guarded(judge: Callable[[Any, Any], bool | None]) -> Callable[[Any, Any], bool | None]:
    """Take whatever the libraries raise for an unknown."""

    def guarded(a: Any, b: Any) -> bool | None:  # noqa: ANN401 - of whatever type the judge takes
        try:
            return judge(a, b)
        except MemoryError:
            raise
        except Exception:
            return None

    return guarded


def same_symbolically(a: Node, b: Node) -> bool | None:
    """Compare two scalars with sympy."""
    verdict = same_exactly(a, b)
    return _same_expressions(_sympified(a), _sympified(b)) if verdict is None else verdict


def _sympified(node: Node) -> Any:  # noqa: ANN401 - sympy has no types
    import sympy

    match node.op:
        case "num":
            return sympy.Rational(node.value.numerator, node.value.denominator)
        case "sym":
            constants = {"\\pi": sympy.pi, "e": sympy.E, "i": sympy.I, "\\infty": sympy.oo}
            return constants.get(node.name) or sympy.Symbol(node.name, real=True)
    args = [_sympified(arg) for arg in node.args]
    match node.op:
        case "pow":
            return _raised(*args)
        case "root" if args[0].is_negative and args[1].is_odd:
            return -((-args[0]) ** (1 / args[1]))
        case "factorial" if args[0].is_number and args[0] > _MAX_EXPONENT:
            raise OverflowError("a factorial is too large")
        case "root":
            return args[0] ** (1 / args[1])
    return _FUNCTIONS[node.op](sympy, *args)


def _raised(base: Any, exponent: Any) -> Any:  # noqa: ANN401 - sympy has no types
    if base.is_number and exponent.is_number and abs(exponent) > _MAX_EXPONENT:
        raise OverflowError("a power is too large")
    if base.is_zero and exponent.is_zero:
        raise ArithmeticError("zero to the power of zero")
    return base**exponent


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda sympy, *terms: sympy.Add(*terms),
    "mul": lambda sympy, *factors: sympy.Mul(*factors),
    "div": lambda sympy, above, below: above / below,
    "abs": lambda sympy, x: sympy.Abs(x),
    "floor": lambda sympy, x: sympy.floor(x),
    "ceil": lambda sympy, x: sympy.ceiling(x),
    "binom": lambda sympy, n, k: sympy.binomial(n, k),
    "factorial": lambda sympy, n: sympy.factorial(n),
    "ln": lambda sympy, x: sympy.log(x),
    "log": lambda sympy, x, base: sympy.log(x, base),
    **{
        name: lambda sympy, x, own=own: getattr(sympy, own)(x)
        for name, own in {
            **{same: same for same in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "exp")},
            **{f"arc{short}": f"a{short}" for short in ("sin", "cos", "tan")},
        }.items()
    },
}


def _same_expressions(x: Any, y: Any) -> bool | None:  # noqa: ANN401 - sympy has no types
    """Compare exactly where that can be, irrational constants by their digits."""
    import sympy

    difference = x - y
    if difference == 0:
        return True
    if difference.has(sympy.nan, sympy.zoo, sympy.oo):
        return None
    if not difference.free_symbols:
        if difference.is_Rational:
            return False
        value, size = (abs(sympy.N(one, 15, maxn=2 * _DIGITS)) for one in (difference, abs(x) + abs(y)))
        return bool(value < size * sympy.Float(10) ** -_DIGITS)
    if sympy.simplify(difference) == 0:
        return True
    verdict = difference.equals(0)
    return None if verdict is None else bool(verdict)


def _same_to_the_library(a: str, b: str) -> bool | None:
    """Let math-verify read what is not read here, sums and integrals for example; only values are compared."""
    x, y = _parsed(a), _parsed(b)
    if x is None or y is None:
        return None
    if x.is_Matrix != y.is_Matrix:
        return False
    if not x.is_Matrix:
        return _same_expressions(x, y)
    return x.shape == y.shape and all(_same_expressions(one, other) for one, other in zip(x, y, strict=True))


def _parsed(text: str) -> Any:  # noqa: ANN401 - sympy has no types
    """Give the one value that math-verify reads in the text, None if there is none or something else."""
    import sympy
    from math_verify import LatexExtractionConfig, parse

    config = [LatexExtractionConfig()]
    found = [
        one
        for one in parse(
            f"${text.strip('$ ')}$", extraction_config=config, fallback_mode="no_fallback", parsing_timeout=None
        )
        if isinstance(one, sympy.Basic | sympy.MatrixBase)
    ]
    if len(found) != 1 or not isinstance(found[0], sympy.Expr | sympy.MatrixBase):
        return None
    return found[0].doit()


if __name__ == "__main__":
    main()
