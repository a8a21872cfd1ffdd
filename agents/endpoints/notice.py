"""What an endpoint wants the user to know while the run goes on: an adaptation, a wait, a download."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the user."""

    kind: str
    """One word for what it is about: `probe`, `retry`, `budget`, `download`, `server`…"""
    text: str
    """One sentence. May quote a server: hostile text."""


Notify = Callable[[Notice], None]
"""Takes a notice; never raises, never blocks."""


def ignore(notice: Notice) -> None:
    """Drop `notice`: for callers that show nothing."""
