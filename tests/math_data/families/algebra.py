"""Checks of algebra: solutions are put back into what they solve."""

import re
from decimal import Decimal

import sympy

from tests.math_data.families.reading import Check, at, close, formulas, numbers, value, values


def line_through_points(question: str, answer: str) -> bool:
    left, below, right, above = numbers(question)
    line = answer.removeprefix("y=")
    return bool(line != answer and at(line, left) == below and at(line, right) == above)


def rationalized_denominator(question: str, answer: str) -> bool:
    form = re.fullmatch(r"\d+\+\d*\\sqrt\{\d+\}", answer)
    return form is not None and close(value(formulas(question)[0]), value(answer))


def quadratic_roots(question: str, answer: str) -> bool:
    quadratic = formulas(question)[0].removesuffix(" = 0")
    smaller, larger = values(answer)
    return bool(smaller < larger and at(quadratic, smaller) == 0 == at(quadratic, larger))


def linear_equation(question: str, answer: str) -> bool:
    left, right = formulas(question)[1].split(" = ")
    return bool(at(left, value(answer)) == at(right, value(answer)))


def vertex_of_parabola(question: str, answer: str) -> bool:
    parabola = formulas(question)[0].removeprefix("y = ")
    across, up = values(answer)
    return bool(at(parabola, across) == up and at(parabola, across - 1) == at(parabola, across + 1))


def linear_system(question: str, answer: str) -> bool:
    equations = [sympy.Eq(*map(value, formula.split(" = "))) for formula in formulas(question)[1:]]
    return bool(sympy.linsolve(equations, sympy.symbols("x y")) == {tuple(values(answer))})


def product_expansion(question: str, answer: str) -> bool:
    product = formulas(question)[0]
    return "(" not in answer and all(at(product, x) == at(answer, x) for x in (-2, -1, 1, 2, 3))


def absolute_value_inequality(question: str, answer: str) -> bool:
    inside, bound = re.findall(r"\|(.*)\| \\le (\d+)", question)[0]
    low, high = values(answer)
    ends = [abs(at(inside, end)) for end in (low, high)]
    return bool(answer[0] == "[" and answer[-1] == "]" and low < high and ends == [int(bound)] * 2)


def compound_interest(question: str, answer: str) -> bool:
    worth, rate = map(Decimal, numbers(question))
    for _ in range(2):
        worth += worth * rate / 100
    return answer == rf"\${worth:.2f}"


def inverse_function_value(question: str, answer: str) -> bool:
    function, image = formulas(question)[0].removeprefix("f(x) = "), numbers(question)[-1]
    return bool(at(function, value(answer)) == image)


ALGEBRA: dict[str, Check] = {
    "line_through_points": line_through_points,
    "rationalized_denominator": rationalized_denominator,
    "quadratic_roots": quadratic_roots,
    "linear_equation": linear_equation,
    "vertex_of_parabola": vertex_of_parabola,
    "linear_system": linear_system,
    "product_expansion": product_expansion,
    "absolute_value_inequality": absolute_value_inequality,
    "compound_interest": compound_interest,
    "inverse_function_value": inverse_function_value,
}
