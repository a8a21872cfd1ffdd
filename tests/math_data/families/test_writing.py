"""Writing exact values: what is written has the value, and each value is written in one way only."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from math_data.families.writing import PI, decimal, fraction, matrix, money, point, polynomial, surd, total
from tests.math_data.families.reading import matrices, value

rationals = st.builds(Fraction, st.integers(-60, 60), st.integers(1, 24))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (fraction(Fraction(-6, 8)), r"-\frac{3}{4}"),
        (fraction(0), "0"),
        (surd(1, 1), "1"),
        (surd(-1, 12), r"-2\sqrt{3}"),
        (surd(Fraction(3, 4), 2), r"\frac{3\sqrt{2}}{4}"),
        (surd(Fraction(1, 2), 5), r"\frac{\sqrt{5}}{2}"),
        (surd(Fraction(1, 2), 4), "1"),
        (surd(1, symbol=PI), r"\pi"),
        (surd(Fraction(-5, 3), symbol=PI), r"-\frac{5\pi}{3}"),
        (surd(2, 18, PI), r"6\sqrt{2}\pi"),
        (surd(0, 7, PI), "0"),
        (total((-1, "x"), (0, "y"), (1, "z"), (-3, "")), "-x+z-3"),
        (total((1, "")), "1"),
        (total((0, "x")), "0"),
        (polynomial([2, -1, 0, 1]), "2x^3-x^2+1"),
        (polynomial([0, 0]), "0"),
        (polynomial([7]), "7"),
        (decimal(Fraction(25, 2)), "12.5"),
        (decimal(Fraction(120)), "120"),
        (money(5), r"\$0.05"),
        (money(123450), r"\$1234.50"),
        (point("1", r"\frac{1}{2}"), r"(1, \frac{1}{2})"),
        (matrix([[1, Fraction(-1, 2)], [0, 3]]), r"\begin{pmatrix} 1 & -\frac{1}{2} \\ 0 & 3 \end{pmatrix}"),
    ],
)
def test_values_are_written_as_in_a_textbook(written: str, text: str) -> None:
    assert written == text


def test_decimals_that_do_not_end_are_refused() -> None:
    with pytest.raises(ValueError, match="the decimals of 1/3 do not end"):
        decimal(Fraction(1, 3))


@given(rationals, st.integers(1, 400), st.sampled_from(["", PI]))
def test_a_surd_has_the_value_that_was_meant(coefficient: Fraction, radicand: int, symbol: str) -> None:
    meant = sympy.Rational(coefficient.numerator, coefficient.denominator) * sympy.sqrt(radicand)
    assert value(surd(coefficient, radicand, symbol)) == meant * (sympy.pi if symbol else 1)


@given(rationals, st.integers(1, 90), rationals, st.integers(1, 90))
def test_surds_are_written_alike_when_they_are_equal(one: Fraction, root: int, two: Fraction, other: int) -> None:
    equal = one * one * root == two * two * other and (one > 0) == (two > 0) and (one < 0) == (two < 0)
    assert (surd(one, root) == surd(two, other)) == equal


@given(st.lists(st.integers(-12, 12), min_size=1, max_size=6), st.integers(-5, 5))
def test_a_polynomial_has_the_values_that_were_meant(coefficients: list[int], x: int) -> None:
    meant = sum(one * x**power for power, one in enumerate(reversed(coefficients)))
    assert value(polynomial(coefficients)).subs("x", x) == meant


@given(st.lists(st.lists(rationals, min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_matrix_has_its_entries(rows: list[list[Fraction]]) -> None:
    assert [[Fraction(entry.p, entry.q) for entry in row] for row in matrices(matrix(rows))[0].tolist()] == rows
