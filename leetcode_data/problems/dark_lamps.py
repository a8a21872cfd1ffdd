"""First steps: turn off lamps of a street, no two neighbours of them."""

from leetcode_data.problems import neighbours
from leetcode_data.problems.rows import problem
from leetcode_data.source import Example

SOURCE = problem(
    neighbours.RULE,
    slug="dark-lamps",
    title="Dark Lamps",
    description="""\
Lamps stand along a street. Turning lamp `i` off saves `power[i]` units of power, but no two neighbouring lamps
may be off. Return the largest number of units that can be saved.

Hint: the best for the first `k` lamps is the larger of the best for the first `k - 1` lamps, and the best
for the first `k - 2` lamps plus the power of lamp `k - 1`.""",
    method="mostSaved",
    row="power",
    examples=(
        Example(([4, 9, 3],), "Only the middle lamp: 9 is more than 4 + 3."),
        Example(([7, 2, 2, 5],), "Lamps 0 and 3: 7 + 5."),
        Example(([8, 3, 6, 1, 4],)),
    ),
)
