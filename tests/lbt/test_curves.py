"""Subsets of stored answers against enumeration and against the whole run; agreement against another library."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from lbt.agreement import Scored, agreement, kendall, ranks, scored
from lbt.comparison import Candidate, candidates_of, worth
from lbt.curves import SUBSETS, Spread, curve, on_subsets, over_problems, sizes
from lbt.evidence import Evidence, evidence_of
from lbt.selectors import SC, Selector, votes
from lbt.types import LessonRecord
from tests.voting import lesson

VOTES = [one for one in votes(("a",)) if one.name in (SC, "lbt-sum", "lbt-max", "lbt-avg")]


def candidates(*records: LessonRecord) -> list[list[Candidate]]:
    return [candidates_of(record, evidence_of(record)) for record in records]


HARD = lesson([1, 0, 1, 0, 1], {0}, [[0, 0], [1, 1], [0, 1], [1, 1], [0, 0]], problem="hard")
EASY = lesson([0, 0, 0, 0], {0}, [[1, 1], [1, 0], [1, 1], [0, 1]], problem="easy")


def test_sizes_are_powers_of_two_and_the_whole() -> None:
    assert [sizes(most) for most in (1, 2, 24, 256)] == [
        (1,),
        (1, 2),
        (1, 2, 4, 8, 16, 24),
        (1, 2, 4, 8, 16, 32, 64, 128, 256),
    ]


def test_all_answers_are_the_run_itself_and_without_spread() -> None:
    lessons = candidates(HARD, EASY)
    for name, points in curve(lessons, VOTES, reference=SC, seed=0).items():
        own = fmean(worth(vote, row) or 0.0 for vote in VOTES if vote.name == name for row in lessons)
        assert points[-1].size == 5
        assert points[-1].s == Spread(own, 0.0)


def test_one_answer_is_worth_the_same_by_any_vote() -> None:
    first = [points[0] for points in curve(candidates(HARD, EASY), VOTES, reference=SC, seed=3).values()]
    assert len(set(first)) == 1
    assert first[0].gain == Spread(0.0, 0.0)


@pytest.mark.parametrize("size", [2, 3])
def test_the_mean_over_subsets_comes_to_that_over_all_of_them(size: int) -> None:
    (row,) = candidates(HARD)
    drawn = on_subsets([row], VOTES, size, seed=0, subsets=3000)
    for vote in VOTES:
        exact = fmean(worth(vote, list(part)) or 0.0 for part in combinations(row, size))
        found = fmean(each[0] or 0.0 for each in drawn[vote.name])
        assert abs(found - exact) < 4 * 0.5 / 3000**0.5, vote.name


def test_subsets_are_those_of_the_seed_and_the_size_whoever_else_chooses() -> None:
    lessons = candidates(*[HARD] * 5)
    alone = on_subsets(lessons, VOTES[:1], 2, seed=7)[VOTES[0].name]
    assert len(alone) == SUBSETS
    assert on_subsets(lessons, VOTES, 2, seed=7)[VOTES[0].name] == alone
    assert on_subsets(lessons, VOTES[:1], 2, seed=8)[VOTES[0].name] != alone


def test_subsets_keep_the_order_of_the_answers_and_draw_none_twice() -> None:
    seen = []

    @dataclass(frozen=True, kw_only=True)
    class Spy(Selector):
        def choose(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
            seen.append([one.ballot.answer for one in evidence if one.ballot])
            return (0,)

    row = candidates(lesson(range(6), {0}, [[1]] * 6))[0]
    on_subsets([row], [Spy(name="spy", about="")], 3, seed=0)
    assert len(seen) == SUBSETS
    assert all(subset == sorted(subset) and len(set(subset)) == 3 for subset in seen)  # type: ignore[type-var]


def test_a_gain_over_nothing_is_undefined() -> None:
    points = curve(candidates(lesson([0, 1, 1], {0}, [[1], [0], [0]])), VOTES, reference=SC, seed=0)
    assert points["lbt-sum"][-1].s == Spread(1.0, 0.0)
    assert points["lbt-sum"][-1].gain is None
    assert over_problems([None, 1.0]) == 1.0
    assert Spread.of([1.0, None]) is None


scores = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=12)


@given(scores)
def test_correlations_are_those_of_another_library(pairs: list[tuple[int, int]]) -> None:
    ours, theirs = ([Fraction(pair[side], 4) for pair in pairs] for side in (0, 1))
    found = agreement([Scored([0] * len(pairs), ours, theirs)])
    if min(len(set(ours)), len(set(theirs))) < 2:
        assert (found.kendall, found.spearman, found.defined) == (None, None, 0)
        return
    a, b = ([float(value) for value in side] for side in (ours, theirs))
    assert found.kendall == pytest.approx(kendalltau(a, b, variant="b").statistic)
    assert found.spearman == pytest.approx(spearmanr(a, b).statistic)
    assert found.difference == pytest.approx(fmean(abs(x - y) for x, y in zip(a, b, strict=True)))


def test_agreement_by_hand() -> None:
    half = Fraction(1, 2)
    alike = scored(HARD, [Fraction(0), Fraction(1), half, Fraction(1), Fraction(0)])
    swapped = scored(HARD, [Fraction(1), Fraction(0), half, Fraction(0), Fraction(1)])
    partly = scored(EASY, [Fraction(1), None, Fraction(1), None])
    found = agreement([alike, swapped, partly])
    assert (found.lessons, found.rationales, found.defined) == (3, 5 + 5 + 2, 2)
    assert found.kendall == found.spearman == pytest.approx(0)
    assert found.difference == pytest.approx((0 + 4 / 5 + 0) / 3)
    assert found.same_winner == 0.5  # of the third, votes are missing
    assert kendall(ranks(alike.truth), ranks(alike.other)) == pytest.approx(1)  # type: ignore[arg-type]
    assert agreement([]).same_winner is None


def test_the_same_winner_is_that_of_the_run_s_own_votes() -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [[1]] * 5, texts=[0, 1, 2, 3, 3])
    other = [Fraction(1)] * 3 + [Fraction(1, 4)] * 2
    assert agreement([scored(split, other)]).same_winner == 1  # 3 against 2, and 3 against 1/2
    assert agreement([scored(split, other, faithful=True)]).same_winner == 0  # 2 of the last text, and 1 of the third
