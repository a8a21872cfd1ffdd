"""Checks of intermediate algebra: division, substitution, partial sums and points of the number line."""

import cmath
import math
import re
from fractions import Fraction

import sympy

from tests.math_data.families.reading import Check, at, close, formulas, value, values


def polynomial_remainder(question: str, answer: str) -> bool:
    dividend, divisor = map(value, formulas(question))
    return bool(sympy.rem(dividend, divisor) == value(answer))


def cubic_roots(question: str, answer: str) -> bool:
    cubic, roots = formulas(question)[0], values(answer)
    return len(set(roots)) == 3 and all(sympy.expand(at(cubic, root)) == 0 for root in roots)


def complex_product(question: str, answer: str) -> bool:
    left, right = (complex(value(factor)) for factor in re.findall(r"\(([^()]*)\)", formulas(question)[0]))
    return "(" not in answer and left * right == complex(value(answer))


def rational_inequality(question: str, answer: str) -> bool:
    zeros = [-int(shift) for shift in re.findall(r"x([+-]\d+)", question)]
    (first, second), pole = zeros[:2], zeros[2]
    low, after, high = values(answer)

    def holds(x: Fraction) -> bool:
        return x != pole and (x - first) * (x - second) / (x - pole) <= 0

    form = answer == rf"(-\infty, {low}] \cup ({after}, {high}]"
    return form and all(holds(x) == (x <= low or after < x <= high) for x in (Fraction(n, 2) for n in range(-40, 41)))


def logarithm_equation(question: str, answer: str) -> bool:
    base, inside, power = re.findall(r"\\log_\{(\d+)\}\((.*)\) = (\d+)", question)[0]
    return bool(at(inside, value(answer)) == int(base) ** int(power))


def geometric_series(question: str, answer: str) -> bool:
    term, ratio = (float(value(formula)) for formula in formulas(question))
    return close(math.fsum(term * ratio**power for power in range(1000)), value(answer))


def domain_of_roots(question: str, answer: str) -> bool:
    rising, falling = re.findall(r"\\sqrt\{(.*?)\}", question)
    low, high = values(answer)
    inside = all(at(root, x) > 0 for root in (rising, falling) for x in [(low + high) / 2])
    edges = at(rising, low) == 0 == at(falling, high) and at(rising, low - 1) < 0 and at(falling, high + 1) < 0
    return bool(answer[0] == "[" and answer[-1] == "]" and inside and edges)


def ratio_of_roots(question: str, answer: str) -> bool:
    a, b, c = map(int, sympy.Poly(value(formulas(question)[0])).all_coeffs())
    root = cmath.sqrt(b * b - 4 * a * c)
    r, s = (-b + root) / (2 * a), (-b - root) / (2 * a)
    return close(r / s + s / r, value(answer))


def partial_fractions(question: str, answer: str) -> bool:
    whole, first, second = formulas(question)[2].replace("A", "1").replace("B", "1").replace(" + ", " = ").split(" = ")
    a, b = values(answer)
    return all(at(whole, x) == a * at(first, x) + b * at(second, x) for x in range(10, 14))


def power_sum(question: str, answer: str) -> bool:
    plain, product = (int(formula.split(" = ")[1]) for formula in formulas(question)[2:4])
    root = cmath.sqrt(plain * plain - 4 * product)
    return close(((plain + root) / 2) ** 4 + ((plain - root) / 2) ** 4, int(answer))


INTERMEDIATE_ALGEBRA: dict[str, Check] = {
    "polynomial_remainder": polynomial_remainder,
    "cubic_roots": cubic_roots,
    "complex_product": complex_product,
    "rational_inequality": rational_inequality,
    "logarithm_equation": logarithm_equation,
    "geometric_series": geometric_series,
    "domain_of_roots": domain_of_roots,
    "ratio_of_roots": ratio_of_roots,
    "partial_fractions": partial_fractions,
    "power_sum": power_sum,
}
