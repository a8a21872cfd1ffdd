"""What is special to containers."""

from collections.abc import Iterator
from typing import Any

import docker
import pytest

from lbt.errors import UnavailableError
from lbt.types import Case, Limits, Status
from sandbox import build, judge
from sandbox.backends.docker import Docker, connect
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
        build.find_image(engine)
    except UnavailableError as error:
        need("docker", False, str(error))
    yield engine
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
