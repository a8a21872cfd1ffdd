"""Tell an answer that only repeats what was asked: `(x+1)^2` to a question that asks to expand `$(x+1)^2$`.

Such an answer is equal to the right one, as mathematics, and answers nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from math_data.expressions import MINUS_ONE, Node, num, read
from math_data.latex import UnreadableError, tokens
from math_data.wrapping import FORMULA

_Written: TypeAlias = tuple[object, ...]
"""How a scalar is written, but for the order of its terms and factors."""

LONGEST: Final = 400
"""Characters of an answer that is looked at."""

_MEANINGLESS: Final = re.compile(
    r"\\(?:left|right|displaystyle|boxed|quad|qquad|big|Big|bigl|bigr)(?![A-Za-z])|\\[,;:! ]|[\s$~]|\.\Z"
)
_BRACED: Final = re.compile(r"\{(\\[A-Za-z]+|[A-Za-z0-9])\}")
_SAME: Final = (
    (r"\dfrac", r"\frac"),
    (r"\tfrac", r"\frac"),
    (r"\cfrac", r"\frac"),
    (r"\cdot", "*"),
    (r"\times", "*"),
    ("**", "^"),
    ("·", "*"),
    *((f"{{{kind}matrix}}", "{matrix}") for kind in "pbBs"),
)
_BESIDE: Final = re.compile(r"(?<=\})\*(?=\\begin)")
"""A sign between two matrices."""
_WORDS: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?![A-Za-z(])|[?!:]|\.(?!\d)")
_SIDES: Final = re.compile(r"=|,|;|&|\\\\|\\equiv|\\le(?:q)?(?![A-Za-z])|\\ge(?:q)?(?![A-Za-z])|<|>")
_OPERATOR: Final = re.compile(
    r".[-+*/^!]|\\end\{matrix\}\\begin|\\(?:frac|sqrt|sum|int|log|ln|sin|cos|tan|sec|csc|cot|binom|lfloor|lceil|overline)|[A-Za-z0-9)][(]"
)
_NUMBER: Final = re.compile(r"-?(?:[\d.,]+(?:/\d+)?|\\frac(?:\d\d|\d\{\d+\}|\{\d+\}\d|\{\d+\}\{\d+\}))(?:\\?%)?")
_VARIABLE: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])")


def repeats(value: str, question: str, gold: str = "") -> bool:
    """Whether a final answer is an expression of the question, word for word or in another order.

    In doubt it is not: it must be the whole of a formula of the question or of one of its sides, and something to be
    worked out: an operator and a variable or, where the right answer is known, an operator and numbers. A number, or a
    fraction of two, may stand in a question and yet answer it. The order may be another one only where the right answer
    is known, which may be no more than that.

    Args:
        value: The answer.
        question: The statement of the problem.
        gold: The right answer; an answer that is written like it repeats nothing, as where the question offers several
            to choose from.
    """
    if len(value) > LONGEST:
        return False
    asked = _normal(value)
    if asked == _normal(gold) or not _OPERATOR.search(asked) or _NUMBER.fullmatch(asked):
        return False
    if not _VARIABLE.search(value) and not gold:
        return False
    if any(asked in (_normal(formula), *map(_normal, _SIDES.split(formula))) for formula in _formulas(question)):
        return True
    return bool(gold) and _is_reordered(value, question, gold)


def _is_reordered(value: str, question: str, gold: str) -> bool:
    """Whether it is an expression of the question in another order, or with other signs for the same operations."""
    answered = _expression(value)
    if answered is None or answered[0] in ("num", "sym") or answered == _expression(gold):
        return False
    sides = (side for formula in _formulas(question) for side in _SIDES.split(formula))
    return any(_expression(side) == answered for side in sides if _OPERATOR.search(side))


def _expression(text: str) -> _Written | None:
    """What a text says, or the last side of an equation; None for what is no scalar."""
    try:
        return _written(read(tokens(text.rpartition("=")[2])))
    except (UnreadableError, RecursionError):
        return None


def _written(node: Node) -> _Written:
    if node.op == "num":
        return ("num", node.value)
    if node.op == "sym":
        return ("sym", node.name)
    if node.op in ("add", "mul"):
        parts = Counter(_written(part) for part in _flat(node, node.op))
        return (node.op, frozenset(parts.items()))
    return (node.op, *map(_written, node.args))


def _flat(node: Node, op: str) -> Iterator[Node]:
    """The terms of a sum of sums, or the factors of a product of products, with each sign a factor."""
    if node.op == op:
        for arg in node.args:
            yield from _flat(arg, op)
    elif op == "mul" and node.op == "num" and node.value < 0:
        yield from (MINUS_ONE, num(-node.value))
    else:
        yield node


def _formulas(question: str) -> list[str]:
    """What a question says in mathematics: between dollars, or where it uses none, between words."""
    found = [match[match.lastindex or 0] for match in FORMULA.finditer(question)]
    return found or _WORDS.split(question)


def _normal(formula: str) -> str:
    """A formula without what changes only its looks."""
    for one, other in _SAME:
        formula = formula.replace(one, other)
    formula = _MEANINGLESS.sub("", formula.strip())
    formula = _BESIDE.sub("", _BRACED.sub(r"\1", formula))
    return formula.strip(".,;")
