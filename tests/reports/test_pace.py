"""The estimate of what is left: exact overall, fair to dear calls, blind to replays and queues."""

import heapq
from collections.abc import Iterator

import pytest

from lbt.types import Usage
from reports.pace import Pace
from tests.reports.script import Clock

TEACHER, STUDENT = Usage(calls=1, prompt_tokens=100, completion_tokens=600), Usage(calls=1, completion_tokens=100)


def test_nothing_is_said_after_one_call() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += 1
    pace.ended("exam", 0, STUDENT)
    assert pace.left({"exam": 5}) is None


def test_calls_in_a_row_take_as_long_as_before() -> None:
    clock = Clock(100)
    pace = Pace(clock)
    for step, usage, seconds in (("explain", TEACHER, 6), ("exam", STUDENT, 1), ("exam", STUDENT, 1)):
        clock.now += seconds
        pace.ended(step, clock.now - seconds, usage)
    assert pace.left({"explain": 2, "exam": 3}) == pytest.approx(15)


def test_time_that_passes_is_taken_off() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(4):
        clock.now += 2
        pace.ended("exam", clock.now - 2, STUDENT)
    clock.now += 3
    assert pace.left({"exam": 5}) == pytest.approx(7)
    clock.now += 1000
    assert pace.left({"exam": 5}) == 0


def test_a_step_not_measured_yet_counts_as_the_dearest() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(4):
        clock.now += 2
        pace.ended("explain", clock.now - 2, TEACHER)
    assert pace.left({"exam": 3}) == pytest.approx(6)


def run_of_lessons(lessons: int, slots: int) -> Iterator[tuple[float, str, float]]:
    """Serve lessons of 4 explanations (6 s) and 32 exam answers (1 s), all asked for at once, first lessons first.

    Yields (when a call was asked for, its step, when it ended) in order of the end.
    """
    waiting = [(lesson, step, 0.0) for lesson in range(lessons) for step in ["explain"] * 4]
    heapq.heapify(waiting)
    busy: list[tuple[float, int, str, float]] = []
    now = 0.0
    while waiting or busy:
        while waiting and len(busy) < slots:
            lesson, step, asked = heapq.heappop(waiting)
            heapq.heappush(busy, (now + (6 if step == "explain" else 1), lesson, step, asked))
        now, lesson, step, asked = heapq.heappop(busy)
        yield asked, step, now
        if step == "explain":
            for _ in range(8):
                heapq.heappush(waiting, (lesson, "exam", now))


@pytest.mark.parametrize("slots", [1, 4, 16])
def test_the_estimate_holds_within_a_third_or_one_long_call_though_most_calls_wait_in_a_queue(slots: int) -> None:
    served = list(run_of_lessons(6, slots))
    clock = Clock()
    pace = Pace(clock)
    to_do = {"explain": 24, "exam": 192}
    for number, (asked, step, ended) in enumerate(served, start=1):
        clock.now = ended
        pace.ended(step, asked, TEACHER if step == "explain" else STUDENT)
        to_do[step] -= 1
        left = pace.left(to_do)
        if len(served) // 4 <= number < len(served) - slots:
            assert left == pytest.approx(served[-1][2] - ended, rel=0.35, abs=6)
