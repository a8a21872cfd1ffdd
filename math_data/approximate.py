"""Values of scalars in floating point, at points of our choice: enough to tell two scalars apart for certain."""

import cmath
import math
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from math_data.expressions import Node


class NoValueError(Exception):
    """There is no value, or floating point would not bring one that can be trusted."""


class Approximation(NamedTuple):
    """A value at one point, with the size of the largest number met on the way, which bounds its error."""

    value: complex
    size: float


_ONE_ARGUMENT: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "ln": cmath.log, "arcsin": cmath.asin, "arccos": cmath.acos,
    "arctan": cmath.atan, "abs": abs, "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh, "exp": cmath.exp,
    "sec": lambda x: 1 / cmath.cos(x), "csc": lambda x: 1 / cmath.sin(x), "cot": lambda x: cmath.cos(x) / cmath.sin(x),
}  # fmt: skip
_CONSTANTS: dict[str, complex] = {"\\pi": math.pi, "e": math.e, "i": 1j}
_LARGEST = 1e9
_SMALLEST_DIVISOR = 1e-6


def approximations(node: Node) -> Iterator[Approximation]:
    """Evaluate at two points that depend on the letters' names alone.

    Raises:
        NoValueError: It has no value there, or floating point would not bring one that can be trusted.
    """
    for point in (b"1", b"2"):
        try:
            value, size = _approximate(node, point)
        except (ArithmeticError, ValueError, RecursionError):
            raise NoValueError("no value") from None
        if not cmath.isfinite(value) or size > _LARGEST:
            raise NoValueError("no value")
        yield Approximation(value, size)


def _approximate(node: Node, point: bytes) -> tuple[complex, float]:
    if node.op == "num":
        value: complex = float(node.value)
        return value, abs(value)
    if node.op == "sym":
        value = _at(node.name, point)
        return value, abs(value)
    found = [_approximate(arg, point) for arg in node.args]
    value = _applied(node, [value for value, _ in found])
    return value, max(abs(value), *(size for _, size in found))


def _at(name: str, point: bytes) -> complex:
    if name == "\\infty":
        raise ValueError("no number")
    return _CONSTANTS.get(name) or 0.5 + zlib.crc32(name.encode() + point) / 2**32


def _applied(node: Node, args: list[complex]) -> complex:
    match node.op:
        case "add":
            return sum(args)
        case "mul":
            return args[0] * args[1]
        case "div":
            return _divided(args[0], args[1])
        case "pow":
            return _raised(args[0], args[1])
        case "root":
            return _rooted(args[0], args[1])
        case "log":
            return _divided(cmath.log(args[0]), cmath.log(args[1]))
    if node.op not in _ONE_ARGUMENT:
        raise ValueError("no approximation")
    return _ONE_ARGUMENT[node.op](args[0])


def _divided(above: complex, below: complex) -> complex:
    if abs(below) < _SMALLEST_DIVISOR:
        raise ValueError("errors grow too much")
    return above / below


def _rooted(radicand: complex, degree: complex) -> complex:
    if radicand.real < 0 and not radicand.imag and degree.real % 2 == 1:
        return -_raised(-radicand, 1 / degree)
    return _raised(radicand, 1 / degree)


def _raised(base: complex, exponent: complex) -> complex:
    if abs(exponent) > 100:
        raise ValueError("errors grow too much")
    if not base and not exponent:
        raise ValueError("no value")
    return base**exponent


def differ(a: Node, b: Node) -> bool:
    """Whether two scalars are certainly different, by their values at two points."""
    try:
        pairs = [*zip(approximations(a), approximations(b), strict=True)]
    except NoValueError:
        return False
    return any(abs(x.value - y.value) > 1e-7 * max(x.size, y.size) for x, y in pairs)
