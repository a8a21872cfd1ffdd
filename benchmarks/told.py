"""What can be saved by someone who is told the chance of every pass, and only not how it turns out.

Nobody who races exams knows as much, so no rule saves more on average. Dynamic programming over all states of
knowledge: each exam not asked, failed or passed. The clairvoyant is found by the same walk, not by `lbt.bounds.fewest`.
"""

import random
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.marked import Regime, sigmoid

RATIONALES, EXAMS = 4, 3
CELLS = RATIONALES * EXAMS
UNKNOWN, FAILED, PASSED = range(3)
POWERS = 3 ** np.arange(CELLS)
"""A state is a number: the sum over cells of what is known of each, times its power."""

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Knowledge(NamedTuple):
    """All states."""

    cells: Indices
    """Shape (states, cells)."""
    asked: Indices
    """How many exams each has asked."""
    sure: npt.NDArray[np.bool_]
    """Whether no unknown mark can change the winners."""


@cache
def knowledge() -> Knowledge:
    """List them."""
    cells = np.arange(3**CELLS)[:, None] // POWERS % 3
    rows = cells.reshape(-1, RATIONALES, EXAMS)
    low, unknown = (rows == PASSED).sum(2), (rows == UNKNOWN).sum(2)
    left = low + unknown >= low.max(1)[:, None]
    sure = (left.sum(1) == 1) | ~(left & (unknown > 0)).any(1)
    return Knowledge(cells, (cells != UNKNOWN).sum(1), sure)


@cache
def fewest_everywhere() -> Indices:
    """Of each state, how many exams of it are the fewest that make the winners certain; many where none do."""
    cells, asked, sure = knowledge()
    fewest = np.where(sure, asked, CELLS + 1)
    for known in range(1, CELLS + 1):
        states = np.flatnonzero(asked == known)
        for cell in range(CELLS):
            there = states[cells[states, cell] != UNKNOWN]
            without = there - cells[there, cell] * POWERS[cell]
            fewest[there] = np.minimum(fewest[there], fewest[without])
    return fewest


def clairvoyant(chance: Numbers) -> float:
    """Mean number of exams asked by someone who knows every mark; `chance` is that of a pass, of each cell."""
    cells, asked, _ = knowledge()
    whole = np.flatnonzero(asked == CELLS)
    likely = np.where(cells[whole] == PASSED, chance, 1 - chance).prod(1)
    return float(likely @ fewest_everywhere()[whole])


def told(chance: Numbers) -> float:
    """Mean number of exams asked by the best rule of someone who knows every chance."""
    cells, asked, sure = knowledge()
    cost = np.zeros(len(cells))
    for known in reversed(range(CELLS)):
        states = np.flatnonzero((asked == known) & ~sure)
        least = np.full(len(states), np.inf)
        for cell in range(CELLS):
            free = cells[states, cell] == UNKNOWN
            now = states[free]
            passed, failed = (cost[now + how * POWERS[cell]] for how in (PASSED, FAILED))
            least[free] = np.minimum(least[free], 1 + chance[cell] * passed + (1 - chance[cell]) * failed)
        cost[states] = least
    return float(cost[0])


def savings(regime: Regime, lessons: int) -> tuple[float, float]:
    """Shares of the exams that the clairvoyant saves, and who is told every chance, in lessons of a regime."""
    rng = random.Random(regime.name)
    asked = np.zeros(2)
    for _ in range(lessons):
        hard = [rng.gauss(0, regime.spread) for _ in range(EXAMS)]
        good = [rng.gauss(regime.level, regime.spread) for _ in range(RATIONALES)]
        chance = np.array([sigmoid(one - other) for one in good for other in hard])
        asked += clairvoyant(chance), told(chance)
    knowing, guessing = 1 - asked / (lessons * CELLS)
    return float(knowing), float(guessing)
