"""What a training tells while it goes on: a line that is redrawn on a terminal, lines elsewhere."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text
from transformers import TrainerCallback

from lbt.records import append_line
from reports.tables import duration
from reports.terminal import console, is_lively
from training.libraries import Foreign

EVERY_S = 30.0
"""Between two lines where nothing can be redrawn."""


class Screen:
    """One line for what is going on now, and lines that stay."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, shown: bool = True) -> None:
        self._console: Console = console()
        self._console.quiet = not shown
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._lively, self._clock, self._told = is_lively(sys.stdout), clock, -EVERY_S

    def __enter__(self) -> "Screen":
        if self._lively:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def line(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(text, soft_wrap=True)

    def now(self, text: str, *, last: bool = False) -> None:
        """Show what is going on: at once where it can be redrawn; elsewhere now and then, and the last of it."""
        if self._lively:
            self._live.update(Text(text, no_wrap=True, overflow="ellipsis"), refresh=True)
        elif last or self._clock() - self._told >= EVERY_S:
            self._told = self._clock()
            self.line(text)


class Counter:
    """Counts the batches whose log-probabilities under the start are computed."""

    def __init__(self, screen: Screen, batches: int) -> None:
        self._screen, self._batches, self._done = screen, batches, 0

    def __call__(self) -> None:
        """Count one."""
        self._done += 1
        last = self._done == self._batches
        self._screen.now(f"log-probabilities of the start: {self._done} of {self._batches} batches", last=last)


class Recorder(TrainerCallback):  # type: ignore[misc]  # transformers has no types
    """Writes every number of a training, and shows the last."""

    def __init__(self, screen: Screen, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._screen, self._file, self._clock = screen, file, clock
        self._began, self._from, self._held_out = clock(), 0, ""

    def on_train_begin(self, args: Foreign, state: Foreign, control: Foreign, **_: Foreign) -> None:
        """Start the clock; a training that goes on did its first steps earlier."""
        self._began, self._from = self._clock(), state.global_step

    def on_log(self, args: Foreign, state: Foreign, control: Foreign, logs: Mapping[str, float], **_: Foreign) -> None:
        """Write what was logged."""
        if not state.is_world_process_zero or not ("loss" in logs or "held_out_loss" in logs):
            return
        append_line(self._file, json.dumps({"step": state.global_step} | dict(logs)))
        if "held_out_loss" in logs:
            margin, accuracy = logs["held_out_margin"], logs["held_out_accuracy"]
            self._held_out = f" · held out: margin {margin:+.3f}, accuracy {accuracy:.0%}"
        else:
            self._show(state, logs["loss"])

    def _show(self, state: Foreign, loss: float) -> None:
        took = (self._clock() - self._began) / max(1, state.global_step - self._from)
        left = (state.max_steps - state.global_step) * took
        text = f"step {state.global_step}/{state.max_steps} · loss {loss:.3f} · {took:.1f} s a step"
        last = state.global_step == state.max_steps
        self._screen.now(text + ("" if last else f" · {duration(left)} left") + self._held_out, last=last)
