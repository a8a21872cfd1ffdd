"""First steps: coins, twice last week's and those of the week before."""

from leetcode_data.problems.growth import Rule, problem
from leetcode_data.source import Example


def brute(n: int) -> int:
    """Follow the definition, without keeping anything."""
    return 1 if n <= 1 else 2 * brute(n - 1) + brute(n - 2)


SOURCE = problem(
    Rule(
        name="coins",
        start=1,
        step="2 * AT(i - 1) + AT(i - 2)",
        wrong_step="AT(i - 1) + 2 * AT(i - 2)",
        formula="sum(comb(n, 2 * k) * 2 ** k for k in range(n // 2 + 1))",
        brute=brute,
    ),
    slug="coin-jar",
    title="Coin Jar",
    method="countCoins",
    description="""\
A jar fills with coins. In week `i` there are `coins(i)` coins in it:

    coins(i) = 1 for i <= 1
    coins(i) = 2 * coins(i - 1) + coins(i - 2) for i > 1

Return `coins(n)`.""",
    examples=(
        Example((2,), "2 * 1 + 1."),
        Example((4,), "Weeks 0 to 4: 1, 1, 3, 7, 17."),
        Example((7,)),
    ),
)
