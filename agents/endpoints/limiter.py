"""One limiter per endpoint: how many calls at once, how many calls and tokens a minute, and who goes first."""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MINUTE_S = 60.0


@dataclass(slots=True)
class Slot:
    """The right to make one call."""

    tokens: int
    """Tokens counted for it in this minute; set it to what the call really took."""


@dataclass(order=True, slots=True)
class _Waiter:
    priority: tuple[int, ...]
    number: int
    slot: Slot = field(compare=False)
    granted: asyncio.Future[None] = field(compare=False)


class Limiter:
    """Hands out slots: lower priority tuples first, first come first served among equals."""

    def __init__(self, concurrency: int, rpm: int | None = None, tpm: int | None = None) -> None:
        """Allow `concurrency` calls at once, and `rpm` calls and `tpm` tokens in any minute (None: no limit)."""
        self._free = concurrency
        self._calls, self._tokens = _Minute(rpm), _Minute(tpm)
        self._queue: list[_Waiter] = []
        self._numbers = itertools.count()
        self._paused_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def slot(self, priority: tuple[int, ...], tokens: int) -> AsyncIterator[Slot]:
        """Wait for a slot for a call that takes at most `tokens`, and give it back at the end."""
        waiter = _Waiter(priority, next(self._numbers), Slot(tokens), asyncio.get_running_loop().create_future())
        heapq.heappush(self._queue, waiter)
        self._grant()
        try:
            await waiter.granted
            yield waiter.slot
        finally:
            if not waiter.granted.cancelled() and waiter.granted.done():
                self._free += 1
            waiter.granted.cancel()
            self._grant()

    def pause(self, seconds: float) -> bool:
        """Grant nothing for the next `seconds`: the server asked for it. False when a pause was on already."""
        now = asyncio.get_running_loop().time()
        begins = self._paused_until <= now
        self._paused_until = max(self._paused_until, now + seconds)
        return begins

    def _grant(self) -> None:
        """Give slots to those who wait, as far as the limits allow; come back when they next allow more."""
        while self._queue and self._free:
            waiter = self._queue[0]
            if not waiter.granted.done():
                delay = self._delay(waiter.slot.tokens)
                if delay > 0:
                    self._later(delay)
                    return
                self._take(waiter)
            heapq.heappop(self._queue)

    def _take(self, waiter: _Waiter) -> None:
        now = asyncio.get_running_loop().time()
        self._free -= 1
        self._calls.add(now, Slot(1))
        self._tokens.add(now, waiter.slot)
        waiter.granted.set_result(None)

    def _delay(self, tokens: int) -> float:
        now = asyncio.get_running_loop().time()
        return max(self._paused_until - now, self._calls.delay(now, 1), self._tokens.delay(now, tokens))

    def _later(self, delay: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._grant)


class _Minute:
    """What was used in the last minute, under a limit."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._used: deque[tuple[float, Slot]] = deque()

    def add(self, now: float, slot: Slot) -> None:
        if self._limit is not None:
            self._used.append((now, slot))

    def delay(self, now: float, amount: int) -> float:
        """Seconds until `amount` fits; more than the whole limit fits only into an empty minute."""
        if self._limit is None:
            return 0.0
        while self._used and self._used[0][0] + _MINUTE_S <= now:
            self._used.popleft()
        excess = sum(slot.tokens for _, slot in self._used) + amount - self._limit
        for since, slot in self._used:
            if excess <= 0:
                return 0.0
            excess -= slot.tokens
            wait = since + _MINUTE_S - now
            if excess <= 0:
                return wait
        return 0.0 if not self._used else self._used[-1][0] + _MINUTE_S - now
