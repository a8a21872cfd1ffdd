"""Races on paper: what they are measured against is right itself."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.marked import Marked, Quality, Regime, alike, hold, optimum, stored
from benchmarks.racing import exactly, kept
from benchmarks.told import CELLS, clairvoyant, told
from lbt.bounds import fewest
from lbt.foresight import Seat
from lbt.racing import Race


def lesson(*rows: str) -> Marked:
    seats = tuple(Seat("a", str(k)) for k in range(len(rows[0])))
    marks = tuple(tuple(map(float, row)) for row in rows)
    return Marked(seats, marks, (False,) * len(rows), tuple(sum(row) / len(row) for row in marks))


def test_one_after_the_other_a_race_takes_as_long_as_it_has_exams_and_side_by_side_less() -> None:
    made = lesson("1111", "0000", "0000")
    alone = hold(made, Race(made.passed, made.seats), 1)
    crowded = hold(made, Race(made.passed, made.seats), 4)
    assert alone.asked == alone.time
    assert crowded.time < crowded.asked
    assert (alone.right, alone.pure, alone.regret) == (True, True, 0)


@pytest.mark.parametrize("chance", [1e-12, 1 - 1e-12])
def test_where_all_is_known_beforehand_the_optimum_is_the_clairvoyant(chance: float) -> None:
    quality: Quality = ((chance, 1.0),)
    (made,) = alike(3, 3, quality, 1)
    assert made.fewest() == 9  # all tie
    assert optimum(3, 3, quality) == pytest.approx(9)


def test_the_optimum_asks_no_less_than_the_clairvoyant_and_no_more_than_the_rule() -> None:
    quality: Quality = ((0.1, 0.5), (0.8, 0.5))
    found = exactly([[one] for one in alike(3, 3, quality, 300)], 1, learn=False)
    asked = sum(one.asked for one in found.held) / 300
    assert found.fewest / 300 < optimum(3, 3, quality) < asked + 0.2  # the lessons are a sample


def test_who_is_told_that_all_is_certain_asks_what_the_clairvoyant_asks() -> None:
    marks = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0])
    chance = marks.astype(np.float64)
    assert told(chance) == clairvoyant(chance) == fewest([2, 1, 0, 1], 3, [range(4)])


def test_who_is_told_chances_asks_less_than_everything_and_more_than_the_clairvoyant() -> None:
    chance = np.full(CELLS, 0.5)
    assert clairvoyant(chance) < told(chance) < CELLS


def test_simulated_runs_are_the_same_again_and_teach_each_problem_once() -> None:
    regime = Regime("mixed", 3, 4, 0)
    run = list(regime.run(1))
    assert run == list(regime.run(1)) != list(regime.run(2))
    assert [{seat.problem for seat in one.seats} for one in run] == [set("01234") - {str(k)} for k in range(5)]


@pytest.mark.parametrize("run", kept(), ids=lambda run: run.name)
def test_the_exact_rule_selects_in_every_stored_lesson_what_the_whole_exams_select(run: Path) -> None:
    lessons = stored(run)
    assert lessons
    for at_once in (1, 4):
        assert exactly([lessons], at_once).share("right") == 1
