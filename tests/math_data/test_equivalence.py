"""What holds for the comparison of any two texts."""

import itertools
import threading
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from math_data import equivalence, workers
from math_data.equivalence import Comparison, are_equal, classes, compare, quickly
from math_data.workers import GAVE_UP

PIECES = [
    *r"\frac \sqrt { } ( ) [ ] \{ \} 1 2 12 x y + - ^ _ , = < \le \pi \text{ and or \cup \in \pm \infty".split(),
    *r"& \\ \sin ! | : . $ \boxed{ \left \right % cm \overline{3} 0. \log \binom \approx \mathbb{R} \ '".split(),
    *r"i e / \lfloor \rangle \circ \begin{pmatrix} \end{pmatrix} \langle \sum_{i=1}^{3} \%".split(),
    *r"axy AB fifths million base \equiv \pmod{7} \choose Area 1e3 ² ⅔ \color{red} \det f( x> x< \text{(B)}".split(),
    " ", " m", " or ",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ANSWERS = [
    *r"5 x=5 y=5 5.0 5\text{cm} (1,2) 1<x<2 1,2 \{2,1\} \frac12 0.5 \text{even} Even 10\% 0.1 10 (x+1)^2".split(),
    *r"x^2+2x+1 y=2x+1 f(x)=2x+1 2x-y+1=0 g(x)=2x+1 2x+1 11_2 11 \sqrt[3]{16} 2\sqrt[3]{2} \overline{AB}".split(),
    "",
]


@given(SOUP, SOUP)
@example("x_=5", "\\begin{array}1\\end{array}")
@example("2\\frac34", "2\\frac{3}4")
def test_any_soup_of_latex_is_compared_alike_in_both_orders(a: str, b: str) -> None:
    assert compare(a, b) == compare(b, a)
    assert compare(a, b, "paper") == compare(b, a, "paper")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_compared(a: str, b: str) -> None:
    assert compare(a, b) == compare(b, a)
    assert compare(a, b, "paper") == compare(b, a, "paper")


@given(SOUP | st.text())
def test_a_text_equals_itself_unless_it_is_blank(text: str) -> None:
    assert are_equal(text, text) == are_equal(f" {text}\n", text) == bool(text.strip())


@given(SOUP, SOUP)
def test_what_is_quickly_known_is_the_verdict(a: str, b: str) -> None:
    assert quickly(a, b) in (None, compare(a, b))


@given(st.integers(-(10**6), 10**6), st.integers(1, 999))
def test_a_fraction_equals_its_other_spellings_and_not_its_neighbours(above: int, below: int) -> None:
    fraction = f"\\frac{{{above}}}{{{below}}}"
    for same in (
        f"{above}/{below}",
        f"\\dfrac{{{2 * above}}}{{{2 * below}}}",
        f"$x = {fraction}$",
        f"{fraction} \\text{{ cm}}",
    ):
        assert are_equal(fraction, same)
    for other in (f"{above + 1}/{below}", f"{above}/{below + 1}" if above else "1", f"({fraction}, {fraction})"):
        assert not are_equal(fraction, other)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_a_set_is_the_same_in_any_order_and_a_tuple_is_not(numbers: list[int], random: Random) -> None:
    shuffled = random.sample(numbers, len(numbers))
    assert are_equal(", ".join(map(str, numbers)), f"\\{{{', '.join(map(str, shuffled))}\\}}")
    assert are_equal(str(tuple(numbers)), str(tuple(shuffled))) == (numbers == shuffled)


@given(st.lists(st.sampled_from(ANSWERS) | st.none() | SOUP, max_size=8), st.randoms(use_true_random=False))
def test_classes_do_not_depend_on_the_order(answers: list[str | None], random: Random) -> None:
    order = random.sample(range(len(answers)), len(answers))
    shuffled = classes([answers[at] for at in order])
    back = [shuffled[order.index(at)] for at in range(len(answers))]
    assert renumbered(back) == classes(answers)


@given(st.lists(st.sampled_from(ANSWERS) | SOUP, max_size=8))
def test_a_class_has_no_two_answers_that_are_not_equal(answers: list[str]) -> None:
    found = classes(answers)
    for (a, its), (b, other) in itertools.combinations(zip(answers, found, strict=True), 2):
        assert its is None or its != other or are_equal(a, b)


@given(st.lists(st.sampled_from(ANSWERS) | st.none(), max_size=8))
def test_classes_are_numbered_by_first_appearance_and_blanks_have_none(answers: list[str | None]) -> None:
    found = classes(answers)
    assert [number is None for number in found] == [not answer for answer in answers]
    assert renumbered(found) == found


def renumbered(found: "list[int | None] | tuple[int | None, ...]") -> tuple[int | None, ...]:
    numbers: dict[int, int] = {}
    return tuple(None if one is None else numbers.setdefault(one, len(numbers)) for one in found)


def test_ten_per_cent_never_joins_ten_and_a_tenth() -> None:
    assert classes(["0.1", "10\\%", "10"]) == (0, 1, 1)


def test_equality_that_is_not_transitive_makes_no_class_of_unequal_answers() -> None:
    assert classes(["y=5", "x=5", "5"]) == (0, 1, 1)


def test_classes_of_256_answers_need_no_computer_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.POOL, "compare", lambda a, b: pytest.fail(f"asked about {a} and {b}"))
    answers = [f"\\frac{{{n % 30}}}{{31}}" if n % 2 else f"{n % 30}/31" for n in range(256)]
    assert len(set(classes(answers))) == 30


def test_classes_give_up_on_hostile_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def ask(a: str, b: str) -> Comparison:
        asked.append((a, b))
        return GAVE_UP

    monkeypatch.setattr(equivalence, "_asked", ask)
    towers = [f"9^{{9^{{9^{{{n}}}}}}}" for n in range(2, 40)]
    assert classes(towers) == tuple(range(38))
    assert len(asked) == equivalence.GIVING_UP


def test_a_pair_that_was_given_up_is_asked_about_again_and_a_verdict_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = [GAVE_UP, GAVE_UP, Comparison(True, "at last"), Comparison(False, "never")]
    monkeypatch.setattr(workers.POOL, "compare", lambda a, b: verdicts.pop(0))
    pair = ("\\sin^2 w+\\cos^2 w", "1")
    assert [compare(*pair).why for _ in range(4)] == [GAVE_UP.why, GAVE_UP.why, "at last", "at last"]


def test_paper_classes_are_by_the_normalised_text_alone() -> None:
    answers = ["\\dfrac{1}{2}", "\\frac{1}{2}", "\\frac12", "x=5", "5", "$5$", None, "5 cm"]
    assert classes(answers, "paper") == (0, 1, 1, 2, 3, 3, None, 3)


def test_the_reasons_are_told() -> None:
    reasons = {
        ("5", " 5"): Comparison(True, "same text"), ("0.5", "1/2"): Comparison(True, "same number"),
        ("1", "2"): Comparison(False, "different numbers"), ("", "1"): Comparison(False, "no answer"),
        ("1,2", "2,1"): Comparison(True, "same set"), ("(1,2)", "1,2"): Comparison(False, "set and tuple"),
        ("\\sum_{i=1}^{4} i", "10"): Comparison(True, "math-verify"),
    }  # fmt: skip
    assert {pair: compare(*pair) for pair in reasons} == reasons


def test_many_threads_get_the_same_verdicts() -> None:
    pairs = [(f"\\sqrt[3]{{{8 * n + 16}}}", f"2\\sqrt[3]{{{n + 2}}}") for n in range(1, 13)]
    found: list[list[bool]] = []
    threads = [threading.Thread(target=lambda: found.append([are_equal(*pair) for pair in pairs])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[True] * 12] * 8
