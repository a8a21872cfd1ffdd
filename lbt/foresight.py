"""Which exam to ask next, so that the winners become certain with few.

The chance of each pass is estimated from the marks seen so far (`lbt.rasch`): how able a rationale makes its readers,
and how hard an exam is for a student, as far as this lesson and earlier ones tell. The unknown marks are then imagined
many times over. In each such world the cheapest proof of the winners is known (`lbt.bounds.fewest`), and what is asked
is the exam that most worlds' proofs need: sure passes of a likely winner, sure failures of the others. Chances decide
the order only, so a wrong guess costs exams and never the result.
"""

import math
import random
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from lbt.bounds import Bounds, Question
from lbt.rasch import BEFOREHAND, Belief, Exam, Heard, Outlook, outlook
from lbt.types import LessonRecord

WORLDS = 32
"""Twice as many change the exams saved by less than they vary from lesson to lesson."""
OWN = 0.5
"""Exam marks that V of a rationale's own answer counts for."""
DRIFT = 0.1
"""Variance that how easy an exam is gains until the next lesson, which teaches something else."""


class Seat(NamedTuple):
    """One exam that every rationale of a lesson sits."""

    student: str
    problem: str
    repetition: int = 0

    @property
    def exam(self) -> Exam:
        """Which one, whatever the repetition."""
        return self.student, self.problem


class Tally:
    """How easy each exam problem is for each student, as far as the lessons so far tell."""

    def __init__(self) -> None:
        self._ease: dict[Exam, Belief] = {}

    def learn(self, record: LessonRecord) -> None:
        """Take in the marks of a complete lesson, but not those that cost no call or broke."""
        if not record.complete:
            return
        exams = enumerate(taught.exam for taught in record.rationales)
        marks = {
            (i, Seat(mark.student, mark.problem, mark.repetition)): mark.final.v
            for i, exam in exams
            for mark in exam
            if mark.answer is not None and mark.final is not None
        }
        seats = list(dict.fromkeys(seat for _, seat in marks))
        self.take(
            {Question(i, seats.index(seat)): mark for (i, seat), mark in marks.items()},
            [taught.final is not None and taught.final.v == 1 for taught in record.rationales],
            seats,
        )

    def take(self, marks: Mapping[Question, float], passed: Sequence[bool], seats: Sequence[Seat]) -> None:
        """Take in what a student answered in a lesson; arguments as for `outlook`."""
        asked = {seats[question.seat].exam for question in marks}
        for exam, now in self.outlook(marks, passed, seats).ease.items():
            if exam in asked:
                self._ease[exam] = Belief(now.mean, now.variance + DRIFT)

    def outlook(self, marks: Mapping[Question, float], passed: Sequence[bool], seats: Sequence[Seat]) -> Outlook:
        """Say what is to be expected of the exams of a lesson.

        Args:
            marks: Of what students answered so far.
            passed: Whether each answer has V = 1.
            seats: The exams that every rationale sits.
        """
        heard = [Heard(one.rationale, seats[one.seat].exam, mark) for one, mark in marks.items()]
        heard += [Heard(i, None, v, OWN) for i, v in enumerate(passed)]
        return outlook(heard, len(passed), {seat.exam: self._ease.get(seat.exam, BEFOREHAND) for seat in seats})


def likeliest(
    bounds: Sequence[Bounds],
    pools: Sequence[Collection[int]],
    ahead: Outlook,
    seats: Sequence[Seat],
    free: Sequence[Question],
    waiting: Collection[Question],
) -> tuple[Question, float]:
    """Find the exam that most proofs need beside those under way, and the share of worlds in which one needs it.

    Args:
        bounds: Of all rationales.
        pools: Those that may still win, of each set whose winners are not certain.
        ahead: What is to be expected of the exams.
        seats: The exams that every rationale sits.
        free: What can be asked; not empty.
        waiting: What was asked and is not marked yet.
    """
    low, high = [float(one.low) for one in bounds], [float(one.high) for one in bounds]
    unknown = [(one.rationale, seats[one.seat].exam) for one in (*free, *waiting)]
    wanted = [0.0] * len(free)
    rng = random.Random(len(free))  # the same marks, the same guesses
    for _ in range(WORLDS):
        passes: list[list[int]] = [[] for _ in bounds]
        fails: list[list[int]] = [[] for _ in bounds]
        for n, passed in enumerate(ahead.imagine(unknown, rng)):
            (passes if passed else fails)[unknown[n][0]].append(n)
        for i, (shown, failed) in needed(low, high, pools, [len(one) for one in passes]).items():
            for alike, need in ((passes[i], shown), (fails[i], failed)):
                ours = bisect_left(alike, len(free))  # the others are awaited already
                more = need - (len(alike) - ours)
                if more > 0:
                    for n in alike[:ours]:
                        wanted[n] += min(1.0, more / ours) / WORLDS
    first = max(range(len(free)), key=wanted.__getitem__)
    return free[first], wanted[first]


def needed(
    low: Sequence[float], high: Sequence[float], pools: Sequence[Collection[int]], passes: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """How many more passes and failures of each rationale the cheapest proof shows, where it would pass `passes`."""
    needs: dict[int, tuple[float, float]] = {}
    for pool in pools:
        top = max(low[i] + passes[i] for i in pool)
        winners = [i for i in pool if low[i] + passes[i] == top]
        for i in pool:
            if i in winners:
                need = (math.inf, math.inf) if len(winners) > 1 else (math.inf, 0)
            else:
                need = (0, math.floor(high[i] - top) + 1)
            known = needs.get(i, (0, 0))
            needs[i] = (max(need[0], known[0]), max(need[1], known[1]))
    return needs
