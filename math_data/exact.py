"""Exact values of scalars: quotients of polynomials whose coefficients are rational sums of square roots and of i.

Over letters, pi and e this form is a decision: the forms of two scalars agree if and only if the scalars are equal.
What is no such quotient (a sine, a cube root, an exponent that is a letter) becomes an opaque letter of its own: if the
forms agree the scalars are still equal, and if they do not nothing is known. Work and size are bounded.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from math_data.expressions import MINUS_ONE, Node

MAX_WORK = 6_000
"""Products of two terms in one scalar; about 20 ms."""
MAX_BITS = 4_096
"""Length of a coefficient."""
_MAX_RADICAND = 10**10
_OPAQUE = "~"
_INFINITY = "\\infty"


class UnboundedError(Exception):
    """The scalar has no exact form within the bounds, or no value at all."""


class Monomial(NamedTuple):
    """A product: a square root, perhaps i, and powers of letters."""

    radicand: int = 1
    """Square-free and positive."""
    imaginary: bool = False
    powers: tuple[tuple[str, int], ...] = ()
    """By name; no exponent is 0."""


Polynomial = dict[Monomial, Fraction]
ONE = Monomial()


class Quotient(NamedTuple):
    """A value, with a denominator that is 1 or has two terms and more, the greatest of which has the coefficient 1."""

    above: Polynomial
    below: Polynomial

    @property
    def opaque(self) -> bool:
        """Whether it has letters that stand for what is not understood here."""
        terms = (*self.above, *self.below)
        return any(name.startswith(_OPAQUE) for term in terms for name, _ in term.powers)

    @property
    def number(self) -> Fraction | None:
        """Its value where it is rational."""
        if self.below != {ONE: 1} or set(self.above) - {ONE}:
            return None
        return self.above.get(ONE, Fraction(0))


def exact(node: Node) -> Quotient:
    """Give the exact form.

    Raises:
        UnboundedError: It would be too large, or something is divided by zero.
    """
    if infinite := _infinite(node):
        return infinite
    return _Evaluation().of(node)


def agree(a: Quotient, b: Quotient) -> bool | None:
    """Whether two values are the same; None if that cannot be told from their forms."""
    if a == b:
        return True
    try:
        evaluation = _Evaluation()
        same = evaluation.times(a.above, b.below) == evaluation.times(b.above, a.below)
    except UnboundedError:
        return None
    return True if same else None if a.opaque or b.opaque else False


class _Evaluation:
    """One scalar on its way to its form, with the work that is left for it."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    def of(self, node: Node) -> Quotient:
        match node.op:
            case "num":
                return _constant(node.value)
            case "sym":
                if node.name == _INFINITY:
                    raise UnboundedError("infinity is no number")
                return _letter(node.name)
            case "add":
                total = self.of(node.args[0])
                for term in node.args[1:]:
                    total = self.add(total, self.of(term))
                return total
            case "mul":
                return self.multiply(self.of(node.args[0]), self.of(node.args[1]))
            case "div":
                return self.multiply(self.of(node.args[0]), self.inverse(self.of(node.args[1])))
            case "pow":
                return self.power(node)
            case "root":
                return self.root(self.of(node.args[0]), self.of(node.args[1]))
        return self.function(node)

    def charge(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise UnboundedError("too much to multiply")

    def times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        self.charge(len(a) * len(b))
        product: Polynomial = {}
        for one, its in a.items():
            for other, factor in b.items():
                term, scale = _product(one, other)
                total = product.get(term, 0) + its * factor * scale
                if max(total.numerator.bit_length(), total.denominator.bit_length()) > MAX_BITS:
                    raise UnboundedError("a number is too long")
                product[term] = total
        return {term: value for term, value in product.items() if value}

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        if a.below == b.below:
            return self.quotient(_sum(a.above, b.above), a.below)
        above = _sum(self.times(a.above, b.below), self.times(b.above, a.below))
        return self.quotient(above, self.times(a.below, b.below))

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        return self.quotient(self.times(a.above, b.above), self.times(a.below, b.below))

    def quotient(self, above: Polynomial, below: Polynomial) -> Quotient:
        """Bring a denominator to its form: one term is divided by, of more the greatest gets the coefficient 1."""
        if not below:
            raise UnboundedError("divided by zero")
        if below == {ONE: 1}:
            return Quotient(above, below)
        if len(below) == 1:
            ((term, value),) = below.items()
            return Quotient(self.times(above, _inverted(term, value)), {ONE: Fraction(1)})
        if above == below:
            return _constant(Fraction(1))
        lead = below[max(below)]
        scale = {ONE: 1 / lead}
        return Quotient(self.times(above, scale), self.times(below, scale))

    def inverse(self, value: Quotient) -> Quotient:
        if not value.above:
            raise UnboundedError("divided by zero")
        return self.quotient(value.below, value.above)

    def power(self, node: Node) -> Quotient:
        base, exponent = (self.of(arg) for arg in node.args)
        number = exponent.number
        if number is None:
            return self.opaque("pow", base, exponent)
        whole = number.numerator // number.denominator
        part = number - whole
        value = self.whole_power(base, whole)
        if not part:
            return value
        if part == Fraction(1, 2):
            return self.multiply(value, self.root(base, _constant(Fraction(2))))
        number = base.number
        if number is not None and number > 0 and (found := _exact_root(number, part.denominator)) is not None:
            return self.multiply(value, _constant(found**part.numerator))
        return self.multiply(value, self.opaque("pow", base, _constant(part)))

    def whole_power(self, base: Quotient, exponent: int) -> Quotient:
        number = base.number
        if (exponent < 0 and not base.above) or number == 0 == exponent:
            raise UnboundedError("a power of zero")
        if number in (0, 1):
            return base if exponent else _constant(Fraction(1))
        if number is not None:
            bits = max(number.numerator.bit_length(), number.denominator.bit_length())
            if abs(exponent) * bits > MAX_BITS:
                raise UnboundedError("a number is too long")
            return _constant(number**exponent)
        if abs(exponent) > (MAX_BITS if len(base.above) == 1 == len(base.below) else 64):
            raise UnboundedError("an exponent is too large")
        return self.squarings(base if exponent > 0 else self.inverse(base), abs(exponent))

    def squarings(self, base: Quotient, exponent: int) -> Quotient:
        value = _constant(Fraction(1))
        while exponent:
            if exponent & 1:
                value = self.multiply(value, base)
            exponent >>= 1
            base = self.multiply(base, base) if exponent else base
        return value

    def root(self, radicand: Quotient, degree: Quotient) -> Quotient:
        number, times = radicand.number, degree.number
        if times is None or times.denominator != 1 or not 2 <= times <= 100:
            return self.opaque("root", radicand, degree)
        if number is None:
            return self.opaque("root", radicand, degree)
        if times == 2 and max(abs(number.numerator), number.denominator) <= _MAX_RADICAND:
            return _square_root(number)
        if number < 0 and times % 2 and (found := _exact_root(-number, int(times))) is not None:
            return _constant(-found)
        if number >= 0 and (found := _exact_root(number, int(times))) is not None:
            return _constant(found)
        return self.opaque("root", radicand, degree)

    def function(self, node: Node) -> Quotient:
        args = [self.of(arg) for arg in node.args]
        numbers = [arg.number for arg in args]
        if node.op in _ON_NUMBERS and None not in numbers:
            found = _ON_NUMBERS[node.op](*numbers)
            if found is not None:
                return _constant(Fraction(found))
        return self.opaque(node.op, *args)

    def opaque(self, op: str, *args: Quotient) -> Quotient:
        """Make a letter of what is not understood; the same letter for the same arguments."""
        self.charge(sum(len(arg.above) + len(arg.below) for arg in args))
        inside = ";".join(_written(arg.above) + "/" + _written(arg.below) for arg in args)
        if len(inside) > MAX_BITS:
            raise UnboundedError("too long")
        return _letter(f"{_OPAQUE}{op}({inside})")


def _infinite(node: Node) -> Quotient | None:
    """Infinity, with a sign; None for all else, and there is no calculating with it."""
    if node.op == "mul" and node.args[0] == MINUS_ONE and node.args[1].name == _INFINITY:
        return Quotient({Monomial(powers=((_INFINITY, 1),)): Fraction(-1)}, {ONE: Fraction(1)})
    return _letter(_INFINITY) if node.name == _INFINITY else None


def _constant(value: Fraction) -> Quotient:
    return Quotient({ONE: value} if value else {}, {ONE: Fraction(1)})


def _letter(name: str) -> Quotient:
    term = Monomial(imaginary=True) if name == "i" else Monomial(powers=((name, 1),))
    return Quotient({term: Fraction(1)}, {ONE: Fraction(1)})


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    total = {term: a.get(term, Fraction(0)) + b.get(term, Fraction(0)) for term in {**a, **b}}
    return {term: value for term, value in total.items() if value}


def _product(a: Monomial, b: Monomial) -> tuple[Monomial, int]:
    """Multiply; the second value is the rational factor that comes out."""
    common = math.gcd(a.radicand, b.radicand)
    sign = -1 if a.imaginary and b.imaginary else 1
    if not a.powers or not b.powers:
        powers = a.powers or b.powers
    else:
        exponents = dict(a.powers)
        for name, exponent in b.powers:
            exponents[name] = exponents.get(name, 0) + exponent
        powers = tuple(sorted((name, exponent) for name, exponent in exponents.items() if exponent))
    radicand = a.radicand * b.radicand // common**2
    return Monomial(radicand, a.imaginary != b.imaginary, powers), sign * common


def _inverted(term: Monomial, value: Fraction) -> Polynomial:
    powers = tuple((name, -exponent) for name, exponent in term.powers)
    sign = -1 if term.imaginary else 1
    return {term._replace(powers=powers): sign / (value * term.radicand)}


def _written(polynomial: Polynomial) -> str:
    return "+".join(f"{value}{tuple(term)}" for term, value in sorted(polynomial.items()))


def _square_root(number: Fraction) -> Quotient:
    if not number:
        return _constant(number)
    factor, radicand = _without_squares(abs(number.numerator) * number.denominator)
    return Quotient({Monomial(radicand, number < 0): Fraction(factor, number.denominator)}, {ONE: Fraction(1)})


def _without_squares(number: int) -> tuple[int, int]:
    """Write the number as f² r with r square-free.

    Raises:
        UnboundedError: No small factor shows, and it is too large to look for others.
    """
    factor, radicand, prime = 1, 1, 2
    while prime**3 <= number:
        if prime > 3_000:
            root = math.isqrt(number)
            if root**2 == number:
                return factor * root, radicand
            raise UnboundedError("a radicand is too large")
        exponent = 0
        while number % prime == 0:
            number //= prime
            exponent += 1
        factor *= prime ** (exponent // 2)
        radicand *= prime ** (exponent % 2)
        prime += 1 if prime == 2 else 2
    root = math.isqrt(number)  # at most two primes are left
    return (factor * root, radicand) if root**2 == number else (factor, radicand * number)


def _exact_root(number: Fraction, degree: int) -> Fraction | None:
    above, below = _integer_root(number.numerator, degree), _integer_root(number.denominator, degree)
    return None if above is None or below is None else Fraction(above, below)


def _integer_root(number: int, degree: int) -> int | None:
    if number.bit_length() > 1_000:
        return None
    near = round(number ** (1 / degree))
    return next((root for root in (near - 1, near, near + 1) if root >= 0 and root**degree == number), None)


def _factorial(n: Fraction) -> int | None:
    return math.factorial(int(n)) if n.denominator == 1 and 0 <= n <= 200 else None


def _binomial(n: Fraction, k: Fraction) -> int | None:
    whole = n.denominator == k.denominator == 1 and 0 <= k <= n <= 1_000
    return math.comb(int(n), int(k)) if whole else None


_ON_NUMBERS: dict[str, Callable[..., Fraction | int | None]] = {
    "abs": abs, "floor": math.floor, "ceil": math.ceil, "factorial": _factorial, "binom": _binomial,
}  # fmt: skip
