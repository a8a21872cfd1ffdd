"""An endpoint: store, limiter, budget, retries and model as one."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import pytest

from agents.endpoints.budget import FREE, Budget, Price
from agents.endpoints.calls import Completion, Reply, call_key, seed_of
from agents.endpoints.client import Model
from agents.endpoints.engine import Endpoint, Pace, open_endpoint
from agents.endpoints.faults import AttemptError, Kind
from agents.endpoints.notice import ignore
from agents.endpoints.served import Served
from agents.endpoints.spec import Spec, parse_spec
from agents.endpoints.store import CallStore
from lbt.errors import BudgetError, ConfigError, EndpointError, StepError, UnavailableError
from tests.agents.endpoints.asked import Counting, noise, request
from tests.server.app import Config
from tests.server.faults import Fault, Rule
from tests.server.running import nobody, serve


@asynccontextmanager
async def behind(
    model: Model,
    path: Path,
    *,
    pace: Pace | None = None,
    budget: Budget | None = None,
    price: Price = FREE,
    beside: Endpoint | None = None,
    reuse: Path | None = None,
) -> AsyncIterator[Endpoint]:
    """An endpoint over `model`, storing at `path`."""
    store = CallStore.open(path / "calls.db", reuse)
    endpoint = Endpoint(
        "openai:m", "openai:m", model, store=store, pace=pace or Pace(), budget=budget or Budget(), price=price,
        notify=ignore, remedy="", beside=beside,
    )  # fmt: skip
    try:
        yield endpoint
    finally:
        await endpoint.drain(0)
        await store.aclose()


async def test_a_reply_says_what_was_asked_and_used(tmp_path: Path) -> None:
    model = Counting()
    async with behind(model, tmp_path) as endpoint:
        reply = await endpoint.ask(request(), (0,))
    assert reply.key == call_key("openai:m", request())
    assert (reply.text, reply.finish, reply.usage.calls, reply.usage.replayed) == ("reply 1", "stop", 1, 0)
    assert reply.usage.prompt_tokens == 10
    assert model.seeds == [seed_of(reply.key)]


async def test_a_stored_reply_is_not_asked_for_again(tmp_path: Path) -> None:
    model = Counting()
    async with behind(model, tmp_path) as endpoint:
        first = await endpoint.ask(request(), (0,))
    async with behind(model, tmp_path, budget=Budget(max_calls=0)) as endpoint:
        again = await endpoint.ask(request(), (0,))
    assert len(model.asked) == 1
    assert (again.key, again.text, again.usage.replayed) == (first.key, first.text, 1)


async def test_a_reply_of_another_run_is_told_from_one_of_an_earlier_part_of_this_one(tmp_path: Path) -> None:
    model = Counting()
    async with behind(model, tmp_path) as endpoint:
        await endpoint.ask(request(), (0,))
        own = await endpoint.ask(request(), (0,))
    later = tmp_path / "later"
    later.mkdir()
    async with behind(model, later, reuse=tmp_path / "calls.db") as endpoint:
        others = [await endpoint.ask(request(), (0,)) for _ in range(2)]
    assert (own.usage.replayed, own.usage.copied) == (1, 0)
    assert [(reply.usage.replayed, reply.usage.copied) for reply in others] == [(1, 1)] * 2


async def test_other_samples_of_a_prompt_are_calls_of_their_own(tmp_path: Path) -> None:
    model = Counting()
    async with behind(model, tmp_path) as endpoint:
        replies = [await endpoint.ask(request(index), (0,)) for index in range(3)]
    assert len({reply.text for reply in replies}) == len(set(model.seeds)) == 3


async def test_equal_requests_at_once_are_one_call(tmp_path: Path) -> None:
    model = Counting(delay_s=0.05)
    async with behind(model, tmp_path) as endpoint:
        replies = await asyncio.gather(*(endpoint.ask(request(), (0,)) for _ in range(10)))
    assert len(model.asked) == 1
    assert len(set(replies)) == 1


async def test_an_endpoint_keeps_to_its_pace(tmp_path: Path) -> None:
    model = Counting(delay_s=0.01)
    async with behind(model, tmp_path, pace=Pace(concurrency=3)) as endpoint:
        await asyncio.gather(*(endpoint.ask(request(i), (0,)) for i in range(12)))
    assert model.most_running == 3


async def asked_and_held(model: Counting, endpoint: Endpoint) -> asyncio.Task[Reply]:
    """Start a call that takes the only slot until `model.open` is set."""
    model.open.clear()
    first = asyncio.create_task(endpoint.ask(request(99), (0,)))
    while not model.asked:
        await asyncio.sleep(0.001)
    return first


async def all_wait(endpoint: Endpoint, calls: int) -> None:
    """Wait until so many calls wait for a slot: the store answers each when it likes."""
    while len(endpoint._limiter._queue) < calls:
        await asyncio.sleep(0.001)


async def test_lower_priorities_are_asked_first(tmp_path: Path) -> None:
    model = Counting()
    async with behind(model, tmp_path, pace=Pace(concurrency=1)) as endpoint:
        first = await asked_and_held(model, endpoint)
        rest = [asyncio.create_task(endpoint.ask(request(i), (10 - i,))) for i in range(10)]
        await all_wait(endpoint, 10)
        model.open.set()
        await asyncio.gather(first, *rest)
    assert [asked.place.rationale for asked in model.asked] == [99, *range(9, -1, -1)]


async def test_endpoints_on_the_same_cores_take_turns_in_the_order_of_priority(tmp_path: Path) -> None:
    model = Counting()
    async with (
        behind(model, tmp_path, pace=Pace(concurrency=1)) as teacher,
        behind(model, tmp_path, beside=teacher) as student,
    ):
        first = await asked_and_held(model, teacher)
        explains = [asyncio.create_task(teacher.ask(request(i), (i,))) for i in range(0, 10, 2)]
        exams = [asyncio.create_task(student.ask(request(i), (i,))) for i in range(1, 10, 2)]
        await all_wait(teacher, 10)
        model.open.set()
        await asyncio.gather(first, *explains, *exams)
    assert model.most_running == 1
    assert [asked.place.rationale for asked in model.asked] == [99, *range(10)]


async def test_a_call_that_waits_for_its_next_attempt_holds_no_slot(tmp_path: Path) -> None:
    def act(number: int) -> Completion:
        if number == 1:
            raise AttemptError(Kind.TRANSIENT, "broken")
        return Completion(text="fine", finish="stop")

    model = Counting(act)
    async with behind(model, tmp_path, pace=Pace(concurrency=1)) as endpoint:
        slow = asyncio.create_task(endpoint.ask(request(0), (0,)))
        while not model.asked:
            await asyncio.sleep(0.001)
        await endpoint.ask(request(1), (1,))
        assert not slow.done()
        assert (await slow).text == "fine"
    assert [asked.place.rationale for asked in model.asked] == [0, 1, 0]


async def test_while_the_server_asks_to_wait_no_other_call_is_sent(tmp_path: Path) -> None:
    sent: list[float] = []

    def act(number: int) -> Completion:
        sent.append(asyncio.get_running_loop().time())
        if number == 1:
            raise AttemptError(Kind.LIMITED, "slow down", 0.3)
        return Completion(text="fine", finish="stop")

    async with behind(Counting(act), tmp_path, pace=Pace(concurrency=1)) as endpoint:
        await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(3)))
    assert len(sent) == 4
    assert sent[1] - sent[0] >= 0.3


async def test_a_failed_call_leaves_the_others_alone(tmp_path: Path) -> None:
    def act(number: int) -> Completion:
        raise AttemptError(Kind.REFUSED, "no")

    async with behind(Counting(act), tmp_path) as endpoint:
        with pytest.raises(EndpointError, match="endpoint openai:m failed: no"):
            await endpoint.ask(request(0), (0,))
    async with behind(Counting(), tmp_path) as endpoint:
        assert (await endpoint.ask(request(0), (0,))).text == "reply 1"


async def test_no_call_starts_after_the_quota_is_used_up(tmp_path: Path) -> None:
    def act(number: int) -> Completion:
        if number > 2:
            raise AttemptError(Kind.QUOTA, "insufficient_quota")
        return Completion(text="fine", finish="stop")

    model = Counting(act)
    async with behind(model, tmp_path, pace=Pace(concurrency=1)) as endpoint:
        results = await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(10)), return_exceptions=True)
        with pytest.raises(BudgetError, match="quota"):
            await endpoint.ask(request(11), (0,))
        assert (await endpoint.ask(request(0), (0,))).usage.replayed == 1
    assert [type(result).__name__ for result in results] == ["Reply"] * 2 + ["BudgetError"] * 8
    assert len(model.asked) == 3


async def test_a_budget_of_calls_is_kept_to_the_call(tmp_path: Path) -> None:
    model = Counting(delay_s=0.01)
    async with behind(model, tmp_path, budget=Budget(max_calls=5)) as endpoint:
        results = await asyncio.gather(*(endpoint.ask(request(i), (0,)) for i in range(20)), return_exceptions=True)
    assert len(model.asked) == 5
    assert sum(isinstance(result, BudgetError) for result in results) == 15


async def test_money_is_counted_by_what_calls_took(tmp_path: Path) -> None:
    budget = Budget(max_cost=1.0)
    model = Counting(lambda number: Completion(text="x", finish="stop", prompt_tokens=1000, completion_tokens=10))
    async with behind(model, tmp_path, budget=budget, price=Price(prompt=1, completion=100)) as endpoint:
        await endpoint.ask(request(), (0,))
    assert budget.spent.cost == pytest.approx(0.002)
    assert budget.spent.tokens == 1010


async def test_an_asker_that_goes_away_does_not_lose_the_reply(tmp_path: Path) -> None:
    model = Counting(delay_s=0.05)
    async with behind(model, tmp_path) as endpoint:
        asker = asyncio.create_task(endpoint.ask(request(), (0,)))
        while not model.asked:
            await asyncio.sleep(0.001)
        asker.cancel()
        await endpoint.drain()
    async with behind(model, tmp_path) as endpoint:
        assert (await endpoint.ask(request(), (0,))).usage.replayed == 1


async def test_a_call_that_nobody_waits_for_is_not_made(tmp_path: Path) -> None:
    model = Counting(delay_s=0.02)
    async with behind(model, tmp_path, pace=Pace(concurrency=1)) as endpoint:
        first = asyncio.create_task(endpoint.ask(request(0), (0,)))
        gone = [asyncio.create_task(endpoint.ask(request(1), (1,))) for _ in range(2)]
        kept = [asyncio.create_task(endpoint.ask(request(2), (2,))) for _ in range(2)]
        while not model.asked:
            await asyncio.sleep(0.001)
        for asker in (*gone, kept[0]):
            asker.cancel()
        await asyncio.gather(first, kept[1])
        assert [asked.place.rationale for asked in model.asked] == [0, 2]
        assert (await endpoint.ask(request(1), (0,))).text == "reply 3"


async def test_draining_finishes_what_was_sent_and_starts_nothing(tmp_path: Path) -> None:
    model = Counting(delay_s=0.05)
    async with behind(model, tmp_path, pace=Pace(concurrency=2)) as endpoint:
        askers = [asyncio.create_task(endpoint.ask(request(i), (i,))) for i in range(10)]
        while len(model.asked) < 2:
            await asyncio.sleep(0.001)
        await endpoint.drain()
        results = await asyncio.gather(*askers, return_exceptions=True)
        with pytest.raises(asyncio.CancelledError):
            await endpoint.ask(request(77), (0,))
    assert len(model.asked) == 2
    assert [type(result).__name__ for result in results] == ["Reply"] * 2 + ["CancelledError"] * 8


async def test_draining_does_not_wait_for_ever(tmp_path: Path) -> None:
    model = Counting(delay_s=3600)
    async with behind(model, tmp_path) as endpoint:
        asker = asyncio.create_task(endpoint.ask(request(), (0,)))
        while not model.asked:
            await asyncio.sleep(0.001)
        await endpoint.drain(0.01)
        with pytest.raises(asyncio.CancelledError):
            await asker


async def test_draining_ends_the_wait_for_another_attempt(tmp_path: Path) -> None:
    def act(number: int) -> Completion:
        raise AttemptError(Kind.LIMITED, "slow down", 500)

    model = Counting(act)
    async with behind(model, tmp_path) as endpoint:
        asker = asyncio.create_task(endpoint.ask(request(), (0,)))
        while not model.asked or model.running:
            await asyncio.sleep(0.001)
        await endpoint.drain()
        with pytest.raises(asyncio.CancelledError):
            await asker
    assert len(model.asked) == 1


async def test_a_full_disk_stops_every_call(tmp_path: Path) -> None:
    model = Counting(lambda number: Completion(text=noise(number), finish="stop"))
    async with behind(model, tmp_path, pace=Pace(concurrency=1)) as endpoint:
        endpoint._store._connection.execute("PRAGMA max_page_count = 20")
        results = await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(60)), return_exceptions=True)
        stored = endpoint._store.count()
    replies = [result for result in results if not isinstance(result, BaseException)]
    errors = [result for result in results if isinstance(result, BaseException)]
    assert {type(error) for error in errors} == {UnavailableError}
    assert len(replies) == stored == len(model.asked) - 1


DATA: tuple[Fault, ...] = ("refusal", "content_filter", "length", "overflow", "filtered_prompt", "no_usage")
FATAL: tuple[Fault, ...] = ("403", "404")
STOPPING: dict[Fault, type[Exception]] = {"401": UnavailableError, "quota": BudgetError, "daily": BudgetError}
PASSING = tuple(fault for fault in get_args(Fault) if fault not in (*DATA, *FATAL, *STOPPING))


@asynccontextmanager
async def connected(spec: str, path: Path, **pace: float) -> AsyncIterator[Endpoint]:
    store = CallStore.open(path / "calls.db")
    try:
        kept = Pace(**{"concurrency": 8, "timeout_s": 1.0} | pace)  # type: ignore[arg-type]
        async with open_endpoint(parse_spec(spec), store=store, pace=kept, budget=Budget(), env={}) as endpoint:
            yield endpoint
    finally:
        await store.aclose()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait little between attempts."""
    monkeypatch.setattr("agents.endpoints.retry._FIRST_S", 0.01)


@pytest.mark.loopback
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_that_passes_is_not_seen(tmp_path: Path, fault: Fault) -> None:
    with serve(Config(faults=(Rule(fault=fault, share=0.5, wait_s=0.01),))) as server:
        async with connected(server.spec, tmp_path) as endpoint:
            replies = await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(10)))
        assert server.counts.answered == 10 < server.counts.requests
    assert all(reply.finish == "stop" for reply in replies)


@pytest.mark.loopback
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", [*PASSING, *FATAL])
async def test_a_call_that_fails_for_good_is_the_only_one(tmp_path: Path, fault: Fault) -> None:
    with serve(Config(faults=(Rule(fault=fault, match="bad", first=None, wait_s=0.01),))) as server:
        async with connected(server.spec, tmp_path, timeout_s=0.3) as endpoint:
            good = asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(5)))
            with pytest.raises(StepError) as caught:
                await endpoint.ask(request(text="bad"), (0,))
            assert len(await good) == 5
    assert "\n" not in str(caught.value)


@pytest.mark.loopback
@pytest.mark.parametrize("fault", STOPPING)
async def test_a_fault_that_concerns_every_call_stops_all(tmp_path: Path, fault: Fault) -> None:
    with serve(Config(faults=(Rule(fault=fault, after=3, first=None),))) as server:
        async with connected(server.spec, tmp_path, concurrency=1) as endpoint:
            results = await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(10)), return_exceptions=True)
        assert server.counts.requests == 3
    assert [isinstance(result, STOPPING[fault]) for result in results] == [False] * 2 + [True] * 8


@pytest.mark.loopback
async def test_a_model_may_move_to_another_server(tmp_path: Path) -> None:
    with serve() as server:
        async with connected(server.spec, tmp_path) as endpoint:
            first = await endpoint.ask(request(), (0,))
    with serve() as server:
        async with connected(server.spec, tmp_path) as endpoint:
            again = await endpoint.ask(request(), (0,))
        assert server.counts.requests == 0
    assert (again.key, again.text) == (first.key, first.text)


@pytest.mark.loopback
async def test_a_launched_server_says_what_it_can(tmp_path: Path) -> None:
    stopped: list[Spec] = []
    store = CallStore.open(tmp_path / "calls.db")

    @asynccontextmanager
    async def launch(spec: Spec) -> AsyncIterator[Served]:
        with serve() as server:
            yield Served(server.url, "test", "sha256:weights", 2, life.ended, {"cache_prompt": True})
            assert server.counts.bodies[0]["cache_prompt"] is True
        assert not life.watched
        stopped.append(spec)

    life = Life()
    spec = parse_spec("local:small")
    async with open_endpoint(spec, store=store, pace=Pace(), budget=Budget(), launch=launch) as endpoint:
        await endpoint.ask(request(), (0,))
        assert (endpoint.identity, endpoint.concurrency, endpoint.label) == ("sha256:weights", 2, "local:small")
        assert life.watched
    await store.aclose()
    assert stopped == [spec]


class Life:
    """When a launched server ends by itself."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.watched = False

    async def ended(self) -> str:
        self.watched = True
        try:
            await self.over.wait()
        finally:
            self.watched = False
        return "local:small ended (SIGKILL)"


@asynccontextmanager
async def launched(url: str, life: Life, path: Path) -> AsyncIterator[Endpoint]:
    """An endpoint over a server at `url` that this run started and that lives as long as `life`."""

    @asynccontextmanager
    async def launch(spec: Spec) -> AsyncIterator[Served]:
        yield Served(url, "test", "sha256:weights", 2, life.ended)

    store = CallStore.open(path / "calls.db")
    try:
        spec = parse_spec("local:small")
        async with open_endpoint(spec, store=store, pace=Pace(), budget=Budget(), launch=launch) as endpoint:
            yield endpoint
    finally:
        await store.aclose()


@pytest.mark.loopback
async def test_calls_to_a_server_that_ended_fail_without_waiting_and_stored_replies_stay(tmp_path: Path) -> None:
    life = Life()
    with serve(Config(faults=(Rule(fault="503", match="busy", first=None, wait_s=500),))) as server:
        async with launched(server.url, life, tmp_path) as endpoint:
            await endpoint.ask(request(0), (0,))
            calls = [asyncio.create_task(endpoint.ask(request(i, text="busy"), (i,))) for i in range(5)]
            while server.counts.requests < 2:  # the others wait: it asks for 500 s
                await asyncio.sleep(0.001)
            life.over.set()
            results = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 60)
            assert {str(result) for result in results} == {"local:small ended (SIGKILL); resume to go on"}
            assert {type(result) for result in results} == {UnavailableError}
            with pytest.raises(UnavailableError, match="ended"):
                await endpoint.ask(request(9), (0,))
            assert (await endpoint.ask(request(0), (0,))).usage.replayed == 1


@pytest.mark.loopback
async def test_a_server_that_ends_before_its_first_call_is_not_told_as_a_wrong_address(tmp_path: Path) -> None:
    life = Life()
    life.over.set()
    with pytest.raises(UnavailableError, match=r"ended \(SIGKILL\)"):
        async with launched(nobody().partition("@")[2], life, tmp_path):
            pass


async def test_a_spec_that_needs_a_server_needs_a_launcher(tmp_path: Path) -> None:
    store = CallStore.open(tmp_path / "calls.db")
    with pytest.raises(ConfigError, match="local:small needs a server"):
        async with open_endpoint(parse_spec("local:small"), store=store, pace=Pace(), budget=Budget()):
            pass
    await store.aclose()


async def sixty(spec: str, path: Path) -> list[str]:
    """Ask for 60 samples, six at once, and store them at `path`."""
    async with connected(spec, path, concurrency=6, timeout_s=20) as endpoint:
        replies = await asyncio.gather(*(endpoint.ask(request(i), (i,)) for i in range(60)))
    return [reply.text for reply in replies]


PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.agents.endpoints.test_engine import sixty
asyncio.run(sixty(sys.argv[1], Path(sys.argv[2])))
"""


@pytest.mark.loopback
async def test_after_kill_9_only_calls_in_flight_are_repeated(tmp_path: Path) -> None:
    (tmp_path / "unbroken").mkdir()
    with serve(Config(latency_s=0.03, sigma=0.5)) as server:
        counts = server.counts
        with subprocess.Popen([sys.executable, "-c", PROGRAM, server.spec, str(tmp_path)]) as process:
            while counts.answered < 20:
                assert process.poll() is None
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        before, probes = counts.requests, counts.probes
        resumed = await sixty(server.spec, tmp_path)
        assert before < 60 <= counts.requests <= 60 + 6
        assert len(counts.attempts) == 60
        assert counts.probes == probes
        assert await sixty(server.spec, tmp_path / "unbroken") == resumed
