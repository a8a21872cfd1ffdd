"""First steps: pick apple trees of a row, no two of them neighbours."""

from leetcode_data.problems import neighbours
from leetcode_data.problems.rows import problem
from leetcode_data.source import Example

SOURCE = problem(
    neighbours.RULE,
    slug="apple-row",
    title="Apple Row",
    description="""\
Apple trees stand in a row; tree `i` carries `apples[i]` apples. You may pick the trees you like, but never two
trees that are neighbours. Return the largest number of apples you can pick.

Hint: the best for the first `k` trees is the larger of the best for the first `k - 1` trees, and the best
for the first `k - 2` trees plus the apples of tree `k - 1`.""",
    method="mostApples",
    row="apples",
    examples=(
        Example(([3, 8, 4],), "The middle tree alone has more than both others together."),
        Example(([5, 1, 2, 9],), "Trees 0 and 3."),
        Example(([6],)),
    ),
)
