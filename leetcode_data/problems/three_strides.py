"""First steps: count the ways along a path in strides of 1, 2 and 3."""

from lbt.types import Limits, Status
from leetcode_data.problems.lengths import BRUTE_UP_TO, LARGEST, count_by_trying, every_length, length, short_lengths
from leetcode_data.source import Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def countStrides(self, n: int) -> int:
        ways = [0] * (n + 1)
        ways[0] = 1
        for i in range(1, n + 1):
            ways[i] = sum(ways[max(0, i - 3):i])
        return ways[n]
"""

FORMULA = """\
from math import comb

class Solution:
    def countStrides(self, n: int) -> int:
        total = 0
        for threes in range(n // 3 + 1):
            for twos in range((n - 3 * threes) // 2 + 1):
                strides = n - 2 * threes - twos
                total += comb(strides, threes) * comb(strides - threes, twos)
        return total
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def countStrides(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def ways(left):
            if left <= 1:
                return 1
            if left == 2:
                return 2
            return ways(left - 1) + ways(left - 2) + ways(left - 3)

        return ways(n)
"""

ONLY_TWO = BOTTOM_UP.replace("max(0, i - 3)", "max(0, i - 2)")

FROM_THREE = """\
class Solution:
    def countStrides(self, n: int) -> int:
        ways = [1] * (n + 1)
        for i in range(3, n + 1):
            ways[i] = ways[i - 1] + ways[i - 2] + ways[i - 3]
        return ways[n]
"""

FLOATS = BOTTOM_UP.replace("ways[0] = 1", "ways[0] = 1.0").replace("return ways[n]", "return int(ways[n])")

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[0] * (n + 1)", "[0] * n")

RETURNS_TEXT = BOTTOM_UP.replace("return ways[n]", "return str(ways[n])")


def brute(n: int) -> int:
    """Try every sequence."""
    return count_by_trying(n, (1, 2, 3))


SOURCE = Source(
    slug="three-strides",
    title="Three Strides",
    description="""\
A path has `n` tiles. You start before the first tile and move 1, 2 or 3 tiles forward with every stride.
Return the number of different ways to land on the last tile.""",
    constraints=("1 <= n <= 120",),
    starter="class Solution:\n    def countStrides(self, n: int) -> int:",
    entry_point="Solution.countStrides",
    examples=(
        Example((3,), "1+1+1, 1+2, 2+1 and 3."),
        Example((1,), "One stride of one tile."),
        Example((5,)),
    ),
    inputs=every_length,
    size=length,
    largest=LARGEST,
    small=short_lengths,
    brute=brute,
    brute_up_to=BRUTE_UP_TO,
    references=("bottom_up", "formula"),
    solutions=Solutions(
        good={"bottom_up": BOTTOM_UP, "formula": FORMULA, "top_down": TOP_DOWN},
        bad={
            "only_two": failing(ONLY_TWO, Status.WA),
            "wrong_start": failing(FROM_THREE, Status.WA),
            "rounds_large_counts": failing(FLOATS, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_text": failing(RETURNS_TEXT, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=2),
)
