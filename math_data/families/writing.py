"""Exact values written as LaTeX, each in one form only: values that differ read differently, equal ones alike."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

PI = r"\pi"


def fraction(value: Fraction | int) -> str:
    r"""Write in lowest terms, for example `-\frac{3}{4}` or `5`."""
    return surd(value)


def surd(coefficient: Fraction | int, radicand: int = 1, symbol: str = "") -> str:
    r"""Write `coefficient` times the square root of `radicand`, simplified, times `symbol`: `\frac{3\sqrt{2}}{4}`."""
    outside, inside = _square_and_rest(radicand)
    value = Fraction(coefficient) * outside
    root = "" if inside == 1 else rf"\sqrt{{{inside}}}"
    factors = (root + symbol) if value else ""
    size = abs(value.numerator)
    top = factors if factors and size == 1 else f"{size}{factors}"
    sign = "-" if value < 0 else ""
    return sign + (top if value.denominator == 1 else rf"\frac{{{top}}}{{{value.denominator}}}")


def _square_and_rest(radicand: int) -> tuple[int, int]:
    """The largest `outside` with `radicand == outside ** 2 * inside`, and `inside`."""
    outside, inside, factor = 1, radicand, 2
    while factor * factor <= inside:
        if inside % (factor * factor):
            factor += 1
        else:
            inside //= factor * factor
            outside *= factor
    return outside, inside


def total(*terms: tuple[int, str]) -> str:
    """Write a sum of integer multiples of symbols, those with 0 left out: `2x-y+3`; the symbol of a number is empty."""
    written = ""
    for coefficient, symbol in terms:
        if coefficient:
            sign = "-" if coefficient < 0 else "+" if written else ""
            size = "" if symbol and abs(coefficient) == 1 else str(abs(coefficient))
            written += f"{sign}{size}{symbol}"
    return written or "0"


def polynomial(coefficients: Sequence[int], variable: str = "x") -> str:
    """Write a polynomial of degree below 10 from its coefficients, the highest power first: `2x^2-3x+1`."""
    symbols = ["", variable, *(f"{variable}^{power}" for power in range(2, len(coefficients)))]
    return total(*zip(coefficients, reversed(symbols[: len(coefficients)]), strict=True))


def decimal(value: Fraction) -> str:
    """Write a number whose decimals end, without zeros at the end: `12.5`."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(exact) != value:
        raise ValueError(f"the decimals of {value} do not end")
    return f"{exact.normalize():f}"


def money(cents: int) -> str:
    r"""Write an amount of dollars with two decimals: `\$12.50`."""
    return rf"\${cents // 100}.{cents % 100:02}"


def point(*coordinates: str) -> str:
    r"""Write coordinates, or another ordered list of values: `(3, -\frac{1}{2})`."""
    return f"({', '.join(coordinates)})"


def matrix(rows: Iterable[Iterable[Fraction | int]]) -> str:
    """Write a matrix with its rows, or a column vector with rows of one value."""
    body = r" \\ ".join(" & ".join(map(fraction, row)) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
