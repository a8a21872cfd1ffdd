"""The limiter: how many at once, how many a minute, who goes first."""

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.endpoints.limiter import Limiter
from tests.agents.endpoints.clock import now, run

Call = tuple[tuple[int, ...], float, int]
"""Priority, duration in seconds, tokens."""


async def timeline(limiter: Limiter, calls: Sequence[Call]) -> list[tuple[float, float, int]]:
    """Ask for all slots at once, in order; start, end and number of each call, in order of start."""
    seen: list[tuple[float, float, int]] = []

    async def one(number: int, priority: tuple[int, ...], duration: float, tokens: int) -> None:
        async with limiter.slot(priority, tokens):
            began = now()
            await asyncio.sleep(duration)
            seen.append((began, now(), number))

    async with asyncio.TaskGroup() as group:
        for number, call in enumerate(calls):
            group.create_task(one(number, *call))
    return sorted(seen)


def most_at_once(seen: Sequence[tuple[float, float, int]]) -> int:
    return max(sum(began <= at < ended for began, ended, _ in seen) for at, _, _ in seen)


calls = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), max_size=3).map(tuple),
        st.sampled_from([0.5, 1.0, 2.5, 7.0]),
        st.integers(1, 500),
    ),
    min_size=1,
    max_size=30,
)


@given(calls, st.integers(1, 5))
@settings(deadline=None)
def test_no_more_at_once_than_allowed_and_everyone_is_served(asked: list[Call], concurrency: int) -> None:
    seen = run(timeline(Limiter(concurrency), asked))
    assert sorted(number for _, _, number in seen) == list(range(len(asked)))
    assert most_at_once(seen) == min(concurrency, len(asked))


@given(calls)
@settings(deadline=None)
def test_lower_priority_goes_first_and_equals_in_order(asked: list[Call]) -> None:
    seen = run(timeline(Limiter(1), asked))
    waiting = [number for _, _, number in seen[1:]]  # the first call finds nobody waiting
    assert seen[0][2] == 0
    assert waiting == sorted(waiting, key=lambda number: (asked[number][0], number))


@given(calls, st.integers(1, 8), st.integers(100, 1000))
@settings(deadline=None)
def test_no_minute_has_more_calls_or_tokens_than_allowed(asked: list[Call], rpm: int, tpm: int) -> None:
    seen = run(timeline(Limiter(4, rpm, tpm), asked))
    for since, _, _ in seen:
        minute = [number for began, _, number in seen if since <= began < since + 59.999]
        assert len(minute) <= rpm
        assert sum(asked[number][2] for number in minute) <= tpm or len(minute) == 1


def test_a_limit_a_minute_does_not_slow_down_what_is_under_it() -> None:
    assert run(timeline(Limiter(10, rpm=10), [((), 1.0, 1)] * 10))[-1][1] == 1.0


def test_a_pause_holds_everyone_back_for_its_time() -> None:
    async def main() -> list[tuple[float, float, int]]:
        limiter = Limiter(4)
        assert limiter.pause(20)
        assert not limiter.pause(5)
        return await timeline(limiter, [((), 1.0, 1)] * 3)

    assert [began for began, _, _ in run(main())] == [20, 20, 20]


def test_whoever_gives_up_waiting_takes_no_slot() -> None:
    async def main() -> float:
        limiter = Limiter(1)
        async with limiter.slot((0,), 1):
            gone = asyncio.create_task(timeline(limiter, [((1,), 100.0, 1)]))
            await asyncio.sleep(1)
            gone.cancel()
        return (await timeline(limiter, [((2,), 1.0, 1)]))[0][0]

    assert run(main()) == 1


def test_a_slot_granted_to_someone_who_was_cancelled_comes_back() -> None:
    async def main() -> float:
        limiter = Limiter(1)
        async with limiter.slot((0,), 1):
            gone = asyncio.create_task(timeline(limiter, [((1,), 100.0, 1)]))
            await asyncio.sleep(1)
        gone.cancel()  # its slot was granted an instant ago, but it has not run yet
        return (await timeline(limiter, [((2,), 1.0, 1)]))[0][0]

    assert run(main()) == 1
