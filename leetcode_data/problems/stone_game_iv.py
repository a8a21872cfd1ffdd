"""1510. Stone Game IV: one pile, every move takes a square number of stones."""

from collections.abc import Iterator
from math import isqrt
from random import Random

from lbt.types import Limits, Status
from leetcode_data.source import Args, Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        wins = [False] * (n + 1)
        for stones in range(1, n + 1):
            root = 1
            while root * root <= stones:
                if not wins[stones - root * root]:
                    wins[stones] = True
                    break
                root += 1
        return wins[n]
"""

SIEVE = """\
class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        squares = [root * root for root in range(1, int(n ** 0.5) + 2)]
        wins = [False] * (n + 1)
        for stones in range(n + 1):
            if not wins[stones]:
                for square in squares:
                    if stones + square <= n:
                        wins[stones + square] = True
        return wins[n]
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        @lru_cache(maxsize=None)
        def wins(stones):
            root = 1
            while root * root <= stones:
                if not wins(stones - root * root):
                    return True
                root += 1
            return False

        return wins(n)
"""

LARGEST_SQUARE = """\
class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        turns = 0
        while n > 0:
            n -= int(n ** 0.5) ** 2
            turns += 1
        return turns % 2 == 1
"""

SQUARE_MUST_BE_SMALLER = BOTTOM_UP.replace("root * root <= stones", "root * root < stones")

TWO_MOVES_ONLY = """\
class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        wins = [False] * (n + 1)
        for stones in range(1, n + 1):
            roots = range(1, int(stones ** 0.5) + 1)
            wins[stones] = not wins[stones - len(roots) ** 2] or not wins[stones - 1]
        return wins[n]
"""

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[False] * (n + 1)", "[False] * n")

RETURNS_A_NAME = BOTTOM_UP.replace("return wins[n]", 'return "Alice" if wins[n] else "Bob"')

ALWAYS_TRUE = """\
class Solution:
    def winnerSquareGame(self, n: int) -> bool:
        return True
"""


def brute(n: int) -> bool:
    """Play every game to its end."""
    return any(not brute(n - root * root) for root in range(1, isqrt(n) + 1))


LARGE = [*range(50_000, 51_400, 100), 60_000, 75_000]
"""Near each of them one lost and one won number of stones is asked; most are near half the largest, for speed."""


def inputs(random: Random) -> Iterator[Args]:
    """Give all n to 30, then lost and won numbers in turn; lost ones are rare, about 1 in 8."""
    lost = _lost(100_000)
    yield from ((n,) for n in range(1, 31))
    for _ in range(22):
        near = random.randint(31, 2_000)
        yield (min((n for n in lost if n >= near), default=near),)
        yield (near,)
    for near in [*range(5_000, 49_000, 15_000), *LARGE]:
        yield (min(n for n in lost if n >= near),)
        yield (random.randint(near, near + 99),)
    yield from ((n,) for n in (99_856, 99_999, 100_000, max(lost)))


def _lost(largest: int) -> list[int]:
    """Numbers of stones with which the player to move loses."""
    wins = bytearray(largest + 1)
    for stones in range(largest + 1):
        if not wins[stones]:
            for root in range(1, isqrt(largest - stones) + 1):
                wins[stones + root * root] = 1
    return [stones for stones in range(1, largest + 1) if not wins[stones]]


def small() -> Iterator[Args]:
    """Every n up to 30."""
    yield from ((n,) for n in range(1, 31))


SOURCE = Source(
    slug="stone-game-iv",
    title="Stone Game IV",
    number=1510,
    description="""\
There is one pile of `n` stones. Alice and Bob take turns, Alice first. A move takes a number of stones that is
a square (1, 4, 9, 16, ...) and not more than what is left. Whoever cannot move, because no stone is left, has
lost.

Both play as well as possible. Return `True` if Alice wins and `False` if Bob does.""",
    constraints=("1 <= n <= 10^5",),
    starter="class Solution:\n    def winnerSquareGame(self, n: int) -> bool:",
    entry_point="Solution.winnerSquareGame",
    examples=(
        Example((9,), "Alice takes all 9 stones."),
        Example((5,), "Alice can leave 4 or 1, and Bob takes all of either."),
        Example((8,), "Alice takes 1 and leaves 7, with which Bob cannot win."),
    ),
    inputs=inputs,
    size=lambda n: n,
    largest=100_000,
    small=small,
    brute=brute,
    brute_up_to=30,
    references=("bottom_up", "sieve"),
    solutions=Solutions(
        good={"bottom_up": BOTTOM_UP, "sieve": SIEVE, "top_down": TOP_DOWN},
        bad={
            "largest_square": failing(LARGEST_SQUARE, Status.WA),
            "square_must_be_smaller": failing(SQUARE_MUST_BE_SMALLER, Status.WA),
            "tries_two_moves_only": failing(TWO_MOVES_ONLY, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE, Status.RE, Status.CRASH),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_a_name": failing(RETURNS_A_NAME, Status.WA, Status.BADRET),
            "always_true": failing(ALWAYS_TRUE, Status.WA),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=10),
)
