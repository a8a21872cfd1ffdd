"""Algebra: linear and quadratic equations, expressions, inequalities, sequences and interest."""

from fractions import Fraction
from random import Random

from math_data.families.drawing import SQUARE_FREE, nonzero
from math_data.families.family import families
from math_data.families.writing import fraction, money, point, polynomial, surd, total


def line_through_points(rng: Random) -> tuple[str, str]:
    """The equation of a line through two points."""
    slope, intercept = nonzero(rng, 9), nonzero(rng, 20)
    left, right = rng.randint(-8, -1), rng.randint(1, 8)
    question = (
        f"A line passes through the points $({left}, {slope * left + intercept})$ and "
        f"$({right}, {slope * right + intercept})$. Give its equation in the form $y = mx + b$."
    )
    return question, f"y={polynomial([slope, intercept])}"


def rationalized_denominator(rng: Random) -> tuple[str, str]:
    """A fraction without a root in its denominator, of the form a + b√c."""
    root = rng.choice(SQUARE_FREE)
    whole = rng.choice([number for number in range(2, 10) if number * number > root + 1])
    factor = rng.randint(2, 9)
    question = (
        rf"Rationalize the denominator of $\frac{{{factor * (whole * whole - root)}}}{{{whole} - \sqrt{{{root}}}}}$ "
        r"and simplify. Write the result in the form $a + b\sqrt{c}$ with integers $a$, $b$ and $c$."
    )
    return question, f"{factor * whole}+{surd(factor, root)}"


def quadratic_roots(rng: Random) -> tuple[str, str]:
    """The two rational roots of a quadratic that factors."""
    while True:
        first, second, third, fourth = rng.randint(1, 4), nonzero(rng, 9), rng.randint(1, 4), nonzero(rng, 9)
        roots = sorted((Fraction(-second, first), Fraction(-fourth, third)))
        if roots[0] < roots[1]:
            break
    quadratic = polynomial([first * third, first * fourth + second * third, second * fourth])
    question = (
        f"Find both solutions of ${quadratic} = 0$. List them from the smaller to the larger, separated by a comma."
    )
    return question, ", ".join(map(fraction, roots))


def linear_equation(rng: Random) -> tuple[str, str]:
    """The solution of a linear equation with x on both sides."""
    factor, other = rng.sample(range(2, 12), 2)
    shift, constant = nonzero(rng, 9), nonzero(rng, 20)
    question = f"Solve for $x$: ${factor}({polynomial([1, shift])}) = {polynomial([other, constant])}$."
    return question, fraction(Fraction(constant - factor * shift, factor - other))


def vertex_of_parabola(rng: Random) -> tuple[str, str]:
    """The vertex of a parabola, an ordered pair."""
    square, linear, constant = nonzero(rng, 4), nonzero(rng, 15), nonzero(rng, 12)
    question = (
        f"What is the vertex of the parabola $y = {polynomial([square, linear, constant])}$? Give an ordered pair."
    )
    across = Fraction(-linear, 2 * square)
    return question, point(fraction(across), fraction(constant + linear * across / 2))


def linear_system(rng: Random) -> tuple[str, str]:
    """The ordered pair that solves two linear equations."""
    while True:
        a, b, c, d = (nonzero(rng, 7) for _ in range(4))
        if a * d != b * c:
            break
    x, y = rng.randint(-12, 12), rng.randint(-12, 12)
    question = (
        "Find the ordered pair $(x, y)$ that satisfies both "
        f"${total((a, 'x'), (b, 'y'))} = {a * x + b * y}$ and ${total((c, 'x'), (d, 'y'))} = {c * x + d * y}$."
    )
    return question, point(str(x), str(y))


def product_expansion(rng: Random) -> tuple[str, str]:
    """The polynomial that a product of two polynomials expands to."""
    (a, b), (c, d, e) = [nonzero(rng, 6) for _ in range(2)], [nonzero(rng, 6) for _ in range(3)]
    question = f"Expand the product $({polynomial([a, b])})({polynomial([c, d, e])})$ and collect like terms."
    return question, polynomial([a * c, a * d + b * c, a * e + b * d, b * e])


def absolute_value_inequality(rng: Random) -> tuple[str, str]:
    """The closed interval that solves an inequality."""
    slope, shift, bound = rng.randint(2, 7), nonzero(rng, 15), rng.randint(1, 20)
    question = (
        rf"For which real numbers $x$ is $|{polynomial([slope, shift])}| \le {bound}$? Give the answer in interval "
        "notation."
    )
    ends = Fraction(-bound - shift, slope), Fraction(bound - shift, slope)
    return question, f"[{fraction(ends[0])}, {fraction(ends[1])}]"


def compound_interest(rng: Random) -> tuple[str, str]:
    """A deposit with two years' interest, in dollars and cents."""
    hundreds, rate = rng.randint(5, 80), rng.randint(2, 9)
    question = (
        rf"A deposit of \${100 * hundreds} earns {rate}\% interest, compounded once a year. How many dollars is it "
        "worth after two years? Give the amount to the cent."
    )
    return question, money(hundreds * (100 + rate) ** 2)


def inverse_function_value(rng: Random) -> tuple[str, str]:
    """Where a quotient of linear functions has a given value."""
    while True:
        a, b, c, d = nonzero(rng, 9), nonzero(rng, 9), rng.randint(1, 9), nonzero(rng, 9)
        value = nonzero(rng, 9)
        if a * d != b * c and a != value * c:
            break
    question = (
        rf"Let $f(x) = \frac{{{polynomial([a, b])}}}{{{polynomial([c, d])}}}$, and let $f^{{-1}}$ be its inverse "
        rf"function. Find $f^{{-1}}({value})$."
    )
    return question, fraction(Fraction(value * d - b, a - value * c))


ALGEBRA = families(
    "algebra",
    {
        line_through_points: 2,
        rationalized_denominator: 5,
        quadratic_roots: 3,
        linear_equation: 1,
        vertex_of_parabola: 4,
        linear_system: 2,
        product_expansion: 2,
        absolute_value_inequality: 3,
        compound_interest: 4,
        inverse_function_value: 4,
    },
)
