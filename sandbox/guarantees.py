"""What each kind of box promises, by name. `doctor` prints the table and tries each promise."""

from collections.abc import Mapping
from types import MappingProxyType

ALWAYS = (
    "expected outputs stay outside",
    "verdicts cannot be forged",
    "kernel boundary",
    "no network",
    "no foreign file readable",
    "no write outlives a job",
    "CPU time limit",
    "wall time limit",
    "memory limit per program",
    "process limit",
    "output limit",
    "system call filter",
    "no byte of another job",
    "no state of another test (strict)",
)
"""Hold in every kind of box: the floor, below which nothing is judged."""
SOMETIMES = (
    "a user per job",
    "memory limit per box",
)
"""The second line behind the system call filter and the limit per program."""


def _table(*holding: str) -> Mapping[str, bool]:
    return MappingProxyType({name: name in ALWAYS or name in holding for name in (*ALWAYS, *SOMETIMES)})


DOCKER = _table(*SOMETIMES)
BUBBLEWRAP_ROOT = _table("a user per job")
BUBBLEWRAP_USER = _table()
