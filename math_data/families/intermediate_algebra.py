"""Intermediate algebra: polynomials, complex numbers, logarithms, series, rational functions."""

from fractions import Fraction
from random import Random

from math_data.families.drawing import SQUARE_FREE, coprime, nonzero
from math_data.families.family import families
from math_data.families.writing import fraction, point, polynomial, surd, total


def polynomial_remainder(rng: Random) -> tuple[str, str]:
    """The linear remainder of a cubic divided by a quadratic."""
    cubic = [rng.randint(1, 4), *(nonzero(rng, 9) for _ in range(3))]
    linear, constant = nonzero(rng, 5), nonzero(rng, 6)
    question = f"What is the remainder when ${polynomial(cubic)}$ is divided by ${polynomial([1, linear, constant])}$?"
    lead = cubic[0]
    following = cubic[1] - lead * linear
    remainder = [cubic[2] - lead * constant - following * linear, cubic[3] - following * constant]
    return question, polynomial(remainder)


def cubic_roots(rng: Random) -> tuple[str, str]:
    """One integer root and two irrational ones, of a cubic."""
    root, middle, radicand = nonzero(rng, 6), nonzero(rng, 5), rng.choice(SQUARE_FREE)
    linear, constant = -2 * middle, middle * middle - radicand
    cubic = polynomial([1, linear - root, constant - root * linear, -root * constant])
    question = (
        f"One root of ${cubic}$ is an integer. Find all three roots in exact form and list them, separated by commas."
    )
    irrational = surd(1, radicand)
    return question, f"{root}, {middle}-{irrational}, {middle}+{irrational}"


def complex_product(rng: Random) -> tuple[str, str]:
    """The product of two complex numbers."""
    a, b, c, d = (nonzero(rng, 9) for _ in range(4))
    question = (
        f"Multiply: $({total((a, ''), (b, 'i'))})({total((c, ''), (d, 'i'))})$, where $i^2 = -1$. Write the product in "
        "the form $a + bi$."
    )
    return question, total((a * c - b * d, ""), (a * d + b * c, "i"))


def logarithm_equation(rng: Random) -> tuple[str, str]:
    """The solution of an equation with one logarithm."""
    base, value = rng.randint(2, 6), rng.randint(2, 3)
    slope, shift = rng.randint(2, 9), nonzero(rng, 20)
    question = rf"Solve $\log_{{{base}}}({polynomial([slope, shift])}) = {value}$ for $x$."
    return question, fraction(Fraction(base**value - shift, slope))


def rational_inequality(rng: Random) -> tuple[str, str]:
    """A ray and a half-open interval."""
    low, pole, high = sorted(rng.sample([number for number in range(-15, 16) if number], 3))
    top = f"({polynomial([1, -low])})({polynomial([1, -high])})"
    question = (
        rf"Solve $\frac{{{top}}}{{{polynomial([1, -pole])}}} \le 0$ over the real numbers. Give the solution set in "
        "interval notation."
    )
    return question, rf"(-\infty, {low}] \cup ({pole}, {high}]"


def geometric_series(rng: Random) -> tuple[str, str]:
    """The sum of an infinite geometric series."""
    first, (small, large) = rng.randint(2, 30), coprime(rng, 2, 12)
    ratio = Fraction(rng.choice((-1, 1)) * small, large)
    question = (
        f"An infinite geometric series has first term ${first}$ and common ratio ${fraction(ratio)}$. What is its sum?"
    )
    return question, fraction(first / (1 - ratio))


def domain_of_roots(rng: Random) -> tuple[str, str]:
    """The closed interval on which a sum of two square roots is real."""
    rising, falling = rng.randint(2, 9), rng.randint(2, 9)
    left, right = rng.randint(1, 30), rng.randint(1, 30)
    question = (
        rf"What is the domain of the real function $f(x) = \sqrt{{{rising}x+{left}}} + \sqrt{{{right}-{falling}x}}$? "
        "Give the answer in interval notation."
    )
    return question, f"[{fraction(Fraction(-left, rising))}, {fraction(Fraction(right, falling))}]"


def ratio_of_roots(rng: Random) -> tuple[str, str]:
    """A symmetric function of the roots of a quadratic."""
    while True:
        a, b, c = rng.randint(1, 5), nonzero(rng, 15), nonzero(rng, 15)
        if b * b != 4 * a * c:
            break
    question = (
        f"The roots of ${polynomial([a, b, c])}$, real or complex, are $r$ and $s$. Compute "
        r"$\frac{r}{s} + \frac{s}{r}$."
    )
    return question, fraction(Fraction(b * b - 2 * a * c, a * c))


def partial_fractions(rng: Random) -> tuple[str, str]:
    """The two numerators of a sum of partial fractions, an ordered pair."""
    first, second = nonzero(rng, 12), nonzero(rng, 12)
    p, q = sorted(rng.sample([number for number in range(-8, 9) if number], 2))
    left, right = polynomial([1, -p]), polynomial([1, -q])
    question = (
        rf"The constants $A$ and $B$ satisfy $\frac{{{polynomial([first + second, -first * q - second * p])}}}"
        rf"{{({left})({right})}} = \frac{{A}}{{{left}}} + \frac{{B}}{{{right}}}$ for all $x$ where both sides are "
        "defined. Find the ordered pair $(A, B)$."
    )
    return question, point(str(first), str(second))


def power_sum(rng: Random) -> tuple[str, str]:
    """A sum of fourth powers, from the sum and the product."""
    plain, product = nonzero(rng, 10), nonzero(rng, 20)
    squares = plain * plain - 2 * product
    question = (
        f"The numbers $x$ and $y$, real or complex, satisfy $x + y = {plain}$ and $xy = {product}$. What is the value "
        "of $x^4 + y^4$?"
    )
    return question, str(squares * squares - 2 * product * product)


INTERMEDIATE_ALGEBRA = families(
    "intermediate_algebra",
    {
        polynomial_remainder: 3,
        cubic_roots: 5,
        complex_product: 1,
        rational_inequality: 4,
        logarithm_equation: 2,
        geometric_series: 2,
        domain_of_roots: 3,
        ratio_of_roots: 4,
        partial_fractions: 4,
        power_sum: 5,
    },
)
