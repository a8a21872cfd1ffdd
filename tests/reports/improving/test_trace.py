"""Each display of M3 gets the run across in its own way, and hostile text harms none."""

import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from lbt.iterations import iteration_row
from reports.improving.jsonlines import JsonImproving
from reports.improving.live import LiveImproving
from reports.improving.opening import STEPS
from reports.improving.phrases import TOLD
from reports.improving.plain import ImprovingErrors, PlainImproving
from reports.improving.trace import ImprovingTrace, open_improving
from reports.trace import Display
from tests.reports.improving import script
from tests.reports.script import Clock, screen, text_of

EVIL = "\x1b]0;owned\x07 [bold]x[/bold] \u202e\nsecond line"


def plain(console: Console) -> PlainImproving:
    return PlainImproving(console, Clock())


def live(console: Console) -> LiveImproving:
    return LiveImproving(console, Clock())


@pytest.mark.parametrize(
    ("display", "kind"),
    [("auto", PlainImproving), ("plain", PlainImproving), ("rich", LiveImproving), ("none", ImprovingErrors)],
)
def test_the_display_is_the_one_asked_for(display: Display, kind: type, capsys: pytest.CaptureFixture[str]) -> None:
    with open_improving(display) as trace:
        assert isinstance(trace, kind)


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with open_improving("json") as trace:
        script.play(trace, Clock(), repeats=1)
    out, err = capsys.readouterr()
    events = [json.loads(line) for line in out.splitlines()]
    assert {one["event"] for one in events} == {"notice", "opening", "step", "iteration", "summary"}
    rows = [one["row"] for one in events if one["event"] == "iteration"]
    assert rows == events[-1]["summary"]["each"]
    assert events[0]["calls_at_most"] == 134
    assert out.isascii()
    assert not err


def test_json_tells_what_an_earlier_part_has_finished() -> None:
    out = StringIO()
    before = iteration_row(script.iteration(0, 0))
    JsonImproving(out, Clock()).open(script.opening(finished=(before,)))
    assert json.loads(out.getvalue())["finished"] == [before.model_dump(mode="json")]


def test_none_says_nothing_but_the_first_errors_of_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    with open_improving("none") as trace:
        script.play(trace, Clock(), repeats=1)
    out, err = capsys.readouterr()
    assert not out
    assert err.splitlines() == [
        f"error: final: test {k} of 5, set 1.1, teacher: MISSING: {script.BROKE}" for k in range(1, TOLD + 1)
    ]


def test_plain_tells_a_step_of_thousands_of_answers_in_one_line() -> None:
    console = screen(terminal=False)
    trace = plain(console)
    trace.open(script.opening(1))
    told = len(text_of(console).splitlines())
    sat = [one for name in script.STUDENTS for one in script.answers(name, ["0.1", "0.2", "0.3", "0.4"], 64, 40)]
    for event in script.phase(0, 1, "examine", sat):
        trace.step(event)
    assert text_of(console).splitlines()[told:] == [
        "00:00  iteration 1 of 1  examine 64 items x 4 sets x 2 students: 320 right of 512"
    ]


def test_plain_says_now_and_then_how_far_the_run_is() -> None:
    clock, console = Clock(), screen(terminal=False)
    trace = PlainImproving(console, clock)
    trace.open(script.opening(1))
    for event in script.phase(0, 0, "test", script.answers("teacher", ["0.1"], 16, 8)):
        clock.now += 5
        trace.step(event)
    standing = [line for line in text_of(console).splitlines() if " calls, about " in line]
    assert [line[:5] for line in standing] == ["00:30", "01:00", "01:30", "02:00", "02:30"]


def test_marks_between_right_and_wrong_add_up() -> None:
    console = screen(terminal=False)
    trace = plain(console)
    for event in script.phase(0, 0, "test", [{"reader": "teacher", "exemplars": "0.1", "mark": 0.75}] * 3):
        trace.step(event)
    assert "test 3 items x 1 set: 2.2 right of 3" in text_of(console)


def evil_run(trace: ImprovingTrace) -> None:
    trace.open(script.opening(1, dataset=EVIL, judge=EVIL, notes=(EVIL,)))
    steps: dict[str, list[dict[str, Any]]] = {
        "examine": [{"reader": EVIL, "exemplars": EVIL, "mark": 1.0}, {"reader": EVIL, "error": EVIL}],
        "reflect": [{"exemplars": EVIL, "text": EVIL}],
        "revise": [{"exemplars": EVIL, "usable": False, "fault": EVIL}],
    }
    for step, calls in steps.items():
        for event in script.phase(0, 1, step, calls):
            trace.step(event)
    trace.notice(EVIL)
    done = script.iteration(0, 1)
    row = iteration_row(done).model_copy(update={"best": EVIL})
    trace.iteration(done, row)
    summary = script.summary(1)
    first = summary.rows[1].model_copy(update={"failures": {EVIL: summary.rows[1].failures["small"]}})
    final = summary.finals[0].model_copy(update={"best": EVIL})
    trace.close(summary.model_copy(update={"rows": (summary.rows[0], first), "finals": (final,)}), script.RUN_DIR)


@pytest.mark.parametrize("listen", [plain, live, ImprovingErrors])
def test_hostile_text_is_shown_not_sent(listen: Callable[[Console], ImprovingTrace]) -> None:
    console = screen(200)
    trace = listen(console)
    evil_run(trace)
    if isinstance(trace, LiveImproving):
        console.print(trace.draw())
    written = text_of(console)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert "␛]0;owned␇ [bold]x[/bold]" in written


def area(trace: LiveImproving, console: Console) -> list[str]:
    before = len(text_of(console))
    console.print(trace.draw())
    return text_of(console)[before:].splitlines()


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "repeat": st.integers(0, 5),
            "iteration": st.integers(0, 4),
            "step": st.sampled_from(STEPS),
            "state": st.sampled_from(["start", "end"]),
            "k": st.integers(1, 9),
        },
        optional={
            "m": st.integers(1, 9),
            "reader": st.sampled_from(["teacher", "a student with quite a long name"]),
            "exemplars": st.sampled_from(["0.1", "3.12"]),
            "mark": st.floats(0, 1),
            "text": st.text(max_size=200),
            "usable": st.booleans(),
            "usage": st.just({"calls": 1, "completion_tokens": 9}),
        },
    ),
    max_size=40,
)


@settings(max_examples=50, deadline=None)
@given(EVENTS, st.integers(0, 3), st.integers(20, 150), st.integers(4, 30))
def test_in_whatever_order_events_come_the_area_fits_its_terminal(
    events: list[dict[str, object]], finished: int, width: int, height: int
) -> None:
    console, clock = screen(width, height), Clock()
    trace = LiveImproving(console, clock)
    trace.open(script.opening())
    for event in events:
        clock.now += 0.25
        trace.step(event)
    for number in range(finished):
        trace.iteration(script.iteration(0, number), iteration_row(script.iteration(0, number)))
    lines = area(trace, console)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_on_a_small_terminal_the_steps_in_flight_are_counted() -> None:
    console = screen(80, 7)
    trace = live(console)
    trace.open(script.opening(9))
    for repeat in range(9):
        trace.step({"repeat": repeat, "iteration": 0, "step": "write", "state": "start", "k": 1, "m": 2})
    lines = area(trace, console)
    assert any("and 5 more in flight" in line for line in lines)
    assert len(lines) == 7


def test_the_table_so_far_keeps_its_latest_rows_where_lines_are_few() -> None:
    console = screen(80, 8)
    trace = live(console)
    trace.open(script.opening(1))
    for number in range(3):
        trace.iteration(script.iteration(0, number), iteration_row(script.iteration(0, number)))
    lines = "\n".join(area(trace, console))
    assert "final" in lines
    assert "\n0 " not in lines


def test_the_tables_come_after_the_area_is_gone() -> None:
    console = screen()
    trace = live(console)
    with trace.live:
        trace.open(script.opening())
        trace.close(script.summary(), script.RUN_DIR)
        assert not trace.live.is_started
    assert "Record: runs/20260101-120000-liar" in text_of(console)
