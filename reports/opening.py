"""What a run tells before its first call."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Calls = Mapping[str, int]
"""Step that asks a model (one of `CALLING`) -> calls it makes at most."""

PASSING: Mapping[str, float] = {"download": float("inf"), "retry": 20.0}
"""Kinds of notices that are progress -> seconds after which they are news no more; the next notice ends them anyway."""

CALLING = ("pose", "explain", "exam", "mend", "grade")
"""The steps that ask a model; all others cost no call."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One role and the model that plays it. Nothing here holds a credential."""

    role: str
    """`teacher`, or `student` and the student's name."""
    model: str
    """Label of the model, for example `local:qwen2.5-coder-1.5b`."""
    where: str
    """Where it answers, for example `embedded server` or a host."""
    sampling: str
    """For example `temperature 0.8, top-p 0.95, at most 1024 tokens`."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Everything that is settled before the first call."""

    dataset: str
    seats: tuple[Seat, ...]
    judge: str
    """What judges: a sandbox, for example `bubblewrap as a user` and what it lacks, or the equivalence of answers."""
    guarantees: Mapping[str, bool]
    """Name of each guarantee of the sandbox -> whether it holds here; empty where nothing runs."""
    problems: tuple[str, ...]
    """Ids of all problems of the run, finished ones included."""
    rationales: int
    """Rationales per problem."""
    students: tuple[str, ...]
    self_debug: str
    """`none`, `teacher`, `students` or `both`."""
    calls: Mapping[str, Calls]
    """Problem still to do -> calls it makes at most, the replayed ones included; exact unless replies are unusable."""
    run_dir: Path
    weaker: bool = False
    """Whether the sandbox lacks what every run has that did not ask for less; then it is what is said first."""
    finished: tuple[str, ...] = ()
    """Problems that an earlier part of the run has finished."""
    notes: tuple[str, ...] = ()
    """What else the user should know, a line each: why a default was chosen, what is reused."""

    @property
    def calls_at_most(self) -> int:
        """Calls still to do, replayed ones included."""
        return sum(sum(steps.values()) for steps in self.calls.values())
