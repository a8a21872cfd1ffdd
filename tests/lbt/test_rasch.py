"""The estimate of passes: sure where marks are many, moderate where they are few, and right on average."""

import math
from random import Random

import pytest

from lbt.rasch import BEFOREHAND, Belief, Heard, outlook, sigmoid

EXAMS = [("a", str(k)) for k in range(6)]
NEW = dict.fromkeys(EXAMS, BEFOREHAND)


def test_without_marks_nothing_is_foretold() -> None:
    ahead = outlook([], 2, NEW)
    assert ahead.level == 0
    assert {*ahead.able, *ahead.ease.values()} == {BEFOREHAND}
    assert ahead.chance(0, EXAMS[0]) == 0.5


def test_one_mark_pulls_all_that_it_depends_on_and_a_lighter_one_less() -> None:
    ahead = outlook([Heard(0, EXAMS[0], 1)], 2, NEW)
    both, rationale, exam, neither = (ahead.chance(i, EXAMS[k]) for i, k in ((0, 0), (0, 1), (1, 0), (1, 1)))
    assert 1 > both > max(rationale, exam)
    assert min(rationale, exam) > neither > 0.5
    assert rationale == pytest.approx(exam, abs=1e-2)
    assert outlook([Heard(0, None, 1, 0.5)], 2, NEW).chance(0, None) < outlook([Heard(0, None, 1)], 2, NEW).chance(
        0, None
    )


def test_the_most_likely_values_have_no_slope_left() -> None:
    marks = [Heard(i, exam, float((i + k) % 3 > 0)) for i in range(4) for k, exam in enumerate(EXAMS)]
    ahead = outlook(marks, 4, NEW)
    for i, able in enumerate(ahead.able):
        surplus = sum(one.mark - ahead.chance(i, one.exam) for one in marks if one.rationale == i)
        assert surplus == pytest.approx(able.mean / BEFOREHAND.variance, abs=0.05)
        assert able.variance < BEFOREHAND.variance


def test_what_was_known_of_an_exam_is_the_start() -> None:
    sure = NEW | {EXAMS[0]: Belief(-3, 0.01)}
    ahead = outlook([Heard(0, EXAMS[0], 1)], 1, sure)
    assert ahead.ease[EXAMS[0]].mean == pytest.approx(-3, abs=0.05)
    assert ahead.able[0].mean > 0


def test_in_an_imagined_world_the_marks_of_a_rationale_rise_and_fall_together() -> None:
    ahead, rng = outlook([], 1, NEW), Random(0)
    sums = [sum(ahead.imagine([(0, exam) for exam in EXAMS], rng)) for _ in range(2000)]
    mean = sum(sums) / len(sums)
    spread = sum((one - mean) ** 2 for one in sums) / len(sums)
    assert mean == pytest.approx(3, abs=0.2)
    assert spread > 1.5 * 6 / 4  # six coins that nothing joins


def test_chances_are_those_of_their_log_odds() -> None:
    assert sigmoid(0) == 0.5
    assert sigmoid(math.log(3)) == pytest.approx(0.75)
