"""Numbers in words are read, and other words are none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from math_data.numerals import factor, number, spoken

ONES = "one two three four five six seven eight nine".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


@given(st.integers(2, 9), st.integers(1, 9))
def test_tens_and_ones_are_read_in_any_spelling(tens: int, ones: int) -> None:
    words = [TENS[tens - 2], ONES[ones - 1]]
    assert number("-".join(words)) == number("".join(words)) == spoken(words) == 10 * tens + ones


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("zero", 0), ("twelve", 12), ("ninety", 90), ("half", Fraction(1, 2)), ("a third", Fraction(1, 3)),
        ("two-thirds", Fraction(2, 3)), ("five thousandths", Fraction(1, 200)), ("a dozen", 12), ("million", 10**6),
        ("three hundred thousand", 300_000), ("twenty-one hundredths", Fraction(21, 100)),
    ],
)  # fmt: skip
def test_a_number_is_read(words: str, value: Fraction) -> None:
    assert spoken(words.split()) == value


@pytest.mark.parametrize(
    "words", ["", "third", "thirds", "a", "twentyish", "ten five", "one-twenty", "twenty-ten", "twenty-zero", "even"]
)
def test_other_words_are_no_number(words: str) -> None:
    assert spoken(words.split()) is None


def test_a_factor_is_told_from_a_unit() -> None:
    assert (factor("fifths"), factor("dozens")) == (Fraction(1, 5), Fraction(12))
    assert factor("seconds") is factor("feet") is None
