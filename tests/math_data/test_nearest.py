"""Exams by similarity: nearest first, nothing that tells nothing, the same everywhere."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.problem_set import ProblemSet
from lbt.types import MathProblem
from math_data.equivalence import are_equal
from math_data.load import bank as load_bank
from math_data.load import load
from math_data.nearest import nearest


def problem(name: str, statement: str, answer: str = "") -> MathProblem:
    return MathProblem(id=name, title=name, statement=statement, answer=answer or f"{name} is another answer")


TRAINS = problem("t", "Two trains leave the station at 3 and at 5. When do they meet?", "7")
APPLES = problem("a", "Anna has 4 apples and buys 9 more apples. How many apples has she?", "13")
BANK = (
    problem("circle", "What is the area of a circle of radius 2?"),
    problem("trains", "Two trains leave the town at 6 and at 9. When do they meet?"),
    problem("pears", "Anna has 6 pears and buys 2 more pears. How many pears has she?"),
    problem("train", "A train leaves the station at 8. When is it at the town?"),
    problem("plums", "Paul buys 3 plums. How many plums has he?"),
)


def taught(*problems: MathProblem) -> ProblemSet[MathProblem]:
    return ProblemSet(
        name="own", problems=problems, exams={one.id: () for one in problems}, fingerprint="f", notes=("read",)
    )


def exam(of: MathProblem, *bank: MathProblem, size: int = 2, faithful: bool = False) -> list[str]:
    return [one.id for one in nearest(taught(of), bank, size, faithful=faithful).exams[of.id]]


def test_the_nearest_problems_examine_the_nearest_first() -> None:
    found = nearest(taught(TRAINS, APPLES), BANK, 2)
    assert [one.id for one in found.exams["t"]] == ["trains", "train"]
    assert [one.id for one in found.exams["a"]] == ["pears", "plums"]
    assert found.problems == (TRAINS, APPLES)


def test_similarity_is_the_mean_cosine_of_the_exam() -> None:
    one, two = (nearest(taught(TRAINS), BANK, size).similarity["t"] for size in (1, 2))
    assert 0 < two < one < 1
    assert nearest(taught(TRAINS), BANK, 1).chosen == {"t": f"nearest, mean cosine {one:.2f}"}
    twin = problem("twin", TRAINS.statement.replace("station", "station,"))  # the same words
    assert nearest(taught(TRAINS), (*BANK, twin), 1).similarity["t"] == pytest.approx(1)


@pytest.mark.parametrize(
    "useless",
    [
        problem("same", f"  {TRAINS.statement.upper()} "),
        problem("copied", TRAINS.statement.replace("3", "4"), "7"),
        problem("equal", TRAINS.statement.replace("3", "4"), "$7.0$"),
        problem(TRAINS.id, TRAINS.statement.replace("3", "4")),
    ],
)
def test_what_would_tell_nothing_is_passed_over(useless: MathProblem) -> None:
    assert exam(TRAINS, useless, *BANK) == exam(TRAINS, *BANK) == ["trains", "train"]


def test_a_duplicate_counts_once() -> None:
    again = problem("again", BANK[1].statement.replace("Two", "two"))
    assert exam(TRAINS, again, *BANK) == ["again", "train"]
    assert exam(TRAINS, *BANK, again) == ["trains", "train"]


def test_as_published_the_nearest_examine_as_they_are() -> None:
    copied = problem("copied", TRAINS.statement.replace("3", "4"), "7")
    assert exam(TRAINS, copied, *BANK, faithful=True) == ["copied", "trains"]


def test_what_was_passed_over_is_told() -> None:
    found = nearest(taught(TRAINS), (problem("copied", TRAINS.statement.replace("3", "4"), "7"), *BANK), 2)
    assert found.notes[0] == "read"
    assert "nearest of 6 problems" in found.notes[1]
    assert "1 with the problem's own answer" in found.notes[2]


def test_problems_that_are_equally_near_come_in_the_order_of_the_bank() -> None:
    bank = [problem(name, f"When do they meet? {name}") for name in ("x1", "x2", "x3", "x4")]
    for seed in range(5):
        random.Random(seed).shuffle(bank)
        assert exam(TRAINS, *bank, size=4) == [one.id for one in bank]


def test_a_small_bank_makes_a_small_exam_and_one_without_use_none() -> None:
    assert len(exam(TRAINS, *BANK, size=9)) == len(BANK)
    found = nearest(taught(TRAINS), (problem("same", TRAINS.statement),), 2)
    assert found.exams["t"] == ()
    assert found.similarity == {}


def test_the_fingerprint_follows_what_is_taught_and_asked() -> None:
    prints = {
        nearest(taught(TRAINS), BANK, 2).fingerprint,
        nearest(taught(TRAINS), BANK, 1).fingerprint,
        nearest(taught(TRAINS), (*BANK[:1], BANK[1].model_copy(update={"answer": "8"}), *BANK[2:]), 2).fingerprint,
        nearest(replace(taught(TRAINS), fingerprint="g"), BANK, 2).fingerprint,
    }
    assert len(prints) == 4
    assert nearest(taught(TRAINS), BANK, 2).fingerprint in prints


WORDS = st.lists(st.sampled_from("sum of two primes is $x^2$ a root \\frac{1}{2}".split()), min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=12), WORDS)
def test_whatever_the_bank_an_exam_asks_for_other_things_than_the_lesson(bank: list[list[str]], own: list[str]) -> None:
    lesson = problem("lesson", " ".join(own), "1")
    pool = [problem(f"b{i}", " ".join(words), str(i % 3)) for i, words in enumerate(bank)]
    found = nearest(taught(lesson), pool, 3)
    asked = found.exams["lesson"]
    assert len({one.statement for one in asked}) == len(asked) <= 3
    assert all(one.answer != "1" and one.statement != lesson.statement for one in asked)
    assert 0 <= found.similarity.get("lesson", 0) <= 1
    assert nearest(taught(lesson), pool, 3) == found


def test_every_problem_of_a_published_set_without_exams_gets_one(published: Path) -> None:
    dataset, bank = load("math500", published), load_bank("math500", published)
    found = nearest(dataset, bank, 3)
    answers = {one.id: one.answer for one in dataset.problems}
    assert len(found.exams) == 500
    for name, asked in found.exams.items():
        assert len({one.id for one in asked}) == 3
        assert not any(are_equal(one.answer, answers[name]) for one in asked)
        assert all(one.id.startswith("train/") for one in asked)
        assert 0 < found.similarity[name] <= 1
    rounded = sum(found.similarity.values()) / 500
    assert 0.4 < rounded < 0.65, "the nearest of 7,498 problems are near, and are not the same"
