"""Checks of prealgebra."""

import math
from decimal import Decimal
from fractions import Fraction
from statistics import mean

from tests.math_data.families.reading import Check, close, formulas, numbers, value


def formula_itself(question: str, answer: str) -> bool:
    return bool(value(formulas(question)[0]) == value(answer))


def percent_change(question: str, answer: str) -> bool:
    rise, fall = numbers(question)
    return bool(answer.endswith(r"\%") and 100 * value(answer) == 100 * rise - 100 * fall - rise * fall)


def radical_sum(question: str, answer: str) -> bool:
    left, right = numbers(question)
    return answer.count("sqrt") == 1 and close(value(answer), math.sqrt(left) + math.sqrt(right))


def repeating_decimal(question: str, answer: str) -> bool:
    _, head, *repeated = (int(digit) for digit in formulas(question)[0] if digit.isdigit())
    expected = [head, *repeated * 8]
    rest, digits = value(answer), []
    for _ in expected:
        digit, rest = divmod(10 * rest, 1)
        digits.append(int(digit))
    return digits == expected and 990 % value(answer).q == 0


def discounted_price(question: str, answer: str) -> bool:
    price, discount, tax = numbers(question)
    reduced = Decimal(price) - Decimal(price) * discount / 100
    return answer == rf"\${reduced + reduced * tax / 100:.2f}"


def shares_in_ratio(question: str, answer: str) -> bool:
    stickers, small, middle, large = numbers(question)
    unit = next(unit for unit in range(1, stickers) if unit * small + unit * middle + unit * large == stickers)
    return int(answer) == unit * large - unit * small


def average_speed(question: str, answer: str) -> bool:
    distance, minutes = numbers(question)
    return bool(value(answer) * Fraction(minutes, 60) == distance)


def missing_value(question: str, answer: str) -> bool:
    average, *known = numbers(question)
    return mean([*known, int(answer)]) == average


def rounding(question: str, answer: str) -> bool:
    (number,), unit = numbers(question), 100 if "hundred" in question else 1000
    return int(answer) % unit == 0 and abs(int(answer) - number) < unit / 2


PREALGEBRA: dict[str, Check] = {
    "order_of_operations": formula_itself,
    "percent_change": percent_change,
    "radical_sum": radical_sum,
    "fraction_sum": formula_itself,
    "repeating_decimal": repeating_decimal,
    "discounted_price": discounted_price,
    "shares_in_ratio": shares_in_ratio,
    "average_speed": average_speed,
    "missing_value": missing_value,
    "rounding": rounding,
}
