"""What the problems of `first_steps` share: take or skip along a row, and the row's inputs.

All five ask for the largest sum of entries of a row under a rule about neighbours. Four have the same rule
in different clothes, so a student who has read a right explanation of one can solve the others, and a wrong
explanation shows; the fifth has a rule of its own, which a copy of the others gets wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from random import Random
from typing import Final

from lbt.types import Limits, Status
from leetcode_data.source import Args, Example, Solutions, Source, failing

LARGEST: Final = 1000
LIMITS: Final = Limits(cpu_s=2)


@dataclass(frozen=True)
class Rule:
    """Which entries may be taken together, and programs for it with `METHOD` and `ROW` in place of the names."""

    longest_run: int
    """Neighbours in a row that may all be taken."""
    good: Mapping[str, str]
    references: tuple[str, str]
    bad: Mapping[str, tuple[str, tuple[Status, ...]]]


def problem(
    rule: Rule, *, slug: str, title: str, description: str, method: str, row: str, examples: tuple[Example, ...]
) -> Source:
    """Put a rule into the words of one problem."""

    def worded(code: str) -> str:
        return code.replace("METHOD", method).replace("ROW", row)

    return Source(
        slug=slug,
        title=title,
        description=description,
        constraints=(f"1 <= {row}.length <= {LARGEST}", f"0 <= {row}[i] <= 1000"),
        starter=f"class Solution:\n    def {method}(self, {row}: List[int]) -> int:",
        entry_point=f"Solution.{method}",
        examples=examples,
        inputs=inputs,
        size=len,
        largest=LARGEST,
        small=small,
        brute=partial(best_subset, longest_run=rule.longest_run),
        brute_up_to=10,
        references=rule.references,
        solutions=Solutions(
            good={name: worded(code) for name, code in rule.good.items()},
            bad={name: failing(worded(code), *statuses) for name, (code, statuses) in rule.bad.items()},
        ),
        exponential_excluded=True,
        limits=LIMITS,
    )


def inputs(random: Random) -> Iterator[Args]:
    """Give rows of every kind up to 1000 entries; long ones repeat a random block."""
    yield from (([0],), ([7],), ([0, 0],), ([3, 3],), ([1, 9, 1],), ([5, 1, 1, 5],), ([2, 1, 1, 2, 1, 1, 2],))
    for length in [*range(1, 31), *range(35, 200, 10), 250, 300, 350, 400, 450]:
        yield (_row(random, length),)
    for length in [*range(500, 1000, 10), 999, 1000, 1000]:
        yield (_row(random, length),)
    yield ([1000] * LARGEST,)
    yield ([0] * LARGEST,)


def _row(random: Random, length: int) -> list[int]:
    top = random.choices([3, 20, 1000])[0]
    block = [random.randint(0, top) for _ in range(min(length, random.randint(80, 160)))]
    return (block * (length // len(block) + 1))[:length]


def small() -> Iterator[Args]:
    """Every row of up to 6 entries out of 0, 2, 3, 7."""
    for length in range(1, 7):
        yield from ((list(row),) for row in product((0, 2, 3, 7), repeat=length))


def best_subset(row: Sequence[int], *, longest_run: int) -> int:
    """Try every choice of entries in which no more than `longest_run` neighbours are chosen in a row."""
    forbidden = "1" * (longest_run + 1)
    choices = (f"{choice:0{len(row)}b}" for choice in range(2 ** len(row)))
    return max(
        sum(value for value, taken in zip(row, choice, strict=True) if taken == "1")
        for choice in choices
        if forbidden not in choice
    )
