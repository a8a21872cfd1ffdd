"""First steps: count the ways to lay a path with tiles of length 1, in two colours, and 2."""

from lbt.types import Limits, Status
from leetcode_data.problems.lengths import BRUTE_UP_TO, LARGEST, count_by_trying, every_length, length, short_lengths
from leetcode_data.source import Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def countPaths(self, n: int) -> int:
        ways = [0] * (n + 1)
        ways[0] = 1
        for i in range(1, n + 1):
            ways[i] = 2 * ways[i - 1]
            if i >= 2:
                ways[i] += ways[i - 2]
        return ways[n]
"""

FORMULA = """\
from math import comb

class Solution:
    def countPaths(self, n: int) -> int:
        return sum(comb(n - grey, grey) * 2 ** (n - 2 * grey) for grey in range(n // 2 + 1))
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def countPaths(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def ways(left):
            if left <= 1:
                return left + 1
            return 2 * ways(left - 1) + ways(left - 2)

        return ways(n)
"""

ONE_COLOUR = BOTTOM_UP.replace("2 * ways[i - 1]", "ways[i - 1]")

GREY_LATE = BOTTOM_UP.replace("if i >= 2:", "if i > 2:")

FLOATS = BOTTOM_UP.replace("ways[0] = 1", "ways[0] = 1.0").replace("return ways[n]", "return int(ways[n])")

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[0] * (n + 1)", "[0] * n")

RETURNS_TEXT = BOTTOM_UP.replace("return ways[n]", "return str(ways[n])")


def brute(n: int) -> int:
    """Try every sequence."""
    return count_by_trying(n, (1, 1, 2))


SOURCE = Source(
    slug="coloured-tiles",
    title="Coloured Tiles",
    description="""\
A path of length `n` is laid with tiles of length 1, which come in red and in blue, and tiles of length 2,
which are grey. Return the number of different ways to lay the whole path.""",
    constraints=("1 <= n <= 120",),
    starter="class Solution:\n    def countPaths(self, n: int) -> int:",
    entry_point="Solution.countPaths",
    examples=(
        Example((2,), "Four ways with two tiles of length 1, and one grey tile."),
        Example((1,), "Red or blue."),
        Example((3,)),
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
            "one_colour": failing(ONE_COLOUR, Status.WA),
            "grey_late": failing(GREY_LATE, Status.WA),
            "rounds_large_counts": failing(FLOATS, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_text": failing(RETURNS_TEXT, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=2),
)
