"""First steps: sing on the best days of a season, never on two days in a row."""

from leetcode_data.problems import neighbours
from leetcode_data.problems.rows import problem
from leetcode_data.source import Example

SOURCE = problem(
    neighbours.RULE,
    slug="concert-days",
    title="Concert Days",
    description="""\
A singer is offered a concert on every day of a season; the one on day `i` pays `pay[i]`. Her voice needs rest,
so she never sings on two days in a row. Return the most she can earn.

Hint: the best for the first `k` days is the larger of the best for the first `k - 1` days, and the best
for the first `k - 2` days plus the pay of day `k - 1`.""",
    method="mostPay",
    row="pay",
    examples=(
        Example(([2, 7, 4],), "Day 1 alone pays more than days 0 and 2 together."),
        Example(([6, 1, 1, 8],), "Days 0 and 3: 6 + 8."),
        Example(([1, 2, 3, 4, 5],)),
    ),
)
