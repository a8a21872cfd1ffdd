"""What is special to containers."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from lbt.errors import UnavailableError
from lbt.types import Case, Limits, Status
from sandbox import build, judge
from sandbox.backends import reaper
from sandbox.backends.docker import Docker, connect, context_host
from sandbox.backends.uids import Uids
from sandbox.decide import decide
from sandbox.judge import open_sandbox
from sandbox.pool import Pool
from sandbox.program import Program
from tests.requirements import need

PROGRAM = Program(code="def f(x): return x", entry_point="f")
CASES = [Case(args=(n,), expected=n) for n in range(3)]


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    """The engine; skips where none answers."""
    try:
        engine = connect()
    except UnavailableError as error:
        need("docker", False, str(error))
    try:
        build.find_image(engine)
        yield engine
    except UnavailableError as error:
        need("docker", False, str(error))
    finally:
        engine.close()


def containers(client: docker.DockerClient, kind: Docker) -> list[str]:
    """List its containers."""
    return [found["Id"] for found in client.api.containers(all=True, filters={"label": kind.label})]


@pytest.mark.docker
@pytest.mark.parametrize("attach", [False, True])
def test_both_ways_to_talk_to_a_container_judge_and_leave_nothing(client: docker.DockerClient, attach: bool) -> None:
    kind = Docker(attach=attach)
    pool = Pool(kind, 1)
    try:
        pool.start()
        big = "x" * 300_000
        verdict = pool.judge(PROGRAM, [*CASES, Case(args=(big,), expected=big)])
        assert verdict.status is Status.AC, verdict
        assert containers(client, kind)
    finally:
        pool.close()
    assert not containers(client, kind)


@pytest.mark.docker
def test_everything_that_can_be_is_taken_away_from_a_container(client: docker.DockerClient) -> None:
    kind = Docker()
    pool = Pool(kind, 1)
    try:
        pool.start()
        found = containers(client, kind)[0]
        about = client.api.inspect_container(found)
    finally:
        pool.close()
    host: dict[str, Any] = about["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["AutoRemove"]
    assert (host["NetworkMode"], host["IpcMode"], host["LogConfig"]["Type"]) == ("none", "none", "none")
    assert (host["CapDrop"], sorted(host["CapAdd"])) == (["ALL"], ["KILL", "SETGID", "SETUID"])
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert 0 < host["Memory"] == host["MemorySwap"]
    assert host["PidsLimit"] <= 128
    assert host["NanoCpus"] == 1_000_000_000
    assert host["Privileged"] is about["Config"]["Tty"] is False
    assert about["Image"] == client.images.get(build.tag()).id


@pytest.mark.docker
def test_a_program_may_ask_for_more_memory_than_the_container_began_with(client: docker.DockerClient) -> None:
    pool = Pool(Docker(), 1)
    try:
        pool.start()
        hungry = Program(
            code="def f(x): return len(b'x' * (1900 << 20)) >> 20",
            entry_point="f",
            limits=Limits(cpu_s=20, wall_s=120, memory_mb=2048),
        )
        assert pool.judge(hungry, [Case(args=(0,), expected=1900)]).status is Status.AC
    finally:
        pool.close()


@pytest.mark.docker
def test_an_image_that_cannot_be_built_says_what_to_do(
    client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "REPOSITORY", "lbt-sandbox-never-built")
    monkeypatch.setenv(build.BASE_VARIABLE, "lbt-no-such-base:1")
    with pytest.raises(UnavailableError, match=r"lbt-no-such-base:1.*python -m sandbox build --base"):
        build.find_image(client)


async def test_without_an_engine_docker_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    with pytest.raises(UnavailableError, match=r"no Docker engine answers.*start one"):
        async with open_sandbox("docker"):
            pass


@pytest.mark.bubblewrap
async def test_without_an_engine_auto_is_bubblewrap_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    try:
        async with open_sandbox() as sandbox:
            assert sandbox.name.startswith("bubblewrap")
            assert "no Docker engine answers" in sandbox.passed_over
    except UnavailableError as error:
        need("bubblewrap", False, str(error))


async def test_with_no_sandbox_at_all_every_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.setattr("sandbox.backends.bubblewrap.find_bwrap", refuse)
    with pytest.raises(UnavailableError, match=r"no Docker engine answers.*no bubblewrap here"):
        async with judge.open_sandbox():
            pass


def refuse() -> None:
    """Find no bubblewrap."""
    raise UnavailableError("no bubblewrap here")


@pytest.mark.docker
def test_what_the_kernel_ends_for_the_memory_of_the_container_is_out_of_memory(client: docker.DockerClient) -> None:
    kind, users = Docker(), Uids()
    box = kind.start(users.users)
    try:
        client.api.update_container(containers(client, kind)[0], mem_limit="96m", memswap_limit="96m")
        greedy = Program(
            code="def f(x): return len(b'x' * (300 << 20))",
            entry_point="f",
            limits=Limits(cpu_s=20, wall_s=120, memory_mb=400),
        )
        verdict = decide(greedy, CASES[:2], box.run(greedy, CASES[:2]))
        assert [test.status for test in verdict.tests] == [Status.MLE, Status.MLE]
        assert decide(PROGRAM, CASES, box.run(PROGRAM, CASES)).status is Status.AC
    finally:
        box.kill()
        kind.close()
        users.close()


@pytest.mark.docker
@pytest.mark.parametrize(("said", "left"), [(b"", 0), (reaper.DISMISSED, 1)])
def test_the_reaper_removes_what_a_killed_driver_was_creating(
    client: docker.DockerClient, tmp_path: Path, said: bytes, left: int
) -> None:
    owner, place = reaper.label(secrets.token_hex(8)), tmp_path / "meeting"
    (place / "box").mkdir(parents=True)
    client.api.create_container(build.tag(), "true", labels=dict([owner.split("=")]))
    command = [sys.executable, "-P", str(reaper.__file__), context_host(), str(place), owner]
    subprocess.run(command, input=said, timeout=60, check=True)
    found = client.api.containers(all=True, filters={"label": owner})
    for container in found:
        client.api.remove_container(container["Id"])
    assert (len(found), place.exists()) == (left, bool(left))
