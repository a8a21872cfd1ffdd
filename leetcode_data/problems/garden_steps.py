"""First steps: count the ways up a stair in steps of 1 and 2."""

from lbt.types import Limits, Status
from leetcode_data.problems.lengths import BRUTE_UP_TO, LARGEST, count_by_trying, every_length, length, short_lengths
from leetcode_data.source import Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def climbWays(self, n: int) -> int:
        ways = [0] * (n + 1)
        ways[0] = 1
        for i in range(1, n + 1):
            ways[i] = ways[i - 1]
            if i >= 2:
                ways[i] += ways[i - 2]
        return ways[n]
"""

FORMULA = """\
from math import comb

class Solution:
    def climbWays(self, n: int) -> int:
        return sum(comb(n - twos, twos) for twos in range(n // 2 + 1))
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def climbWays(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def ways(left):
            if left <= 1:
                return 1
            return ways(left - 1) + ways(left - 2)

        return ways(n)
"""

ONE_BEHIND = BOTTOM_UP.replace("return ways[n]", "return ways[n - 1]")

ORDER_IGNORED = """\
class Solution:
    def climbWays(self, n: int) -> int:
        return n // 2 + 1
"""

FLOATS = BOTTOM_UP.replace("ways[0] = 1", "ways[0] = 1.0").replace("return ways[n]", "return int(ways[n])")

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[0] * (n + 1)", "[0] * n")

RETURNS_TEXT = BOTTOM_UP.replace("return ways[n]", "return str(ways[n])")


def brute(n: int) -> int:
    """Try every sequence."""
    return count_by_trying(n, (1, 2))


SOURCE = Source(
    slug="garden-steps",
    title="Garden Steps",
    description="""\
A garden has a stair of `n` steps. You stand in front of it and climb 1 or 2 steps at a time. Return the
number of different ways to reach the top.""",
    constraints=("1 <= n <= 120",),
    starter="class Solution:\n    def climbWays(self, n: int) -> int:",
    entry_point="Solution.climbWays",
    examples=(
        Example((4,), "1+1+1+1, 1+1+2, 1+2+1, 2+1+1 and 2+2."),
        Example((2,), "1+1 and 2."),
        Example((6,)),
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
            "one_behind": failing(ONE_BEHIND, Status.WA),
            "order_ignored": failing(ORDER_IGNORED, Status.WA),
            "rounds_large_counts": failing(FLOATS, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_text": failing(RETURNS_TEXT, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=2),
)
