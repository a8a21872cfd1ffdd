"""First steps: count the walks of a length in steps of 1 and 3."""

from lbt.types import Limits, Status
from leetcode_data.problems.lengths import BRUTE_UP_TO, LARGEST, count_by_trying, every_length, length, short_lengths
from leetcode_data.source import Example, Solutions, Source, failing

BOTTOM_UP = """\
class Solution:
    def countWalks(self, n: int) -> int:
        ways = [0] * (n + 1)
        ways[0] = 1
        for i in range(1, n + 1):
            ways[i] = ways[i - 1]
            if i >= 3:
                ways[i] += ways[i - 3]
        return ways[n]
"""

FORMULA = """\
from math import comb

class Solution:
    def countWalks(self, n: int) -> int:
        return sum(comb(n - 2 * threes, threes) for threes in range(n // 3 + 1))
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def countWalks(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def ways(left):
            if left <= 2:
                return 1
            return ways(left - 1) + ways(left - 3)

        return ways(n)
"""

STEP_OF_TWO = BOTTOM_UP.replace("if i >= 3:", "if i >= 2:").replace("ways[i - 3]", "ways[i - 2]")

LONG_STEP_LATE = BOTTOM_UP.replace("if i >= 3:", "if i > 3:")

FLOATS = BOTTOM_UP.replace("ways[0] = 1", "ways[0] = 1.0").replace("return ways[n]", "return int(ways[n])")

NO_CACHE = TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")

TABLE_TOO_SHORT = BOTTOM_UP.replace("[0] * (n + 1)", "[0] * n")

RETURNS_TEXT = BOTTOM_UP.replace("return ways[n]", "return str(ways[n])")


def brute(n: int) -> int:
    """Try every sequence."""
    return count_by_trying(n, (1, 3))


SOURCE = Source(
    slug="long-and-short-steps",
    title="Long and Short Steps",
    description="""\
You walk a path of `n` metres. Every step is 1 metre or 3 metres long. Return the number of different
sequences of steps that cover exactly `n` metres.""",
    constraints=("1 <= n <= 120",),
    starter="class Solution:\n    def countWalks(self, n: int) -> int:",
    entry_point="Solution.countWalks",
    examples=(
        Example((4,), "1+1+1+1, 1+3 and 3+1."),
        Example((2,), "Only 1+1."),
        Example((7,)),
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
            "step_of_two": failing(STEP_OF_TWO, Status.WA),
            "long_step_late": failing(LONG_STEP_LATE, Status.WA),
            "rounds_large_counts": failing(FLOATS, Status.WA),
            "no_cache_too_slow": failing(NO_CACHE, Status.TLE),
            "table_too_short": failing(TABLE_TOO_SHORT, Status.RE),
            "returns_text": failing(RETURNS_TEXT, Status.WA, Status.BADRET),
        },
    ),
    exponential_excluded=True,
    limits=Limits(cpu_s=2),
)
