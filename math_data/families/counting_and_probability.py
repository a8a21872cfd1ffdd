"""Counting and probability: products, combinations, inclusion and exclusion, conditional probability."""

from fractions import Fraction
from math import comb, lcm
from random import Random

from math_data.families.drawing import nonzero
from math_data.families.family import families
from math_data.families.writing import fraction, money, total


def bounded_solutions(rng: Random) -> tuple[str, str]:
    """How many solutions of a sum keep two upper bounds."""
    whole, first, second = rng.randint(12, 30), rng.randint(2, 8), rng.randint(2, 8)
    question = (
        rf"How many ordered quadruples $(w, x, y, z)$ of nonnegative integers satisfy $w + x + y + z = {whole}$ with "
        rf"$x \le {first}$ and $y \le {second}$?"
    )

    def free(rest: int) -> int:
        return comb(rest + 3, 3) if rest >= 0 else 0

    bounded = free(whole) - free(whole - first - 1) - free(whole - second - 1) + free(whole - first - second - 2)
    return question, str(bounded)


def committees(rng: Random) -> tuple[str, str]:
    """How many committees take some of each of two groups."""
    juniors, seniors = rng.randint(6, 15), rng.randint(6, 15)
    few, more = rng.randint(2, 4), rng.randint(2, 4)
    question = (
        f"A club has {juniors} junior and {seniors} senior members. In how many ways can it choose a committee of "
        f"{few} juniors and {more} seniors?"
    )
    return question, str(comb(juniors, few) * comb(seniors, more))


def red_and_blue(rng: Random) -> tuple[str, str]:
    """The probability that two marbles have two given colours."""
    red, blue, green = (rng.randint(3, 12) for _ in range(3))
    question = (
        f"A jar holds {red} red, {blue} blue and {green} green marbles. Two of them are taken at random without "
        "replacement. What is the probability that one is red and the other is blue? Give a common fraction."
    )
    return question, fraction(Fraction(red * blue, comb(red + blue + green, 2)))


def meal_choices(rng: Random) -> tuple[str, str]:
    """A product of three numbers of choices."""
    soups, mains, desserts = (rng.randint(3, 18) for _ in range(3))
    question = (
        f"A menu lists {soups} soups, {mains} main dishes and {desserts} desserts. How many different meals of one "
        "soup, one main dish and one dessert are there?"
    )
    return question, str(soups * mains * desserts)


def binomial_term(rng: Random) -> tuple[str, str]:
    """A coefficient of a power of a binomial."""
    power, slope, shift = rng.randint(5, 8), rng.randint(2, 5), nonzero(rng, 7)
    degree = rng.randint(2, power - 2)
    question = (
        f"What is the coefficient of $x^{degree}$ in the expansion of $({total((slope, 'x'), (shift, ''))})^{power}$?"
    )
    return question, str(comb(power, degree) * slope**degree * shift ** (power - degree))


def divisible_by_either(rng: Random) -> tuple[str, str]:
    """How many numbers up to a bound are divisible by one of two numbers."""
    while True:
        first, second = sorted(rng.sample(range(3, 16), 2))
        if second % first:
            break
    bound = rng.randint(200, 999)
    question = (
        rf"How many integers from $1$ to ${bound}$, both included, are divisible by ${first}$ or by ${second}$ (or by "
        "both)?"
    )
    return question, str(bound // first + bound // second - bound // lcm(first, second))


def spinner_sum(rng: Random) -> tuple[str, str]:
    """The probability that two spinners come to more than a number."""
    left, right = rng.randint(5, 16), rng.randint(5, 16)
    limit = rng.randint(4, left + right - 3)
    question = (
        f"One fair spinner shows the numbers from 1 to {left}, another those from 1 to {right}. Both are spun once. "
        f"What is the probability that the two numbers add up to more than {limit}? Give a common fraction."
    )
    above = sum(max(0, min(right, first + right - limit)) for first in range(1, left + 1))
    return question, fraction(Fraction(above, left * right))


def lattice_paths(rng: Random) -> tuple[str, str]:
    """How many shortest paths on a grid avoid a point."""
    across, up = rng.randint(4, 10), rng.randint(4, 10)
    x, y = rng.randint(1, across - 1), rng.randint(1, up - 1)
    question = (
        f"A path goes from $(0, 0)$ to $({across}, {up})$ in steps of one unit to the right or one unit up. How many "
        f"such paths do not pass through the point $({x}, {y})$?"
    )
    through = comb(x + y, x) * comb(across - x + up - y, across - x)
    return question, str(comb(across + up, up) - through)


def bags_and_marbles(rng: Random) -> tuple[str, str]:
    """The probability of a bag, given what was drawn from it."""
    red, blue, other_red, other_blue = (rng.randint(2, 9) for _ in range(4))
    question = (
        f"Bag A holds {red} red and {blue} blue marbles, and bag B holds {other_red} red and {other_blue} blue ones. "
        "One of the bags is picked by a fair coin toss, and a marble drawn from it at random is red. What is the "
        "probability that it came from bag A? Give a common fraction."
    )
    from_a, from_b = Fraction(red, red + blue), Fraction(other_red, other_red + other_blue)
    return question, fraction(from_a / (from_a + from_b))


def expected_prize(rng: Random) -> tuple[str, str]:
    """The mean prize of a lottery, in dollars and cents."""
    tickets, few, many = rng.choice((50, 100)), rng.randint(2, 5), rng.randint(6, 20)
    large, small = 10 * rng.randint(2, 20), rng.randint(2, 15)
    question = (
        rf"A lottery has {tickets} tickets. A prize of \${large} is on each of {few} tickets and a prize of \${small} "
        rf"on each of {many} others; the rest win nothing. What is the expected prize of one ticket, to the cent?"
    )
    return question, money(100 // tickets * (few * large + many * small))


COUNTING_AND_PROBABILITY = families(
    "counting_and_probability",
    {
        bounded_solutions: 5,
        committees: 2,
        red_and_blue: 3,
        meal_choices: 1,
        binomial_term: 4,
        divisible_by_either: 3,
        spinner_sum: 3,
        lattice_paths: 4,
        bags_and_marbles: 5,
        expected_prize: 2,
    },
)
