"""Probing: what an endpoint takes is found out once, and said; what makes it useless is one sentence."""

import hashlib
from pathlib import Path

import pytest

from agents.endpoints import probe as probing
from agents.endpoints.budget import Budget
from agents.endpoints.engine import Pace, open_endpoint
from agents.endpoints.notice import Notice
from agents.endpoints.spec import parse_spec
from agents.endpoints.store import CallStore
from lbt.errors import BudgetError, UnavailableError
from tests.agents.endpoints.asked import request
from tests.server.app import Config
from tests.server.faults import Rule
from tests.server.running import nobody, serve

pytestmark = pytest.mark.loopback


async def opened(spec: str, path: Path, env: dict[str, str] | None = None, timeout_s: float = 10) -> list[str]:
    """Open and close the endpoint of `spec`, asking it once; what it told the user."""
    told: list[Notice] = []
    store = CallStore.open(path / "calls.db")
    try:
        async with open_endpoint(
            parse_spec(spec), store=store, pace=Pace(timeout_s=timeout_s), budget=Budget(), env=env or {},
            notify=told.append,
        ) as endpoint:  # fmt: skip
            await endpoint.ask(request(), (0,))
    finally:
        await store.aclose()
    return [notice.text for notice in told]


async def test_what_an_endpoint_takes_is_said(tmp_path: Path) -> None:
    with serve() as server:
        told = await opened(server.spec, tmp_path)
    assert told == [f"{server.spec} takes system, temperature, top_p, seed, max_tokens"]
    assert server.counts.probes == 1


async def test_a_resumed_run_does_not_probe_again(tmp_path: Path) -> None:
    with serve(Config(refuses=frozenset({"seed"}))) as server:
        first = await opened(server.spec, tmp_path)
        probes = server.counts.probes
        assert probes > 0
        assert await opened(server.spec, tmp_path) == first
        assert server.counts.probes == probes
    assert server.counts.requests == 1


async def test_what_another_version_of_the_program_found_is_asked_again(tmp_path: Path) -> None:
    with serve() as server:
        store = CallStore.open(tmp_path / "calls.db")
        key = hashlib.sha256(f"{server.spec}\nopenai:test".encode()).hexdigest()
        await store.put_probe(key, '{"system": true, "prefill": true, "several": true}')
        await store.aclose()
        assert (await opened(server.spec, tmp_path))[0].endswith("takes system, temperature, top_p, seed, max_tokens")


@pytest.mark.usefixtures("spent")
async def test_a_model_that_thinks_before_its_first_token_has_answered(tmp_path: Path) -> None:
    with serve(Config(faults=(Rule(fault="404", first=None, until=0, probes=True),))) as server:
        told = await opened(server.spec, tmp_path)
    assert told == [f"{server.spec} takes system, temperature, top_p, seed, max_tokens"]


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("system", "takes no system message: its text goes before the first user message"),
        ("temperature", "takes no temperature: its own default is used"),
        ("top_p", "takes no top_p"),
        ("seed", "takes no seed: its replies cannot be made again"),
        ("max_tokens", "max_completion_tokens"),
    ],
)
async def test_what_is_refused_is_left_out_and_said(tmp_path: Path, refused: str, said: str) -> None:
    with serve(Config(refuses=frozenset({refused}))) as server:
        told = await opened(server.spec, tmp_path)
    assert any(said in text for text in told)
    sent = server.counts.bodies[0]
    assert refused not in sent
    assert refused != "system" or [turn["role"] for turn in sent["messages"]] == ["user"]


async def test_everything_refused_at_once_is_adapted_to(tmp_path: Path) -> None:
    refuses = frozenset({"system", "temperature", "top_p", "seed", "max_tokens"})
    with serve(Config(refuses=refuses)) as server:
        told = await opened(server.spec, tmp_path)
    assert told[0].endswith("takes max_completion_tokens")
    assert len(told) == 5


async def test_a_limit_that_is_ignored_is_told_by_its_other_name(tmp_path: Path) -> None:
    with serve(Config(ignores=frozenset({"max_tokens"}))) as server:
        await opened(server.spec, tmp_path)
    assert "max_completion_tokens" in server.counts.bodies[0]


async def test_a_request_that_is_always_refused_is_one_sentence(tmp_path: Path) -> None:
    with (
        serve(Config(refuses=frozenset({"messages"}))) as server,
        pytest.raises(UnavailableError, match=r"refuses the simplest call: HTTP 400: Unsupported parameter"),
    ):
        await opened(server.spec, tmp_path)


async def test_nobody_there_is_one_sentence(tmp_path: Path) -> None:
    spec = nobody()
    with pytest.raises(UnavailableError, match="cannot be reached") as caught:
        await opened(spec, tmp_path)
    assert str(caught.value).startswith(spec)
    assert "\n" not in str(caught.value)


async def test_a_wrong_key_is_one_sentence_without_the_key(tmp_path: Path) -> None:
    with (
        serve(Config(key="right")) as server,
        pytest.raises(UnavailableError, match=r"does not take the key .*set LBT_KEY_127_0_0_1") as caught,
    ):
        await opened(server.spec, tmp_path, {"LBT_KEY_127_0_0_1": "sk-wrong-key"})
    assert "sk-wrong-key" not in str(caught.value)


async def test_the_right_key_opens(tmp_path: Path) -> None:
    with serve(Config(key="sk-right")) as server:
        await opened(server.spec, tmp_path, {"LBT_KEY_127_0_0_1": "sk-right"})
    assert "sk-right" not in (tmp_path / "calls.db").read_bytes().decode(errors="replace")


async def test_a_model_that_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    with (
        serve(Config(model="qwen-coder")) as server,
        pytest.raises(UnavailableError, match=r"has no model 'qwen-codr' .*it has qwen-coder"),
    ):
        await opened(server.spec.replace(":qwen-coder@", ":qwen-codr@"), tmp_path)


async def test_a_server_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "PROBE_S", 0.3)
    with (
        serve(Config(faults=(Rule(fault="hang", first=None, probes=True),))) as server,
        pytest.raises(UnavailableError, match="cannot be reached"),
    ):
        await opened(server.spec, tmp_path)


async def test_an_empty_purse_is_found_at_the_start(tmp_path: Path) -> None:
    with (
        serve(Config(faults=(Rule(fault="quota", first=None, probes=True),))) as server,
        pytest.raises(BudgetError, match="quota"),
    ):
        await opened(server.spec, tmp_path)
