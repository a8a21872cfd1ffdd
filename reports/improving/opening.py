"""What a run of M3 tells before its first call."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lbt.classification import SelectBy
from lbt.iterations import IterationRow
from reports.opening import Calls, Seat

STEPS = ("write", "examine", "reflect", "revise", "evaluate", "rescore", "test")
"""The steps of an iteration, in order; all ask a model."""


@dataclass(frozen=True, kw_only=True)
class ImprovingOpening:
    """Everything that is settled before the first call."""

    dataset: str
    training: int
    """Training items."""
    hold_out: int
    """Hold-out items."""
    seats: tuple[Seat, ...]
    judge: str
    """What marks answers: a comparison, or a sandbox and what it lacks."""
    guarantees: Mapping[str, bool]
    """Name of each guarantee of the sandbox -> whether it holds here; empty where nothing runs."""
    repeats: int
    iterations: int
    """Times that sets are revised; one that writes the initial sets and a final one come on top."""
    current: int
    """Sets kept after each iteration."""
    exemplars: int
    """Exemplars of a set."""
    new: int
    """New sets written per current set and iteration."""
    exam: int
    """Training items that every student answers with every current set."""
    selection: int | None
    """Training items that candidates are compared on; None: all that no candidate shows."""
    select_by: SelectBy
    students: tuple[str, ...]
    calls: Mapping[int, Calls]
    """Iteration -> calls it makes at most in each repeat, the replayed ones included, per step of `STEPS`."""
    run_dir: Path
    finished: tuple[IterationRow, ...] = ()
    """Iterations that an earlier part of the run has finished."""
    weaker: bool = False
    """Whether the sandbox lacks what every run has that did not ask for less; then it is what is said first."""
    notes: tuple[str, ...] = ()
    """What else the user should know, a line each."""

    @property
    def to_do(self) -> tuple[tuple[int, int], ...]:
        """Repeat and number of the iterations that are not finished yet, in order."""
        done = {(row.repeat, row.number) for row in self.finished}
        return tuple(
            (repeat, number)
            for repeat in range(self.repeats)
            for number in sorted(self.calls)
            if (repeat, number) not in done
        )

    @property
    def steps(self) -> Counter[str]:
        """Calls still to do per step, replayed ones included."""
        found = Counter[str]()
        for _, number in self.to_do:
            found.update(self.calls[number])
        return found
