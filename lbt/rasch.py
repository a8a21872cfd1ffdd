"""How likely exams are passed, as far as marks tell: the model of Rasch (1960), with normal priors.

The log-odds of a pass are the level of the lesson, plus the rationale's own difference from it, plus how easy this exam
problem is for this student. Every one of them is believed to be about normal. Their most likely values are found with
Newton's method, one after the other; their variances are those of the curvature there (Laplace's approximation).
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

SWEEPS = 6
"""Newton steps of every variable; more change no mean by what would matter for an order."""

Exam = tuple[str, str]
"""A student and an exam problem."""


class Belief(NamedTuple):
    """About log-odds: their mean and variance."""

    mean: float
    variance: float

    def draw(self, rng: random.Random) -> float:
        """A value that they may have."""
        return rng.gauss(self.mean, math.sqrt(self.variance))


BEFOREHAND = Belief(0, 1.5**2)
"""Of each variable, before any mark: rates from 5 to 95 % are no surprise."""


class Heard(NamedTuple):
    """A mark."""

    rationale: int
    exam: Exam | None
    """None: the mark of the rationale's own answer, taken as one of an exam of middling ease."""
    mark: float
    """In [0, 1]."""
    weight: float = 1
    """How many marks it counts for."""


class Outlook(NamedTuple):
    """What is believed of the exams of one lesson."""

    level: float
    able: Sequence[Belief]
    """Of each rationale: by how much it is above the level."""
    ease: Mapping[Exam, Belief]

    def chance(self, rationale: int, exam: Exam | None) -> float:
        """Of a pass, if all were as is most likely; in (0, 1)."""
        ease = 0 if exam is None else self.ease[exam].mean
        return sigmoid(self.level + self.able[rationale].mean + ease)

    def imagine(self, unknown: Iterable[tuple[int, Exam]], rng: random.Random) -> list[bool]:
        """Whether each of these exams is passed in a world that may be the true one.

        What a rationale is able to do is drawn once in a world, so its marks rise and fall together.
        """
        able = [one.draw(rng) for one in self.able]
        ease = {exam: one.draw(rng) for exam, one in self.ease.items()}
        return [rng.random() < sigmoid(self.level + able[i] + ease[exam]) for i, exam in unknown]


def outlook(marks: Sequence[Heard], rationales: int, ease: Mapping[Exam, Belief]) -> Outlook:
    """Fit the model to the marks of a lesson.

    Args:
        marks: Those that are known.
        rationales: How many there are.
        ease: What was believed of each exam before.
    """
    of_rationale = [[one for one in marks if one.rationale == i] for i in range(rationales)]
    of_exam = {exam: [one for one in marks if one.exam == exam] for exam in ease}
    level, able, eased = BEFOREHAND, [BEFOREHAND] * rationales, dict(ease)
    for _ in range(SWEEPS):
        now = Outlook(level.mean, able, eased)
        level = step(level.mean, BEFOREHAND, marks, now)
        now = now._replace(level=level.mean)
        for i, own in enumerate(of_rationale):
            able[i] = step(able[i].mean, BEFOREHAND, own, now)
        for exam, own in of_exam.items():
            eased[exam] = step(eased[exam].mean, ease[exam], own, now)
    return Outlook(level.mean, able, eased)


def step(value: float, before: Belief, marks: Iterable[Heard], now: Outlook) -> Belief:
    """Do one of Newton's steps toward the most likely value, by 1 at most, and take the variance from the curvature."""
    slope, curvature = (before.mean - value) / before.variance, 1 / before.variance
    for one in marks:
        expected = now.chance(one.rationale, one.exam)
        slope += one.weight * (one.mark - expected)
        curvature += one.weight * expected * (1 - expected)
    return Belief(value + max(-1.0, min(1.0, slope / curvature)), 1 / curvature)


def sigmoid(x: float) -> float:
    """The chance whose log-odds are `x`."""
    return 1 / (1 + math.exp(-x))
