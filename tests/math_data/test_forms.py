"""What texts are read as, and the exact values of scalars."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from math_data.approximate import differ
from math_data.exact import UnboundedError, agree, exact
from math_data.expressions import read
from math_data.forms import Assigned, Bag, Based, Form, Matrix, Proportion, Raw, Relation, Scalar, Tuple, Words
from math_data.latex import MAX_CHARS, UnreadableError, tokens
from math_data.reading import form

KINDS: dict[type[Form], tuple[str, ...]] = {
    Scalar: (
        "5",
        "x+1",
        "\\frac12 \\text{ cm}",
        "(x)",
        "\\{5\\}",
        "25_{10}",
        "2=1+1",
        "xyz",
        "abc",
        "cba",
        "3axy",
        "3x+abe",
        "5 million",
        "twenty-one",
        "16 m",
        "16m",
        "2E5",
        "17^2 \\equiv 3 \\pmod{11}",
        "\\text{Area} = 5",
        "Total: 5",
        "mnt",
        "\\text{A}",
    ),
    Based: ("20_{(7)}", "5335 (base 6)", "11_2", "1A_{16}", "-12_{\\text{five}}"),
    Words: (
        "AB",
        "VI",
        "third",
        "no solutions",
        "even",
        "\\text{no}",
        "June 20",
        "\\text{A5 and some more words here}",
        "LQSX",
        "4:30 p.m.",
        "5 negative",
    ),
    Tuple: ("(1,2)", "[1,2)", "\\mathbb{R}", "\\langle 1, 2\\rangle"),
    Bag: (
        "1,2",
        "\\{1,2\\}",
        "\\pm 1",
        "\\emptyset",
        "[1,2] \\cup (3,4)",
        "red, blue",
        "x<1 or x>2",
        "\\{\\{1\\}\\}",
        "x>2 or x<3",
        "\\text{A,D}",
    ),
    Matrix: ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\left[\\begin{array}{cc}1&2\\end{array}\\right]"),
    Assigned: (
        "f(2)=5",
        "EF=12",
        "A^{-1}=3",
        "x>2 and x<3",
        "\\text{(B) 5}",
        "x=5",
        "f(x)=x^2",
        "x<5",
        "1<x<2",
        "x \\in [1,2]",
        "a_1=5",
        "\\theta=\\pi",
    ),
    Relation: ("2x=4", "5=r+s", "x+y=1", "x+y<2", "x \\ne 2"),
    Proportion: ("1:2", "05:00", "1:2:3"),
    Raw: ("\\frac{1", "f'(x)", "\\overline{AB}", "{", "1__2", "", "(1,,2)", "2^3^4", "\\sqrt{" * 60 + "2" + "}" * 60),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_a_text_is_read_as_what_it_is(kind: type[Form], text: str) -> None:
    assert type(form(text)) is kind


def test_a_text_that_is_too_long_is_not_read() -> None:
    assert type(form("1" * MAX_CHARS)) is Scalar
    assert type(form("1" * (MAX_CHARS + 1))) is Raw


@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
def test_exact_values_of_numbers_are_those_of_fractions(x: Fraction, y: Fraction) -> None:
    for sign, value in (("+", x + y), ("-", x - y), ("*", x * y)):
        assert exact(read(tokens(f"({x}){sign}({y})"))).number == value


@given(st.integers(1, 10**5), st.integers(1, 300))
def test_a_square_root_is_simplified(radicand: int, factor: int) -> None:
    inside, outside = (
        exact(read(tokens(text))) for text in (f"\\sqrt{{{radicand * factor**2}}}", f"{factor}\\sqrt{{{radicand}}}")
    )
    assert agree(inside, outside) is True
    assert agree(inside, exact(read(tokens(f"{factor + 1}\\sqrt{{{radicand}}}")))) is False


POLYNOMIAL = st.recursive(
    st.sampled_from(["x", "y", "2", "\\sqrt{2}", "i", "\\pi", "\\frac{1}{3}"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=7,
)


@given(POLYNOMIAL, POLYNOMIAL)
def test_exact_and_approximate_values_do_not_contradict_each_other(a: str, b: str) -> None:
    one, other = read(tokens(a)), read(tokens(b))
    same = agree(exact(one), exact(other))
    assert same is not None
    assert not (same and differ(one, other))
    assert agree(exact(read(tokens(f"{a}+{b}"))), exact(read(tokens(f"{b}+{a}")))) is True
    assert agree(exact(read(tokens(f"{a}\\cdot {b}"))), exact(read(tokens(f"{b}\\cdot {a}")))) is True


@pytest.mark.parametrize(
    "text",
    [
        "\\infty-\\infty",
        "0\\cdot\\infty",
        "1/0",
        "0^{-1}",
        "0^0",
        "\\frac{x}{x-x}",
        "2^{99999}",
        "(x+y+z+1)^{60}",
        "(x+1)^{65}",
    ],
)
def test_what_has_no_value_or_too_large_a_form_has_no_exact_one(text: str) -> None:
    with pytest.raises(UnboundedError):
        exact(read(tokens(text)))


@pytest.mark.parametrize(
    "text", ["", "+", "2+", "\\frac{1}", "(1", "1)", "[1)", "\\foo", "x''", "\\sqrt", "|1", "a_{1"]
)
def test_what_is_no_scalar_is_not_read(text: str) -> None:
    with pytest.raises(UnreadableError):
        read(tokens(text))
