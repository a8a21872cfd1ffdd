"""What a training prints in the end."""

from pathlib import Path

from reports.tables import counted, duration
from training.output import Result
from training.preferences import Change

_ROWS = {
    "margin": ("reward margin", "{:.3f}", "{:+.3f}"),
    "accuracy": ("preference accuracy", "{:.1%}", "{:+.1%}"),
    "ranking": ("chosen more likely", "{:.1%}", "{:+.1%}"),
    "nll": ("NLL of a chosen token", "{:.4f}", "{:+.4f}"),
}
"""Of each number: what it is called, how a value is written, and how a difference."""


def told(result: Result, out: Path) -> str:
    """Tell what a training did, in a few lines."""
    lines = [
        f"{counted(result.steps, 'step')} in {duration(result.seconds)}: loss {result.loss_first:.3f} at the first, "
        f"{result.loss_last:.3f} at the last"
    ]
    if result.changes:
        lines.append(
            f"{counted(result.held_out, 'held-out pair')} of {counted(result.groups, 'group')}, before -> after:"
        )
        lines += [row(name, change) for name, change in result.changes.items() if name in _ROWS]
    else:
        lines.append("no pair was held out, so nothing says what was learnt")
    return "\n".join([*lines, f"the model is in {out}"])


def row(name: str, change: Change) -> str:
    """Tell one number, with the interval of its change."""
    label, value, difference = _ROWS[name]
    numbers = f"{value.format(change.before)} -> {value.format(change.after)}"
    if change.interval is None:
        return f"  {label:22} {numbers}"
    low, high = (difference.format(end) for end in change.interval)
    moved = difference.format(change.after - change.before)
    return f"  {label:22} {numbers}  ({moved}, 95 %: {low} to {high})"
