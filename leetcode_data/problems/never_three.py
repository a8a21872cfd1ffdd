"""First steps: plan the training days of a runner, never three days in a row."""

from typing import Final

from lbt.types import Status
from leetcode_data.problems import neighbours
from leetcode_data.problems.rows import Rule, problem
from leetcode_data.source import Example

BOTTOM_UP: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        n = len(ROW)
        best = [0] * (n + 1)
        for i in range(1, n + 1):
            day = ROW[i - 1]
            best[i] = max(best[i - 1], (best[i - 2] if i >= 2 else 0) + day)
            if i >= 2:
                best[i] = max(best[i], (best[i - 3] if i >= 3 else 0) + ROW[i - 2] + day)
        return best[n]
"""

STATES: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        # Best sums after a day of rest, after one day of running, after two in a row.
        rest, one, two = 0, float("-inf"), float("-inf")
        for day in ROW:
            rest, one, two = max(rest, one, two), rest + day, one + day
        return max(rest, one, two)
"""

TOP_DOWN: Final = """\
from functools import lru_cache

class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        @lru_cache(maxsize=None)
        def best(day, run):
            if day == len(ROW):
                return 0
            skipped = best(day + 1, 0)
            return skipped if run == 2 else max(skipped, ROW[day] + best(day + 1, run + 1))

        return best(0, 0)
"""

CHEAPEST_OF_THREE: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        days = list(ROW)
        return sum(days) - sum(min(days[i:i + 3]) for i in range(0, len(days) - 2, 3))
"""

NEEDS_TWO: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        best = [0, ROW[0], ROW[0] + ROW[1]]
        for i in range(3, len(ROW) + 1):
            best.append(max(best[i - 1], best[i - 2] + ROW[i - 1], best[i - 3] + ROW[i - 2] + ROW[i - 1]))
        return best[len(ROW)]
"""

RULE: Final = Rule(
    longest_run=2,
    good={"bottom_up": BOTTOM_UP, "states": STATES, "top_down": TOP_DOWN},
    references=("bottom_up", "states"),
    bad={
        "never_two": (neighbours.BOTTOM_UP, (Status.WA,)),
        "cheapest_of_three": (CHEAPEST_OF_THREE, (Status.WA,)),
        "three_allowed": (TOP_DOWN.replace("run == 2", "run == 3"), (Status.WA,)),
        "no_cache_too_slow": (TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", ""), (Status.TLE,)),
        "index_past_the_end": (NEEDS_TWO, (Status.RE,)),
        "returns_text": (BOTTOM_UP.replace("return best[n]", "return str(best[n])"), (Status.WA, Status.BADRET)),
    },
)

SOURCE = problem(
    RULE,
    slug="never-three",
    title="Never Three",
    description="""\
A runner plans training: a run on day `i` gives `gain[i]` points. The runner never runs on three days in a row.
Return the most points the runner can get.

Hint: the best for the first `k` days is the largest of three: a rest on day `k - 1`; a run on it after a rest on
day `k - 2`; runs on both after a rest on day `k - 3`.""",
    method="mostGain",
    row="gain",
    examples=(
        Example(([4, 5, 6],), "Days 1 and 2."),
        Example(([9, 1, 8, 7],), "Days 0, 2 and 3."),
        Example(([2, 3],)),
    ),
)
