"""Limits on what a run may spend, kept by reserving before each call what it can cost at most."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from agents.endpoints.spec import Spec, is_loopback
from lbt.errors import BudgetError, DataError
from lbt.types import Value


class Price(Value):
    """What a model costs."""

    prompt: Annotated[float, Field(ge=0)]
    """Of a million tokens of prompt, in the currency of the price file."""
    completion: Annotated[float, Field(ge=0)]
    """Of a million tokens of reply."""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Cost of one call, in the currency of the price file."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


FREE = Price(prompt=0, completion=0)


def load_prices(path: Path | None = None) -> Mapping[str, Price]:
    """Read a price file (model name → price), by default the one that comes with the program.

    Raises:
        DataError: the file cannot be read or has another form.
    """
    source = path or resources.files("agents") / "prices.yaml"
    try:
        found = yaml.safe_load(source.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, Price]).validate_python(found or {})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            str(path), f"{place}: {first['msg']} (a line is `model: {{prompt: PRICE, completion: PRICE}}`)"
        ) from error
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise DataError(str(path), f"cannot be read as a price file ({' '.join(str(error).split())})") from error


def price_of(spec: Spec, prices: Mapping[str, Price]) -> Price | None:
    """What a call to `spec` costs: as the price file says, wherever it is served; None where it is not known.

    A model that the file lacks costs nothing where its server is on this machine. A gateway there to a paid model
    is not told apart: put its model into the price file.
    """
    if spec.name in prices:
        return prices[spec.name]
    return FREE if spec.kind != "openai" or (spec.url and is_loopback(spec.url)) else None


@dataclass(frozen=True, slots=True)
class Spent:
    """An amount of calls, tokens and money."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    """In the currency of the price file."""

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.calls + other.calls, self.tokens + other.tokens, self.cost + other.cost)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.calls - other.calls, self.tokens - other.tokens, self.cost - other.cost)


class Budget:
    """What may still be spent; shared by all endpoints of a run. Replayed calls cost nothing.

    A call counts when it is sent, retries included.
    """

    def __init__(
        self,
        *,
        max_calls: int | None = None,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        spent: Spent | None = None,
    ) -> None:
        """Allow that many calls, tokens (prompts and replies) and that much money, `spent` included; None: no limit."""
        self._limits = {"calls": max_calls, "tokens": max_tokens, "cost": max_cost}
        self.spent = spent or Spent()
        """What the calls that ended took, those of earlier parts of the run too."""
        self._reserved = Spent()
        self._open = 0
        self._stopped: BudgetError | None = None
        self._changed = asyncio.Condition()

    async def reserve(self, most: Spent) -> None:
        """Set `most` aside for one call, waiting for calls under way when those may leave enough.

        Raises:
            BudgetError: not enough is left whatever they take; from then on, for every call.
        """
        self._check()
        async with self._changed:
            while (over := self._over(self.spent + self._reserved + most)) is not None:
                if not self._open or over == "calls" or self._over(self.spent + most):
                    raise self._stop(over)
                await self._changed.wait()
                self._check()
            self._reserved += most
            self._open += 1

    async def settle(self, most: Spent, took: Spent) -> None:
        """Give back what was set aside as `most` and count what the call `took`."""
        self._reserved -= most
        self._open -= 1
        self.spent += took
        async with self._changed:
            self._changed.notify_all()

    def _over(self, total: Spent) -> str | None:
        """Name of the first limit that `total` is over; the slack is for sums of floats."""
        for name, limit in self._limits.items():
            if limit is not None and getattr(total, name) > limit * (1 + 1e-9):
                return name
        return None

    def _check(self) -> None:
        if self._stopped:
            raise BudgetError(str(self._stopped))

    def _stop(self, name: str) -> BudgetError:
        """Close the budget: no cheaper call shall slip through after the first that did not fit."""
        option = {"calls": "--max-calls", "tokens": "--max-tokens-total", "cost": "--max-cost"}[name]
        spent = f"{self.spent.calls} calls, {self.spent.tokens} tokens, cost {self.spent.cost:.4f}"
        under_way = f", and {self._open} calls under way" if self._open else ""
        self._stopped = BudgetError(
            f"the next call may exceed {option} {self._limits[name]} (spent: {spent}{under_way});"
            f" resume with a higher {option}"
        )
        self._changed.notify_all()
        return self._stopped
