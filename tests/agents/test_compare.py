"""`python -m agents.compare`: ours and the peers on one hold-out, with the same budget, resumable; what it refuses."""

from pathlib import Path

import pytest

from agents.peers import environment
from lbt.contest import Contest
from lbt.records import iterations_of
from tests.agents.running import Ended, cast, started
from tests.requirements import need
from tests.server.app import Config
from tests.server.running import Running, serve

pytestmark = pytest.mark.loopback
SMALL = (
    *("--current-sets", "2", "--new-sets", "2", "--iterations", "2", "--exam-items", "6", "--display", "none"),
    *("--selection-calls", "60", "--fresh-items", "5", "--hold-out-items", "12"),
)


PYTHON = environment.interpreter()
"""Looked up before a test has a home of its own."""


def compared(*words: str, cwd: Path) -> Ended:
    return Ended(started("agents.compare", *words, cwd=cwd, env={"LBT_CACHE_DIR": str(PYTHON.parents[2])}))


def ours(server: Running) -> int:
    """Calls that were made for our run: its prompts ask as no peer's do."""
    asked = [str(one.body["messages"][-1]["content"]) for one in server.counts.exchanges]
    return sum("\n\nText: " in text or "[[Reason]]:" in text or "### Example 1" in text for text in asked)


def test_all_get_the_same_budget_and_the_same_hold_out_and_nothing_is_done_twice(tmp_path: Path) -> None:
    need("peers", PYTHON.exists(), "no environment of theirs; python -m agents.compare makes it")
    words = ("--task", "generalizations", *SMALL, "--peer", "random search", "--peer", "gepa", "--run-dir", "r")
    with serve(Config(good_share=0.4)) as server:
        ended = compared(*words, *cast(server), cwd=tmp_path)
        assert ended.code == 0, ended
        contest = Contest.model_validate_json((tmp_path / "r" / "contest.json").read_bytes())
        done = list(iterations_of(tmp_path / "r"))
        made = contest.budget
        tested = {one.kept[0].id for one in done}
        assert made == ours(server) - 12 * len(tested)
        assert all(one.calls is not None and one.calls <= made for one in contest.contestants)
        items = {tuple(mark.item for mark in one.marks) for one in contest.contestants if one.marks}
        assert items == {tuple(mark.item for mark in done[0].held_out.marks)}
        assert [one.name.split()[0] for one in contest.contestants] == ["ours,", "ours,", "DSPy", "GEPA"]
        assert "always Yes" in ended.out
        asked = server.counts.requests
        again = compared("--resume", "r", "--peer", "gepa", cwd=tmp_path)
        assert again.code == 0, again
        assert server.counts.requests == asked
    assert len((tmp_path / "r" / "peers.jsonl").read_text().splitlines()) == 2


def test_a_dry_run_asks_nobody(tmp_path: Path) -> None:
    with serve(Config()) as server:
        ended = compared("--task", "generalizations", *SMALL, *cast(server), "--dry-run", cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == 0
    assert "peers     random search, miprov2, gepa" in ended.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--task"),
        (("--task", "families"), "families has none"),
        (("--task", "nope"), "unknown dataset 'nope'"),
        (("--task", "generalizations", "--peer", "textgrad"), "textgrad"),
        (("--task", "generalizations", "--rationales", "3"), "--rationales"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ended = compared(*words, cwd=tmp_path)
    assert ended.code == 2, ended
    (line,) = ended.err.strip().splitlines()
    assert said in line
    assert list(tmp_path.iterdir()) == []
