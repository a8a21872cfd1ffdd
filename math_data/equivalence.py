r"""When two final answers of mathematics are the same.

`ours` is what a careful mathematician would say of two final answers, without the question. Numbers and expressions are
compared exactly: 1/2 is 0.5, and 0.333 is not 1/3. What is a matter of choice is held as follows.

- A unit after a number does not count, nor do degrees, dollars and per cent: 10% is 10 and is not 0.1. Letters without
  a blank before them are factors: `5xy` is not 5, and `16m` is a product, but `16 m` is 16 too.
- Words that are numbers or factors count: `two thirds` is 2/3, and `4.5 million` is 4,500,000.
- Words are compared without regard to capitals. A single letter is a letter, `(A)` is A, and a is not A. Two capitals
  and more are a word: `AB` is not `BA`.
- A list is a set: `1, 2`, `2 and 1` and `\{1, 2\}` are the same, `(1, 2)` is not. How often an element is in it counts,
  and a set may be an element: `\{1\}, \{2\}` is not `1, 2`.
- `(1, 2)` is a point or an open interval, as `1 < x < 2` and `x > 1 and x < 2` are; `[1, 2)` is another one.
- `1,000` is a number, `1, 2` and `1,2` are lists, and `(1,200)` is a pair.
- `x = 5` is 5, and is not `y = 5`. So is what has a name, `f(2) = 5` or `Area = 5`, or is calculated, `r + s = 5`. What
  is not solved is no value: `2x = 4` is neither 2 nor 4 nor `x = 2`.
- Equations may be multiplied by a number; inequalities by a positive one.
- A numeral in a base is itself only: `11_2` is neither 11 nor 3. Base ten may be left out.
- A matrix of one column is a tuple, any other is none, and a ratio `1:2` is no fraction.
- What has no value, as `\infty - \infty` and `0^0`, equals no number.

`paper` is the equality of the published code; see `math_data.paper_rules`.

Whatever the texts, no answer is evaluated as a program, and a comparison takes a second at most.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, Literal

from math_data import paper_rules
from math_data.reading import form
from math_data.sameness import Comparison, compared, same_exactly
from math_data.workers import GAVE_UP, POOL, TOO_LARGE

__all__ = ["RULES", "Comparison", "Rules", "are_equal", "classes", "compare", "quickly"]

Rules = Literal["ours", "paper"]

RULES: Final = "1"
"""Version of the rules, to be stored with what was found by them: another one may judge otherwise."""

NO_ANSWER: Final = Comparison(False, "no answer")
UNKNOWN: Final = Comparison(False, "not known to be the same")
GIVING_UP: Final = 8
"""Pairs that take too long, in one call of `classes`, after which no more are tried."""
_ASKED: Final = 200
"""Pairs for which a computer algebra system is asked, in one call of `classes`, at most."""


def quickly(a: str, b: str) -> Comparison | None:
    """Compare two answers by our rules in this process, plain ones within some ten microseconds each.

    None where a computer algebra system must decide. Never raises.
    """
    if not a.strip() or not b.strip():
        return NO_ANSWER
    if a.strip() == b.strip():
        return Comparison(True, "same text")
    try:
        return compared(form(a), form(b), same_exactly)
    except RecursionError:
        return UNKNOWN


def compare(a: str, b: str, rules: Rules = "ours") -> Comparison:
    """Compare two answers; blank ones equal nothing. Symmetric, and callable from any thread.

    Raises:
        UnavailableError: The processes that compare do not start or are killed, whatever the answers.
    """
    if rules == "paper":
        return _compared_as_published(a, b)
    found = quickly(a, b)
    return _asked(*sorted((a, b))) if found is None else found


def are_equal(a: str, b: str, rules: Rules = "ours") -> bool:
    """Whether two answers are the same; as `compare`."""
    return compare(a, b, rules).equal


class _GaveUpError(Exception):
    """No verdict for now, so none to be kept: the machine may be less busy another time."""


@lru_cache(maxsize=16_384)
def _found_out(a: str, b: str) -> Comparison:
    found = POOL.compare(a, b) or UNKNOWN
    if found == GAVE_UP:
        raise _GaveUpError
    return found


def _asked(a: str, b: str) -> Comparison:
    try:
        return _found_out(a, b)
    except _GaveUpError:
        return GAVE_UP


def _compared_as_published(a: str, b: str) -> Comparison:
    if not a.strip() or not b.strip():
        return NO_ANSWER
    equal = paper_rules.are_equal(a, b)
    return Comparison(equal, "same text" if equal else "different texts")


def classes(answers: Sequence[str | None], rules: Rules = "ours") -> tuple[int | None, ...]:
    """Put equal answers into one class; None and blanks are in none.

    Classes are numbered by their first answer. Equality may not be transitive (5 is `x = 5` and `y = 5`), so the
    distinct texts are taken by length, then by their characters, and each joins the first class with all of whose texts
    it is equal: the partition does not depend on the order of `answers`, and no class has two that are not equal.
    By the paper's rules a class is what `paper_rules.normalised` makes one text of.

    Raises:
        UnavailableError: The processes that compare do not start, whatever the answers.
    """
    texts = sorted({answer for answer in answers if answer and answer.strip()}, key=lambda text: (len(text), text))
    if rules == "paper":
        class_of = {text: paper_rules.normalised(text) for text in texts}
    else:
        class_of = _cliques(texts, _Patience().are_equal)
    numbers: dict[str, int] = {}
    return tuple(
        numbers.setdefault(class_of[answer], len(numbers)) if answer in class_of else None for answer in answers
    )


def _cliques(texts: Sequence[str], are_same: Callable[[str, str], bool]) -> dict[str, str]:
    """The first text of the class of each."""
    cliques: list[list[str]] = []
    class_of = {}
    for text in texts:
        clique = next((one for one in cliques if all(are_same(member, text) for member in one)), None)
        if clique is None:
            cliques.append(clique := [])
        clique.append(text)
        class_of[text] = clique[0]
    return class_of


class _Patience:
    """Compares until it has given up too often, then only quickly: hostile answers cannot take hours."""

    def __init__(self) -> None:
        self.left, self.asked = GIVING_UP, _ASKED

    def are_equal(self, a: str, b: str) -> bool:
        found = quickly(a, b)
        if found is not None:
            return found.equal
        if not self.left or not self.asked:
            return False
        self.asked -= 1
        found = compare(a, b)
        self.left -= found in (GAVE_UP, TOO_LARGE)
        return found.equal
