"""The only place that tries a call again, and the only one that says how a call failed for good."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from agents.endpoints.faults import AttemptError, Kind
from agents.endpoints.notice import Notice, Notify
from lbt.errors import BudgetError, EndpointError, LbtError, UnavailableError

T = TypeVar("T")

ATTEMPTS = {Kind.TRANSIENT: 5, Kind.LIMITED: 40}
"""Attempts at one call before it fails for good, counted per kind of fault."""
PATIENCE_S = 600.0
"""Longest wait a server may ask for; a longer one means that its allowance is used up."""
_FIRST_S, _LONGEST_S = 1.0, 60.0


class Retry:
    """Tries the calls of one endpoint until they succeed or will not."""

    def __init__(
        self,
        label: str,
        *,
        sleep: Callable[[float], Awaitable[None]],
        pause: Callable[[float], bool],
        notify: Notify,
        remedy: str = "",
        seed: int = 0,
    ) -> None:
        """Serve the endpoint `label`.

        Args:
            label: Names the endpoint in errors and notices.
            sleep: Waits; may raise to end the waiting early.
            pause: Holds back all calls of the endpoint for that many seconds; False when they were held back already.
            notify: Told of every wait that the server asked for.
            remedy: What to do when the key is refused.
            seed: Seeds the jitter.
        """
        self._label, self._sleep, self._pause, self._notify, self._remedy = label, sleep, pause, notify, remedy
        self._rng = random.Random(seed)

    async def __call__(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Run `attempt` until it returns.

        Raises:
            EndpointError: it failed for good; says after how many attempts.
            UnavailableError: the server does not take the key.
            BudgetError: the quota or a daily limit of the account is used up.
        """
        try:
            return await attempt()  # nearly all calls end here, and tenacity takes as long as all the rest of a call
        except AttemptError as fault:
            return await self._go_on(attempt, fault)

    def heed(self, fault: AttemptError) -> None:
        """Hold all calls back for as long as the server asks, while the failed one still has its slot.

        Later would be too late: the slot would have gone to the next call, and that one out to the server.
        """
        if fault.wait_s is not None and fault.wait_s <= PATIENCE_S and self._pause(fault.wait_s):
            self._notify(Notice("retry", f"{self._label} asks to wait {fault.wait_s:.3g} s ({fault.reason})"))

    async def _go_on(self, attempt: Callable[[], Awaitable[T]], first: AttemptError) -> T:
        """Run `attempt` until it returns, the first time having ended with `first`. Raises as a call does."""
        faults: Counter[Kind] = Counter()
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: self._again(error, faults)),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        begun = [first]

        async def once() -> T:  # tenacity awaits only what is a coroutine function by its looks
            if begun:
                raise begun.pop()
            return await attempt()

        try:
            return await retrying(once)
        except AttemptError as fault:
            raise self._final(fault, faults.total()) from fault

    def _again(self, error: BaseException, faults: Counter[Kind]) -> bool:
        if not isinstance(error, AttemptError):
            return False
        faults[error.kind] += 1
        return faults[error.kind] < ATTEMPTS.get(error.kind, 1) and (error.wait_s or 0) <= PATIENCE_S

    def _wait(self, state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        if not isinstance(fault, AttemptError) or fault.wait_s is None:
            longest = min(_LONGEST_S, _FIRST_S * 2 ** (state.attempt_number - 1))
            return self._rng.uniform(longest / 2, longest)
        return fault.wait_s * self._rng.uniform(1, 1.05)

    def _final(self, fault: AttemptError, attempts: int) -> LbtError:
        if fault.kind is Kind.KEY:
            remedy = f": {self._remedy}" if self._remedy else ""
            return UnavailableError(f"{self._label} does not take the key ({fault.reason}){remedy}")
        if fault.kind is Kind.QUOTA:
            return BudgetError(f"the quota of {self._label} is used up ({fault.reason}); resume when there is more")
        if (fault.wait_s or 0) > PATIENCE_S:
            return BudgetError(f"{self._label} asks to wait {fault.wait_s:.0f} s ({fault.reason}); resume after that")
        times = f", {attempts} attempts" if attempts > 1 else ""
        return EndpointError(self._label, f"{fault.reason}{times}")
