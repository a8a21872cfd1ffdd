"""Who takes part in the improvement of exemplars. The graph knows these protocols only; `agents` fills them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from graphs.roles import Judge, unheard
from graphs.training import Training
from lbt.exemplars import Draft, ExemplarSet, Failure, Iteration, Marked, Reflection
from lbt.types import Answer, Problem


class Turn(NamedTuple):
    """Where in a run a call belongs: two equal questions at two turns with other numbers get answers of their own."""

    repeat: int
    iteration: int
    number: int
    """Which of the alike calls of one step."""


class Reader(Protocol):
    """Answers an item after reading a set of exemplars; the teacher and every student."""

    @property
    def name(self) -> str:
        """Unique; used in records and tables."""
        ...

    async def answer(self, item: Problem, shown: ExemplarSet, repeat: int, priority: tuple[int, ...]) -> Answer:
        """Answer `item`, greedily, with the exemplars of `shown` before it.

        The answer depends on the exemplars and the item alone, so the same question within a repeat is asked once.

        Raises:
            EndpointError: the call failed for good. A badly formed reply is an `Answer`.
        """
        ...


class Author(Protocol):
    """Writes and improves sets of exemplars: the teacher."""

    async def begin(self, turn: Turn, drawn: Sequence[Problem]) -> Draft:
        """Write one initial set.

        Args:
            turn: Which one.
            drawn: Training items to make exemplars of, as many as a set has; empty: the teacher invents all.

        Raises:
            EndpointError: a call failed for good. A reply without a usable set is a `Draft` without one.
        """
        ...

    async def reflect(
        self, shown: ExemplarSet, failures: Sequence[Failure], items: Mapping[str, Problem], turn: Turn
    ) -> Reflection:
        """Say why the exemplars of `shown` let students fail like this; `items` has the problem of each failure.

        `Reflection.failures` is left to the graph, which knows the places. Raises as `begin`.
        """
        ...

    async def revise(
        self,
        shown: ExemplarSet,
        failures: Sequence[Failure],
        reasons: Sequence[str],
        items: Mapping[str, Problem],
        turn: Turn,
    ) -> Draft:
        """Write a whole new set because of `reasons`. Raises as `begin`."""
        ...


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much of everything; the paper's numbers are those of the preset."""

    current: int
    """Sets kept after each iteration, and initial sets."""
    exemplars: int
    """Exemplars of a set."""
    iterations: int
    """Times that students are examined and sets revised."""
    new: int
    """New sets written per current set and iteration."""
    exam: int
    """Training items that every student answers with every current set."""
    failures: int
    """Failures that one reflection sees at most."""
    mixed: int
    """Reflections that one revision takes into account."""
    selection: int | None
    """Training items that candidates are compared on; None: all that no candidate shows."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Who takes part and how: the graph's run-scoped context, never stored."""

    author: Author
    teacher: Reader
    students: Sequence[Reader]
    judge: Judge
    training: Training
    hold_out: Sequence[Problem]
    sizes: Sizes
    score: Callable[[Sequence[Marked]], float]
    """What candidates are compared by, in [0, 1]."""
    draws: bool = False
    """Initial exemplars are made of training items; else the teacher invents them."""
    keep_originals: bool = True
    """The sets that were revised are candidates beside the new ones."""
    finished: Callable[[Iteration], None]
    """Puts an iteration on record."""
    tell: Callable[[Mapping[str, Any]], None] = unheard
    """Hears of every step as it starts and ends; an event is plain JSON."""

    @property
    def items(self) -> Mapping[str, Problem]:
        """Training items by id."""
        return {one.id: one for one in self.training.items}
