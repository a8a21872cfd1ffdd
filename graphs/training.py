"""Which training items are used for what: initial exemplars, exams, selection, and the last word.

A part of the training items is set aside first: nothing is decided on it before the end, so what it says of the last
sets is not flattered by having chosen them. The hold-out is no business of this module.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from random import Random

from lbt.exemplars import ExemplarSet, folded
from lbt.types import Problem, TextProblem


@dataclass(frozen=True, kw_only=True)
class Training:
    """The training items of one repeat. All it draws follows from `seed` and `repeat`."""

    items: Sequence[Problem]
    seed: int
    repeat: int
    fresh: int
    """Items that are set aside for the final stage; fewer than there are."""
    statement: Callable[[Problem], str] = attrgetter("statement")
    """What an exemplar that is an item has as its statement."""

    def initial(self, number: int, size: int) -> tuple[Problem, ...]:
        """Draw items to make the initial set `number` of: of texts, half of each class, and one Yes more if odd."""
        random = self._random("initial", number)
        items = self._open
        if not all(isinstance(one, TextProblem) for one in items):
            return tuple(random.sample(items, min(size, len(items))))
        yes = [one for one in items if isinstance(one, TextProblem) and one.label]
        no = [one for one in items if isinstance(one, TextProblem) and not one.label]
        drawn = random.sample(yes, min(size - size // 2, len(yes))) + random.sample(no, min(size // 2, len(no)))
        random.shuffle(drawn)
        return tuple(drawn)

    def exam(self, iteration: int, size: int) -> tuple[Problem, ...]:
        """Draw the items that the students answer in an iteration, the same for all sets and students."""
        return tuple(self._random("exam", iteration).sample(self._open, min(size, len(self._open))))

    def selection(self, iteration: int, size: int | None, candidates: Iterable[ExemplarSet]) -> tuple[Problem, ...]:
        """Draw the items that candidates are compared on; None: all there are. None that any of them shows."""
        left = self._unseen(self._open, candidates)
        return tuple(left if size is None else self._random("selection", iteration).sample(left, min(size, len(left))))

    def final(self, candidates: Iterable[ExemplarSet]) -> tuple[Problem, ...]:
        """The items that were set aside; none that a candidate shows, as a teacher may happen to write one."""
        return tuple(self._unseen(self._aside, candidates))

    def _unseen(self, items: Iterable[Problem], sets: Iterable[ExemplarSet]) -> list[Problem]:
        """Leave out the items that a set holds, by their ids or their texts."""
        shown = [one for each in sets for one in each.exemplars]
        sources, texts = {one.source for one in shown}, {folded(one.statement) for one in shown}
        return [one for one in items if one.id not in sources and folded(self.statement(one)) not in texts]

    @cached_property
    def _shuffled(self) -> list[Problem]:
        return self._random("aside", 0).sample(list(self.items), len(self.items))

    @cached_property
    def _aside(self) -> list[Problem]:
        return self._shuffled[: self.fresh]

    @cached_property
    def _open(self) -> list[Problem]:
        return self._shuffled[self.fresh :]

    def _random(self, purpose: str, number: int) -> Random:
        return Random(f"{self.seed} {self.repeat} {purpose} {number}")
