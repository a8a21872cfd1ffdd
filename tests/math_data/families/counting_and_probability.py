"""Checks of counting and probability: everything is enumerated."""

from fractions import Fraction
from itertools import combinations, product

import sympy

from tests.math_data.families.reading import Check, formulas, numbers, value


def bounded_solutions(question: str, answer: str) -> bool:
    whole, first, second = numbers(question)
    rests = (whole - x - y for x in range(first + 1) for y in range(second + 1))
    return int(answer) == sum(1 for rest in rests for _ in range(rest + 1))


def committees(question: str, answer: str) -> bool:
    juniors, seniors, few, more = numbers(question)
    parts = [sum(1 for _ in combinations(range(group), size)) for group, size in ((juniors, few), (seniors, more))]
    return int(answer) == parts[0] * parts[1]


def red_and_blue(question: str, answer: str) -> bool:
    red, blue, green = numbers(question)
    draws = list(combinations("r" * red + "b" * blue + "g" * green, 2))
    return bool(value(answer) == Fraction(sum(set(draw) == {"r", "b"} for draw in draws), len(draws)))


def meal_choices(question: str, answer: str) -> bool:
    return int(answer) == sum(1 for _ in product(*map(range, numbers(question))))


def binomial_term(question: str, answer: str) -> bool:
    power, binomial = formulas(question)
    return bool(int(answer) == sympy.Poly(value(binomial)).coeff_monomial(value(power)))


def divisible_by_either(question: str, answer: str) -> bool:
    low, high, first, second = numbers(question)
    return int(answer) == sum(n % first == 0 or n % second == 0 for n in range(low, high + 1))


def spinner_sum(question: str, answer: str) -> bool:
    first, left, second, right, limit = numbers(question)
    sums = [a + b for a in range(first, left + 1) for b in range(second, right + 1)]
    return bool(value(answer) == Fraction(sum(one > limit for one in sums), len(sums)))


def lattice_paths(question: str, answer: str) -> bool:
    _, _, across, up, x, y = numbers(question)
    ways = {(0, 0): 1}
    for place in product(range(across + 1), range(up + 1)):
        if place != (0, 0):
            ways[place] = ways.get((place[0] - 1, place[1]), 0) + ways.get((place[0], place[1] - 1), 0)
        if place == (x, y):
            ways[place] = 0
    return int(answer) == ways[across, up]


def bags_and_marbles(question: str, answer: str) -> bool:
    bags = dict(zip("AB", zip(*[iter(numbers(question))] * 2, strict=True), strict=True))
    # As many copies of each bag as the other has marbles make every marble equally likely.
    jar = [
        (bag, colour)
        for bag, other in ("AB", "BA")
        for colour in ("r" * bags[bag][0] + "b" * bags[bag][1]) * sum(bags[other])
    ]
    red = [bag for bag, colour in jar if colour == "r"]
    return bool(value(answer) == Fraction(red.count("A"), len(red)))


def expected_prize(question: str, answer: str) -> bool:
    tickets, large, few, small, many = numbers(question)
    prizes = [large] * few + [small] * many + [0] * (tickets - few - many)
    return answer == rf"\${sum(prizes) / len(prizes):.2f}"


COUNTING_AND_PROBABILITY: dict[str, Check] = {
    "bounded_solutions": bounded_solutions,
    "committees": committees,
    "red_and_blue": red_and_blue,
    "meal_choices": meal_choices,
    "binomial_term": binomial_term,
    "divisible_by_either": divisible_by_either,
    "spinner_sum": spinner_sum,
    "lattice_paths": lattice_paths,
    "bags_and_marbles": bags_and_marbles,
    "expected_prize": expected_prize,
}
