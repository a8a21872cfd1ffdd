"""First steps: water lilies, as many as on the two days before together."""

from leetcode_data.problems.growth import Rule, problem
from leetcode_data.source import Example


def brute(n: int) -> int:
    """Follow the definition, without keeping anything."""
    return 1 if n <= 1 else brute(n - 1) + brute(n - 2)


SOURCE = problem(
    Rule(
        name="lilies",
        start=1,
        step="AT(i - 1) + AT(i - 2)",
        wrong_step="2 * AT(i - 1)",
        formula="sum(comb(n - k, k) for k in range(n // 2 + 1))",
        brute=brute,
    ),
    slug="pond-lilies",
    title="Pond Lilies",
    method="countLilies",
    description="""\
Water lilies spread on a pond. On day `i` there are `lilies(i)` of them:

    lilies(i) = 1 for i <= 1
    lilies(i) = lilies(i - 1) + lilies(i - 2) for i > 1

Return `lilies(n)`.""",
    examples=(
        Example((2,), "1 + 1."),
        Example((4,), "Days 0 to 4: 1, 1, 2, 3, 5."),
        Example((7,)),
    ),
)
