"""What every source of weights shares: the unfinished file, its progress, and how a source says that it failed."""

from dataclasses import dataclass, field
from pathlib import Path

from agents.endpoints.notice import Notice, Notify


class SourceError(Exception):
    """This source cannot deliver the file; another one may. The text is a clause for a sentence."""


@dataclass
class Download:
    """A file on its way into the cache. What is there stays for the next attempt, of any source."""

    label: str
    """Name of the model, for the user."""
    target: Path
    """Where the finished file goes."""
    bytes: int | None
    """Size of the finished file; None where the source did not tell."""
    notify: Notify
    _told: int = field(default=-1, repr=False)

    @property
    def partial(self) -> Path:
        """The unfinished file: always a beginning of the finished one."""
        return self.target.with_name(f"{self.target.name}.partial")

    @property
    def done(self) -> int:
        """Bytes that are there."""
        return self.partial.stat().st_size if self.partial.exists() else 0

    def progress(self, done: int) -> None:
        """Tell the user, about every twentieth of the whole."""
        if self.bytes is None:
            return
        step = done * 20 // max(self.bytes, 1)
        if step != self._told:
            self._told = step
            text = f"{self.label}: {done / 1e6:,.0f} of {self.bytes / 1e6:,.0f} MB fetched"
            self.notify(Notice("download", text))
