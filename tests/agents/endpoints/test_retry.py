"""Retries: what is tried again, how long that waits, and how a call fails for good."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.endpoints.faults import AttemptError, Kind, fault_of_status, is_filtered, is_overflow, retry_after
from agents.endpoints.notice import Notice
from agents.endpoints.retry import ATTEMPTS, PATIENCE_S, Retry
from lbt.errors import BudgetError, EndpointError, LbtError, UnavailableError


class Story:
    """Attempts that fail as told, then succeed; notes how long was waited between them."""

    def __init__(self, faults: Sequence[AttemptError], seed: int = 0) -> None:
        self.faults: list[Exception] = list(faults)
        self.attempts = 0
        self.waits: list[float] = []
        self.pauses: list[float] = []
        self.notices: list[Notice] = []
        self.retry = Retry(
            "openai:m", sleep=self._sleep, pause=self._pause, notify=self.notices.append, remedy="set KEY", seed=seed
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def _pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) == 1

    async def _attempt(self) -> str:
        self.attempts += 1
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, AttemptError):
                self.retry.heed(fault)
            raise fault
        return "reply"

    async def run(self) -> str:
        return await self.retry(self._attempt)


def broken(wait_s: float | None = None) -> AttemptError:
    return AttemptError(Kind.TRANSIENT, "it broke", wait_s)


async def test_a_transient_fault_is_tried_again() -> None:
    story = Story([broken(), broken()])
    assert await story.run() == "reply"
    assert story.attempts == 3


async def test_attempts_are_bounded_and_the_reason_is_kept() -> None:
    story = Story([broken()] * 99)
    with pytest.raises(EndpointError, match="it broke, 5 attempts"):
        await story.run()
    assert story.attempts == ATTEMPTS[Kind.TRANSIENT]


async def test_waits_grow_with_jitter_from_a_seed() -> None:
    stories = [Story([broken()] * 4, seed) for seed in (1, 1, 2)]
    for story in stories:
        await story.run()
    same, again, other = (story.waits for story in stories)
    assert same == again != other
    assert all(2**i / 2 <= wait <= 2**i for i, wait in enumerate(same))


async def test_retry_after_is_waited_for_by_everyone_and_told_once() -> None:
    story = Story([AttemptError(Kind.LIMITED, "slow down", 7.0)] * 3)
    await story.run()
    assert all(7.0 <= wait <= 7.0 * 1.05 for wait in story.waits)
    assert story.pauses == [7.0] * 3
    assert len(story.notices) == 1


async def test_a_crowded_server_gets_more_patience_than_a_broken_one() -> None:
    story = Story([AttemptError(Kind.LIMITED, "slow down", 1.0)] * 20)
    assert await story.run() == "reply"


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (AttemptError(Kind.REFUSED, "bad request"), EndpointError, "bad request"),
        (AttemptError(Kind.KEY, "wrong key"), UnavailableError, "set KEY"),
        (AttemptError(Kind.QUOTA, "no money"), BudgetError, "no money"),
        (AttemptError(Kind.LIMITED, "tomorrow", PATIENCE_S + 1), BudgetError, "asks to wait 601 s"),
        (AttemptError(Kind.TRANSIENT, "tomorrow", PATIENCE_S + 1), BudgetError, "asks to wait 601 s"),
    ],
)
async def test_what_cannot_get_better_is_not_tried_again(fault: AttemptError, error: type[LbtError], said: str) -> None:
    story = Story([fault])
    with pytest.raises(error, match=said):
        await story.run()
    assert story.attempts == 1
    assert not story.waits


async def test_a_bug_is_not_tried_again() -> None:
    story = Story([])
    story.faults = [ValueError("a bug")]
    with pytest.raises(ValueError, match="a bug"):
        await story.run()
    assert story.attempts == 1


def status(code: int, body: object = None, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    response = httpx2.Response(code, headers=headers, request=httpx2.Request("POST", "http://h/v1"))
    return openai.APIStatusError("said", response=response, body=body)


@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (500, None, Kind.TRANSIENT),
        (503, {"message": "overloaded"}, Kind.TRANSIENT),
        (408, None, Kind.TRANSIENT),
        (429, {"message": "Rate limit reached", "code": "rate_limit_exceeded"}, Kind.LIMITED),
        (429, {"message": "…", "code": "insufficient_quota"}, Kind.QUOTA),
        (429, {"error": {"message": "limit on tokens per day (TPD)"}}, Kind.QUOTA),
        (402, {"message": "Payment required"}, Kind.QUOTA),
        (403, {"message": "insufficient balance"}, Kind.QUOTA),
        (401, {"message": "bad key"}, Kind.KEY),
        (403, {"message": "moderation"}, Kind.REFUSED),
        (400, {"message": "bad"}, Kind.REFUSED),
        (404, "not found", Kind.REFUSED),
        (301, None, Kind.REFUSED),
    ],
)
def test_every_status_is_told_apart(code: int, body: object, kind: Kind) -> None:
    assert fault_of_status(status(code, body)).kind is kind


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        "the request exceeds the available context size, try increasing it",
        "context_length_exceeded",
        "Context size has been exceeded.",
        "prompt is too long: 210000 tokens > 200000 maximum",
    ],
)
def test_too_long_a_prompt_is_recognised(said: str) -> None:
    assert is_overflow(status(400, {"message": said}))
    assert not is_overflow(status(503, {"message": said}))


def test_a_filtered_prompt_is_recognised() -> None:
    assert is_filtered(status(400, {"message": "…", "code": "content_filter"}))
    assert not is_filtered(status(400, {"message": "bad parameter"}))


@given(st.floats(0, 1e6))
def test_retry_after_in_seconds(seconds: float) -> None:
    assert retry_after({"retry-after": repr(seconds)}) == seconds


@given(st.integers(-500, 500))
def test_retry_after_as_a_date(seconds: int) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    found = retry_after({"retry-after": date})
    assert found is not None
    assert max(0, seconds - 30) <= found <= max(0, seconds)


@given(st.text())
def test_any_other_retry_after_is_no_wait_or_a_finite_one(text: str) -> None:
    found = retry_after({"retry-after": text})
    assert found is None or 0 <= found < float("inf")


def test_retry_after_in_milliseconds_is_finer() -> None:
    assert retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5
    assert retry_after({}) is None
