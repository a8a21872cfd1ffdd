"""First steps: ant hills, those of last year and of the year before."""

from leetcode_data.problems.growth import Rule, problem
from leetcode_data.source import Example


def brute(n: int) -> int:
    """Follow the definition, without keeping anything."""
    return 1 if n <= 1 else brute(n - 1) + brute(n - 2)


SOURCE = problem(
    Rule(
        name="hills",
        start=1,
        step="AT(i - 1) + AT(i - 2)",
        wrong_step="AT(i - 1) + 2 * AT(i - 2)",
        formula="sum(comb(n - k, k) for k in range(n // 2 + 1))",
        brute=brute,
    ),
    slug="ant-hills",
    title="Ant Hills",
    method="countHills",
    description="""\
Ants settle in a wood. In year `i` they have `hills(i)` hills:

    hills(i) = 1 for i <= 1
    hills(i) = hills(i - 1) + hills(i - 2) for i > 1

Return `hills(n)`.""",
    examples=(
        Example((2,), "1 + 1."),
        Example((4,), "Years 0 to 4: 1, 1, 2, 3, 5."),
        Example((7,)),
    ),
)
