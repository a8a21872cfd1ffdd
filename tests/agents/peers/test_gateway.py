"""What a peer's only way to the model counts, passes on and refuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.asking import Asker
from agents.endpoints.calls import Finish, Message, Place, Reply, Request, Sampling
from agents.peers.gateway import Gateway, Meter
from lbt.errors import BudgetError, EndpointError, LbtError
from tests.agents.fakes import Model

SAMPLING = Sampling(temperature=0.8, top_p=0.95, max_tokens=300)
GREEDY: dict[str, Any] = {"temperature": 0}

pytestmark = pytest.mark.loopback


class Door:
    """A client of an open gateway."""

    def __init__(self, gateway: Gateway, address: str, session: aiohttp.ClientSession) -> None:
        self.gateway, self.address, self._session = gateway, address, session

    async def ask(self, text: object = "a text", *, path: str = "/v1", **changes: object) -> tuple[int, Any]:
        body = {"model": "endpoint", "messages": [{"role": "user", "content": text}], **changes}
        return await self.post(path, json.dumps(body).encode())

    async def post(self, path: str, body: bytes, key: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {key or self.gateway.key}"}
        place = f"{self.address}{path}/chat/completions"
        async with self._session.post(place, headers=headers, data=body) as response:
            return response.status, await response.json()


@asynccontextmanager
async def opened(asker: Asker, budget: int = 9) -> AsyncIterator[Door]:
    gateway = Gateway(asker, budget=budget, sampling=SAMPLING, seed=7)
    async with gateway.open() as address, aiohttp.ClientSession() as session:
        yield Door(gateway, address, session)


async def test_a_request_is_passed_on_and_its_reply_comes_back() -> None:
    model = Model("Yes")
    async with opened(model) as door:
        status, answer = await door.ask("a text", temperature=0.5, top_p=0.9, max_completion_tokens=20)
    assert status == 200
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "Yes"}
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["total_tokens"] == 59
    assert model.requests == [
        Request(
            messages=(Message(role="user", content="a text"),),
            sampling=Sampling(temperature=0.5, top_p=0.9, max_tokens=20),
            place=Place(replicate=7, role="peer", rationale=0, repetition=0),
        )
    ]


async def test_what_a_request_leaves_open_is_the_runs_and_no_reply_is_longer() -> None:
    model = Model()
    async with opened(model) as door:
        await door.ask("one")
        await door.ask("two", max_tokens=100_000)
    assert [request.sampling for request in model.requests] == [SAMPLING, SAMPLING]


async def test_messages_in_parts_are_joined_and_control_tokens_broken_up() -> None:
    model = Model()
    parts = [{"type": "text", "text": "a <|im"}, {"type": "text", "text": "_end|> b"}]
    async with opened(model) as door:
        await door.ask(messages=[{"role": "developer", "content": parts}])
    assert model.requests[0].messages == (Message(role="system", content="a < |im_end|> b"),)


async def test_a_greedy_request_that_was_made_is_answered_again_and_counts_once() -> None:
    async with opened(Model()) as door:
        for _ in range(3):
            assert (await door.ask(**GREEDY))[0] == 200
        assert door.gateway.optimising.calls == 1


async def test_equal_samples_are_calls_of_their_own() -> None:
    model = Model()
    async with opened(model) as door:
        await asyncio.gather(*(door.ask(temperature=1) for _ in range(3)))
        assert door.gateway.optimising.calls == 3
    assert sorted(request.place.repetition for request in model.requests) == [0, 1, 2]


async def test_after_the_budget_calls_are_refused_and_what_is_known_is_not() -> None:
    model = Model()
    async with opened(model, budget=2) as door:
        statuses = [(await door.ask(text, **GREEDY))[0] for text in ("one", "two", "three", "one")]
        _, refusal = await door.ask("four")
        assert (door.gateway.optimising.calls, door.gateway.optimising.refused) == (2, 2)
    assert statuses == [200, 200, 402, 200]
    assert refusal["error"]["code"] == "budget_spent"
    assert "three" not in {request.messages[-1].content for request in model.requests}


async def test_many_calls_at_once_do_not_exceed_the_budget() -> None:
    model = Model()
    async with opened(model, budget=5) as door:
        answers = await asyncio.gather(*(door.ask(str(number)) for number in range(20)))
    assert sorted(status for status, _ in answers) == [200] * 5 + [402] * 15
    assert len(model.requests) == 5


async def test_the_hold_out_is_counted_apart_and_not_limited() -> None:
    async with opened(Model(), budget=0) as door:
        statuses = [(await door.ask(text, path="/held-out/v1", **GREEDY))[0] for text in ("one", "two")]
        assert (door.gateway.optimising.calls, door.gateway.held_out.calls) == (0, 2)
    assert statuses == [200, 200]


class Broken(Model):
    """Raises instead of answering what holds the word `bad`."""

    def __init__(self, error: LbtError) -> None:
        super().__init__("fine")
        self.error = error

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        if "bad" in request.messages[-1].content:
            raise self.error
        return await super().ask(request, priority)


async def test_a_call_that_fails_is_told_and_counted_and_the_next_one_is_answered() -> None:
    async with opened(Broken(EndpointError("local:tiny", "it broke"))) as door:
        status, answer = await door.ask("a bad one")
        assert (await door.ask("a good one"))[0] == 200
        assert (door.gateway.optimising.calls, door.gateway.optimising.failed) == (2, 1)
    assert status == 502
    assert "it broke" in answer["error"]["message"]


async def test_what_stops_the_run_stops_the_gateway() -> None:
    async with opened(Broken(BudgetError("nothing is left"))) as door:
        door.gateway.check()
        statuses = [(await door.ask("a bad one", temperature=1))[0] for _ in range(2)]
        await door.gateway.stopped()
        with pytest.raises(BudgetError, match="nothing is left"):
            door.gateway.check()
    assert statuses == [503, 503]


async def test_a_prompt_that_is_too_long_is_refused_as_servers_do() -> None:
    async with opened(Model("", "overflow")) as door:
        status, answer = await door.ask()
    assert (status, answer["error"]["code"]) == (400, "context_length_exceeded")


@pytest.mark.parametrize("finish", ["length", "content_filter"])
async def test_a_reply_says_why_it_ended(finish: Finish) -> None:
    async with opened(Model("Ye", finish)) as door:
        _, answer = await door.ask()
    assert answer["choices"][0]["finish_reason"] == finish


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": []},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]},
        {"messages": [{"role": "tool", "content": "x"}]},
        {"n": 2},
        {"stream": True},
        {"temperature": 9},
        {"max_tokens": 0},
    ],
    ids=str,
)
async def test_what_no_call_of_ours_can_be_is_refused(changes: dict[str, Any]) -> None:
    async with opened(model := Model()) as door:
        status, answer = await door.ask(**changes)
        assert door.gateway.optimising.calls == 0
    assert status == 400
    assert next(iter(changes)) in answer["error"]["message"]
    assert not model.requests


async def test_no_json_is_refused() -> None:
    async with opened(Model()) as door:
        assert (await door.post("/v1", b"\xff{"))[0] == 400


@pytest.mark.parametrize("path", ["/v1", "/held-out/v1"])
async def test_nobody_asks_without_the_key(path: str) -> None:
    async with opened(model := Model()) as door:
        status, _ = await door.post(path, b"{}", key="a guess \u00e9")
        assert door.gateway.optimising.calls == 0
    assert status == 401
    assert not model.requests


@given(st.integers(0, 6), st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.0, 1.0])), max_size=20))
def test_a_meter_keeps_its_limit_and_every_call_has_its_own_place(limit: int, asked: list[tuple[str, float]]) -> None:
    meter = Meter(limit)
    admitted = [meter.admit(_request(text, temperature)) for text, temperature in asked]
    given_ = [request for request in admitted if request is not None]
    assert meter.calls == len(set(given_)) <= limit
    assert meter.refused == len(asked) - len(given_)
    samples = [request for request in given_ if request.sampling.temperature]
    assert len(samples) == len(set(samples))


def _request(text: str, temperature: float) -> Request:
    return Request(
        messages=(Message(role="user", content=text),),
        sampling=SAMPLING.model_copy(update={"temperature": temperature}),
        place=Place(replicate=0, role="peer", rationale=0, repetition=0),
    )
