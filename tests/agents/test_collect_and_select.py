"""Collect beside a run and choose anew, as a user does: with a real server, in a real sandbox, with the plug pulled."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from lbt.collected import Collection, Matched, SelfEvaluation, WrittenTests
from lbt.records import read_lessons
from tests.agents.running import SMALL, SMALL_CALLS, Ended, cast, run, started, until
from tests.requirements import need
from tests.server.app import Config
from tests.server.running import serve

pytestmark = [pytest.mark.loopback, pytest.mark.bubblewrap]
CALLS = {"self-eval": 2, "codet": 1, "mbr": 0, "zero-shot": 4, "answer-only": 8, "matched": 2}
"""Of a run with one lesson, two rationales, one student and four exam problems."""
EVERYTHING = ",".join(CALLS)


def collect(*words: str, cwd: Path) -> Ended:
    return Ended(started("agents.collect", *words, cwd=cwd))


def select(*words: str, cwd: Path) -> dict[str, Any]:
    """The rows by name."""
    ended = Ended(started("agents.select", *words, "--json", cwd=cwd))
    assert ended.code == 0, ended
    return {row["name"]: row for row in json.loads(ended.out)["rows"]}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run in it, whose server is gone."""
    place = tmp_path_factory.mktemp("held")
    with serve() as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=place)
    need("bubblewrap", ended.code != 3, ended.err.strip())
    assert ended.code == 0, ended
    return place


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Path:
    """A copy of it of one's own."""
    shutil.copytree(held / "r", tmp_path / "r")
    return tmp_path


def test_everything_is_collected_with_the_calls_that_were_announced_and_never_again(place: Path) -> None:
    with serve() as server:
        first = collect("r", "--for", EVERYTHING, *cast(server), cwd=place)
        assert first.code == 0, first
        made = server.counts.requests
        assert made == sum(CALLS.values())
        assert f"{made} at most ({', '.join(f'{count} {kind}' for kind, count in CALLS.items())})" in first.out
        again = collect("r", "--for", EVERYTHING, *cast(server), cwd=place)
        assert again.code == 0, again
        assert "0 at most" in again.out
        assert server.counts.requests == made
    (record,) = read_lessons(place / "r").values()
    there = Collection(place / "r")
    assert all(there.of(kind, record) for kind in (SelfEvaluation, WrittenTests, Matched))
    rows = select("r", cwd=place)
    assert not any(row["missing"] for row in rows.values())
    assert rows["lbt"]["calls"] == 2 + 8
    assert rows["random"]["calls"] == 1
    assert rows["self-eval"]["calls"] == 2 + 2
    assert rows["codet+v1"]["calls"] == 2 + 1
    assert rows["mbr"]["calls"] == 2
    assert rows["greedy"]["calls"] == rows["matched"]["calls"] == 1


def test_choosing_by_exam_repeats_the_run_s_own_choice_and_a_row_without_data_says_so(place: Path) -> None:
    (record,) = read_lessons(place / "r").values()
    rows = select("r", cwd=place)
    assert rows["lbt"]["selected"] == [list(record.selected)]
    assert rows["oracle"]["s"] >= max(row["s"] or 0 for row in rows.values())
    assert {name for name, row in rows.items() if row["missing"]} == {
        "matched",
        *(f"{name}{suffix}" for name in ("mbr", "codet", "self-eval") for suffix in ("", "+v1")),
    }
    shown = Ended(started("agents.select", "r", cwd=place))
    assert "needs codet" in shown.out
    assert "python -m agents.collect r --for mbr,codet,self-eval,matched" in shown.out


def test_rows_that_choose_nothing_can_be_asked_for_like_the_others(place: Path) -> None:
    assert list(select("r", "--by", "greedy, lbt", cwd=place)) == ["random", "lbt", "greedy", "oracle"]
    assert list(select("r", "--by", "matched", cwd=place)) == ["random", "oracle", "matched"]


def test_what_runs_programs_only_starts_no_model(place: Path) -> None:
    ended = collect("r", "--for", "mbr", cwd=place)  # no server answers any more
    assert ended.code == 0, ended
    assert select("r", "--by", "mbr", cwd=place)["mbr"]["s"] is not None


def test_killed_in_the_middle_it_goes_on_with_what_is_left(place: Path) -> None:
    with serve(Config(latency_s=0.2)) as server:
        words = ("r", "--for", "answer-only,self-eval", *cast(server), "--concurrency", "2")
        with started("agents.collect", *words, cwd=place) as process:
            until(lambda: server.counts.requests >= 5, process)
            os.killpg(process.pid, signal.SIGKILL)
        in_flight = server.counts.in_flight
        ended = collect(*words, cwd=place)
        assert ended.code == 0, ended
        asked = CALLS["answer-only"] + CALLS["self-eval"]
        assert asked <= server.counts.requests <= asked + max(in_flight, 2)
    assert select("r", "--by", "self-eval", cwd=place)["self-eval"]["s"] is not None


def test_a_dry_run_tells_the_calls_and_makes_none(place: Path) -> None:
    ended = collect("r", "--for", "codet,matched", "--dry-run", cwd=place)
    assert ended.code == 0, ended
    assert "3 at most (1 codet, 2 matched)" in ended.out
    assert not (place / "r" / "collected.jsonl").exists()


def test_a_limit_on_calls_counts_those_of_the_run_too(place: Path) -> None:
    with serve() as server:
        words = ("r", "--for", "answer-only", *cast(server))
        ended = collect(*words, "--max-calls", str(SMALL_CALLS + 3), cwd=place)
        assert ended.code == 4, ended
        assert server.counts.requests <= 3
        assert collect(*words, cwd=place).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("agents.collect", "r", "--for", "horoscope"), 2, "'horoscope' is none of self-eval"),
        (("agents.collect", "nowhere", "--for", "mbr"), 2, "no run in nowhere"),
        (("agents.select", "r", "--by", "lbt-z"), 2, "no selector 'lbt-z'"),
        (("agents.select", "nowhere"), 2, "no run in nowhere"),
    ],
)
def test_what_cannot_be_is_one_sentence(held: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ended = Ended(started(*words, cwd=held))
    assert ended.code == code, ended
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_analyses_of_a_run_are_printed_and_kept_as_csv(place: Path) -> None:
    ended = Ended(started("reports.analyses", "r", cwd=place))
    assert ended.code == 0, ended
    assert {file.name for file in (place / "r" / "analyses").iterdir()} == {
        "following.csv",
        "ranking.csv",
        "debugging.csv",
    }
    assert "Kendall" in ended.out
    nothing = Ended(started("reports.analyses", "nowhere", cwd=place))
    assert (nothing.code, "no run in nowhere" in nothing.err) == (2, True)
