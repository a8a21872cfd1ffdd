"""First steps: lamp oil, what was stored in the two weeks before."""

from leetcode_data.problems.growth import Rule, problem
from leetcode_data.source import Example


def brute(n: int) -> int:
    """Follow the definition, without keeping anything."""
    return 1 if n <= 1 else brute(n - 1) + brute(n - 2)


SOURCE = problem(
    Rule(
        name="oil",
        start=1,
        step="AT(i - 1) + AT(i - 2)",
        wrong_step="AT(i - 1) + 3",
        formula="sum(comb(n - k, k) for k in range(n // 2 + 1))",
        brute=brute,
    ),
    slug="lamp-oil",
    title="Lamp Oil",
    method="storedOil",
    description="""\
A keeper stores oil for a lamp. In week `i` there are `oil(i)` litres:

    oil(i) = 1 for i <= 1
    oil(i) = oil(i - 1) + oil(i - 2) for i > 1

Return `oil(n)`.""",
    examples=(
        Example((2,), "1 + 1."),
        Example((4,), "Weeks 0 to 4: 1, 1, 2, 3, 5."),
        Example((7,)),
    ),
)
