"""First steps: count the rows of planks of length 2 and 3 that cover a shelf."""

from lbt.types import Limits, Status
from leetcode_data.problems.lengths import BRUTE_UP_TO, LARGEST, count_by_trying, every_length, length, short_lengths
from leetcode_data.source import Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def countCovers(self, n: int) -> int:
        ways = [0] * (n + 1)
        ways[0] = 1
        for i in range(2, n + 1):
            ways[i] = ways[i - 2]
            if i >= 3:
                ways[i] += ways[i - 3]
        return ways[n]
"""

FORMULA = """\
from math import comb

class Solution:
    def countCovers(self, n: int) -> int:
        total = 0
        for threes in range(n // 3 + 1):
            twos, rest = divmod(n - 3 * threes, 2)
            if rest == 0:
                total += comb(twos + threes, twos)
        return total
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def countCovers(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def ways(left):
            if left < 2:
                return 1 - left
            if left == 2:
                return 1
            return ways(left - 2) + ways(left - 3)

        return ways(n)
"""

PLANK_OF_ONE = BOTTOM_UP.replace("range(2, n + 1)", "range(1, n + 1)").replace("= ways[i - 2]", "= ways[i - 1]")

LONG_PLANK_LATE = BOTTOM_UP.replace("if i >= 3:", "if i > 3:")

ORDER_IGNORED = """\
class Solution:
    def countCovers(self, n: int) -> int:
        return sum((n - 3 * threes) % 2 == 0 for threes in range(n // 3 + 1))
"""

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[0] * (n + 1)", "[0] * n")

RETURNS_TEXT = BOTTOM_UP.replace("return ways[n]", "return str(ways[n])")


def brute(n: int) -> int:
    """Try every sequence."""
    return count_by_trying(n, (2, 3))


SOURCE = Source(
    slug="planks",
    title="Planks",
    description="""\
A shelf of length `n` is to be covered exactly with planks of length 2 and planks of length 3, laid one after
the other. Return the number of different orders of planks; it is 0 if no order fits.""",
    constraints=("1 <= n <= 120",),
    starter="class Solution:\n    def countCovers(self, n: int) -> int:",
    entry_point="Solution.countCovers",
    examples=(
        Example((5,), "2+3 and 3+2."),
        Example((1,), "No plank fits."),
        Example((8,)),
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
            "plank_of_one": failing(PLANK_OF_ONE, Status.WA),
            "long_plank_late": failing(LONG_PLANK_LATE, Status.WA),
            "order_ignored": failing(ORDER_IGNORED, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_text": failing(RETURNS_TEXT, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=2),
)
