"""Improvement runs as a user starts them: recorded, forecast, killed and resumed, refused; of all kinds of items."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lbt.exemplars import Iteration
from lbt.records import iterations_of, read_manifest
from tests.agents.running import Ended, cast, run, running, until
from tests.server.app import Config
from tests.server.faults import Rule
from tests.server.running import serve

pytestmark = pytest.mark.loopback
M3 = ("--method", "m3", "--dataset", "generalizations")
SMALL = (
    *("--current-sets", "2", "--new-sets", "2", "--iterations", "2", "--exam-items", "6"),
    *("--selection-calls", "36", "--fresh-items", "5", "--hold-out-items", "8"),
)
CALLS = 2 * 6 + 8 + 2 * (12 + 4 + 4 + 36 + 8) + 2 * 5 + 8
"""Selection and hold-out of the initial sets, two iterations, the last selection and the final set."""


def of(place: Path) -> list[Iteration]:
    return list(iterations_of(place))


def summary(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "summary.json").read_text())
    return found


def test_it_runs_to_the_end_and_makes_the_calls_that_were_foretold(tmp_path: Path) -> None:
    with serve(Config(good_share=0.1)) as server:
        foretold = run(*M3, *SMALL, *cast(server), "--dry-run", cwd=tmp_path)
        assert f"calls     {CALLS} exactly" in foretold.out, foretold
        assert server.counts.requests == 0
        ended = run(*M3, *SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    done = of(tmp_path / "r")
    assert [one.stage for one in done] == ["initial", "revised", "revised", "final"]
    assert sum(one.usage.calls for one in done) == CALLS
    found = summary(tmp_path / "r")
    assert (found["usage"]["calls"], found["forecast"]) == (CALLS, CALLS)
    assert server.counts.requests == CALLS - found["usage"]["replayed"]
    assert "always Yes" in ended.out
    assert "final set" in ended.out


def test_initial_sets_that_the_teacher_invents_are_foretold_too(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        ended = run(*M3, *SMALL, "--init", "generate", *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    assert summary(tmp_path / "r")["usage"]["calls"] == CALLS + 2
    assert all(one.source == "" for one in of(tmp_path / "r")[0].kept[0].exemplars)


def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        whole = run(*M3, *SMALL, *cast(server), "--run-dir", "whole", cwd=tmp_path)
        assert whole.code == 0, whole
        made = server.counts.requests
        for part, share in enumerate((0.1, 0.5, 0.8)):
            before, place = server.counts.requests, f"killed{part}"
            words = (*M3, *SMALL, *cast(server), "--concurrency", "1", "--run-dir", place)
            with running(*words, cwd=tmp_path) as process:
                until(lambda: server.counts.requests >= before + share * made, process)  # noqa: B023
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
            ended = run("--resume", place, cwd=tmp_path)
            assert ended.code == 0, ended
            assert server.counts.requests - before <= made + 1
            assert decided(tmp_path / place) == decided(tmp_path / "whole")


def decided(place: Path) -> list[dict[str, Any]]:
    """What came out, without what it took: a call may have been replayed or not."""

    def bare(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {name: bare(each) for name, each in value.items() if name != "usage"}
        return [bare(each) for each in value] if isinstance(value, list) else value

    return [bare(one.model_dump(mode="json")) for one in of(place)]


def test_repeats_share_no_call(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        ended = run(*M3, *SMALL, "--repeats", "2", "--init", "generate", *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    done = of(tmp_path / "r")
    assert Counter(one.repeat for one in done) == {0: 4, 1: 4}
    calls = [
        {call for one in done if one.repeat == repeat for draft in one.drafts for call in draft.calls}
        for repeat in (0, 1)
    ]
    assert calls[0]
    assert not calls[0] & calls[1]
    found = summary(tmp_path / "r")
    assert found["finished"] == 2
    assert all(row["accuracy"]["standard_error"] is not None for row in found["rows"])


@pytest.mark.parametrize(
    ("dataset", "more"),
    [
        ("families", ("--init", "generate")),
        ("families", ("--init", "train")),
        ("game_theory", ("--init", "generate", "--sandbox", "process", "--selection-calls", "12")),
    ],
)
def test_mathematics_and_programs_go_through_the_same_steps(
    tmp_path: Path, dataset: str, more: tuple[str, ...]
) -> None:
    words = ("--method", "m3", "--dataset", dataset, *SMALL, *more, "--hold-out-items", "3")
    with serve(Config(good_share=0.1)) as server:
        foretold = run(*words, *cast(server), "--dry-run", cwd=tmp_path)
        ended = run(*words, *cast(server), "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
    done = of(tmp_path / "r")
    assert [one.stage for one in done] == ["initial", "revised", "revised", "final"]
    calls = summary(tmp_path / "r")["usage"]["calls"]
    assert f"calls     {calls} exactly" in foretold.out, foretold
    assert all(
        one.rationale and one.answer for draft in done[1].drafts if draft.written for one in draft.written.exemplars
    )
    assert summary(tmp_path / "r")["baselines"] == []


def test_a_reply_that_is_neither_yes_nor_no_is_wrong_and_has_a_column(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("- match: '[[Reason]]'\n  reply: none\n- match: Write exactly\n  reply: none\n- reply: Perhaps\n")
    both = ("--teacher", f"scripted:{script}", "--student", f"scripted:{script}")
    assert run(*M3, *SMALL, *both, "--run-dir", "r", cwd=tmp_path).code == 0
    assert all(mark.said is None and mark.mark == 0 for mark in of(tmp_path / "r")[0].held_out.marks)
    assert [row["neither"] for row in summary(tmp_path / "r")["rows"]] == [1.0] * 4
    assert run(*M3, *SMALL, *both, "--faithful", "--run-dir", "f", cwd=tmp_path).code == 0
    assert all(mark.said is False for mark in of(tmp_path / "f")[0].held_out.marks)
    assert [row["neither"] for row in summary(tmp_path / "f")["rows"]] == [0.0] * 4


def test_sets_that_cannot_be_used_are_repaired_once_or_rejected_and_counted(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    good = "\n".join(f"Text: Claim {n}.\nLabel: {'Yes' if n % 2 else 'No'}" for n in range(8))
    rules = [
        {"match": "What is wrong with your reply", "reply": good},
        {"match": "[[Reason]]", "reply": "[[Reason]]:\nThey lack texts with a single case in them.\n[[End]]"},
        {"match": "Write exactly", "reply": "Text: only one\nLabel: Yes"},
        {"reply": "Yes"},
    ]
    script.write_text(json.dumps(rules))
    both = ("--teacher", f"scripted:{script}", "--student", f"scripted:{script}")
    assert run(*M3, *SMALL, *both, "--run-dir", "r", cwd=tmp_path).code == 0
    first = of(tmp_path / "r")[1]
    assert [draft.fate for draft in first.drafts] == ["new", "repeated", "repeated", "repeated"]
    assert all(draft.repaired and len(draft.calls) == 2 and draft.fault for draft in first.drafts)
    script.write_text(json.dumps(rules[1:]))
    assert run(*M3, *SMALL, *both, "--run-dir", "again", cwd=tmp_path).code == 0
    assert {draft.fate for draft in of(tmp_path / "again")[1].drafts} == {"malformed"}


def test_a_call_that_fails_for_good_ends_the_repeat_and_resuming_makes_what_is_left(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        assert run(*M3, *SMALL, *cast(server), "--run-dir", "whole", cwd=tmp_path).code == 0
        made = server.counts.requests
    with serve(Config(good_share=0.4, faults=(Rule(fault="404", after=made // 2, until=made // 2),))) as server:
        broken = run(*M3, *SMALL, *cast(server), "--concurrency", "1", "--run-dir", "r", cwd=tmp_path)
        assert broken.code == 5, broken
        assert "repeat 1 stops here, and --resume goes on with it" in broken.out
        assert len(of(tmp_path / "r")) < 4
        ended = run("--resume", "r", "--teacher", server.spec, "--student", server.spec, cwd=tmp_path)
        assert ended.code == 0, ended
        assert server.counts.requests == made + 1
    assert decided(tmp_path / "r") == decided(tmp_path / "whole")


def test_another_method_refuses_the_run_in_a_sentence(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        assert run(*M3, *SMALL, *cast(server), "--run-dir", "r", cwd=tmp_path).code == 0
        other = run("--resume", "r", "--method", "m1", cwd=tmp_path)
    assert other.code == 2, other
    assert "Traceback" not in other.err


def test_all_training_items_decide_only_where_the_user_confirms(tmp_path: Path) -> None:
    with serve(Config(good_share=0.4)) as server:
        words = (*M3, *SMALL, *cast(server), "--select-on", "full", "--run-dir", "r")
        refused = run(*words, cwd=tmp_path)
        assert refused.code == 2, refused
        assert "--yes" in refused.err
        assert server.counts.requests == 0
        assert run(*words, "--yes", cwd=tmp_path).code == 0
    assert len(of(tmp_path / "r")[0].scored[0].marks) > 90
    assert "yes" not in read_manifest(tmp_path / "r").config


def test_texts_of_ones_own(tmp_path: Path) -> None:
    rows = "".join(f'{{"text": "text {n}", "label": {n % 2}}}\n' for n in range(60))
    (tmp_path / "own.jsonl").write_text(rows)
    (tmp_path / "task.txt").write_text("Is the number odd?")
    with serve(Config(good_share=0.4)) as server:
        words = ("--method", "m3", "--dataset", "own.jsonl", "--task-file", "task.txt", *SMALL, *cast(server))
        ended = run(*words, "--run-dir", "r", cwd=tmp_path)
        assert ended.code == 0, ended
        assert any("Is the number odd?" in str(one.body) for one in server.counts.exchanges)


def sentence(ended: Ended) -> str:
    """The one line of an error."""
    (line,) = ended.err.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--method", "m3", "--dataset", "liar"), "--data-dir"),
        (("--method", "m3", "--rationales", "3"), "--rationales is for --method m1"),
        (("--method", "m3", "--dataset", "families", "--select-by", "f1"), "needs two classes"),
        (("--iterations", "2"), "--iterations is for --method m3"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    ended = run(*words, cwd=tmp_path)
    assert ended.code == 2, ended
    assert said in sentence(ended)
    assert list(tmp_path.iterdir()) == []
