"""What the displays show of the scripted run, kept as plain files beside this one.

Renew all of them with `python -m tests.reports.golden`, then read the difference before it is committed.
"""

from collections.abc import Callable, Mapping
from io import StringIO
from itertools import islice
from pathlib import Path

from lbt.scoring import problem_row
from reports.closeup import show_mark, show_problem, show_rationale
from reports.jsonlines import JsonTrace
from reports.live import LiveTrace
from reports.plain import PlainTrace
from reports.tables import markdown_table, rich_table
from tests.reports import script

FOLDER = Path(__file__).parent / "golden"


def plain() -> str:
    """The trace as plain lines."""
    clock, console = script.Clock(), script.screen(terminal=False)
    script.play(PlainTrace(console, clock), clock)
    return script.text_of(console)


def json_lines() -> str:
    """The trace as JSON."""
    clock, out = script.Clock(), StringIO()
    script.play(JsonTrace(out, clock), clock)
    return out.getvalue()


def live(width: int, height: int) -> str:
    """The live area in the middle of the scripted run, two problems in flight."""
    clock, console = script.Clock(), script.screen(width, height)
    trace = LiveTrace(console, clock)
    trace.open(script.opening())
    streams = [script.rationale_events(problem, index, 1.0) for problem in script.PROBLEMS[:2] for index in (0, 1, -1)]
    for reached, events in zip((20, 13, 4, 7, 1, 1), streams, strict=True):
        for event in islice(events, reached):
            clock.now += 1.5
            trace.step(event)
    trace.notice("local:big asks to wait 12 s (429)", kind="retry")
    console.print(trace.draw())
    return script.text_of(console)


def end_of_live(width: int) -> str:
    """What stays on the terminal when a live run is over."""
    clock, console = script.Clock(), script.screen(width)
    script.play(LiveTrace(console, clock), clock)
    return script.text_of(console)


def markdown() -> str:
    """The table in Markdown."""
    return markdown_table(script.summary()) + "\n"


def narrow_table() -> str:
    """The table on 80 columns."""
    console = script.screen(80)
    console.print(rich_table(script.summary(), 80))
    return script.text_of(console)


def closeups() -> str:
    """One problem, one rationale and one exam answer shown again, in a pipe."""
    console = script.screen(terminal=False)
    record = script.records()[0]
    show_problem(console, record, problem_row(record))
    taught = record.rationales[0]
    show_rationale(console, taught, script.exchange(), None, "code")
    show_mark(console, taught.exam[0], script.exchange(), None, "code")
    return script.text_of(console)


PICTURES: Mapping[str, Callable[[], str]] = {
    "plain.txt": plain,
    "trace.jsonl": json_lines,
    "live-80.txt": lambda: live(80, 24),
    "live-120.txt": lambda: live(120, 40),
    "live-60x12.txt": lambda: live(60, 12),
    "live-end.txt": lambda: end_of_live(100),
    "table-80.txt": narrow_table,
    "table.md": markdown,
    "closeups.txt": closeups,
}


def renew() -> None:
    """Write every picture as it is now."""
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    renew()
