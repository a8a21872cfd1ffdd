"""Votes against hand counts, brute force, and simulations whose truth is known in closed form."""

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.evidence import evidence_of
from lbt.scoring import problem_row
from lbt.selectors import Vote, votes
from lbt.types import LessonRecord
from lbt.voters import By, Weights, elected, selected_by_votes
from tests.voting import lesson

HALF, THIRD, TENTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 10)
BYS: tuple[By, ...] = ("count", "max", "sum", "avg")


def whole(*weights: int | Fraction) -> list[Fraction]:
    return [Fraction(weight) for weight in weights]


@pytest.mark.parametrize(
    ("by", "places"),
    [
        ("count", (0,)),  # 0: three votes, 1: two, 2: one
        ("max", (5,)),  # 1/2, 3/4, 1
        ("sum", (3,)),  # 1, 3/2, 1
        ("avg", (5,)),  # 1/3, 3/4, 1
    ],
)
def test_each_vote_counts_what_it_says(by: By, places: tuple[int, ...]) -> None:
    weights = whole(HALF, HALF, 0, Fraction(3, 4), Fraction(3, 4), 1)
    assert elected([0, 0, 0, 1, 1, 2], weights, by) == places


def test_of_equal_values_the_larger_class_wins() -> None:
    assert elected([0, 1, 1], whole(1, HALF, HALF), "sum") == (1,)
    assert elected([0, 1, 1], whole(1, 1, 0), "max") == (1,)
    assert elected([0, 1, 1], whole(HALF, 1, 0), "avg") == (1,)


def test_what_still_ties_wins_together_and_as_published_the_class_that_appeared_last() -> None:
    classes, weights = [2, 0, 0, 2, 1], whole(1, HALF, HALF, 0, HALF)
    assert elected(classes, weights, "sum") == (0, 1)  # 2: 1 by two votes, 0: 1 by two votes
    assert elected(classes, weights, "sum", faithful=True) == (1,)
    assert elected([0, 2, 2, 0, 1], weights, "sum", faithful=True) == (1,)  # now 2 appears last, and ties with 0
    assert elected([1, 2, 2, 1, 0], weights, "sum", faithful=True) == (1,)  # whatever the numbers of the classes
    assert elected([0, 1, 2], whole(1, 1, 1), "max", faithful=True) == (2,)


def test_a_tie_does_not_break_on_rounding() -> None:
    assert 0.1 + 0.1 + 0.1 > 0.3
    weights = whole(TENTH, TENTH, TENTH, 3 * TENTH, 0, 0)
    assert elected([0, 0, 0, 1, 1, 1], weights, "sum") == (0, 3)
    exams = [[1.0] * tenths + [0.0] * (10 - tenths) for tenths in (1, 1, 1, 3, 0, 0)]
    assert selected_by_votes(lesson([0, 0, 0, 1, 1, 1], {0}, exams)) == (0, 1, 2, 3, 4, 5)


def test_who_has_no_answer_has_no_vote() -> None:
    assert elected([None, None, None, 4], whole(1, 1, 1, 0), "sum") == (3,)
    assert elected([None, None], whole(1, 0), "count") == (0, 1)
    assert elected([], [], "sum") == ()


def test_a_vote_by_weights_that_are_not_known_is_undefined_and_one_by_count_is_not() -> None:
    assert elected([0, 1, 1], [Fraction(1), None, None], "sum") == ()
    assert elected([0, 1, 1], [Fraction(1), None, None], "count") == (1,)
    assert elected([0, 0, None], [Fraction(1), Fraction(0), None], "sum") == (0,)


def test_a_run_selects_all_rationales_of_the_class_that_wins_by_sum() -> None:
    won = lesson([0, 1, 0, None, 1], {0}, [[1, 0], [1, 1], [0, 1], [1, 1], [1, 0]])
    assert selected_by_votes(won) == (1, 4)
    nobody = lesson([None, None], set(), [[1], [0]])
    assert selected_by_votes(nobody) == (0, 1)
    tied = lesson([0, 1], {0}, [[1], [1]])
    assert selected_by_votes(tied) == (0, 1)
    assert selected_by_votes(tied, faithful=True) == (1,)


def test_without_any_exam_the_larger_class_wins_every_vote() -> None:
    unexamined = lesson([0, 1, 1, 2], {1}, [(), (), (), ()])
    assert selected_by_votes(unexamined) == (1, 2)
    row = problem_row(unexamined)
    assert row.sc == row.m1_sum == row.m1_max == row.m1_avg == 1
    ways = [way for way in votes(unexamined.students) if isinstance(way, Vote) and not way.needs]
    assert {way.choose(evidence_of(unexamined)) for way in ways} == {(1,)}


def test_where_some_were_examined_the_others_are_not_worth_zero() -> None:
    partly = lesson([0, 1, 1], {0}, [(1.0,), (), ()])
    assert selected_by_votes(partly) == ()


def test_text_classes_split_one_answer_and_understate_self_consistency() -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [[1]] * 5, texts=[0, 1, 2, 3, 3])  # 1/2, 0.5, \frac12; 2, 2
    assert problem_row(split).sc == 1
    assert problem_row(split, faithful=True).sc == 0
    chosen = {vote.name: vote.choose(evidence_of(split)) for vote in votes(("a",))}
    assert (chosen["sc"], chosen["sc-text"]) == ((0,), (3,))
    assert (chosen["lbt-sum"], chosen["lbt-sum-text"]) == ((0,), (3,))
    assert selected_by_votes(split, faithful=True) == (3, 4)


def test_as_published_every_vote_goes_by_text_classes_and_has_no_second_row_for_them() -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [{"a": [1], "b": [1]}] * 5, texts=[0, 1, 2, 3, 3])
    told = [one.model_copy(update={"self_evaluation": 0.5}) for one in evidence_of(split)]
    ways = [way for way in votes(("a", "b"), faithful=True) if isinstance(way, Vote)]
    # By max and mean as well: all classes are worth the same, so the larger one wins.
    assert {way.name: way.choose(told) for way in ways} == {way.name: (3,) for way in ways}
    assert {"sc", "lbt-avg", "lbt-max[b]", "self-eval-sum"} <= {way.name for way in ways}
    assert not any("-text" in way.name for way in ways)
    row, published = problem_row(split), problem_row(split, faithful=True)
    assert (row.answers, published.answers) == (2, 4)


def test_a_class_is_worth_what_its_first_answer_is() -> None:
    record = lesson([0, 0, 1], {0}, [[1], [1], [0]])
    first, *others = record.rationales
    wrong = first.model_copy(update={"grade": record.rationales[2].grade})
    row = problem_row(record.model_copy(update={"rationales": (wrong, *others)}))
    assert (row.sc, row.m1_sum, row.oracle) == (0, 0, 1)


def test_each_student_of_several_votes_in_rows_of_its_own() -> None:
    record = lesson([0, 1], {0}, [{"a": [1, 1], "b": [0]}, {"a": [0, 0], "b": [1]}])
    chosen = {vote.name: vote.choose(evidence_of(record)) for vote in votes(("a", "b"))}
    assert (chosen["lbt-sum[a]"], chosen["lbt-sum[b]"], chosen["lbt-sum"]) == ((0,), (1,), (0, 1))
    assert not any("[" in vote.name for vote in votes(("a",)))


def test_where_nobody_has_an_answer_nothing_is_decided() -> None:
    for size in (1, 2):
        row = problem_row(lesson([None] * size, set(), [[1]] * size))
        assert (row.answers, row.decided, row.sc) == (0, False, 0)


def test_opinions_of_the_teacher_are_summed_as_it_wrote_them() -> None:
    record = lesson([0, 0, 0, 1, 1, 1], {0}, [[1]] * 6)
    opinions = (0.1, 0.1, 0.1, 0.3, 0.0, 0.0)
    told = [
        one.model_copy(update={"self_evaluation": score})
        for one, score in zip(evidence_of(record), opinions, strict=True)
    ]
    chosen = {vote.name: vote.choose(told) for vote in votes(("a",))}
    assert (chosen["self-eval-sum"], chosen["self-eval-max"], chosen["self-eval-avg"]) == ((0, 3), (3,), (0, 3))


@st.composite
def ballots(draw: st.DrawFn) -> tuple[list[int | None], list[Fraction]]:
    """Answers of few classes, and exams of three marks, so that ties are frequent."""
    classes = draw(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=8))
    weights = [Fraction(draw(st.integers(0, 3)), 3) for _ in classes]
    return classes, weights


def brute(classes: Sequence[int | None], weights: Weights, by: By) -> dict[int, tuple[Fraction, int]]:
    """Value and count of every class, in order of first occurrence."""
    found = {}
    for kind in dict.fromkeys(one for one in classes if one is not None):
        own = [weight for one, weight in zip(classes, weights, strict=True) if one == kind and weight is not None]
        values = {"count": Fraction(len(own)), "max": max(own), "sum": sum(own), "avg": Fraction(sum(own)) / len(own)}
        found[kind] = (Fraction(values[by]), len(own))
    return found


@given(ballots(), st.sampled_from(BYS), st.randoms(use_true_random=False))
def test_the_order_of_the_rationales_and_the_numbers_of_the_classes_do_not_matter(
    cast: tuple[list[int | None], list[Fraction]], by: By, shuffle: random.Random
) -> None:
    classes, weights = cast
    order = list(range(len(classes)))
    shuffle.shuffle(order)
    won = {classes[place] for place in elected(classes, weights, by)}
    shuffled = [classes[place] for place in order]
    assert {shuffled[place] for place in elected(shuffled, [weights[place] for place in order], by)} == won
    renamed = [None if one is None else 7 - one for one in classes]
    assert elected(renamed, weights, by) == elected(classes, weights, by)


@given(ballots(), st.sampled_from(BYS))
def test_votes_agree_with_counting_by_hand_under_either_rule_of_ties(
    cast: tuple[list[int | None], list[Fraction]], by: By
) -> None:
    classes, weights = cast
    counted = brute(classes, weights, by)
    if not counted:
        assert elected(classes, weights, by) == tuple(range(len(classes)))
        return
    top = max(counted.values())
    ours = tuple(classes.index(kind) for kind, value in counted.items() if value == top)
    published = sorted(counted, key=lambda kind: counted[kind])[-1]
    assert elected(classes, weights, by) == ours
    assert elected(classes, weights, by, faithful=True) == (classes.index(published),)


@given(ballots())
def test_whether_answers_are_right_moves_no_vote(cast: tuple[list[int | None], list[Fraction]]) -> None:
    classes, weights = cast
    exams = [[1.0] * int(3 * weight) + [0.0] * (3 - int(3 * weight)) for weight in weights]
    chosen = [
        [vote.choose(evidence_of(lesson(classes, right, exams))) for vote in votes(("a",)) if not vote.needs]
        for right in ({0, 1}, {2, 3})
    ]
    assert chosen[0] == chosen[1]


N, EXAMS, RIGHT = 9, 4, 0.55
"""Of the simulation: rationales, exam answers of each, and chance that a rationale is right. All the wrong ones give
the same wrong answer, which is the hardest case for a vote."""


def binomial(n: int, p: float) -> list[float]:
    """Probability of each number of successes."""
    return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def truth_sc() -> float:
    """How often the right answer has the majority of an odd number of rationales."""
    return sum(binomial(N, RIGHT)[N // 2 + 1 :])


def truth_sum(taught_right: float, taught_wrong: float) -> float:
    """How often the right answer has the greater sum, where students pass with these chances."""
    found = 0.0
    for rights, chance in enumerate(binomial(N, RIGHT)):
        for ours, p in enumerate(binomial(EXAMS * rights, taught_right)):
            for theirs, q in enumerate(binomial(EXAMS * (N - rights), taught_wrong)):
                wins = ours > theirs or (ours == theirs and rights > N - rights)
                found += chance * p * q * ((wins and rights > 0) or rights == N)
    return found


def simulated(lessons: int, taught_right: float, taught_wrong: float) -> list[LessonRecord]:
    draw = random.Random(1)
    records = []
    for _ in range(lessons):
        classes = [0 if draw.random() < RIGHT else 1 for _ in range(N)]
        chances = [taught_wrong if kind else taught_right for kind in classes]
        exams = [[float(draw.random() < chance) for _ in range(EXAMS)] for chance in chances]
        records.append(lesson(classes, {0}, exams))
    return records


@pytest.mark.parametrize(("taught_right", "taught_wrong"), [(0.8, 0.4), (0.6, 0.6)], ids=["signal", "no signal"])
def test_by_sum_the_share_of_right_answers_is_what_theory_says(taught_right: float, taught_wrong: float) -> None:
    lessons = 400
    rows = [problem_row(record) for record in simulated(lessons, taught_right, taught_wrong)]
    by_sum, sc = (fmean(getattr(row, name) for row in rows) for name in ("m1_sum", "sc"))
    for found, truth in ((by_sum, truth_sum(taught_right, taught_wrong)), (sc, truth_sc())):
        assert abs(found - truth) < 4 * math.sqrt(truth * (1 - truth) / lessons)
    assert (by_sum > sc + 0.15) == (taught_right > taught_wrong)


def test_theory_says_that_exams_help_by_their_signal_alone() -> None:
    assert truth_sum(0.8, 0.4) > truth_sc() + 0.25
    assert truth_sum(0.6, 0.6) < truth_sc()
    assert truth_sum(0.4, 0.8) < truth_sc() - 0.25
    assert truth_sum(1, 1) == pytest.approx(truth_sc())
