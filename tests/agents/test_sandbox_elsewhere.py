"""The whole command with its judge behind `python -m sandbox serve`, as on another machine."""

from pathlib import Path

import pytest

from lbt.records import read_manifest
from tests.agents.running import SMALL, cast, run, running, table, until
from tests.sandbox.serving import TOKEN, serving
from tests.server.app import Config
from tests.server.running import serve

pytestmark = [pytest.mark.loopback, pytest.mark.bubblewrap]

LESSON = SMALL[: SMALL.index("--sandbox")]
LOCKED = {"LBT_SANDBOX_TOKEN": TOKEN}


@pytest.mark.slow
def test_it_ends_with_the_table_of_a_run_here_and_the_record_names_the_server(tmp_path: Path) -> None:
    with serve() as models, serving(env=LOCKED) as judge:
        here = run(*SMALL, *cast(models), "--run-dir", "here", cwd=tmp_path)
        there = run(*LESSON, *cast(models), "--sandbox", judge.url, "--run-dir", "there", cwd=tmp_path, env=LOCKED)
        assert (here.code, there.code) == (0, 0), there
        assert table(tmp_path / "there") == table(tmp_path / "here")
        assert f"at {judge.url}; " in there.out
        told = read_manifest(tmp_path / "there")
        assert told.config["sandbox"] == judge.url
        assert told.judge == read_manifest(tmp_path / "here").judge.replace(",", f" at {judge.url},")
    written = b"".join(file.read_bytes() for file in (tmp_path / "there").rglob("*") if file.is_file())
    assert TOKEN.encode() not in written
    assert TOKEN not in there.out + there.err


@pytest.mark.slow
def test_a_run_that_lost_its_server_is_finished_with_another(tmp_path: Path) -> None:
    with serve(Config(latency_s=0.3)) as models:
        with serving() as first:
            words = (*LESSON, *cast(models), "--sandbox", first.url, "--run-dir", "r")
            with running(*words, cwd=tmp_path) as process:
                until(lambda: models.counts.answered > 0, process)
                process.kill()
        with serving() as second:
            ended = run("--resume", "r", "--sandbox", second.url, cwd=tmp_path)
            assert ended.code == 0, ended
        unreachable = run("--resume", "r", "--sandbox", second.url, cwd=tmp_path)
        assert unreachable.code == 3
        assert f"error: no sandbox answers at {second.url}" in unreachable.err
        assert run("--resume", "r", "--sandbox", "bubblewrap", cwd=tmp_path).code == 2


def test_what_is_no_sandbox_in_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("sandbox: 5\n")
    ended = run(*LESSON, "--config", "run.yaml", "--dry-run", cwd=tmp_path)
    assert ended.code == 2, ended
    assert "'--sandbox'" in ended.err


def test_an_address_with_a_password_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("sandbox: http://user:hidden@127.0.0.1:1\n")
    for words in (("--sandbox", "http://user:hidden@127.0.0.1:1"), ("--config", "run.yaml")):
        ended = run(*LESSON, *words, "--dry-run", cwd=tmp_path)
        assert ended.code == 2
        assert "the address of a sandbox holds no password: set LBT_SANDBOX_TOKEN" in ended.err
        assert "hidden" not in ended.out + ended.err
