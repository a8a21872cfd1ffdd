"""What the counting problems of `first_steps` share: all lengths are asked for, and counting by trying."""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Final

from leetcode_data.source import Args

LARGEST: Final = 120
"""Far beyond a solution that tries everything, and beyond what floating point counts exactly."""
BRUTE_UP_TO: Final = 9


def every_length(random: Random) -> Iterator[Args]:
    """Give every input that the constraints allow; nothing is left to chance."""
    del random
    yield from ((n,) for n in range(1, LARGEST + 1))


def short_lengths() -> Iterator[Args]:
    """Every length that can be counted by trying."""
    yield from ((n,) for n in range(1, BRUTE_UP_TO + 1))


def length(n: int) -> int:
    """Size of an input."""
    return n


def count_by_trying(n: int, pieces: Sequence[int]) -> int:
    """Count the sequences of pieces that add up to `n` among all sequences of up to `n` pieces."""
    return sum(sum(row) == n for count in range(1, n + 1) for row in product(pieces, repeat=count))
