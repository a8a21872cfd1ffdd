"""Precalculus: trigonometry, polar coordinates, vectors and matrices."""

from fractions import Fraction
from random import Random

from math_data.families.drawing import coprime, nonzero
from math_data.families.family import families
from math_data.families.writing import PI, decimal, fraction, matrix, point, surd, total

SQUARED_COSINES = {6: 3, 4: 2, 3: 1}
"""Four times the squared cosine of π/6, π/4 and π/3, by the denominator."""


def double_angle(rng: Random) -> tuple[str, str]:
    """The sine of twice an angle, from its sine and its quadrant."""
    while True:
        opposite, hypotenuse = coprime(rng, 2, 25)
        # About 45 degrees the values come so close to 1 that one could be taken for another.
        if abs(2 * opposite**2 - hypotenuse**2) > hypotenuse**2 / 10:
            break
    quadrant, sine, cosine = rng.choice((("second", 1, -1), ("third", -1, -1), ("fourth", -1, 1)))
    question = (
        rf"The terminal side of the angle $\theta$ lies in the {quadrant} quadrant, and $\sin \theta = "
        rf"{fraction(Fraction(sine * opposite, hypotenuse))}$. Find the exact value of $\sin 2\theta$."
    )
    doubled = Fraction(2 * sine * cosine * opposite, hypotenuse * hypotenuse)
    return question, surd(doubled, hypotenuse * hypotenuse - opposite * opposite)


def sine_period(rng: Random) -> tuple[str, str]:
    """The period of a sine wave, a multiple of π."""
    small, large = coprime(rng, 2, 25)
    frequency = Fraction(small, large) if rng.random() < 0.5 else Fraction(large, small)
    amplitude, phase = rng.randint(2, 9), nonzero(rng, 9)
    question = (
        rf"What is the smallest positive period of $y = {amplitude} \sin\left({fraction(frequency)}"
        rf"{total((1, 'x'), (phase, ''))}\right)$, with $x$ in radians?"
    )
    return question, surd(2 / frequency, symbol=PI)


def plane_distance(rng: Random) -> tuple[str, str]:
    """How far a point is from a plane, a rationalized root."""
    while True:
        normal, spot = [nonzero(rng, 6) for _ in range(3)], [nonzero(rng, 9) for _ in range(3)]
        constant = nonzero(rng, 15)
        offset = sum(one * other for one, other in zip(normal, spot, strict=True)) + constant
        if offset:
            break
    plane = total(*zip((*normal, constant), ("x", "y", "z", ""), strict=True))
    question = (
        f"What is the distance from the point $({spot[0]}, {spot[1]}, {spot[2]})$ to the plane ${plane} = 0$? Give the "
        "exact value with a rational denominator."
    )
    squared = sum(one * one for one in normal)
    return question, surd(Fraction(abs(offset), squared), squared)


def polar_to_rectangular(rng: Random) -> tuple[str, str]:
    """Rectangular coordinates with roots, an ordered pair."""
    half, parts, quadrant = rng.randint(1, 30), rng.choice(tuple(SQUARED_COSINES)), rng.randint(1, 4)
    angle = {1: 1, 2: parts - 1, 3: parts + 1, 4: 2 * parts - 1}[quadrant]
    question = (
        rf"Convert the point $\left({2 * half}, {surd(Fraction(angle, parts), symbol=PI)}\right)$ from polar "
        "coordinates to rectangular coordinates. Give an ordered pair in exact form."
    )
    across = surd(half if quadrant in (1, 4) else -half, SQUARED_COSINES[parts])
    up = surd(half if quadrant in (1, 2) else -half, 4 - SQUARED_COSINES[parts])
    return question, point(across, up)


def matrix_product(rng: Random) -> tuple[str, str]:
    """The product of two matrices with two rows and two columns."""
    left, right = ([[rng.randint(-6, 6) for _ in range(2)] for _ in range(2)] for _ in range(2))
    product = [[row[0] * right[0][column] + row[1] * right[1][column] for column in range(2)] for row in left]
    return f"Compute the matrix product ${matrix(left)} {matrix(right)}$.", matrix(product)


def determinant(rng: Random) -> tuple[str, str]:
    """The determinant of a matrix with three rows and three columns."""
    (a, b, c), (d, e, f), (g, h, i) = rows = [[rng.randint(-6, 6) for _ in range(3)] for _ in range(3)]
    value = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return f"Find the determinant of the matrix ${matrix(rows)}$.", str(value)


def cross_product(rng: Random) -> tuple[str, str]:
    """The cross product of two vectors."""
    (a, b, c), (d, e, f) = [[nonzero(rng, 7) for _ in range(3)] for _ in range(2)]
    left, right = matrix([[a], [b], [c]]), matrix([[d], [e], [f]])
    question = rf"Compute the cross product ${left} \times {right}$. Give a column vector."
    return question, matrix([[b * f - c * e], [c * d - a * f], [a * e - b * d]])


def sine_equation(rng: Random) -> tuple[str, str]:
    """The smallest positive solution of a sine equation, in degrees."""
    factor, shift = rng.choice((2, 4, 5)), rng.randint(5, 175)
    angle, value = rng.choice(((30, r"\frac{1}{2}"), (45, r"\frac{\sqrt{2}}{2}"), (60, r"\frac{\sqrt{3}}{2}")))
    question = (
        rf"What is the smallest positive value of $x$, in degrees, for which $\sin({factor}x + {shift}^\circ) = "
        rf"{value}$?"
    )
    steps = min((solution - shift) % 360 or 360 for solution in (angle, 180 - angle))
    return question, rf"{decimal(Fraction(steps, factor))}^\circ"


def matrix_inverse(rng: Random) -> tuple[str, str]:
    """The inverse of a matrix with two rows and two columns, with fractions."""
    while True:
        a, b, c, d = (nonzero(rng, 6) for _ in range(4))
        det = a * d - b * c
        if abs(det) > 1:
            break
    question = f"Find the inverse of the matrix ${matrix([[a, b], [c, d]])}$."
    return question, matrix([[Fraction(d, det), Fraction(-b, det)], [Fraction(-c, det), Fraction(a, det)]])


def vector_projection(rng: Random) -> tuple[str, str]:
    """The projection of a vector onto another, a vector with fractions."""
    (a, b), (c, d) = [[nonzero(rng, 9) for _ in range(2)] for _ in range(2)]
    onto, projected = matrix([[c], [d]]), matrix([[a], [b]])
    question = f"Find the projection of the vector ${projected}$ onto the vector ${onto}$. Give a column vector."
    share = Fraction(a * c + b * d, c * c + d * d)
    return question, matrix([[share * c], [share * d]])


PRECALCULUS = families(
    "precalculus",
    {
        double_angle: 3,
        sine_period: 1,
        plane_distance: 5,
        polar_to_rectangular: 2,
        matrix_product: 2,
        determinant: 3,
        cross_product: 3,
        sine_equation: 4,
        matrix_inverse: 4,
        vector_projection: 4,
    },
)
