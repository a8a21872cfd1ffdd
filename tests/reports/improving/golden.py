"""What the displays show of the scripted run of M3, kept as plain files beside this one.

Renew all of them with `python -m tests.reports.improving.golden`, then read the difference before it is committed.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from lbt.iterations import iteration_row
from reports.improving.live import LiveImproving
from reports.improving.plain import PlainImproving
from reports.improving.table import markdown_improvement, plain_improvement
from tests.reports.improving import script
from tests.reports.script import Clock, screen, text_of

FOLDER = Path(__file__).parent / "golden"


def plain() -> str:
    """The trace as plain lines."""
    clock, console = Clock(), screen(terminal=False)
    script.play(PlainImproving(console, clock), clock)
    return text_of(console)


def live(width: int, height: int) -> str:
    """The live area in the middle of the scripted run, two repeats in flight."""
    clock, console = Clock(), screen(width, height)
    trace = LiveImproving(console, clock)
    trace.open(script.opening())
    for repeat, number, reached in ((0, 0, None), (1, 0, None), (0, 1, 81), (1, 1, 21)):
        for event in islice(script.iteration_events(repeat, number), reached):
            clock.now += 0.5
            trace.step(event)
        if reached is None:
            done = script.iteration(repeat, number)
            trace.iteration(done, iteration_row(done))
    trace.notice("local:big asks to wait 12 s (429)", kind="retry")
    console.print(trace.draw())
    return text_of(console)


def end_of_live(width: int) -> str:
    """What stays on the terminal when a live run is over."""
    clock, console = Clock(), screen(width)
    script.play(LiveImproving(console, clock), clock)
    return text_of(console)


def tables() -> str:
    """The tables of texts and of other items, as lines and in Markdown."""
    shown = [plain_improvement(script.summary(1)), plain_improvement(script.of_programs())]
    return "\n\n".join([*shown, markdown_improvement(script.summary())]) + "\n"


PICTURES: Mapping[str, Callable[[], str]] = {
    "plain.txt": plain,
    "live-80.txt": lambda: live(80, 24),
    "live-120.txt": lambda: live(120, 40),
    "live-60x12.txt": lambda: live(60, 12),
    "live-end-80.txt": lambda: end_of_live(80),
    "live-end-120.txt": lambda: end_of_live(120),
    "tables.txt": tables,
}


def renew() -> None:
    """Write every picture as it is now."""
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    renew()
