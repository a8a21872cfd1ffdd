"""Numbers that questions are made of."""

from math import gcd
from random import Random

SQUARE_FREE = (2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19, 21, 22, 23)
"""Numbers under a root that cannot be simplified."""


def nonzero(rng: Random, bound: int) -> int:
    """Draw an integer from `-bound` to `bound` that is not 0."""
    return rng.choice((-1, 1)) * rng.randint(1, bound)


def coprime(rng: Random, low: int, high: int) -> tuple[int, int]:
    """Draw two integers from `low` to `high` without a common factor, the smaller first; they differ for `low` > 1."""
    while True:
        small, large = sorted((rng.randint(low, high), rng.randint(low, high)))
        if gcd(small, large) == 1:
            return small, large
