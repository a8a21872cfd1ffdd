"""486. Predict the Winner: two players take from the ends of a row; may the first one tie or win?"""

from collections.abc import Iterator
from itertools import product
from random import Random

from lbt.types import Limits, Status
from leetcode_data.source import Args, Example, Function, Solutions, Source, callable_of, failing

BOTTOM_UP = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        lead = list(nums)
        for length in range(2, len(nums) + 1):
            for left in range(len(nums) - length + 1):
                right = left + length - 1
                lead[left] = max(nums[left] - lead[left + 1], nums[right] - lead[left])
        return lead[0] >= 0
"""

TOTALS = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        n = len(nums)
        before = [0]
        for value in nums:
            before.append(before[-1] + value)
        best = [[0] * (n + 1) for _ in range(n + 1)]
        for left in range(n - 1, -1, -1):
            for end in range(left + 1, n + 1):
                rest = min(best[left + 1][end], best[left][end - 1])
                best[left][end] = before[end] - before[left] - rest
        return 2 * best[0][n] >= before[n]
"""

TOP_DOWN = """\
from functools import lru_cache

class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        @lru_cache(maxsize=None)
        def lead(left, right):
            if left == right:
                return nums[left]
            return max(nums[left] - lead(left + 1, right), nums[right] - lead(left, right - 1))

        return lead(0, len(nums) - 1) >= 0
"""

GREEDY_ENDS = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        scores, turn = [0, 0], 0
        row = list(nums)
        while row:
            scores[turn] += row.pop(0) if row[0] >= row[-1] else row.pop()
            turn = 1 - turn
        return scores[0] >= scores[1]
"""

TIE_IS_A_LOSS = BOTTOM_UP.replace("lead[0] >= 0", "lead[0] > 0")

SHORT_BY_ONE = BOTTOM_UP.replace("range(2, len(nums) + 1)", "range(2, len(nums))")

CALLS_TWICE = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        def lead(left, right):
            if left == right:
                return nums[left]
            if nums[left] - lead(left + 1, right) > nums[right] - lead(left, right - 1):
                return nums[left] - lead(left + 1, right)
            return nums[right] - lead(left, right - 1)

        return lead(0, len(nums) - 1) >= 0
"""

NEEDS_TWO = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        if len(nums) % 2 == 0:
            return True
        lead = [max(a, b) - min(a, b) for a, b in zip(nums, nums[1:])]
        for length in range(3, len(nums) + 1):
            for left in range(len(nums) - length + 1):
                lead[left] = max(nums[left] - lead[left + 1], nums[left + length] - lead[left])
        return lead[0] >= 0
"""

RETURNS_THE_LEAD = BOTTOM_UP.replace("lead[0] >= 0", "lead[0]")

ALWAYS_TRUE = """\
class Solution:
    def predictTheWinner(self, nums: list[int]) -> bool:
        return True
"""


def brute(nums: list[int]) -> bool:
    """Play every game to its end with both totals in hand."""

    def first_wins(row: list[int], totals: tuple[int, int], turn: int) -> bool:
        if not row:
            return totals[0] >= totals[1]
        outcomes = []
        for taken, rest in ((row[0], row[1:]), (row[-1], row[:-1])):
            after = (totals[0] + taken, totals[1]) if turn == 0 else (totals[0], totals[1] + taken)
            outcomes.append(first_wins(rest, after, 1 - turn))
        return any(outcomes) if turn == 0 else all(outcomes)

    return first_wins(nums, (0, 0), 0)


def inputs(random: Random) -> Iterator[Args]:
    """Give short rows, ties, then every length up to 20, half of the odd ones lost (even ones cannot be)."""
    yield from (([7],), ([0],), ([0, 0],), ([1, 3, 2],), ([2, 3, 2],), ([0, 0, 0],), ([1, 2, 1],), ([4, 4, 4, 4, 4],))
    wins = callable_of(BOTTOM_UP, "Solution.predictTheWinner")
    for length in range(2, 21):
        for lost in (True, False) * 4 if length % 2 else (False,) * 3:
            yield (_row(random, length, lost=lost, wins=wins),)
        yield ([5] * length,)
    yield ([10_000_000] * 19 + [0],)
    yield ([1, 2] * 9 + [1],)


def _row(random: Random, length: int, *, lost: bool, wins: Function) -> list[int]:
    top = random.choices([3, 20, 1000, 10_000_000])[0]
    while True:
        row = [random.randint(0, top) for _ in range(length)]
        if wins(row) != lost:
            return row


def small() -> Iterator[Args]:
    """Every row of up to 6 values out of 0, 1, 3."""
    for length in range(1, 7):
        yield from ((list(row),) for row in product((0, 1, 3), repeat=length))


SOURCE = Source(
    slug="predict-the-winner",
    title="Predict the Winner",
    number=486,
    description="""\
A row of numbers `nums` lies on the table. Two players take turns, player 1 first. A move takes the number at
either end of the row (the first or the last one that is left) and adds it to the mover's own score. The game
is over when the row is empty.

Both players play as well as possible. Return `True` if player 1 ends with at least as many points as
player 2 (a tie counts as a win of player 1), and `False` otherwise.""",
    constraints=("1 <= nums.length <= 20", "0 <= nums[i] <= 10^7"),
    starter="class Solution:\n    def predictTheWinner(self, nums: List[int]) -> bool:",
    entry_point="Solution.predictTheWinner",
    examples=(
        Example(
            ([2, 9, 3],),
            "Whichever end player 1 takes, player 2 takes the 9 next; player 1 ends with 2 + 3 = 5.",
        ),
        Example(([4, 60, 90, 3],), "After player 1 takes the 4, either move of player 2 puts the 90 at an end."),
        Example(([6, 12, 6],), "Both end with 12 points, and a tie is a win of player 1."),
    ),
    inputs=inputs,
    size=len,
    largest=20,
    small=small,
    brute=brute,
    brute_up_to=12,
    references=("bottom_up", "totals"),
    solutions=Solutions(
        good={"bottom_up": BOTTOM_UP, "totals": TOTALS, "top_down": TOP_DOWN},
        bad={
            "greedy_ends": failing(GREEDY_ENDS, Status.WA),
            "tie_is_a_loss": failing(TIE_IS_A_LOSS, Status.WA),
            "short_by_one": failing(SHORT_BY_ONE, Status.WA),
            "calls_twice_too_slow": failing(CALLS_TWICE, Status.TLE),
            "index_past_the_end": failing(NEEDS_TWO, Status.RE),
            "returns_the_lead": failing(RETURNS_THE_LEAD, Status.WA, Status.BADRET),
            "always_true": failing(ALWAYS_TRUE, Status.WA),
        },
    ),
    exponential_excluded=False,
    limits=Limits(cpu_s=2),
)
