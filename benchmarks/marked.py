"""Lessons whose marks are all known, simulated or stored, to race their exams on paper."""

import math
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lbt.bounds import Question, fewest
from lbt.foresight import Seat, Tally
from lbt.racing import Race
from lbt.records import LESSONS, SUMMARY, read_lessons
from lbt.scoring import ProblemRow, Summary, problem_row


@dataclass(frozen=True)
class Marked:
    """A lesson with all its marks."""

    seats: tuple[Seat, ...]
    marks: tuple[tuple[float, ...], ...]
    """Shape (rationales, seats)."""
    passed: tuple[bool, ...]
    """Whether each answer has V = 1."""
    s: tuple[float, ...]
    """S-score of each answer."""

    @property
    def size(self) -> int:
        """Exams of all rationales."""
        return len(self.marks) * len(self.seats)

    @property
    def pools(self) -> list[tuple[int, ...]]:
        """All rationales; and those with V = 1, if there are any."""
        v1 = tuple(i for i, one in enumerate(self.passed) if one)
        return [tuple(range(len(self.marks))), *([v1] if v1 else [])]

    def winners(self, pool: Sequence[int]) -> tuple[int, ...]:
        """The winning tie of the whole exams."""
        top = max(sum(self.marks[i]) for i in pool)
        return tuple(i for i in pool if sum(self.marks[i]) == top)

    def fewest(self, sets: int = 2) -> int:
        """Exams that a clairvoyant asks to certify the winners and, as the second set, those among V = 1."""
        return fewest([int(sum(row)) for row in self.marks], len(self.seats), self.pools[:sets])


@dataclass(frozen=True)
class Held:
    """A race that was held on paper."""

    asked: int
    time: int
    """Until the last mark was heard, in calls one after the other."""
    right: bool
    """Both winning sets are those of the whole exams."""
    pure: bool
    """All who won would have won the whole exams."""
    regret: float
    """By how much the mean S-score of the selected answers falls short of that of the whole exams' winners."""


def hold(lesson: Marked, race: Race, at_once: int, tally: Tally | None = None) -> Held:
    """Race the exams, each call taking one unit of time, as `graphs.race` does; the tally learns what was asked."""
    heard: dict[Question, float] = {}
    under_way: deque[tuple[Question, int]] = deque()
    asked = now = 0
    while True:
        while len(under_way) < at_once and (question := race.ask()) is not None:
            under_way.append((question, now + 1))
            asked += 1
        if not under_way:
            break
        question, ends = under_way.popleft()
        now = max(now, ends)
        mark = lesson.marks[question.rationale][question.seat]
        race.hear(question, mark)
        heard[question] = mark
    if tally:
        tally.take(heard, lesson.passed, lesson.seats)
    whole = [lesson.winners(pool) for pool in lesson.pools]
    found = [race.winners, race.winners_v1][: len(whole)]
    pure = all(set(some) <= set(every) for some, every in zip(found, whole, strict=True))
    mean_s = [sum(lesson.s[i] for i in won) / len(won) for won in (whole[0], race.winners)]
    return Held(asked, now, found == whole, pure, mean_s[0] - mean_s[1])


def sigmoid(x: float) -> float:
    """The chance whose log-odds are `x`."""
    return 1 / (1 + math.exp(-x))


@dataclass(frozen=True)
class Regime:
    """What simulated lessons are like: an exam is passed with log-odds of a rationale's quality less its difficulty."""

    name: str
    rationales: int
    exams: int
    level: float
    """Mean log-odds of a pass."""
    spread: float = 1.5
    """Standard deviation of quality, and of difficulty: the larger, the better marks can be foretold."""

    def run(self, seed: int) -> Iterator[Marked]:
        """The lessons of one run: each of `exams` + 1 problems is taught once, and examined by all others."""
        rng = random.Random(f"{self.name} {seed}")
        hard = [rng.gauss(0, self.spread) for _ in range(self.exams + 1)]
        for taught in range(len(hard)):
            good = [rng.gauss(self.level, self.spread) for _ in range(self.rationales)]
            others = [k for k in range(len(hard)) if k != taught]
            yield Marked(
                seats=tuple(Seat("student", str(k)) for k in others),
                marks=tuple(tuple(float(rng.random() < sigmoid(q - hard[k])) for k in others) for q in good),
                passed=tuple(rng.random() < sigmoid(q - hard[taught]) for q in good),
                s=tuple(sigmoid(q - hard[taught]) for q in good),
            )


def stored(run: Path) -> list[Marked]:
    """The complete lessons of a run that were not raced, from its lessons or, where only that is kept, its table."""
    if (run / LESSONS).exists():
        rows = [problem_row(record) for record in read_lessons(run).values()]
    else:
        rows = list(Summary.model_validate_json((run / SUMMARY).read_bytes()).problems)
    return [marked(row) for row in rows if row.complete and row.exams == "all"]


def marked(row: ProblemRow) -> Marked:
    """A lesson from its line of the table."""
    (exam, *_) = (one.exam for one in row.rationales)
    return Marked(
        seats=tuple(Seat(name, str(k)) for name, marks in exam.items() for k in range(len(marks))),
        marks=tuple(tuple(float(x or 0) for marks in one.exam.values() for x in marks) for one in row.rationales),
        passed=tuple(one.v == 1 for one in row.rationales),
        s=tuple(one.s or 0.0 for one in row.rationales),
    )


Quality = tuple[tuple[float, float], ...]
"""Chance of a pass -> probability that a rationale has it."""


def optimum(rationales: int, exams: int, quality: Quality) -> float:
    """Mean number of exams asked by the best rule there is without foreknowledge, where all exams are equally hard.

    It knows how qualities are spread, and thinks to the end: dynamic programming over passes and failures of each.
    """

    @cache
    def chance(passes: int, failures: int) -> float:
        likely = [weight * p**passes * (1 - p) ** failures for p, weight in quality]
        return sum(one * p for one, (p, _) in zip(likely, quality, strict=True)) / sum(likely)

    @cache
    def cost(state: tuple[tuple[int, int], ...]) -> float:
        top = max(passes for passes, _ in state)
        left = tuple(sorted((p, f) for p, f in state if exams - f >= top))
        if left != state:
            return cost(left)
        open_ones = {one for one in left if sum(one) < exams}
        return 0.0 if len(left) == 1 or not open_ones else min(after(left, one) for one in open_ones)

    def after(state: tuple[tuple[int, int], ...], one: tuple[int, int]) -> float:
        others = list(state)
        others.remove(one)
        passes, failures = one
        likely = chance(passes, failures)
        better = cost(tuple(sorted([*others, (passes + 1, failures)])))
        worse = cost(tuple(sorted([*others, (passes, failures + 1)])))
        return 1 + likely * better + (1 - likely) * worse

    return cost(((0, 0),) * rationales)


def alike(rationales: int, exams: int, quality: Quality, lessons: int) -> Iterator[Marked]:
    """Lessons as `optimum` assumes them; no answer has V = 1."""
    rng = random.Random(f"{rationales} {exams} {quality}")
    chances, weights = zip(*quality, strict=True)
    for _ in range(lessons):
        good = rng.choices(chances, weights, k=rationales)
        marks = tuple(tuple(float(rng.random() < p) for _ in range(exams)) for p in good)
        seats = tuple(Seat("student", str(k)) for k in range(exams))
        yield Marked(seats, marks, (False,) * rationales, tuple(good))
