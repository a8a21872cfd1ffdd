"""First steps: rabbits, of which every pair of two months and more has a new pair each month."""

from leetcode_data.problems.growth import Rule, problem
from leetcode_data.source import Example


def brute(n: int) -> int:
    """Follow the definition, without keeping anything."""
    return 1 if n <= 1 else brute(n - 1) + brute(n - 2)


SOURCE = problem(
    Rule(
        name="pairs",
        start=1,
        step="AT(i - 1) + AT(i - 2)",
        wrong_step="2 * AT(i - 1) + AT(i - 2)",
        formula="sum(comb(n - k, k) for k in range(n // 2 + 1))",
        brute=brute,
    ),
    slug="rabbit-pairs",
    title="Rabbit Pairs",
    method="countPairs",
    description="""\
Rabbits live on a farm. In month `i` there are `pairs(i)` pairs of them:

    pairs(i) = 1 for i <= 1
    pairs(i) = pairs(i - 1) + pairs(i - 2) for i > 1

Return `pairs(n)`.""",
    examples=(
        Example((2,), "1 + 1."),
        Example((4,), "Months 0 to 4: 1, 1, 2, 3, 5."),
        Example((7,)),
    ),
)
