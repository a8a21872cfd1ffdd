"""What the computer algebra system says, asked in this process."""

import pytest

from math_data.sameness import Comparison
from math_data.symbolic import compared_symbolically

SAME = Comparison(True, "same expression")
VERDICTS = {
    ("\\sin\\frac{\\pi}{6}", "\\frac12"): SAME,
    ("\\sin^2 x+\\cos^2 x", "1"): SAME,
    ("\\sqrt[3]{-2}", "-\\sqrt[3]{2}"): SAME,
    ("\\binom{n}{2}", "\\frac{n(n-1)}{2}"): SAME,
    ("|x-1|", "|1-x|"): SAME,
    ("\\lceil \\sqrt{10} \\rceil", "4"): SAME,
    ("\\lfloor \\sqrt{10} \\rfloor", "4"): Comparison(False, "expression and number"),
    ("\\arctan 1", "\\frac{\\pi}{4}"): SAME,
    ("\\frac{1}{300!}", "\\frac{2}{300!}"): Comparison(False, "different expressions"),
    ("\\{\\ln 8, 1\\}", "\\{1, 3\\ln 2\\}"): Comparison(True, "same set"),
    ("\\sum_{i=1}^{4} i", "10"): Comparison(True, "math-verify"),
    ("\\sum_{i=1}^{4} i", "11"): Comparison(False, "math-verify"),
    ("\\frac12\\begin{pmatrix}2\\\\4\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"): Comparison(
        True, "math-verify"
    ),
    ("\\frac12\\begin{pmatrix}2\\\\4\\end{pmatrix}", "2"): Comparison(False, "math-verify"),
    ("9^{9^{9}}", "9^{9^{8}}"): None,
    ("100000!", "100001!"): None,
    ("\\sum_{i", "10"): None,
    ("\\ln 0", "\\ln 0 + 1"): None,
    ("0^0", "1"): None,
    ("\\infty-\\infty", "0"): None,
    ("0\\cdot\\infty", "0"): None,
}


@pytest.mark.parametrize(("a", "b"), VERDICTS)
def test_a_pair_is_compared_in_both_orders(a: str, b: str) -> None:
    assert compared_symbolically(a, b) == compared_symbolically(b, a) == VERDICTS[a, b]
