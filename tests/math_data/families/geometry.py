"""Checks of geometry: slices, lattice points, coordinates and numeric trigonometry."""

import math
import re
from itertools import product

from tests.math_data.families.reading import Check, close, formulas, numbers, value


def cylinder_surface(question: str, answer: str) -> bool:
    radius, height = numbers(question)
    discs = 2 * math.pi * radius**2
    return answer.endswith(r"\pi") and close(value(answer), discs + 2 * math.pi * radius * height)


def cone_lateral_area(question: str, answer: str) -> bool:
    radius, height = numbers(question)
    slices, slant = 100, math.hypot(radius, height)
    rings = (2 * math.pi * radius * (n + 0.5) / slices * slant / slices for n in range(slices))
    return close(value(answer), math.fsum(rings))


def isosceles_angle(question: str, answer: str) -> bool:
    apex = next(formula for formula in formulas(question) if "circ" in formula)
    return bool(answer.endswith(r"^\circ") and value(apex) + 2 * value(answer) == 180)


def triangle_by_coordinates(question: str, answer: str) -> bool:
    flat = numbers(question)
    corners = list(zip(flat[::2], flat[1::2], strict=True))
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))

    def sides(x: int, y: int) -> set[int]:
        turns = [(b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) for a, b in edges]
        return {(turn > 0) - (turn < 0) for turn in turns}

    inside = sum(len(sides(*place)) == 1 for place in product(range(-15, 16), repeat=2))
    border = sum(math.gcd(b[0] - a[0], b[1] - a[1]) for a, b in edges)
    return bool(2 * value(answer) == 2 * inside + border - 2)  # Pick's theorem


def similar_triangles(question: str, answer: str) -> bool:
    side, image, other = numbers(question)
    return bool(value(answer) / other == value(rf"\frac{{{image}}}{{{side}}}"))


def sector_area(question: str, answer: str) -> bool:
    radius, angle = numbers(question)[0], int(re.findall(r"(\d+)\^", question)[0])
    return r"\pi" in answer and close(value(answer), math.radians(angle) * radius**2 / 2)


def circle_radius(question: str, answer: str) -> bool:
    x, y, constant = (int(sign + (size or "1")) for sign, size in re.findall(r"([+-])(\d*)[xy]?(?![\w^])", question))
    radius = float(value(answer))
    points = ((-x / 2 + radius * math.cos(turn), -y / 2 + radius * math.sin(turn)) for turn in range(5))
    return all(close(a * a + b * b + x * a + y * b, -constant) for a, b in points)


def trapezoid_area(question: str, answer: str) -> bool:
    short, long, leg = numbers(question)
    overhang = (long - short) / 2
    height = math.sqrt(leg**2 - overhang**2)
    corners = [(0.0, 0.0), (long, 0.0), (long - overhang, height), (overhang, height)]
    turns = zip(corners, corners[1:] + corners[:1], strict=True)
    return close(value(answer), sum(a[0] * b[1] - a[1] * b[0] for a, b in turns) / 2)


def triangle_by_sides(question: str, answer: str) -> bool:
    a, b, c = numbers(question)
    angle = math.acos((a * a + b * b - c * c) / (2 * a * b))
    return close(value(answer), a * b * math.sin(angle) / 2)


def box_diagonal(question: str, answer: str) -> bool:
    length, width, height = numbers(question)
    return close(value(answer), math.hypot(math.hypot(length, width), height))


GEOMETRY: dict[str, Check] = {
    "cylinder_surface": cylinder_surface,
    "cone_lateral_area": cone_lateral_area,
    "isosceles_angle": isosceles_angle,
    "triangle_by_coordinates": triangle_by_coordinates,
    "similar_triangles": similar_triangles,
    "sector_area": sector_area,
    "circle_radius": circle_radius,
    "trapezoid_area": trapezoid_area,
    "triangle_by_sides": triangle_by_sides,
    "box_diagonal": box_diagonal,
}
