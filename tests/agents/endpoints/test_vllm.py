"""Launching vLLM, with a stand-in for its command."""

import asyncio
import os
import signal
import socket
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agents.endpoints import vllm
from agents.endpoints.budget import Budget
from agents.endpoints.engine import Pace, open_endpoint
from agents.endpoints.flags import flags_of
from agents.endpoints.launch import launch
from agents.endpoints.notice import ignore
from agents.endpoints.spec import parse_spec
from agents.endpoints.store import CallStore
from lbt.errors import ConfigError, UnavailableError
from tests.agents.endpoints.asked import request
from tests.agents.endpoints.stand_in import install, starts
from tests.processes import PATIENCE_S, driver, wait_until_gone
from tests.server.running import stats

pytestmark = pytest.mark.vllm
SPEC = parse_spec("vllm:own/model")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the stand-in on PATH; gives the file in which it says how it was started."""
    program = install(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STAND_IN_RECORD", str(tmp_path / "record"))
    monkeypatch.setenv("LBT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "record"


def facts(record: Path) -> dict[str, Any]:
    return starts(record)[-1]


async def test_the_server_is_started_asked_and_ended_with_its_engine(tmp_path: Path, record: Path) -> None:
    store = CallStore.open(tmp_path / "calls.db")
    opened = open_endpoint(
        SPEC, store=store, pace=Pace(), budget=Budget(), launch=lambda spec: launch(spec, log_dir=tmp_path)
    )
    async with opened as endpoint:
        reply = await endpoint.ask(request(), (0,))
        pids = facts(record)["pids"]
    await store.aclose()
    assert reply.text
    assert wait_until_gone(pids) == []


async def test_a_server_that_is_killed_under_a_call_is_one_sentence_with_its_last_words(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN", "hang")
    store = CallStore.open(tmp_path / "calls.db")
    opened = open_endpoint(
        SPEC, store=store, pace=Pace(), budget=Budget(), launch=lambda spec: launch(spec, log_dir=tmp_path)
    )
    async with opened as endpoint:
        asker = asyncio.create_task(endpoint.ask(request(), (0,)))
        url = f"http://127.0.0.1:{dict(pairwise(facts(record)['arguments']))['--port']}/v1"
        async with asyncio.timeout(PATIENCE_S):
            while not (await asyncio.to_thread(stats, url))["in_flight"]:
                await asyncio.sleep(0.02)
        os.kill(facts(record)["pids"][0], signal.SIGKILL)
        sentence = r"vllm:own/model ended \(SIGKILL\): CUDA error: out of memory \(log: .*\); resume to go on"
        with pytest.raises(UnavailableError, match=sentence):
            await asker
        with pytest.raises(UnavailableError, match=sentence):
            await endpoint.ask(request(1), (0,))
    await store.aclose()


async def test_prefix_caching_neutral_sampling_and_the_users_flags_are_passed(tmp_path: Path, record: Path) -> None:
    async with launch(SPEC, log_dir=tmp_path, vllm_args=["max_model_len=512", "enforce-eager"]) as served:
        command = facts(record)["arguments"]
    port = served.base_url.removeprefix("http://127.0.0.1:").removesuffix("/v1")
    assert command[:2] == ["serve", "own/model"]
    assert "--enable-prefix-caching" in command
    assert "--enforce-eager" in command
    flags = dict(pairwise(command))
    assert flags["--generation-config"] == "vllm"
    assert flags["--max-model-len"] == "512"
    assert (flags["--host"], flags["--port"]) == ("127.0.0.1", port)


async def test_a_user_may_switch_prefix_caching_off(tmp_path: Path, record: Path) -> None:
    async with launch(SPEC, log_dir=tmp_path, vllm_args=["no-enable-prefix-caching"]):
        assert "--enable-prefix-caching" not in facts(record)["arguments"]


async def test_keys_for_other_hosts_stay_here(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"OPENAI_API_KEY", "LBT_KEY_SOMEWHERE", "ANTHROPIC_API_KEY", "VLLM_API_KEY"}
    for name in (*keys, "HF_TOKEN"):
        monkeypatch.setenv(name, "x")
    async with launch(SPEC, log_dir=tmp_path):
        names = set(facts(record)["environment"])
    assert not names & keys
    assert "HF_TOKEN" in names  # weights may be behind it


async def test_a_server_that_takes_its_time_is_waited_for(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN", "slow")
    monkeypatch.setattr(vllm, "_TELL_S", 0.0)
    told: list[str] = []
    async with launch(SPEC, log_dir=tmp_path, notify=lambda notice: told.append(notice.text)):
        pass
    assert any("still starting" in text for text in told)


async def test_a_crash_at_the_start_is_told_with_its_cause_and_leaves_nothing(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN", "crash")
    with pytest.raises(UnavailableError, match="vllm:own/model ended before it was ready: ValueError: the model does"):
        async with launch(SPEC, log_dir=tmp_path):
            pass
    assert wait_until_gone(facts(record)["pids"]) == []


def test_nothing_is_left_after_the_driver_was_killed(tmp_path: Path, record: Path) -> None:
    program = f"""
import asyncio, pathlib
from agents.endpoints.launch import launch
from agents.endpoints.spec import parse_spec
async def main():
    async with launch(parse_spec("vllm:own/model"), log_dir=pathlib.Path({str(tmp_path)!r})):
        print("up", flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""
    with driver(program) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.kill()
        process.wait()
        assert wait_until_gone(facts(record)["pids"]) == []


async def test_another_command_can_be_named(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = install(tmp_path / "elsewhere")
    monkeypatch.setenv("LBT_VLLM", f"{program} --from-module")
    async with launch(SPEC, log_dir=tmp_path):
        assert facts(record)["arguments"][:3] == ["--from-module", "--model", "own/model"]


async def test_a_command_that_does_not_work_is_told(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN", "broken")
    with pytest.raises(UnavailableError, match=r"does not work: PackageNotFoundError.*LBT_VLLM"):
        async with launch(SPEC, log_dir=tmp_path):
            pass


async def test_where_the_command_does_not_work_the_module_is_taken(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site/vllm/entrypoints/openai"
    package.mkdir(parents=True)
    (package / "api_server.py").write_text("raise SystemExit('ValueError: started as a module')")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("STAND_IN", "broken")
    with pytest.raises(UnavailableError, match="started as a module"):
        async with launch(SPEC, log_dir=tmp_path):
            pass


async def test_without_vllm_the_user_learns_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'learning-by-teaching\[vllm\]'"):
        async with launch(SPEC, log_dir=tmp_path):
            pass


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        ("/no/such/vllm serve", UnavailableError, "names '/no/such/vllm', which is no program"),
        ("vllm 'serve", ConfigError, "cannot be read as a command"),
    ],
)
async def test_a_named_command_that_cannot_be_run_is_told(
    value: str, error: type[Exception], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LBT_VLLM", value)
    with pytest.raises(error, match=sentence):
        async with launch(SPEC, log_dir=tmp_path):
            pass


@pytest.mark.parametrize("flag", ["", "=1", "a b=1", "port=80", "host=0.0.0.0", "--model=x"])
def test_a_flag_that_is_malformed_or_the_runs_own_is_refused(flag: str) -> None:
    with pytest.raises(ConfigError, match="--vllm-arg"):
        flags_of([flag])


def test_a_flag_is_read_with_and_without_dashes_and_value() -> None:
    flags = flags_of(["--max_model_len=512", "enforce-eager", 'speculative-config={"a": "b=c"}'])
    assert flags == {"max-model-len": "512", "enforce-eager": None, "speculative-config": '{"a": "b=c"}'}


def test_a_reserved_port_is_given_to_nobody_else_and_still_the_server_may_listen_on_it() -> None:
    with vllm._Reservation() as one, vllm._Reservation() as other:
        assert one != other
        with socket.create_server(("127.0.0.1", one)) as server:
            assert server.getsockname()[1] == one


async def test_a_folder_is_named_by_its_content(tmp_path: Path, record: Path) -> None:
    async def identity() -> str:
        async with launch(parse_spec(f"vllm:{tmp_path / 'model'}"), log_dir=tmp_path, notify=ignore) as served:
            return served.identity

    (tmp_path / "model").mkdir()
    (tmp_path / "model/weights").write_text("one")
    first = await identity()
    assert await identity() == first
    (tmp_path / "model/weights").write_text("two, trained further")
    assert await identity() != first


async def test_a_hub_id_is_named_with_the_revision_that_was_fetched(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = tmp_path / "hub/models--own--model/refs"
    refs.mkdir(parents=True)
    (refs / "main").write_text("abc123\n")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    async with launch(SPEC, log_dir=tmp_path, vllm_args=["dtype=float32"]) as served:
        assert served.identity == "vllm own/model revision:abc123 dtype=float32"
