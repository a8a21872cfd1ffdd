"""Which answers make a pair, which pairs are kept, and which texts are the same but for a word."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.pairs import Keep, Pair, Rated, Score, distinct, keep, pairs_of, widest

NINTHS = [Fraction(k, 9) for k in range(10)]
SCORES = st.sampled_from(get_args(Score))
KEEPS = st.sampled_from(get_args(Keep))
THRESHOLDS = st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.6, 0.9])


@st.composite
def answers(draw: st.DrawFn, most: int = 12) -> list[Rated]:
    """Answers to one problem, with exams of 3, 5 or 9 answers."""
    size = draw(st.sampled_from([3, 5, 9]))
    given = draw(st.lists(st.tuples(st.booleans(), st.integers(0, size)), max_size=most))
    return [Rated(index, correct, Fraction(passed, size)) for index, (correct, passed) in enumerate(given)]


def made(*given: Rated, score: Score = "lbt", threshold: float = 0.3) -> list[tuple[int, int]]:
    """Indices of the pairs."""
    return [(pair.chosen.index, pair.rejected.index) for pair in pairs_of(given, score=score, threshold=threshold)]


def test_a_difference_that_equals_the_threshold_makes_no_pair() -> None:
    none, three_fifths = Rated(0, True, Fraction(0)), Rated(1, True, Fraction(3, 5))
    assert made(none, three_fifths, threshold=0.3) == []
    assert made(none, three_fifths, threshold=0.29999) == [(1, 0)]
    assert made(none, Rated(1, True, Fraction(2, 3)), threshold=0.3) == [(1, 0)]


@pytest.mark.parametrize("correct", [True, False])
def test_equally_correct_answers_need_six_of_nine_exam_answers_between_them(correct: bool) -> None:
    for low, high in product(range(10), repeat=2):
        found = made(Rated(0, correct, NINTHS[low]), Rated(1, correct, NINTHS[high]))
        expected = [(1, 0)] if high - low >= 6 else [(0, 1)] if low - high >= 6 else []
        assert found == expected


def test_a_right_answer_beats_a_wrong_one_unless_that_taught_better_by_four_of_nine() -> None:
    for right, wrong in product(range(10), repeat=2):
        found = made(Rated(0, True, NINTHS[right]), Rated(1, False, NINTHS[wrong]))
        assert found == ([] if wrong - right >= 4 else [(0, 1)])


@given(answers(), SCORES, THRESHOLDS)
def test_pairs_are_exactly_those_that_the_formula_makes(given: list[Rated], score: Score, threshold: float) -> None:
    def worth(one: Rated) -> Fraction:
        return Fraction(one.correct) if score == "correct" else (one.correct + one.lbt) / 2

    least = Fraction(round(threshold * 100), 100)
    expected = {
        (a.index, b.index): worth(a) - worth(b) for a, b in product(given, repeat=2) if worth(a) - worth(b) > least
    }
    found = pairs_of(given, score=score, threshold=threshold)
    assert {(pair.chosen.index, pair.rejected.index): pair.margin for pair in found} == expected
    assert widest(given, score) == max((worth(a) - worth(b) for a, b in product(given, repeat=2)), default=0)


@given(answers(), SCORES, THRESHOLDS)
def test_a_wrong_answer_is_never_chosen_over_a_right_one(given: list[Rated], score: Score, threshold: float) -> None:
    for pair in pairs_of(given, score=score, threshold=threshold):
        assert pair.chosen.correct >= pair.rejected.correct
        assert pair.only_lbt == (pair.chosen.correct is pair.rejected.correct)
        assert score == "lbt" or not pair.only_lbt


@given(answers(), KEEPS, st.integers(1, 10), st.integers(0, 3), st.data())
def test_what_is_kept_is_a_part_decided_by_the_seed_in_whatever_order_it_comes(
    given: list[Rated], by: Keep, most: int, seed: int, data: st.DataObject
) -> None:
    found = pairs_of(given, score="lbt", threshold=0.1)
    kept = keep(found, most, by, seed=seed, problem="p")
    assert len(kept) == min(most, len(found))
    assert set(kept) <= set(found)
    assert len(set(kept)) == len(kept)
    shuffled = pairs_of(data.draw(st.permutations(given)), score="lbt", threshold=0.1)
    assert keep(data.draw(st.permutations(shuffled)), most, by, seed=seed, problem="p") == kept


MANY = [Rated(index, index < 10, NINTHS[index % 10]) for index in range(20)]
FLAT = pairs_of([Rated(index, index < 10, Fraction(0)) for index in range(20)], score="lbt", threshold=0.3)
"""Ten right answers, each better than each of ten wrong ones by the same."""


@pytest.mark.parametrize("by", get_args(Keep))
def test_another_seed_and_another_problem_draw_other_pairs(by: Keep) -> None:
    drawn = {
        tuple(keep(FLAT, 8, by, seed=seed, problem=problem)) for seed, problem in product((0, 1), ("one", "another"))
    }
    assert len(drawn) == 4


def test_margin_keeps_the_largest_differences() -> None:
    found = pairs_of(MANY, score="lbt", threshold=0.3)
    margins = sorted((pair.margin for pair in found), reverse=True)
    kept = keep(found, 8, "margin", seed=0, problem="p")
    assert sorted((pair.margin for pair in kept), reverse=True) == margins[:8]


def uses(kept: Sequence[Pair]) -> Counter[int]:
    return Counter(index for pair in kept for index in (pair.chosen.index, pair.rejected.index))


def test_diverse_lets_no_answer_stand_in_a_second_pair_while_others_stand_in_none() -> None:
    kept = keep(FLAT, 8, "diverse", seed=0, problem="p")
    assert set(uses(kept).values()) == {1}
    assert max(uses(keep(FLAT, 8, "random", seed=0, problem="p")).values()) > 1


def test_diverse_takes_the_larger_difference_of_two_that_are_as_free() -> None:
    found = pairs_of(MANY, score="lbt", threshold=0.3)
    (first,) = keep(found, 1, "diverse", seed=0, problem="p")
    assert first.margin == 1


def test_diverse_turns_to_used_answers_when_there_are_no_others() -> None:
    one_right = [Rated(0, True, Fraction(1)), *(Rated(index, False, Fraction(0)) for index in range(1, 6))]
    kept = keep(pairs_of(one_right, score="lbt", threshold=0.3), 4, "diverse", seed=0, problem="p")
    assert uses(kept)[0] == 4
    assert len(uses(kept)) == 5


WORDS = [f"word{number}" for number in range(200)]
TEXT = " ".join(WORDS)
ONE_WORD_ELSE = " ".join(["other", *WORDS[1:]])


def test_of_near_duplicates_that_are_equally_correct_the_first_stays() -> None:
    assert distinct([TEXT, ONE_WORD_ELSE, "quite another text"], [True, True, True]) == [0, 2]
    assert distinct([ONE_WORD_ELSE, TEXT], [False, False]) == [0]


def test_a_right_and_a_wrong_answer_in_the_same_words_both_stay() -> None:
    assert distinct([TEXT, ONE_WORD_ELSE, TEXT], [True, False, True]) == [0, 1]


def test_blanks_make_no_difference() -> None:
    assert distinct(["so  x =\n1", " so x = 1 ", "so x = 2"], [True] * 3) == [0, 2]


def test_texts_shorter_than_a_sequence_are_compared_whole() -> None:
    assert distinct(["12", "12 ", "13", "", " "], [True] * 5) == [0, 2, 3]


def test_similarity_of_nine_tenths_is_the_border() -> None:
    """Of the 20 sequences of 22 words, another last word changes one: 19 of 21 shared, 90.5 %; of 17, 16 of 18."""
    at, below = WORDS[:22], WORDS[:19]
    assert distinct([" ".join(at), " ".join([*at[:-1], "x"])], [True, True]) == [0]
    assert distinct([" ".join(below), " ".join([*below[:-1], "x"])], [True, True]) == [0, 1]


@given(st.lists(st.tuples(st.text("ab ", max_size=12), st.booleans()), max_size=8))
def test_what_stays_reads_differently_and_what_goes_has_its_like_before_it(given: list[tuple[str, bool]]) -> None:
    texts, correct = [text for text, _ in given], [right for _, right in given]
    stay = distinct(texts, correct)
    folded = [(" ".join(texts[place].split()), correct[place]) for place in stay]
    assert len(set(folded)) == len(folded)
    assert distinct([texts[place] for place in stay], [correct[place] for place in stay]) == list(range(len(stay)))
    assert stay[:1] == ([0] if given else [])
