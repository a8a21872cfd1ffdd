"""What the problems of `first_steps` share: a number that grows from the two numbers before it.

Each gives two first numbers and a rule in words and as a formula. Programs for one of them differ from
programs for another in the start and in one line, so a student who has read a right explanation of one can
solve the others if it notices what to change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from lbt.types import Limits, Status
from leetcode_data.source import Args, Example, Solutions, Source, failing

LARGEST: Final = 120
"""Far beyond a recursion without cache, and beyond what floating point counts exactly."""
BRUTE_UP_TO: Final = 15

BOTTOM_UP: Final = '''\
class Solution:
    def METHOD(self, n: int) -> int:
        NAME = [FIRST, SECOND]
        for i in range(2, n + 1):
            NAME.append(RULE)
        return NAME[n]
'''

TOP_DOWN: Final = '''\
from functools import lru_cache

class Solution:
    def METHOD(self, n: int) -> int:
        @lru_cache(maxsize=None)
        def NAME(i):
            if i < 2:
                return [FIRST, SECOND][i]
            return CALLS

        return NAME(n)
'''

FORMULA: Final = '''\
from math import comb

class Solution:
    def METHOD(self, n: int) -> int:
        return FORMULA
'''

NEEDS_ONE: Final = '''\
class Solution:
    def METHOD(self, n: int) -> int:
        NAME = [0] * n
        NAME[0] = FIRST
        for i in range(1, n + 1):
            NAME[i] = SECOND if i == 1 else RULE
        return NAME[n]
'''


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How the number grows."""

    name: str
    """What the formula calls it."""
    first: int
    second: int
    step: str
    """The number at `i` from `BEFORE` (at `i - 1`) and `EARLIER` (at `i - 2`), as Python."""
    wrong_step: str
    """A step that one might take for it."""
    formula: str
    """The number at `n` without those before it; may use `comb`."""
    brute: Callable[[int], int]


def problem(rule: Rule, *, slug: str, title: str, method: str, description: str, examples: tuple[Example, ...]) -> Source:
    """Put a rule into the words of one problem."""

    def worded(code: str, step: str = rule.step) -> str:
        listed = step.replace("BEFORE", f"{rule.name}[i - 1]").replace("EARLIER", f"{rule.name}[i - 2]")
        called = step.replace("BEFORE", f"{rule.name}(i - 1)").replace("EARLIER", f"{rule.name}(i - 2)")
        words = {"METHOD": method, "NAME": rule.name, "FIRST": str(rule.first), "SECOND": str(rule.second)}
        words |= {"RULE": listed, "CALLS": called, "FORMULA": rule.formula}
        for word, meaning in words.items():
            code = code.replace(word, meaning)
        return code

    return Source(
        slug=slug,
        title=title,
        description=description,
        constraints=(f"0 <= n <= {LARGEST}",),
        starter=f"class Solution:\n    def {method}(self, n: int) -> int:",
        entry_point=f"Solution.{method}",
        examples=examples,
        inputs=_inputs,
        size=_size,
        largest=LARGEST,
        small=_small,
        brute=rule.brute,
        brute_up_to=BRUTE_UP_TO,
        references=("bottom_up", "formula"),
        solutions=Solutions(
            good={"bottom_up": worded(BOTTOM_UP), "formula": worded(FORMULA), "top_down": worded(TOP_DOWN)},
            bad={
                "wrong_step": failing(worded(BOTTOM_UP, rule.wrong_step), Status.WA),
                "one_behind": failing(worded(BOTTOM_UP.replace("range(2, n + 1)", "range(2, n)")), Status.RE),
                "start_swapped": failing(worded(BOTTOM_UP.replace("[FIRST, SECOND]", "[SECOND, FIRST]")), Status.WA),
                "no_cache_too_slow": failing(
                    worded(TOP_DOWN.replace("        @lru_cache(maxsize=None)\n", "")), Status.TLE
                ),
                "table_too_short": failing(worded(NEEDS_ONE), Status.RE),
                "returns_text": failing(
                    worded(BOTTOM_UP.replace("return NAME[n]", "return str(NAME[n])")), Status.WA, Status.BADRET
                ),
            },
        ),
        exponential_excluded=True,
        limits=Limits(cpu_s=2),
    )


def _inputs(random: Random) -> Iterator[Args]:
    """Give every input that the constraints allow; nothing is left to chance."""
    del random
    yield from ((n,) for n in range(LARGEST + 1))


def _small() -> Iterator[Args]:
    """Every input that a recursion without cache answers at once."""
    yield from ((n,) for n in range(BRUTE_UP_TO + 1))


def _size(n: int) -> int:
    return n
