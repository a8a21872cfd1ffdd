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
        random, items = self._random("initial", number), self._open
        yes, no = of_class(items, True), of_class(items, False)
        if not yes:
            return tuple(random.sample(items, min(size, len(items))))
        drawn = random.sample(yes, min(size - size // 2, len(yes))) + random.sample(no, min(size // 2, len(no)))
        random.shuffle(drawn)
        return tuple(drawn)

    def exam(self, iteration: int, size: int) -> tuple[Problem, ...]:
        """Draw the items that the students answer in an iteration, the same for all sets and students."""
        return tuple(drawn_evenly(self._open, size, self._random("exam", iteration)))

    def selection(
        self, iteration: int, size: int | None, candidates: Iterable[ExemplarSet], exam: int
    ) -> tuple[Problem, ...]:
        """Draw the items that candidates are compared on, none of which any of them shows.

        Args:
            iteration: Which.
            size: Of the sample, where there are as many; None: all there are.
            candidates: Sets that are compared.
            exam: Size of the iteration's exam. Its items come last: what students failed at is what the teacher has
                seen with its label, and may have put into a set.
        """
        left = self._unseen(self._open, candidates)
        if size is None:
            return tuple(left)
        asked = {one.id for one in self.exam(iteration, exam)} if iteration else set[str]()
        unasked = [one for one in left if one.id not in asked]
        random = self._random("selection", iteration)
        sample = drawn_evenly(unasked, size, random)
        rest = [one for one in left if one.id in asked]
        return tuple(sample + drawn_evenly(rest, size - len(sample), random))

    def final(self, candidates: Iterable[ExemplarSet]) -> tuple[Problem, ...]:
        """The items that were set aside; none that a candidate shows, as a teacher may happen to write one."""
        return tuple(self._unseen(self._aside, candidates))

    @cached_property
    def open_items(self) -> int:
        """Items that are not set aside."""
        return len(self._open)

    def fewest(self) -> int:
        """Open items of the rarer class; of all, where they have none."""
        yes, no = of_class(self._open, True), of_class(self._open, False)
        return min(len(yes), len(no)) if yes or no else len(self._open)

    def _unseen(self, items: Iterable[Problem], sets: Iterable[ExemplarSet]) -> list[Problem]:
        """Leave out the items that a set holds, by their ids or their texts."""
        shown = [one for each in sets for one in each.exemplars]
        sources, texts = {one.source for one in shown}, {folded(one.statement) for one in shown}
        return [one for one in items if one.id not in sources and folded(self.statement(one)) not in texts]

    @cached_property
    def _each(self) -> list[Problem]:
        """The items, those that read alike once: one of them set aside would be known from the other."""
        return list({folded(self.statement(one)): one for one in reversed(self.items)}.values())[::-1]

    @cached_property
    def _aside(self) -> list[Problem]:
        return drawn_evenly(self._each, self.fresh, self._random("aside", 0))

    @cached_property
    def _open(self) -> list[Problem]:
        aside = {one.id for one in self._aside}
        return [one for one in self._each if one.id not in aside]

    def _random(self, purpose: str, number: int) -> Random:
        return Random(f"{self.seed} {self.repeat} {purpose} {number}")


def of_class(items: Iterable[Problem], label: bool) -> list[Problem]:
    """The texts of one class."""
    return [one for one in items if isinstance(one, TextProblem) and one.label is label]


def drawn_evenly(items: Sequence[Problem], size: int, random: Random) -> list[Problem]:
    """Draw items without replacement, in random order: of texts as many of each class as their share asks for."""
    size = max(0, min(size, len(items)))
    yes, no = of_class(items, True), of_class(items, False)
    if not yes or not no:
        return random.sample(items, size)
    of_yes = min(max(round(size * len(yes) / len(items)), size - len(no)), len(yes))
    drawn = random.sample(yes, of_yes) + random.sample(no, size - of_yes)
    random.shuffle(drawn)
    return drawn
