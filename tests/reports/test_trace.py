"""Each display gets the run across in its own way, and `auto` chooses well."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from lbt.scoring import summarise
from leetcode_data.load import datasets
from reports.live import LiveTrace
from reports.plain import ErrorsOnly, PlainTrace
from reports.tables import OWN_LEVELS
from reports.trace import open_trace
from tests.reports import script
from tests.reports.script import BROKE, Clock, event, screen, text_of, usage

PLAY = """
from reports.trace import open_trace
from tests.reports.script import Clock, play
with open_trace("auto") as trace:
    play(trace, Clock())
"""


def test_auto_is_plain_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with open_trace("auto") as trace:
        assert isinstance(trace, PlainTrace)


def on_a_terminal(**environ: str) -> str:
    """What a real terminal receives from a scripted run with `auto`."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environ}
    root = Path(__file__).parents[2]
    run = subprocess.Popen([sys.executable, "-c", PLAY], stdout=theirs, stderr=theirs, stdin=theirs, env=env, cwd=root)
    os.close(theirs)
    chunks = []
    try:
        while chunk := os.read(ours, 65536):
            chunks.append(chunk)
    except OSError:  # Linux says so when the last writer has gone
        pass
    finally:
        os.close(ours)
    assert run.wait() == 0
    return b"".join(chunks).decode()


def test_a_terminal_gets_the_live_view() -> None:
    written = on_a_terminal()
    assert "\x1b[?25l" in written, "the cursor is hidden while the area is redrawn"
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")
    assert "\x1b[1m" in written, "with colours and weight"
    assert "mean of 2" in written


def test_no_color_keeps_the_view_and_drops_the_colours() -> None:
    written = on_a_terminal(NO_COLOR="1")
    assert "\x1b[?25l" in written
    assert "\x1b[33m" not in written
    assert "\x1b[1;36m" not in written


def test_a_dumb_terminal_gets_plain_lines() -> None:
    written = on_a_terminal(TERM="dumb")
    assert "\x1b" not in written
    assert "nim-game      1 of 2   explain, ok, 300 tokens" in written


def test_rich_can_be_asked_for() -> None:
    with open_trace("rich") as trace:
        assert isinstance(trace, LiveTrace)


def test_json_is_one_object_a_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    with open_trace("json") as trace:
        script.play(trace, Clock())
    out, err = capsys.readouterr()
    events = [json.loads(line) for line in out.splitlines()]
    assert {one["event"] for one in events} == {"notice", "opening", "step", "lesson", "summary"}
    assert events[-1]["summary"]["problems"][0]["m1_max"] == 1
    assert not err
    assert out.isascii()


def test_none_says_nothing_but_errors(capsys: pytest.CaptureFixture[str]) -> None:
    with open_trace("none") as trace:
        assert isinstance(trace, ErrorsOnly)
        script.play(trace, Clock())
    out, err = capsys.readouterr()
    assert not out
    assert err == f"error: divisor-game: exam, small, MISSING: {BROKE}\n"


def test_plain_tells_a_download_now_and_then_only() -> None:
    clock, console = Clock(), screen(terminal=False)
    trace = PlainTrace(console, clock)
    for percent in range(100):
        trace.notice(f"fetched {percent} %", kind="download")
        clock.now += 1
    trace.notice("damaged, fetched again", kind="download")
    assert text_of(console).count("fetched ") == 11


def test_plain_says_now_and_then_how_far_the_run_is() -> None:
    clock, console = Clock(), screen(terminal=False)
    trace = PlainTrace(console, clock)
    trace.open(script.opening())
    for k in range(1, 9):
        trace.step(event("nim-game", 0, "exam", "start", k=k, m=8))
        clock.now += 10
        trace.step(event("nim-game", 0, "exam", "end", k=k, m=8, usage=usage(100).model_dump()))
    standing = [line for line in text_of(console).splitlines() if " calls, about " in line]
    assert standing == ["00:30  3 of 33 calls, about 5 min left", "01:00  6 of 33 calls, about 4 min left"]


def test_plain_lines_are_never_folded() -> None:
    console = screen(20, terminal=False)
    trace = PlainTrace(console, Clock())
    trace.open(script.opening())
    trace.step(event("nim-game", 0, "explain", "end", error="e" * 300))
    assert any("e" * 300 in line for line in text_of(console).splitlines())


def test_the_summary_warns_of_replies_without_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    summary = script.summary()
    bad = summary.form["small"].model_copy(update={"replies": 100, "failures": {"no_code": 6, "cut_off": 5}})
    summary = summary.model_copy(update={"form": {**summary.form, "small": bad}})
    with open_trace("plain") as trace:
        trace.close(summary, Path("runs/x"))
    out = capsys.readouterr().out
    assert "warning: Replies of small: 100; without code 6.0 %, cut off 5.0 %, refused 0.0 % (above 5 %).\n" in out


def test_calls_of_unfinished_problems_are_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = summarise([], dataset="game_theory", seed=0, asked=3)
    with open_trace("plain") as trace:
        trace.open(script.opening())
        for one in script.rationale_events("nim-game", 0, 1.0):
            trace.step(one)
        trace.close(nothing, Path("runs/x"))
    out = capsys.readouterr().out
    assert "Calls: 3 made, 2 replayed; tokens: 2,500 read (80 % of them cached), 700 written; 0 s.\n" in out
    assert "Calls behind the table: 0; tokens: 0 read, 0 written.\n" in out


@pytest.mark.parametrize("dataset", [*datasets(), "mine.jsonl"])
def test_tables_of_the_papers_datasets_say_that_their_tests_are_our_own(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_trace("plain") as trace:
        trace.close(script.summary().model_copy(update={"dataset": dataset}), Path("runs/x"))
    ours = dataset not in ("first_steps", "mine.jsonl")
    assert (OWN_LEVELS in capsys.readouterr().out) == ours
