"""Checks of precalculus: floating point trigonometry, and sympy's matrices and planes."""

import cmath
import math
import re

import sympy

from tests.math_data.families.reading import Check, at, close, formulas, matrices, numbers, value, values


def double_angle(question: str, answer: str) -> bool:
    sine = float(value(formulas(question)[1].removeprefix(r"\sin \theta = ")))
    quadrant = ["first", "second", "third", "fourth"].index(question.split(" quadrant")[0].split()[-1])
    angles = [angle % math.tau for angle in (math.asin(sine), math.pi - math.asin(sine))]
    theta = next(angle for angle in angles if int(angle // (math.pi / 2)) == quadrant)
    return close(math.sin(2 * theta), value(answer))


def sine_period(question: str, answer: str) -> bool:
    inside, period = re.findall(r"\\left\((.*)\\right\)", question)[0], float(value(answer))

    def repeats(after: float) -> bool:
        return all(
            close(math.sin(float(at(inside, x))), math.sin(float(at(inside, x + after)))) for x in (0.1, 0.7, 1.9)
        )

    return period > 0 and repeats(period) and not any(repeats(period / part) for part in (2, 3, 5, 7))


def plane_distance(question: str, answer: str) -> bool:
    place, plane = formulas(question)
    equation = sympy.Poly(value(plane.removesuffix(" = 0")), *sympy.symbols("x y z"))
    normal = [equation.coeff_monomial(letter) for letter in sympy.symbols("x y z")]
    on_plane = [-equation.coeff_monomial(1) / normal[0], 0, 0]
    distance = sympy.Plane(sympy.Point3D(*on_plane), normal_vector=normal).distance(sympy.Point3D(*numbers(place)))
    return close(distance, value(answer))


def polar_to_rectangular(question: str, answer: str) -> bool:
    radius, angle = values(formulas(question)[0])
    x, y = values(answer)
    return close(cmath.rect(radius, angle), complex(x, y))


def matrix_product(question: str, answer: str) -> bool:
    left, right = matrices(question)
    return bool(matrices(answer) == [left * right])


def determinant(question: str, answer: str) -> bool:
    return bool(int(answer) == matrices(question)[0].det())


def cross_product(question: str, answer: str) -> bool:
    (left, right), (crossed,) = matrices(question), matrices(answer)
    square = left.dot(left) * right.dot(right) - left.dot(right) ** 2
    volume = sympy.Matrix.hstack(left, right, crossed).det()
    return bool(left.dot(crossed) == right.dot(crossed) == 0 and crossed.dot(crossed) == square == volume)


def sine_equation(question: str, answer: str) -> bool:
    factor, shift, sine = re.findall(r"\\sin\((\d+)x \+ (\d+)\^\\circ\) = (.*)\$", question)[0]
    target = float(value(sine))
    # Every solution is a whole number of degrees divided by 2, 4 or 5: a multiple of a twentieth.
    twentieths = (n for n in range(1, 7201) if close(math.sin(math.radians(int(factor) * n / 20 + int(shift))), target))
    return bool(answer.endswith(r"^\circ") and 20 * value(answer) == next(twentieths))


def matrix_inverse(question: str, answer: str) -> bool:
    (given,), (inverse,) = matrices(question), matrices(answer)
    return bool(given * inverse == sympy.eye(2))


def vector_projection(question: str, answer: str) -> bool:
    (vector, onto), (projection,) = matrices(question), matrices(answer)
    parallel = sympy.Matrix.hstack(projection, onto).det() == 0
    return bool(parallel and (vector - projection).dot(onto) == 0)


PRECALCULUS: dict[str, Check] = {
    "double_angle": double_angle,
    "sine_period": sine_period,
    "plane_distance": plane_distance,
    "polar_to_rectangular": polar_to_rectangular,
    "matrix_product": matrix_product,
    "determinant": determinant,
    "cross_product": cross_product,
    "sine_equation": sine_equation,
    "matrix_inverse": matrix_inverse,
    "vector_projection": vector_projection,
}
