"""First steps: take honey from hives of a row, never from two that stand next to each other."""

from leetcode_data.problems import neighbours
from leetcode_data.problems.rows import problem
from leetcode_data.source import Example

SOURCE = problem(
    neighbours.RULE,
    slug="beehives",
    title="Beehives",
    description="""\
Beehives stand in a row; hive `i` holds `honey[i]` grams of honey. Opening a hive alarms its neighbours, so a
hive cannot be opened if one next to it is. Return the most honey that can be taken.

Hint: the best for the first `k` hives is the larger of the best for the first `k - 1` hives, and the best
for the first `k - 2` hives plus the honey of hive `k - 1`.""",
    method="mostHoney",
    row="honey",
    examples=(
        Example(([5, 5, 10, 1],), "Hives 0 and 2: 5 + 10."),
        Example(([3],), "The only hive."),
        Example(([2, 6, 3, 1, 7],)),
    ),
)
