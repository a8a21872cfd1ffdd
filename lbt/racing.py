"""Exams raced: asked one after the other, and only while they can still change which rationales win.

`Race` is exact: its winners are those of the whole exams, whatever the marks. `Halving` is approximate: it drops what
lags behind, so a rationale that would have caught up is lost. Both certify two sets, the winners and the winners among
the answers with V = 1. Source of successive halving: Karnin et al. 2013, Jamieson and Talwalkar 2016.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from lbt.bounds import Bounds, Question, bounds_of, certain, contenders
from lbt.errors import ConfigError
from lbt.foresight import Seat, Tally, likeliest
from lbt.types import Exams

AHEAD = 0.65
"""While marks are awaited, only what is needed with at least this probability is asked beside them."""


class Examined(Protocol):
    """A lesson, or what is left of one."""

    @property
    def problem(self) -> str:
        """Id of its problem."""
        ...

    @property
    def exams(self) -> Exams:
        """By what rule its exams were asked."""
        ...


def need_whole_exams(records: Iterable[Examined], what: str) -> None:
    """Refuse raced lessons for what the scores of all rationales define: SUM, a rank correlation, pairs to train on.

    Args:
        records: The lessons it would be made from.
        what: What needs them, as a sentence begins.

    Raises:
        ConfigError: the exams of one were raced.
    """
    for record in records:
        if record.exams != "all":
            raise ConfigError(
                f"{what} needs the scores of all rationales, and the exams of {record.problem} were raced "
                f"(--exams {record.exams}); hold the run again with --exams all, and --reuse its calls.db"
            )


class Race:
    """The exams of one lesson: which to ask next, and who wins.

    Args:
        passed: For each rationale, whether its answer has V = 1.
        seats: The exams that every rationale would sit, one mark each.
        tally: Marks of earlier lessons; like V, they decide only in which order is asked.
    """

    def __init__(self, passed: Sequence[bool], seats: Sequence[Seat], tally: Tally | None = None) -> None:
        self._passed, self._seats, self._tally = tuple(passed), tuple(seats), tally or Tally()
        self._marks: dict[Question, Fraction] = {}
        self._answered: dict[Question, float] = {}
        self._waiting: list[Question] = []
        self._broken: set[Question] = set()
        self._pools: list[tuple[int, ...]] = [tuple(range(len(passed)))]
        if v1 := tuple(i for i, one in enumerate(passed) if one):
            self._pools.append(v1)

    def ask(self) -> Question | None:
        """Choose what to ask next; its mark is awaited from then on.

        None: the winners are certain, or probably will be with the marks that are awaited, or nothing is left to ask.
        """
        pools = self._open
        free = self._free(pools)
        if not free:
            return None
        ahead = self._tally.outlook(self._answered, self._passed, self._seats)
        question, share = likeliest(self._bounds, pools, ahead, self._seats, free, self._waiting)
        return None if self._waiting and share < AHEAD else self._await(question)

    def hear(self, question: Question, mark: float | None) -> None:
        """Take in a mark in [0, 1], asked for or not; None: it is missing, as a call or a judgement broke."""
        asked = question in self._waiting
        if asked:
            self._waiting.remove(question)
        if mark is None:
            self._broken.add(question)
            return
        self._marks[question] = Fraction(mark)
        if asked:  # what cost no call tells nothing of how hard an exam is
            self._answered[question] = mark

    @property
    def certain(self) -> bool:
        """Whether no mark that is still unknown can change the winners, nor those among the answers with V = 1."""
        return not self._open

    @property
    def winners(self) -> tuple[int, ...]:
        """The winning tie of all rationales, once it is certain."""
        return contenders(self._bounds, self._pools[0])

    @property
    def winners_v1(self) -> tuple[int, ...]:
        """The winning tie among the answers with V = 1, once it is certain; empty if there is none."""
        return contenders(self._bounds, self._pools[1]) if len(self._pools) > 1 else ()

    @property
    def _bounds(self) -> list[Bounds]:
        return bounds_of(self._marks, len(self._passed), len(self._seats))

    @property
    def _open(self) -> list[tuple[int, ...]]:
        """What may still win, of each set whose winners are not certain."""
        bounds = self._bounds
        return [contenders(bounds, pool) for pool in self._pools if not certain(bounds, pool)]

    def _free(self, pools: Iterable[Collection[int]], seats: int | None = None) -> list[Question]:
        """What may be asked of those in `pools`, in the first so many seats."""
        rationales = sorted({i for pool in pools for i in pool})
        questions = (Question(i, k) for i in rationales for k in range(len(self._seats))[:seats])
        return [one for one in questions if not self._known(one)]

    def _known(self, question: Question) -> bool:
        return question in self._marks or question in self._waiting or question in self._broken

    def _await(self, question: Question) -> Question:
        self._waiting.append(question)
        return question


class Halving(Race):
    """Successive halving: after each rung of exams the better half goes on, until one is left or the exam is whole.

    A rung asks a rationale about twice as many exams as the one before, so each costs the same and all take about half
    of the whole exams at most. Of equals at the cut those with V = 1 go on, then the first. The answers with V = 1 are
    halved by themselves as well. What is asked depends on the marks alone, not on when they come.

    Args:
        passed: As for `Race`.
        seats: As for `Race`; asked in this order.
        keep: Share that goes on, in (0, 1), rounded up; one at least does, and one at least is out.
    """

    def __init__(self, passed: Sequence[bool], seats: Sequence[Seat], keep: float = 0.5) -> None:
        super().__init__(passed, seats)
        self._keep = keep
        cuts = math.ceil(math.log(len(passed)) / -math.log(keep))
        self._rungs = sorted({math.ceil(len(seats) * keep**k) for k in range(1, cuts)})

    def ask(self) -> Question | None:
        """As `Race`, after the last rung; before it, the next of the rung, and None until all its marks are heard."""
        while self._rungs and not self.certain:
            if free := self._free(self._open, self._rungs[0]):
                return self._await(min(free, key=lambda one: (one.seat, one.rationale)))
            if self._waiting or self._broken:
                return None
            self._pools = [self._better(pool) for pool in self._pools]
            del self._rungs[0]
        return super().ask()

    def _better(self, pool: Collection[int]) -> tuple[int, ...]:
        bounds = self._bounds
        ranked = sorted(pool, key=lambda i: (-bounds[i].low, not self._passed[i], i))
        stays = min(math.ceil(len(ranked) * self._keep), len(ranked) - 1)
        return tuple(sorted(ranked[: max(1, stays)]))
