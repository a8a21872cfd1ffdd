"""An engine that stops, is killed, stays away, or has no space left: jobs are judged right, or not at all."""

import gc
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from lbt.errors import SandboxError, UnavailableError
from lbt.types import Case, Status
from sandbox import pool as pools
from sandbox.backends import docker as docker_backend
from sandbox.backends.docker import Docker
from sandbox.conformance.attack import HONEST
from sandbox.pool import Pool
from sandbox.program import Program
from tests.processes import alive, children, holds_soon
from tests.requirements import need
from tests.sandbox.arena import Arena
from tests.sandbox.engine import Engine, image_of_the_usual_engine
from tests.sandbox.starting import open_arena, running

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # the SDK's, of calls that fail
]

DOUBLE = Program(code="def f(n): return 2 * n", entry_point="f")
CASES = [Case(args=(3,), expected=6)]
CODES = {
    "right": ("import time\ndef f(n):\n    time.sleep(0.5)\n    return 2 * n", Status.AC),
    "wrong": ("import time\ndef f(n):\n    time.sleep(0.5)\n    return n", Status.WA),
    "raises": ("import time\ndef f(n):\n    time.sleep(0.5)\n    raise KeyError(n)", Status.RE),
    "crashes": ("import os, time\ndef f(n):\n    time.sleep(0.5)\n    os.abort()", Status.CRASH),
}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Have what the SDK leaves open, in errors that hold each other, found here and not in whatever test is next."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Where engines live, in a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="lbt-engine-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def image(place: Path) -> Path:
    """The image of the sandbox in a file, for engines that have none."""
    return image_of_the_usual_engine(place)


@pytest.fixture(scope="module")
def standing(place: Path, image: Path) -> Iterator[Engine]:
    """An engine of this file's own, which has the image."""
    with Engine(place) as engine:
        engine.load(image)
        yield engine


@pytest.fixture
def engine(standing: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """That engine, running; it is what this test's judge talks to."""
    monkeypatch.setenv("DOCKER_HOST", standing.host)
    standing.options = ()
    yield standing
    if not standing.answers():
        standing.start()


def jobs(rounds: int) -> list[dict[str, Any]]:
    """Make a mixed lot of jobs of half a second each."""
    limits = {"cpu_s": 2, "wall_s": 30, "memory_mb": 128}
    tests = [{"args": [3], "expected": 6}]
    return [
        {"id": f"{name} {n}", "code": code, "entry_point": "f", "tests": tests, "limits": limits}
        for n in range(rounds)
        for name, (code, _) in CODES.items()
    ]


def right(verdict: Mapping[str, Any]) -> bool:
    """Say whether a verdict is what its job deserves."""
    return verdict.get("status") == CODES[str(verdict["id"]).split()[0]][1]


@pytest.mark.parametrize("options", [(), ("--live-restore",)], ids=["containers die", "containers live"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_an_engine_that_starts_again_costs_nobody_a_verdict(
    engine: Engine, how: signal.Signals, options: tuple[str, ...]
) -> None:
    engine.options = options
    engine.end(signal.SIGTERM)
    engine.start()
    with open_arena("docker", DOCKER_HOST=engine.host) as judge:
        lot = jobs(8)
        names = iter([str(job["id"]) for job in lot])
        judge.send(*lot)
        verdicts = [judge.receive(next(names))]
        engine.end(how)
        if options:  # what runs goes on without it
            verdicts.append(judge.receive(next(names)))
        engine.start()
        verdicts += map(judge.receive, names)
        assert all(map(right, verdicts)), verdicts
        assert judge.verdicts(HONEST)[0]["status"] == Status.AC
    assert holds_soon(lambda: not engine.containers())


@pytest.mark.parametrize("away", ["ended", "frozen"])
def test_an_engine_that_stays_away_is_an_error_and_no_verdict_and_may_come_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    monkeypatch.setattr(pools, "PATIENCE_S", 2.0)
    monkeypatch.setattr(docker_backend, "_API_S", 3)
    with opened(Pool(Docker(), 2)) as pool:
        assert pool.judge(DOUBLE, CASES).status is Status.AC
        boxes = processes(engine)
        if away == "ended":
            engine.end(signal.SIGKILL)
        else:
            engine.freeze()
        kill(boxes)
        for _ in range(3):
            with pytest.raises(SandboxError, match="could not judge"):
                pool.judge(DOUBLE, CASES)
        engine.start()
        assert [pool.judge(DOUBLE, CASES).status for _ in range(5)] == [Status.AC] * 5
    assert holds_soon(lambda: not engine.containers())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
def test_what_a_judge_leaves_at_an_engine_that_is_away_is_removed_when_it_is_back(
    engine: Engine, how: signal.Signals
) -> None:
    engine.options = ("--live-restore",)
    engine.end(signal.SIGTERM)
    engine.start()
    with open_arena("docker", DOCKER_HOST=engine.host) as judge:
        boxes = processes(engine)
        for pid in boxes:
            os.kill(pid, signal.SIGSTOP)  # so that no box ends by itself
        engine.end(signal.SIGKILL)
        judge.process.send_signal(how)
        judge.process.wait()
    assert all(map(alive, boxes))
    engine.start()
    assert holds_soon(lambda: not any(map(alive, boxes)) and not engine.containers())


def test_a_run_removes_what_dead_runs_have_left_and_touches_no_living_one(engine: Engine) -> None:
    with open_arena("docker", DOCKER_HOST=engine.host) as living:
        neighbours = set(engine.containers())
        with open_arena("docker", DOCKER_HOST=engine.host) as dying:
            left = set(engine.containers()) - neighbours
            for pid in processes(engine):
                os.kill(pid, signal.SIGSTOP)
            end_at_once(dying)
        assert left <= set(engine.containers())
        for pid in processes(engine):
            os.kill(pid, signal.SIGCONT if not is_of(engine, pid, left) else signal.SIGSTOP)
        with open_arena("docker", DOCKER_HOST=engine.host):
            assert holds_soon(lambda: not left & set(engine.containers()))
            assert neighbours <= set(engine.containers())
        assert living.verdicts(HONEST)[0]["status"] == Status.AC


def test_judges_killed_with_their_reapers_while_containers_are_made_leave_nothing_to_the_next(engine: Engine) -> None:
    for _ in range(4):
        with running("docker", DOCKER_HOST=engine.host) as judge:
            assert holds_soon(lambda: bool(engine.containers()))
            end_at_once(judge)
    with open_arena("docker", DOCKER_HOST=engine.host) as judge:
        assert judge.verdicts(HONEST)[0]["status"] == Status.AC
    assert holds_soon(lambda: not engine.containers())


def test_an_engine_without_space_is_an_error_and_no_verdict(
    place: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE_S", 2.0)
    with mounted(place / "small/data", "size=320m"), Engine(place / "small") as engine:
        engine.load(image)
        monkeypatch.setenv("DOCKER_HOST", engine.host)
        with opened(Pool(Docker(), 1)) as pool:
            with kept_full(engine.place / "data", "f_bavail"):
                assert pool.judge(DOUBLE, CASES).status is Status.AC  # what runs needs no space
                kill(processes(engine))
                with pytest.raises(SandboxError, match="no space left"):
                    pool.judge(DOUBLE, CASES)
                with pytest.raises(UnavailableError, match="no space left"), opened(Pool(Docker(), 1)):
                    pass
            assert [pool.judge(DOUBLE, CASES).status for _ in range(5)] == [Status.AC] * 5


def test_a_judge_without_space_to_meet_its_containers_says_so(
    engine: Engine, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE_S", 2.0)
    disk = place / "disk"  # in a short path, or a socket could not be there at all
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    with mounted(disk, "size=160k,nr_inodes=64"), opened(Pool(Docker(), 1)) as pool:
        with kept_full(disk, "f_favail"):
            assert pool.judge(DOUBLE, CASES).status is Status.AC
            kill(processes(engine))
            with pytest.raises(SandboxError, match="No space left"):
                pool.judge(DOUBLE, CASES)
            with pytest.raises(UnavailableError, match=r"No space left.*free some space"):
                Docker()
        assert [pool.judge(DOUBLE, CASES).status for _ in range(5)] == [Status.AC] * 5


@contextmanager
def opened(pool: Pool) -> Iterator[Pool]:
    """Open a pool with all its boxes, and close it."""
    try:
        pool.start()
        assert holds_soon(lambda: pool._idle.qsize() > pool.workers)  # the spare one is ready as well
        yield pool
    finally:
        pool.close()


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount a small disk in memory."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    need("root", not subprocess.run(mount, capture_output=True).returncode, "only root can mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True)


@contextmanager
def kept_full(folder: Path, of: str) -> Iterator[None]:
    """Fill a small disk with files until it has no `f_bavail` (space) or `f_favail` (names) left, and keep it so."""
    ballast, enough = folder / "ballast", threading.Event()
    ballast.mkdir()

    def fill() -> None:
        for number in itertools.count():
            with suppress(OSError), (ballast / str(number)).open("wb", buffering=0) as file:
                while file.write(b"\0" * 4096):
                    pass
            if enough.wait(0.001):
                return

    with ThreadPoolExecutor(1) as filler:
        filler.submit(fill)
        try:
            assert holds_soon(lambda: not getattr(os.statvfs(folder), of))
            yield
        finally:
            enough.set()
    shutil.rmtree(ballast)


def kill(pids: list[int]) -> None:
    """End these processes."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def processes(engine: Engine) -> list[int]:
    """List the first process of each container."""
    with engine.connected() as api:
        found = [api.inspect_container(one)["State"]["Pid"] for one in engine.containers()]
    return [pid for pid in found if pid]


def is_of(engine: Engine, pid: int, containers: set[str]) -> bool:
    """Say whether a process is the first one of any of these."""
    with engine.connected() as api:
        return any(api.inspect_container(one)["State"]["Pid"] == pid for one in containers)


def end_at_once(judge: Arena) -> None:
    """Kill a judge and its reaper together, as a machine that loses its power does."""
    family = children().get(judge.process.pid, [])
    kill([judge.process.pid, *family])
    judge.process.wait()
