"""Geometry: angles, lengths, areas and surfaces, in the plane and in space."""

from fractions import Fraction
from random import Random

from math_data.families.drawing import nonzero
from math_data.families.family import families
from math_data.families.writing import PI, decimal, fraction, surd, total


def cylinder_surface(rng: Random) -> tuple[str, str]:
    """The total surface of a cylinder, a multiple of π."""
    radius, height = rng.randint(2, 20), rng.randint(3, 30)
    question = (
        f"A closed cylinder has radius {radius} and height {height}. What is its total surface area, both ends "
        r"included? Give the answer in terms of $\pi$."
    )
    return question, surd(2 * radius * (radius + height), symbol=PI)


def cone_lateral_area(rng: Random) -> tuple[str, str]:
    """The slanted surface of a cone, a multiple of π and of a root."""
    radius, height = rng.randint(2, 16), rng.randint(2, 24)
    question = (
        f"A right circular cone has base radius {radius} and height {height}. Find the area of its curved surface, "
        "without the base, in exact form."
    )
    return question, surd(radius, radius * radius + height * height, PI)


def isosceles_angle(rng: Random) -> tuple[str, str]:
    """A base angle of an isosceles triangle, in degrees."""
    base = Fraction(rng.randint(201, 799), 10)
    question = (
        rf"In triangle $PQR$ the sides $PQ$ and $PR$ have the same length, and the angle at $P$ measures "
        rf"${decimal(180 - 2 * base)}^\circ$. What is the measure of the angle at $Q$, in degrees?"
    )
    return question, rf"{decimal(base)}^\circ"


def triangle_by_coordinates(rng: Random) -> tuple[str, str]:
    """The area of a triangle with given vertices."""
    while True:
        (ax, ay), (bx, by), (cx, cy) = [(rng.randint(-15, 15), rng.randint(-15, 15)) for _ in range(3)]
        doubled = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
        if doubled:
            break
    question = f"What is the area of the triangle with vertices $({ax}, {ay})$, $({bx}, {by})$ and $({cx}, {cy})$?"
    return question, fraction(Fraction(doubled, 2))


def similar_triangles(rng: Random) -> tuple[str, str]:
    """A side of a triangle, from a triangle that is similar."""
    side, image = rng.sample(range(4, 25), 2)
    other = rng.randint(5, 25)
    question = (
        rf"Triangles $ABC$ and $DEF$ are similar, with $A$, $B$, $C$ corresponding to $D$, $E$, $F$. If $AB = {side}$, "
        rf"$DE = {image}$ and $BC = {other}$, how long is $EF$? Give a whole number or a fraction in lowest terms."
    )
    return question, fraction(Fraction(other * image, side))


def sector_area(rng: Random) -> tuple[str, str]:
    """The area of a sector, a multiple of π."""
    radius, angle = rng.randint(3, 24), 10 * rng.randint(2, 34)
    question = (
        rf"A sector of a circle with radius {radius} has a central angle of ${angle}^\circ$. What is the area of the "
        r"sector, in terms of $\pi$?"
    )
    return question, surd(Fraction(angle * radius * radius, 360), symbol=PI)


def circle_radius(rng: Random) -> tuple[str, str]:
    """The radius of a circle from its equation, a root."""
    while True:
        x, y, constant = nonzero(rng, 16), nonzero(rng, 16), nonzero(rng, 60)
        radicand = x * x + y * y - 4 * constant
        if radicand > 0:
            break
    equation = total((1, "x^2"), (1, "y^2"), (x, "x"), (y, "y"), (constant, ""))
    question = (
        f"What is the radius of the circle with the equation ${equation} = 0$? Simplify any radical in the answer."
    )
    return question, surd(Fraction(1, 2), radicand)


def trapezoid_area(rng: Random) -> tuple[str, str]:
    """The area of an isosceles trapezoid, a multiple of a root."""
    short, overhang = rng.randint(3, 15), rng.randint(2, 7)
    leg = overhang + rng.randint(1, 10)
    question = (
        f"An isosceles trapezoid has parallel sides of lengths {short} and {short + 2 * overhang}, and each of its "
        f"other two sides has length {leg}. What is its area? Simplify any radical in the answer."
    )
    return question, surd(short + overhang, leg * leg - overhang * overhang)


def triangle_by_sides(rng: Random) -> tuple[str, str]:
    """The area of a triangle with three given sides, mostly a root."""
    while True:
        a, b, c = sorted(rng.sample(range(4, 22), 3))
        if a + b > c:
            break
    question = (
        f"The sides of a triangle have the lengths {a}, {b} and {c}. What is its area? Simplify any radical in the "
        "answer."
    )
    return question, surd(Fraction(1, 4), (a + b + c) * (a + b - c) * (a - b + c) * (b + c - a))


def box_diagonal(rng: Random) -> tuple[str, str]:
    """The longest diagonal of a box, mostly a root."""
    length, width, height = (rng.randint(2, 20) for _ in range(3))
    question = (
        f"A rectangular box is {length} units long, {width} units wide and {height} units high. How many units long is "
        "a straight line between two opposite corners of the box? Simplify any radical in the answer."
    )
    return question, surd(1, length * length + width * width + height * height)


GEOMETRY = families(
    "geometry",
    {
        cylinder_surface: 2,
        cone_lateral_area: 4,
        isosceles_angle: 1,
        triangle_by_coordinates: 3,
        similar_triangles: 2,
        sector_area: 3,
        circle_radius: 3,
        trapezoid_area: 4,
        triangle_by_sides: 5,
        box_diagonal: 2,
    },
)
