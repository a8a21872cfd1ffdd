"""One attempt at a call, against a real server on the loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from agents.endpoints.calls import Completion, Message
from agents.endpoints.client import Accepts, ChatClient
from agents.endpoints.completion import split_reasoning, whole
from agents.endpoints.faults import AttemptError, Kind
from agents.endpoints.spec import address_of, is_loopback, parse_spec
from tests.agents.endpoints.asked import request
from tests.server.app import Config, Counts
from tests.server.faults import Fault, Rule
from tests.server.running import nobody, serve

pytestmark = pytest.mark.loopback


@asynccontextmanager
async def connected(
    config: Config | None = None, *, timeout_s: float = 10, env: dict[str, str] | None = None, **extra_body: JsonValue
) -> AsyncIterator[tuple[ChatClient, Counts]]:
    with serve(config) as server:
        address = address_of(parse_spec(server.spec), env or {})
        client = ChatClient(address, "test", timeout_s=timeout_s, extra_body=extra_body)
        try:
            yield client, server.counts
        finally:
            await client.aclose()


def broken(fault: Fault, wait_s: float | None = None) -> Config:
    return Config(faults=(Rule(fault=fault, first=None, wait_s=wait_s),))


async def test_every_parameter_is_sent_explicitly() -> None:
    async with connected(id_slot=0, cache_prompt=True) as (client, counts):
        await client.complete(request(temperature=0.0, top_p=0.9, max_tokens=77), 12345)
    sent = counts.bodies[0]
    told = {name: sent[name] for name in ("model", "temperature", "top_p", "max_tokens", "seed")}
    assert told == {"model": "test", "temperature": 0.0, "top_p": 0.9, "max_tokens": 77, "seed": 12345}
    assert (sent["id_slot"], sent["cache_prompt"]) == (0, True)
    assert "max_completion_tokens" not in sent
    assert [turn["role"] for turn in sent["messages"]] == ["system", "user"]


async def test_equal_seeds_give_equal_replies() -> None:
    async with connected() as (client, _):
        one, same, other = [(await client.complete(request(), seed)).text for seed in (1, 1, 2)]
    assert one == same != other


async def test_what_an_endpoint_does_not_take_is_not_sent() -> None:
    async with connected() as (client, counts):
        client.accepts = Accepts(
            system=False, temperature=False, top_p=False, seed=False, max_tokens="max_completion_tokens"
        )
        await client.complete(request(), 1)
    sent = counts.bodies[0]
    assert not {"temperature", "top_p", "seed", "max_tokens"} & set(sent)
    assert sent["max_completion_tokens"] == 100
    assert sent["messages"] == [{"role": "user", "content": "Be brief.\n\nWhat is 6 times 7?"}]


async def test_usage_is_what_the_server_says() -> None:
    async with connected() as (client, _):
        found = await client.complete(request(), 1)
    assert found.prompt_tokens == 7
    assert found.completion_tokens > 10


async def test_a_server_that_counts_nothing_is_served_all_the_same() -> None:
    async with connected(broken("no_usage")) as (client, _):
        found = await client.complete(request(), 1)
    assert (found.prompt_tokens, found.completion_tokens) == (0, 0)


async def test_reasoning_text_is_kept_apart() -> None:
    async with connected(Config(reasoning="Let me think.")) as (client, _):
        found = await client.complete(request(), 1)
    assert found.reasoning == "Let me think."
    assert "Let me think" not in found.text


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("<think>\nhm\n</think>\n\nanswer", ("hm", "answer")),
        ("hm</think>answer", ("hm", "answer")),
        ("<think>cut off", ("cut off", "")),
        (" plain answer", ("", " plain answer")),
        ("<THINKING>hm</Thinking>answer", ("hm", "answer")),
        ("<reasoning>hm</reasoning>answer", ("hm", "answer")),
        ("first<think>hm</think> second<think>so</think> third", ("hm\nso", "first second third")),
        ("lost<think>hm", ("hm", "lost")),
        ("hm <think>so</think> well</think>answer", ("so\nhm\nwell", "answer")),
        ("<think>a<think>b</think>answer", ("a\nb", "answer")),
        ("", ("", "")),
    ],
)
def test_reasoning_is_split_off(text: str, split: tuple[str, str]) -> None:
    assert split_reasoning(text) == split


@given(st.text(), st.text())
def test_reasoning_never_reaches_the_answer(thought: str, answer: str) -> None:
    if ">" not in thought and ">" not in answer:
        found = split_reasoning(f"<think>{thought}</think>{answer}")
        assert found == (thought.strip(), answer.lstrip())


@pytest.mark.parametrize(
    ("fault", "finish"),
    [
        ("refusal", "refusal"),
        ("content_filter", "content_filter"),
        ("filtered_prompt", "content_filter"),
        ("length", "length"),
        ("overflow", "overflow"),
    ],
)
async def test_a_reply_that_ends_badly_is_a_reply(fault: Fault, finish: str) -> None:
    async with connected(broken(fault)) as (client, _):
        assert (await client.complete(request(), 1)).finish == finish


@pytest.mark.usefixtures("spent")
async def test_a_model_that_thought_too_long_to_answer_was_cut_off() -> None:
    async with connected(broken("404")) as (client, _):
        found = await client.complete(request(max_tokens=77), 1)
    assert (found.text, found.finish, found.completion_tokens) == ("", "length", 77)


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("500", Kind.TRANSIENT, False),
        ("429", Kind.LIMITED, False),
        ("401", Kind.KEY, False),
        ("403", Kind.REFUSED, False),
        ("quota", Kind.QUOTA, False),
        ("daily", Kind.QUOTA, False),
        ("cut", Kind.TRANSIENT, True),
        ("reset", Kind.TRANSIENT, True),
        ("malformed", Kind.TRANSIENT, True),
        ("empty_choices", Kind.TRANSIENT, True),
        ("null_choices", Kind.TRANSIENT, True),
        ("content_type", Kind.TRANSIENT, True),
        ("error_body", Kind.TRANSIENT, True),
    ],
)
async def test_every_way_to_break_is_told_apart(fault: Fault, kind: Kind, billed: bool) -> None:
    async with connected(broken(fault)) as (client, counts):
        with pytest.raises(AttemptError) as caught:
            await client.complete(request(), 1)
    assert (caught.value.kind, caught.value.billed) == (kind, billed)
    assert "\n" not in caught.value.reason
    assert len(caught.value.reason) < 400
    assert counts.requests == 1


async def test_a_hang_ends_at_the_time_limit() -> None:
    async with connected(broken("hang"), timeout_s=0.2) as (client, _):
        with pytest.raises(AttemptError, match="no reply within the time limit"):
            await client.complete(request(), 1)


async def test_retry_after_is_read() -> None:
    async with connected(broken("429", wait_s=7)) as (client, _):
        with pytest.raises(AttemptError) as caught:
            await client.complete(request(), 1)
    assert caught.value.wait_s == 7


async def test_nobody_there_is_a_fault_that_cost_nothing() -> None:
    client = ChatClient(address_of(parse_spec(nobody()), {}), "test", timeout_s=5)
    with pytest.raises(AttemptError, match="no connection") as caught:
        await client.complete(request(), 1)
    await client.aclose()
    assert not caught.value.billed


async def test_the_key_is_sent_and_never_repeated() -> None:
    async with connected(Config(key="right-key"), env={"LBT_KEY_127_0_0_1": "wrong-key"}) as (client, _):
        with pytest.raises(AttemptError, match="Incorrect API key") as caught:
            await client.complete(request(), 1)
    assert "wrong-key" not in str(caught.value)
    async with connected(Config(key="right-key"), env={"LBT_KEY_127_0_0_1": "right-key"}) as (client, _):
        assert isinstance(await client.complete(request(), 1), Completion)


async def test_password_and_query_of_the_address_are_sent() -> None:
    with serve() as server:
        url = server.url.replace("http://", "http://user:pass@") + "?version=7"
        client = ChatClient(address_of(parse_spec(f"openai:test@{url}"), {}), "test", timeout_s=10)
        await client.complete(request(), 1)
        await client.aclose()
    assert server.counts.headers[0]["Authorization"] == "Basic dXNlcjpwYXNz"


async def test_what_the_environment_says_for_openai_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "for-openai-only")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: for-openai-only")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:1")
    async with connected() as (client, counts):
        await client.complete(request(), 1)
    assert "for-openai-only" not in str(counts.headers[0])


async def test_no_proxy_is_asked_for_a_loopback_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with connected() as (client, counts):
        await client.complete(request(), 1)
    assert counts.requests == 1


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://localhost.example/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_loopback_addresses_are_known(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


async def test_a_prefilled_turn_is_sent_as_it_is() -> None:
    async with connected() as (client, counts):
        asked = request().model_copy(update={"messages": (Message(role="assistant", content="So"),)})
        await client.complete(asked, 1)
    assert counts.bodies[0]["messages"][0]["role"] == "assistant"


@given(st.text(st.characters(codec="utf-8")))
def test_text_that_can_be_stored_is_kept_as_it_is(text: str) -> None:
    assert whole(text) == text


@given(st.text(st.characters()))
def test_half_characters_never_reach_the_store(text: str) -> None:
    whole(text).encode()
