"""Ways to better a prompt side by side: the same hold-out, the same budget of calls."""

from lbt.classification import Confusion, confusion
from lbt.exemplars import Marked, Natural
from lbt.paired import Difference, Pair, differences
from lbt.types import Value


class Contestant(Value):
    """One way, and how it did."""

    name: str
    marks: tuple[Marked, ...]
    """Of the hold-out; empty where it found no prompt."""
    calls: Natural | None
    """That it took to find its prompt; None where nothing was looked for."""
    held_out_calls: Natural
    note: str = ""
    """What a reader of its figures must know."""

    @property
    def counts(self) -> Confusion | None:
        """Its answers by class; None where it found no prompt."""
        return confusion(self.marks) if self.marks else None


class Contest(Value):
    """`contest.json`: all of them, ours first."""

    dataset: str
    budget: Natural
    """Calls that each may make to find its prompt: as many as ours made."""
    seed: int
    contestants: tuple[Contestant, ...]

    def against_ours(self, other: Contestant) -> Difference | None:
        """How much more F1 ours has than another; None where that found no prompt, or is ours."""
        ours = self.contestants[0]
        if other is ours or not other.marks or not ours.marks:
            return None
        return differences([Pair(other.marks, ours.marks)], seed=self.seed)["f1"]
