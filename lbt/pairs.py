"""Preference pairs of answers to one problem (M2): which of two is better, and which pairs are kept.

A score is half correctness and half LbT score, and a pair needs a difference above the threshold. All of it is exact:
LbT scores are fractions like 5/9, and a difference of 0.3 is not above 0.3.

At the paper's threshold of 0.3, with exams of nine answers: two answers that are equally correct need six exam answers
between them; a right one beats a wrong one unless the wrong one taught better by four or more; and at no threshold is a
wrong one chosen over a right one. Source: Ning et al. 2024 (arXiv 2406.14629), section 4; which pairs it keeps of a
problem that has more than eight, it does not say.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Literal, NamedTuple, assert_never

Score = Literal["lbt", "correct"]
"""What makes one answer better than another: half correctness and half LbT score, or correctness alone."""
Keep = Literal["random", "margin", "diverse"]
"""Which pairs of a problem are kept where it has too many."""

THRESHOLD, PER_PROBLEM = 0.3, 8
"""The paper's."""
_SHINGLE = 3
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer, and what it is worth."""

    index: int
    """Which of the answers to its problem it is."""
    correct: bool
    """Its final answer is right, or its program passes every hidden test."""
    lbt: Fraction
    """How well the students it taught did in the exam, in [0, 1]."""

    def worth(self, score: Score) -> Fraction:
        """What counts in a comparison, in [0, 1]."""
        match score:
            case "correct":
                return Fraction(self.correct)
            case "lbt":
                return _HALF * self.correct + _HALF * self.lbt
            case _:
                assert_never(score)


class Pair(NamedTuple):
    """Two answers to one problem, of which one is better."""

    chosen: Rated
    rejected: Rated
    margin: Fraction
    """By how much, in (0, 1]."""

    @property
    def only_lbt(self) -> bool:
        """Whether correctness alone would not make it."""
        return self.chosen.correct == self.rejected.correct


def pairs_of(answers: Iterable[Rated], *, score: Score, threshold: float) -> list[Pair]:
    """Pair the answers to one problem wherever one is better than another by more than `threshold`.

    Args:
        answers: Each with an index of its own; their order does not matter.
        score: What they are compared by.
        threshold: In [0, 1], meant as it is written in decimals: 0.3 is three tenths.

    Returns:
        Ordered by the indices of the chosen, then of the rejected.
    """
    levels: dict[Fraction, list[Rated]] = {}
    for answer in answers:
        levels.setdefault(answer.worth(score), []).append(answer)
    least = Fraction(str(threshold))
    found = [
        Pair(better, worse, high - low)
        for high, low in product(levels, repeat=2)
        if high - low > least
        for better, worse in product(levels[high], levels[low])
    ]
    return sorted(found, key=_indices)


def widest(answers: Sequence[Rated], score: Score) -> Fraction:
    """The largest difference between two answers to one problem; 0 where there are not two."""
    worths = [answer.worth(score) for answer in answers]
    return max(worths) - min(worths) if worths else Fraction(0)


def keep(pairs: Iterable[Pair], most: int, by: Keep, *, seed: int, problem: str) -> list[Pair]:
    """Keep at most `most` pairs of one problem.

    Args:
        pairs: Those there are; their order does not matter.
        most: At least 1.
        by: `random` draws. `margin` takes the largest differences and draws among equal ones. `diverse` takes one pair
            after another, each time one whose answers stand in the fewest pairs taken before (the one that stands in
            more decides, then both together), so that no answer is everywhere; among equal ones as `margin`.
        seed: Of what is drawn.
        problem: Its name. What is kept of a problem depends on no other.

    Returns:
        Ordered by the indices of the chosen, then of the rejected.
    """
    drawn = sorted(pairs, key=_indices)
    Random(f"{seed} {problem}").shuffle(drawn)
    if by != "random":
        drawn.sort(key=lambda pair: float(pair.margin), reverse=True)  # stable, and equal fractions are equal floats
    if by == "diverse":
        drawn = _spread(drawn, most)
    return sorted(drawn[:most], key=_indices)


def _spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    used: Counter[int] = Counter()
    left, taken = list(pairs), list[Pair]()
    while left and len(taken) < most:
        least = min(left, key=lambda pair: _crowded(used[pair.chosen.index], used[pair.rejected.index]))
        left.remove(least)
        taken.append(least)
        used.update([least.chosen.index, least.rejected.index])
    return taken


def _crowded(chosen: int, rejected: int) -> tuple[int, int]:
    return max(chosen, rejected), chosen + rejected


def _indices(pair: Pair) -> tuple[int, int]:
    return pair.chosen.index, pair.rejected.index


def distinct(texts: Sequence[str], correct: Sequence[bool]) -> list[int]:
    """Places of the answers to one problem that stay when near-duplicates are dropped.

    Two texts are near-duplicates when they share nine tenths of the sequences of three words that either has (words are
    what stands between blanks, so blanks do not matter). Of those that are also both right or both wrong, the first
    stays, whatever its students did: that they did differently after almost the same words is chance, and to keep the
    best would be to keep the luckiest. A right and a wrong answer in almost the same words both stay: what differs
    is what is to be learnt.
    """
    kept: list[tuple[int, frozenset[tuple[str, ...]]]] = []
    for place, text in enumerate(texts):
        shingles = _shingles(text)
        if not any(correct[other] == correct[place] and _alike(shingles, known) for other, known in kept):
            kept.append((place, shingles))
    return [place for place, _ in kept]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(zip(*(words[start:] for start in range(_SHINGLE)), strict=False)) or frozenset([tuple(words)])


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    """Whether the Jaccard similarity reaches nine tenths; sets of too different sizes are not looked into."""
    if not _nearly(*sorted((len(one), len(other)))):
        return False
    shared = len(one & other)
    return _nearly(shared, len(one) + len(other) - shared)


def _nearly(part: int, whole: int) -> bool:
    return 10 * part >= 9 * whole
