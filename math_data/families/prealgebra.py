"""Prealgebra: arithmetic, fractions, percents, ratios, means and roots."""

from fractions import Fraction
from math import gcd
from random import Random

from math_data.families.drawing import SQUARE_FREE
from math_data.families.family import families
from math_data.families.writing import decimal, fraction, money, surd


def order_of_operations(rng: Random) -> tuple[str, str]:
    """An integer from a sum, a product and a quotient."""
    start, left, right = rng.randint(10, 99), rng.randint(3, 19), rng.randint(3, 19)
    divisor, quotient = rng.randint(3, 12), rng.randint(3, 12)
    question = rf"Compute ${start} + {left} \cdot {right} - {divisor * quotient} \div {divisor}$."
    return question, str(start + left * right - quotient)


def percent_change(rng: Random) -> tuple[str, str]:
    """The percent that a rise and a fall come to."""
    rise, fall = rng.randint(30, 80), rng.randint(2, 20)
    change = (1 + Fraction(rise, 100)) * (1 - Fraction(fall, 100)) - 1
    question = (
        rf"The price of a share goes up by ${rise}\%$ in spring and down by ${fall}\%$ in autumn. By what percent is "
        "the price after both changes higher than it was before them?"
    )
    return question, rf"{decimal(100 * change)}\%"


def radical_sum(rng: Random) -> tuple[str, str]:
    """Two roots that simplify to multiples of the same root."""
    left, right = rng.sample(range(2, 16), 2)
    root = rng.choice(SQUARE_FREE)
    question = (
        rf"Write $\sqrt{{{left * left * root}}} + \sqrt{{{right * right * root}}}$ as a single radical in simplest "
        "form."
    )
    return question, surd(left + right, root)


def fraction_sum(rng: Random) -> tuple[str, str]:
    """A sum and a difference of three fractions."""
    first, second, third = (Fraction(rng.randint(1, 11), rng.randint(2, 12)) for _ in range(3))
    question = f"Compute ${fraction(first)} + {fraction(second)} - {fraction(third)}$. Give the answer in lowest terms."
    return question, fraction(first + second - third)


def repeating_decimal(rng: Random) -> tuple[str, str]:
    """The fraction whose decimals repeat after the first."""
    head, first, second = rng.sample(range(10), 3)
    question = rf"Write $0.{head}\overline{{{first}{second}}}$ as a common fraction in lowest terms."
    return question, fraction(Fraction(100 * head + 10 * first + second - head, 990))


def discounted_price(rng: Random) -> tuple[str, str]:
    """A price after a discount and a tax, in dollars and cents."""
    price, discount, tax = 20 * rng.randint(1, 15), 5 * rng.randint(1, 10), rng.randint(2, 9)
    question = (
        rf"A coat is marked \${price}. In a sale it is {discount}\% cheaper, and a tax of {tax}\% is then added to the "
        "reduced price. How many dollars does a buyer pay? Give the amount to the cent."
    )
    return question, money(price * (100 - discount) * (100 + tax) // 100)


def shares_in_ratio(rng: Random) -> tuple[str, str]:
    """By how much the largest of three shares exceeds the smallest."""
    while True:
        small, middle, large = sorted(rng.sample(range(2, 14), 3))
        if gcd(small, middle, large) == 1:
            break
    unit = rng.randint(11, 80)
    question = (
        f"Ana, Ben and Cleo divide {unit * (small + middle + large)} stickers among themselves in the ratio "
        f"${small} : {middle} : {large}$. How many more stickers does Cleo get than Ana?"
    )
    return question, str(unit * (large - small))


def average_speed(rng: Random) -> tuple[str, str]:
    """Kilometres per hour, from kilometres and minutes."""
    distance, minutes = rng.randint(30, 120), rng.randint(25, 59)
    question = (
        f"An express train covers {distance} kilometres in {minutes} minutes. What is the average speed in "
        "kilometres per hour? Give a whole number or a common fraction in lowest terms."
    )
    return question, fraction(Fraction(60 * distance, minutes))


def missing_value(rng: Random) -> tuple[str, str]:
    """The one of five numbers that makes their mean right."""
    known = [rng.randint(20, 400) for _ in range(4)]
    missing = rng.randint(20, 400)
    missing += -(sum(known) + missing) % 5
    question = (
        f"Five packages have a mean weight of {(sum(known) + missing) // 5} grams. Four of them weigh "
        f"{known[0]}, {known[1]}, {known[2]} and {known[3]} grams. How many grams does the fifth weigh?"
    )
    return question, str(missing)


def rounding(rng: Random) -> tuple[str, str]:
    """A number rounded to a power of ten."""
    unit, name = rng.choice(((100, "hundred"), (1000, "thousand")))
    whole, rest = rng.randint(11, 899), rng.randint(1, unit - 1)
    rest += rest == unit // 2
    question = f"Round ${unit * whole + rest}$ to the nearest {name}."
    return question, str(unit * (whole + (2 * rest > unit)))


PREALGEBRA = families(
    "prealgebra",
    {
        order_of_operations: 1,
        percent_change: 4,
        radical_sum: 3,
        fraction_sum: 2,
        repeating_decimal: 5,
        discounted_price: 3,
        shares_in_ratio: 2,
        average_speed: 2,
        missing_value: 3,
        rounding: 1,
    },
)
