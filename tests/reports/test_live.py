"""The live view: drawn at a fixed rate whatever comes, fits its terminal, leaves it as it was."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from reports.live import LiveTrace, live_trace
from reports.opening import PASSING
from tests.reports import script
from tests.reports.script import BROKE, Clock, event, screen, text_of, usage

HOSTILE = "x\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[bold]\n\r"


def area(trace: LiveTrace, console: Console) -> list[str]:
    """The lines of the live area as they would be drawn now."""
    with console.capture() as capture:
        console.print(trace.draw())
    return capture.get().splitlines()


def crowded(trace: LiveTrace, problems: int, rationales: int) -> None:
    """Put many problems in flight, every rationale in its exam."""
    names = tuple(f"problem-{i}" for i in range(problems))
    trace.open(script.opening(names, rationales))
    for name in names:
        for index in range(rationales):
            trace.step(event(name, index, "explain", "start"))
            trace.step(event(name, index, "explain", "end", outcome="ok", usage=usage(9).model_dump()))
            trace.step(event(name, index, "exam", "start", student="small", exam="stone-game", k=1, m=99))


class Counting(LiveTrace):
    """Counts how often it is drawn."""

    drawn = 0

    def draw(self) -> RenderableType:
        self.drawn += 1
        return super().draw()


def test_events_draw_nothing_by_themselves() -> None:
    trace = Counting(screen(), Clock())
    trace.live.auto_refresh = False
    with trace.live:
        trace.open(script.opening())
        before = trace.drawn
        for k in range(5_000):
            trace.step(event("nim-game", 0, "exam", "start", k=k, m=5_000))
            trace.step(event("nim-game", 0, "exam", "end", k=k, m=5_000, usage=usage(1).model_dump()))
            trace.notice(f"wait {k}", kind="retry")
        assert trace.drawn == before
        trace.live.refresh()
        assert trace.drawn == before + 1


@pytest.mark.parametrize("width", [20, 40, 80, 120, 300])
@pytest.mark.parametrize("height", [4, 8, 12, 24, 60])
def test_the_area_fits_the_terminal(width: int, height: int) -> None:
    console = screen(width, height)
    trace = LiveTrace(console, Clock())
    crowded(trace, problems=7, rationales=8)
    for i in range(5):
        trace.notice(f"a long notice {i} " * 20, kind="retry" if i else "download")
    lines = area(trace, console)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


EVENTS = st.fixed_dictionaries(
    {
        "problem": st.sampled_from(["nim-game", "stone-game", HOSTILE]),
        "rationale": st.integers(-1, 3),
        "step": st.sampled_from(["explain", "judge", "mend", "exam", "mark", "select"]),
        "state": st.sampled_from(["start", "end"]),
    },
    optional={
        "student": st.sampled_from(["small", HOSTILE, None]),
        "exam": st.sampled_from(["stone-game", None]),
        "k": st.integers(1, 9),
        "m": st.integers(1, 9) | st.none(),
        "outcome": st.sampled_from(["ok", "no_code", None]),
        "error": st.sampled_from(["", BROKE, None]),
        "grade": st.none() | st.just(script.grade(1, 1).model_dump()),
        "usage": st.none() | st.just(usage(7).model_dump()),
    },
)


@settings(max_examples=50, deadline=None)
@given(st.lists(EVENTS, max_size=40), st.integers(20, 150), st.integers(4, 40))
def test_whatever_happens_in_whatever_order_the_area_can_be_drawn(
    events: list[dict[str, object]], width: int, height: int
) -> None:
    console, clock = screen(width, height), Clock()
    trace = LiveTrace(console, clock)
    trace.open(script.opening())
    for one in events:
        clock.now += 0.25
        trace.step(one)
    lines = area(trace, console)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_on_a_large_terminal_every_rationale_is_seen() -> None:
    console = screen(80, 80)
    trace = LiveTrace(console, Clock())
    crowded(trace, problems=7, rationales=8)
    assert sum("exam 0/99" in line for line in area(trace, console)) == 56


def test_a_lesson_whose_exam_is_being_written_says_so_until_it_is() -> None:
    console = screen(80, 20)
    trace = LiveTrace(console, Clock())
    trace.open(script.opening())
    told = {"event": "step", "problem": "nim-game", "step": "pose"}
    trace.step({**told, "state": "start"})
    assert any("nim-game" in line and "being written" in line for line in area(trace, console))
    trace.step({**told, "state": "end", "written": 3, "unwritten": 0})
    assert any("nim-game" in line and "0 of 2 rationales done" in line for line in area(trace, console))


def test_on_a_small_terminal_the_rest_is_counted() -> None:
    console = screen(80, 9)
    trace = LiveTrace(console, Clock())
    crowded(trace, problems=7, rationales=8)
    assert "and 3 more in flight" in "\n".join(area(trace, console))


def test_finished_rationales_make_room_first() -> None:
    console = screen(80, 8)
    trace = LiveTrace(console, Clock())
    trace.open(script.opening())
    for index in (0, 1):
        events = list(script.rationale_events("nim-game", index, 1.0))
        for one in events[: len(events) if index == 0 else 9]:
            trace.step(one)
    trace.step(event("nim-game", -1, "explain", "start"))
    trace.step(event("stone-game", 0, "explain", "start"))
    lines = "\n".join(area(trace, console))
    assert "1 of 2  explain > judge" not in lines
    assert "2 of 2  explain > judge > exam" in lines


def news(trace: LiveTrace, console: Console) -> list[str]:
    """The lines of an area in which nothing is in flight."""
    return [line.strip() for line in area(trace, console) if line.strip()]


def test_a_wait_is_news_for_a_while() -> None:
    clock, console = Clock(), screen()
    trace = LiveTrace(console, clock)
    trace.notice("local:big asks to wait 12 s", kind="retry")
    clock.now += PASSING["retry"] - 1
    assert news(trace, console) == ["local:big asks to wait 12 s"]
    clock.now += 2
    assert news(trace, console) == []


def test_a_download_is_news_until_the_next_notice_however_long_it_takes() -> None:
    clock, console = Clock(), screen()
    trace = LiveTrace(console, clock)
    trace.notice("fetching 1 %", kind="download")
    trace.notice("fetching 2 %", kind="download")
    clock.now += 3600
    assert news(trace, console) == ["fetching 2 %"]
    trace.notice("loading the model", kind="server")
    assert news(trace, console) == []


def test_lasting_news_stay_above_the_area() -> None:
    console = screen()
    LiveTrace(console, Clock()).notice("max_tokens is called max_completion_tokens here", kind="probe")
    assert "max_completion_tokens" in text_of(console)


def test_hostile_text_is_shown_not_sent() -> None:
    console = screen()
    trace = LiveTrace(console, Clock())
    trace.open(script.opening((HOSTILE,)))
    trace.step(event(HOSTILE, 0, "explain", "start"))
    trace.step(event(HOSTILE, 0, "explain", "end", outcome=HOSTILE, error=HOSTILE))
    trace.step(event(HOSTILE, 0, "exam", "start", student=HOSTILE, exam=HOSTILE, k=1, m=2))
    trace.notice(HOSTILE, kind=HOSTILE)
    trace.notice(HOSTILE, kind="retry")
    console.print(trace.draw())
    written = text_of(console)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert "␛]0;owned␇" in written
    assert "[bold]" in written


def test_what_broke_is_told_at_once() -> None:
    console = screen()
    trace = LiveTrace(console, Clock())
    trace.open(script.opening())
    trace.step(event("nim-game", 1, "exam", "end", student="small", exam="stone-game", k=3, m=4, error=BROKE))
    assert f"nim-game 2 of 2: exam 3 of 4, small on stone-game, MISSING: {BROKE}" in text_of(console)


def test_the_cursor_comes_back_after_an_error() -> None:
    console = screen()
    with pytest.raises(KeyboardInterrupt), live_trace(console, Clock()):
        raise KeyboardInterrupt
    written = text_of(console)
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l") >= 0


def test_the_table_comes_after_the_area_is_gone() -> None:
    console = screen()
    with live_trace(console, Clock()) as trace:
        trace.open(script.opening())
        trace.close(script.summary(), Path("runs/x"))
        assert not trace.live.is_started
    assert "Go on with: python -m agents.run --resume runs/x" in text_of(console)
