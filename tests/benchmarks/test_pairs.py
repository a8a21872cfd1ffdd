"""The simulated record is one that pairs are made of, and more lessons do not take more memory."""

from pathlib import Path

import pytest

from agents.endpoints.store import CallStore
from benchmarks.pairs import ANSWERS, EXAM, MOST_MB, MOST_S, Measured, apart, findings, simulate
from lbt.records import CALLS, lessons_of
from tests.training.runs import need_pyarrow


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skip where nothing can write pairs."""
    need_pyarrow()


def took(seconds: float, memory_mb: float) -> Measured:
    return Measured(seconds=seconds, cpu_s=seconds, memory_mb=memory_mb, kept=10)


def test_what_is_slow_or_large_misses_its_target() -> None:
    assert findings("here", 2, 1.0, took(MOST_S, MOST_MB)).met
    assert not findings("here", 2, 1.0, took(MOST_S + 1, MOST_MB)).met
    assert not findings("here", 2, 1.0, took(MOST_S, MOST_MB + 1)).met


def test_the_record_has_complete_lessons_and_all_their_calls(tmp_path: Path) -> None:
    simulate(tmp_path, 2)
    store = CallStore.read(tmp_path / CALLS)
    try:
        lessons = list(lessons_of(tmp_path))
        assert len({lesson.problem for lesson in lessons}) == 2
        for lesson in lessons:
            assert len(lesson.rationales) == ANSWERS
            assert {len(taught.exam) for taught in lesson.rationales} == {EXAM}
            calls = [store.look_up(taught.answer.call) for taught in lesson.rationales if taught.answer]
            assert len({call.request.messages for call in calls if call}) == 1
            assert sum(len(call.completion.text) > 1000 for call in calls if call) == ANSWERS
        assert store.count() == 2 * ANSWERS * (1 + EXAM)
    finally:
        store.close()


@pytest.mark.slow
def test_ten_times_the_lessons_take_the_same_memory(tmp_path: Path) -> None:
    peaks = []
    for problems in (16, 160):
        run = tmp_path / f"{problems}"
        run.mkdir()
        simulate(run, problems)
        measured = apart(run, tmp_path / f"pairs{problems}")
        assert measured.kept >= 7 * problems
        peaks.append(measured.memory_mb)
    assert peaks[1] < MOST_MB / 2
    assert peaks[1] - peaks[0] < 100  # 160 lessons are 160 MB; the cache of the call store may take 64 of it
