"""The paper's rules: texts are normalised and stripped, numbers are not known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from math_data.equivalence import Comparison, compare
from math_data.paper_rules import are_equal, normalised

NORMALISED = {
    "$42$": "42", "42 square units": "42", "5\\text{ cm}": "5", "\\text{even}": "even", "\\boxed{7}": "7",
    "30^\\circ": "30", "30^{\\circ}": "30", "1{,}000": "1000", "1,\\!000": "1000", "1,000": "1000", "1,x": "1,x",
    "\\frac12": "\\frac{1}{2}", "\\dfrac12": "\\dfrac{1}{2}", "\\sqrt2": "\\sqrt{2}", "x\\le 5": "x<5",
    "x\\leq 5": "x<5", "\\left(1,2\\right)": "\\left(1,2\\right)", "an ellipse": "ellipse", "12 ways": "12",
    "\\mbox{odd}": "odd", "the value is $x$ here": "x", "3 \\text{ and } x": "3,x", "3,4": "34",
    "\\$5": "5", "\\;6": "6",
}  # fmt: skip
EQUAL = [
    ("\\dfrac{1}{2}", "\\frac{1}{2}"), ("\\tfrac12", "1/2"), ("0.5", "\\frac{1}{2}"), ("\\left(1,2\\right)", "(1,2)"),
    ("x=5", "5"), ("k = 5", "5"), ("10\\%", "10"), (".75", "0.75"), ("{.5}", "{0.5}"), ("\\sqrt2", "\\sqrt{2}"),
    ("90^\\circ", "90"), ("a\\!b", "ab"), ("-3/4", "\\frac{-3}{4}"),
]  # fmt: skip
DIFFERENT = [
    (".75", "3/4"), ("5", "5.0"), ("-2/3", "(-2)/3"), ("x^2+2x+1", "(x+1)^2"), ("1,2", "2,1"), ("abc=5", "5"),
    ("1", "2"),     ("\\frac{1}{2}", "\\frac{2}{4}"), ("(1,2)", "[1,2]"), ("a=b=5", "5"),
]  # fmt: skip


@pytest.mark.parametrize("text", NORMALISED)
def test_a_text_is_normalised(text: str) -> None:
    assert normalised(text) == NORMALISED[text]


@pytest.mark.parametrize(("a", "b"), EQUAL)
def test_texts_that_are_stripped_to_the_same_are_equal(a: str, b: str) -> None:
    assert are_equal(a, b)
    assert are_equal(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_numbers_are_not_known(a: str, b: str) -> None:
    assert not are_equal(a, b)
    assert not are_equal(b, a)


@given(st.text())
def test_a_text_equals_itself(text: str) -> None:
    assert are_equal(text, text)


@pytest.mark.parametrize(
    "piece", ["\\text{", "\\frac", "sqrt", "$", "{.", "x=", "an ", "\\boxed{a}", "1/", "\\frac{1}"]
)
def test_long_texts_are_normalised(piece: str) -> None:
    assert not compare(piece * 20_000, "1", "paper").equal


def test_the_reason_is_the_text() -> None:
    assert compare("x=5", "5", "paper") == Comparison(True, "same text")
    assert compare("", "", "paper") == Comparison(False, "no answer")
