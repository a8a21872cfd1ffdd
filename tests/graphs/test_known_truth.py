"""Where the truth is known, M1 finds it: scripted teachers and students whose chances are set, through the real graph.

A rationale is good with a given chance; students pass each exam more often after a good one. How much better M1 (MAX)
is than the average then follows by counting, and what the graph gives must lie around that.
"""

import asyncio
import math
from dataclasses import dataclass
from itertools import product
from random import Random
from statistics import fmean, stdev

import pytest

from graphs.lesson import hold_lesson
from graphs.roles import Classroom
from graphs.state import Lesson
from lbt.comparison import Candidate, candidates_of, compare, worth
from lbt.evidence import evidence_of
from lbt.scoring import problem_row
from lbt.selectors import RANDOM, selectors
from lbt.types import Answer, Grade, LessonRecord, Outcome, Problem

LESSONS, RATIONALES, EXAMS = 250, 6, 4
GOOD = 0.4
"""Chance that a rationale is good."""
WORTH = {True: 0.9, False: 0.2}
"""S-score of a good and of a bad answer."""


@dataclass(frozen=True)
class World:
    """How often a student passes an exam, after a good rationale and after a bad one."""

    passes: dict[bool, float]


LBT = next(one for one in selectors(("scripted",)) if one.name == "lbt")
LEARNING, IGNORING = World({True: 0.7, False: 0.2}), World({True: 0.45, False: 0.45})


@dataclass
class Scripted:
    """Teacher, student and judge at once: what is good and what passes is drawn, once, by place."""

    world: World
    name: str = "scripted"

    async def explain(self, problem: Problem, index: int) -> Answer:
        good = Random(f"{problem.id} {index}").random() < GOOD
        return Answer(call=f"{problem.id} {index}", outcome=Outcome.OK, code=str(good))

    async def sit(self, exam: Problem, lesson: Problem, index: int, taught: Answer, repetition: int) -> Answer:
        chance = self.world.passes[taught.code == "True"]
        passed = Random(f"{lesson.id} {exam.id} {index}").random() < chance
        return Answer(call=f"{lesson.id} {exam.id} {index}", outcome=Outcome.OK, code=f"exam {passed}")

    async def mend(self, *_: object) -> Answer:
        raise AssertionError

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        if answer.code.startswith("exam"):
            v = float(answer.code == "exam True")
            return Grade(v=v, v_share=v, s=v, s_prefix=v, status="")
        s = WORTH[answer.code == "True"]
        return Grade(v=1, v_share=1, s=s, s_prefix=s, status="")


async def teach(world: World, count: int = LESSONS) -> list[LessonRecord]:
    role = Scripted(world)
    room = Classroom(teacher=role, students=[role], judge=role, rationales=RATIONALES)
    exams = tuple(Problem(id=f"exam {k}", title="", statement="") for k in range(EXAMS))
    lessons = [Lesson(problem=Problem(id=f"p{k}", title="", statement=""), exams=exams) for k in range(count)]
    return [await hold_lesson(lesson, room) for lesson in lessons]


def expected_gain(world: World) -> float:
    """Expected M1 (MAX) minus Avg: over the numbers of good rationales, the best score, and who shares it."""

    def score(chance: float, passed: int) -> float:
        return math.comb(EXAMS, passed) * chance**passed * (1 - chance) ** (EXAMS - passed)

    def tied(count: int, among: int, chance: float, top: int) -> float:
        """Chance that exactly `count` of `among` score `top`, and none more."""
        at = score(chance, top)
        below = sum(score(chance, passed) for passed in range(top))
        return math.comb(among, count) * at**count * below ** (among - count)

    share = 0.0
    for good, top in product(range(RATIONALES + 1), range(EXAMS + 1)):
        weight = math.comb(RATIONALES, good) * GOOD**good * (1 - GOOD) ** (RATIONALES - good)
        for a, b in product(range(good + 1), range(RATIONALES - good + 1)):
            if a + b:
                both = tied(a, good, world.passes[True], top) * tied(b, RATIONALES - good, world.passes[False], top)
                share += weight * both * a / (a + b)
    return (share - GOOD) * (WORTH[True] - WORTH[False])


@pytest.fixture(scope="module", params=["learning", "ignoring"])
def held(request: pytest.FixtureRequest) -> tuple[World, list[LessonRecord]]:
    """A world, and lessons held in it."""
    world = LEARNING if request.param == "learning" else IGNORING
    return world, asyncio.run(teach(world))


def gains(records: list[LessonRecord]) -> list[float]:
    rows = [problem_row(record) for record in records]
    return [row.m1_max - row.avg for row in rows if row.m1_max is not None and row.avg is not None]


def test_the_closed_form_is_right_where_it_can_be_seen() -> None:
    assert expected_gain(IGNORING) == pytest.approx(0)
    always = World({True: 1.0, False: 0.0})
    assert expected_gain(always) == pytest.approx((1 - (1 - GOOD) ** RATIONALES - GOOD) * 0.7)
    assert 0.2 < expected_gain(LEARNING) < expected_gain(always)


def test_m1_beats_the_average_by_what_can_be_computed_and_not_where_students_ignore_the_rationale(
    held: tuple[World, list[LessonRecord]],
) -> None:
    world, records = held
    found = gains(records)
    error = stdev(found) / math.sqrt(LESSONS)
    assert len(found) == LESSONS
    assert abs(fmean(found) - expected_gain(world)) < 3 * error
    assert (fmean(found) > 10 * error) == (world is LEARNING)


def test_the_interval_of_the_comparison_holds_the_truth_and_zero_only_where_nothing_is_learned(
    held: tuple[World, list[LessonRecord]],
) -> None:
    world, records = held
    few = [candidates_of(one, evidence_of(one)) for one in records[:60]]
    rows = compare(few, [RANDOM, LBT], {}, {}, seed=0)
    interval = next(row.interval for row in rows if row.name == "lbt")
    assert interval is not None
    assert interval.low < expected_gain(world) < interval.high
    assert (interval.low <= 0 <= interval.high) == (world is IGNORING)


def test_answers_that_are_resampled_belittle_a_maximum() -> None:
    """Why problems alone are resampled."""
    random = Random(0)
    lessons = [candidates_of(one, evidence_of(one)) for one in asyncio.run(teach(LEARNING, 60))]

    def gain(rows: list[list[Candidate]]) -> float:
        return fmean((worth(LBT, row) or 0) - (worth(RANDOM, row) or 0) for row in rows)

    resampled = [gain([random.choices(row, k=len(row)) for row in lessons]) for _ in range(100)]
    assert max(resampled) < gain(lessons)
