"""Budgets are never overspent, and waste nothing that is not needed."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.endpoints.budget import FREE, Budget, Price, Spent, load_prices, price_of
from agents.endpoints.spec import parse_spec
from lbt.errors import BudgetError, DataError
from tests.agents.endpoints.clock import run

MOST = Spent(calls=1, tokens=100, cost=0.1)


@given(
    st.integers(0, 20),
    st.integers(0, 2000),
    st.floats(0, 2),
    st.lists(st.tuples(st.integers(0, 100), st.floats(0, 5)), min_size=1, max_size=30),
)
@settings(deadline=None)
def test_whatever_calls_take_the_limits_hold(
    max_calls: int, max_tokens: int, max_cost: float, calls: list[tuple[int, float]]
) -> None:
    budget = Budget(max_calls=max_calls, max_tokens=max_tokens, max_cost=max_cost)

    async def one(tokens: int, seconds: float) -> None:
        await budget.reserve(MOST)
        await asyncio.sleep(seconds)
        await budget.settle(MOST, Spent(calls=1, tokens=tokens, cost=tokens / 1000))

    async def main() -> list[BaseException | None]:
        return await asyncio.gather(*(one(*call) for call in calls), return_exceptions=True)

    results = run(main())
    assert budget.spent.calls <= max_calls
    assert budget.spent.tokens <= max_tokens
    assert budget.spent.cost <= max_cost * 1.000001
    assert all(result is None or isinstance(result, BudgetError) for result in results)
    assert results.count(None) == budget.spent.calls


async def test_a_call_waits_for_what_others_may_leave() -> None:
    budget = Budget(max_tokens=150)
    await budget.reserve(MOST)
    second = asyncio.create_task(budget.reserve(MOST))
    await asyncio.sleep(0)
    assert not second.done()
    await budget.settle(MOST, Spent(calls=1, tokens=40))
    await second


async def test_a_call_that_cannot_fit_ends_the_budget_for_all() -> None:
    budget = Budget(max_tokens=150)
    await budget.reserve(MOST)
    await budget.settle(MOST, Spent(calls=1, tokens=100))
    with pytest.raises(BudgetError, match=r"--max-tokens-total 150 \(spent: 1 calls, 100 tokens"):
        await budget.reserve(MOST)
    with pytest.raises(BudgetError):
        await budget.reserve(Spent(calls=1, tokens=1))


async def test_those_who_wait_hear_that_the_budget_ended() -> None:
    budget = Budget(max_tokens=150)
    await budget.reserve(MOST)
    waiting = [asyncio.create_task(budget.reserve(MOST)) for _ in range(3)]
    await asyncio.sleep(0)
    await budget.settle(MOST, MOST)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, BudgetError) for result in results)


async def test_calls_are_counted_without_waiting() -> None:
    budget = Budget(max_calls=1)
    await budget.reserve(MOST)
    with pytest.raises(BudgetError, match="--max-calls 1"):
        await budget.reserve(MOST)


def test_prices_that_come_with_the_program_can_be_read() -> None:
    assert load_prices()["gpt-4o-mini"].cost(1_000_000, 0) > 0


def test_a_price_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("mine: {prompt: 1, completion: 2}\n")
    assert load_prices(path)["mine"].cost(1_000_000, 500_000) == 2.0
    path.write_text("")
    assert load_prices(path) == {}


@pytest.mark.parametrize("text", ["mine: 3", "mine: {prompt: -1, completion: 2}", "- a", "mine: {", "m: {prompt: 1}"])
def test_a_bad_price_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "prices.yaml").write_text(text)
    with pytest.raises(DataError, match=r"prices\.yaml") as caught:
        load_prices(tmp_path / "prices.yaml")
    assert "\n" not in str(caught.value)


def test_only_what_runs_here_is_free() -> None:
    prices = {"known": Price(prompt=1, completion=1)}
    assert price_of(parse_spec("local:qwen"), prices) == FREE
    assert price_of(parse_spec("openai:m@http://localhost:1/v1"), prices) == FREE
    assert price_of(parse_spec("openai:known@http://localhost:1/v1"), prices) == prices["known"]
    assert price_of(parse_spec("openai:m@https://far.example/v1"), prices) is None
    assert price_of(parse_spec("openai:m"), prices) is None
