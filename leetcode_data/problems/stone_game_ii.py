"""1140. Stone Game II: take up to 2M piles from the front, where M grows with what was taken."""

from collections.abc import Iterator
from itertools import product
from random import Random

from lbt.types import Status
from leetcode_data.source import Args, Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def stoneGameII(self, piles: list[int]) -> int:
        n = len(piles)
        left = [0] * (n + 1)
        best = [[0] * (n + 1) for _ in range(n + 1)]
        for start in range(n - 1, -1, -1):
            left[start] = left[start + 1] + piles[start]
            for m in range(1, n + 1):
                if start + 2 * m >= n:
                    best[start][m] = left[start]
                else:
                    other = min(best[start + x][max(m, x)] for x in range(1, 2 * m + 1))
                    best[start][m] = left[start] - other
        return best[0][1]
"""

LEADS = """\
class Solution:
    def stoneGameII(self, piles: list[int]) -> int:
        n = len(piles)
        lead = [[0] * (2 * n + 1) for _ in range(n + 1)]
        for start in range(n - 1, -1, -1):
            for m in range(n, 0, -1):
                taken, best = 0, None
                for x in range(1, min(2 * m, n - start) + 1):
                    taken += piles[start + x - 1]
                    value = taken - lead[start + x][max(m, x)]
                    if best is None or value > best:
                        best = value
                lead[start][m] = best
        return (sum(piles) + lead[0][1]) // 2
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def stoneGameII(self, piles: list[int]) -> int:
        n = len(piles)

        @lru_cache(maxsize=None)
        def best(start, m):
            if start + 2 * m >= n:
                return sum(piles[start:])
            other = min(best(start + x, max(m, x)) for x in range(1, 2 * m + 1))
            return sum(piles[start:]) - other

        return best(0, 1)
"""

M_IS_LAST_MOVE = TOP_DOWN.replace("max(m, x)", "x")

UP_TO_M = BOTTOM_UP.replace("range(1, 2 * m + 1)", "range(1, 2 * m)")

TAKES_ALL_IT_CAN = """\
class Solution:
    def stoneGameII(self, piles: list[int]) -> int:
        start, m, turn, scores = 0, 1, 0, [0, 0]
        while start < len(piles):
            scores[turn] += sum(piles[start:start + 2 * m])
            start, m, turn = start + 2 * m, 2 * m, 1 - turn
        return scores[0]
"""

NO_CACHE = """\
class Solution:
    def stoneGameII(self, piles: list[int]) -> int:
        n = len(piles)

        def lead(start, m):
            if start >= n:
                return 0
            moves = range(1, min(2 * m, n - start) + 1)
            return max(sum(piles[start:start + x]) - lead(start + x, max(m, x)) for x in moves)

        return (sum(piles) + lead(0, 1)) // 2
"""

NO_END_CHECK = BOTTOM_UP.replace("start + 2 * m >= n", "start == n")

RETURNS_BOTH = BOTTOM_UP.replace("return best[0][1]", "return [best[0][1], left[0] - best[0][1]]")


def brute(piles: list[int]) -> int:
    """Play every game to its end; each player wants the own total as large as possible."""

    def totals(row: list[int], m: int, scores: tuple[int, int]) -> tuple[int, int]:
        """Final totals (of the player to move, of the other one)."""
        if not row:
            return scores
        ends = []
        for x in range(1, 2 * m + 1):
            if x <= len(row):
                theirs, mine = totals(row[x:], max(m, x), (scores[1], scores[0] + sum(row[:x])))
                ends.append((mine, theirs))
        return max(ends)

    return totals(piles, 1, (0, 0))[0]


def inputs(random: Random) -> Iterator[Args]:
    """Give rows of every length up to 100, of small, large, rising, falling and bursting piles."""
    yield from (([1],), ([10_000],), ([1, 2],), ([1, 1, 1],), ([1, 2, 3, 4],), ([9, 1, 1, 1, 9],))
    for length in [*range(1, 21), *range(22, 60, 3), *range(60, 101, 4)]:
        top = random.choices([3, 100, 10_000])[0]
        yield ([random.randint(1, top) for _ in range(length)],)
        yield ([random.randint(1, 9) + (9_000 if random.randint(0, 7) == 0 else 0) for _ in range(length)],)
    for length in (50, 55, 60, 70, 80, 90, 99, 100):
        yield (list(range(1, length + 1)),)
        yield (list(range(length, 0, -1)),)
        yield ([1] * length,)
    yield ([1] * 99 + [10_000],)
    yield ([10_000] * 100,)


def small() -> Iterator[Args]:
    """Every row of up to 7 piles out of 1, 2, 6."""
    for length in range(1, 8):
        yield from ((list(row),) for row in product((1, 2, 6), repeat=length))


SOURCE = Source(
    slug="stone-game-ii",
    title="Stone Game II",
    number=1140,
    description="""\
A row of piles of stones stands before Alice and Bob; pile `i` has `piles[i]` stones. They take turns, Alice
first. There is a number `M`, which is 1 at the start. A move takes all the stones of the first `X` piles that
are left, where the mover chooses `X` with `1 <= X <= 2 * M`; afterwards `M` becomes `max(M, X)`. The game ends
when all piles are gone, and each player wants as many stones as possible.

Both play as well as possible. Return the number of stones that Alice gets.""",
    constraints=("1 <= piles.length <= 100", "1 <= piles[i] <= 10^4"),
    starter="class Solution:\n    def stoneGameII(self, piles: List[int]) -> int:",
    entry_point="Solution.stoneGameII",
    examples=(
        Example(([3, 1, 8, 5],), "Alice takes one pile (3), Bob two of the rest (1 and 8), Alice the last one (5)."),
        Example(([5, 6],), "Alice may take both piles at once."),
        Example(([1, 4, 2, 10, 3, 7],), "Alice takes the 1; M stays 1, so Bob reaches the 4 and the 2 at most."),
    ),
    inputs=inputs,
    size=len,
    largest=100,
    small=small,
    brute=brute,
    brute_up_to=10,
    references=("bottom_up", "leads"),
    solutions=Solutions(
        good={"bottom_up": BOTTOM_UP, "leads": LEADS, "top_down": TOP_DOWN},
        bad={
            "m_is_the_last_move": failing(M_IS_LAST_MOVE, Status.WA),
            "one_move_short": failing(UP_TO_M, Status.WA),
            "takes_all_it_can": failing(TAKES_ALL_IT_CAN, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "index_past_the_end": failing(NO_END_CHECK, Status.RE),
            "returns_both": failing(RETURNS_BOTH, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
)
