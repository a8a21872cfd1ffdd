"""The rule of four problems of `first_steps`: of two neighbours in a row at most one may be taken."""

from typing import Final

from lbt.types import Status
from leetcode_data.problems.rows import Rule

BOTTOM_UP: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        n = len(ROW)
        best = [0] * (n + 1)
        best[1] = ROW[0]
        for i in range(2, n + 1):
            best[i] = max(best[i - 1], best[i - 2] + ROW[i - 1])
        return best[n]
"""

GAPS: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        # ending[i]: the best sum whose last entry is i; the one before it is 2 or 3 places back.
        ending = []
        for i, value in enumerate(ROW):
            ending.append(value + max(ending[max(0, i - 3):max(0, i - 1)], default=0))
        return max(ending)
"""

TOP_DOWN: Final = """\
from functools import lru_cache

class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        @lru_cache(maxsize=None)
        def best(start):
            if start >= len(ROW):
                return 0
            return max(best(start + 1), ROW[start] + best(start + 2))

        return best(0)
"""

EVERY_OTHER: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        return max(sum(ROW[::2]), sum(ROW[1::2]))
"""

LARGEST_FIRST: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        taken, total = set(), 0
        for i in sorted(range(len(ROW)), key=lambda i: -ROW[i]):
            if i - 1 not in taken and i + 1 not in taken:
                taken.add(i)
                total += ROW[i]
        return total
"""

NEEDS_TWO: Final = """\
class Solution:
    def METHOD(self, ROW: list[int]) -> int:
        best = [0] * len(ROW)
        best[0] = ROW[0]
        best[1] = max(ROW[0], ROW[1])
        for i in range(2, len(ROW)):
            best[i] = max(best[i - 1], best[i - 2] + ROW[i])
        return best[-1]
"""

RULE: Final = Rule(
    longest_run=1,
    good={"bottom_up": BOTTOM_UP, "gaps": GAPS, "top_down": TOP_DOWN},
    references=("bottom_up", "gaps"),
    bad={
        "every_other": (EVERY_OTHER, (Status.WA,)),
        "largest_first": (LARGEST_FIRST, (Status.WA,)),
        "last_one_forgotten": (BOTTOM_UP.replace("range(2, n + 1)", "range(2, n)"), (Status.WA,)),
        "no_cache_too_slow": (TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", ""), (Status.TLE,)),
        "index_past_the_end": (NEEDS_TWO, (Status.RE,)),
        "returns_text": (BOTTOM_UP.replace("return best[n]", "return str(best[n])"), (Status.WA, Status.BADRET)),
    },
)
