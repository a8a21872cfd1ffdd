"""Read the numbers and formulas of a question, and the values of an answer."""

import re
from collections.abc import Callable

import sympy

Check = Callable[[str, str], bool]
"""Says whether an answer is right, given the question and the answer."""

_SQUARE_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_DECORATION = re.compile(r"\^\\circ|\\%|\\\$|\\left|\\right")
_BETWEEN_VALUES = re.compile(r"\\cup|\\begin\{pmatrix\}|\\end\{pmatrix\}|\\\\|[&\[\](),=]")
_INTEGER = re.compile(r"(?<![\w.])-?\d+(?!\.\d)")
_X = sympy.Symbol("x")


def numbers(text: str) -> list[int]:
    """The integers of a text, in order; a minus sign belongs to a number that it touches."""
    return [int(found) for found in _INTEGER.findall(text)]


def formulas(question: str) -> list[str]:
    """What stands between dollar signs."""
    return re.findall(r"\$([^$]*)\$", question.replace(r"\$", ""))


def value(latex: str) -> sympy.Expr:
    """The exact value of one formula; its letters are x, y, z, pi, and i for the imaginary unit."""
    text = _DECORATION.sub("", latex)
    while text != (plain := _FRACTION.sub(r"((\1)/(\2))", _SQUARE_ROOT.sub(r"sqrt(\1)", text))):
        text = plain
    text = text.replace(r"\pi", "pi").replace(r"\cdot", "*").replace(r"\div", "/").replace("^", "**")
    text = re.sub(r"(?<=[\d)x])\s*(?=[a-z(])", "*", text).replace("*i", "*I").replace("sqrt*(", "sqrt(")
    return sympy.sympify(re.sub(r"\bi\b", "I", text), rational=True)


def values(answer: str) -> list[sympy.Expr]:
    """The values of a list, a pair, an interval, a matrix row by row, or of one number alone."""
    parts = _BETWEEN_VALUES.sub(",", _DECORATION.sub("", answer)).split(",")
    return [value(part) for part in parts if part.strip() and "infty" not in part]


def at(formula: str, x: object) -> sympy.Expr:
    """The value of a formula in x at a place."""
    return value(formula).subs(_X, x)


def matrices(text: str) -> list[sympy.Matrix]:
    """The matrices of a text."""
    bodies = re.findall(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", text)
    return [sympy.Matrix([[value(entry) for entry in row.split("&")] for row in body.split(r"\\")]) for body in bodies]


def close(left: object, right: object) -> bool:
    """Whether two numbers, real or complex, agree to nine digits."""
    first, second = complex(left), complex(right)  # type: ignore[call-overload]
    return bool(abs(first - second) <= 1e-9 * max(1, abs(first)))
