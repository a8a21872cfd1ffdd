"""Tell an answer that only repeats what was asked: `(x+1)^2` to a question that asks to expand `$(x+1)^2$`.

Such an answer is equal to the right one, as mathematics, and answers nothing.
"""

import re
from typing import Final

from math_data.wrapping import FORMULA

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
)
_WORDS: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?![A-Za-z(])|[?!:]|\.(?!\d)")
_SIDES: Final = re.compile(r"=|,|;|&|\\\\|\\equiv|\\le(?:q)?(?![A-Za-z])|\\ge(?:q)?(?![A-Za-z])|<|>")
_OPERATOR: Final = re.compile(
    r".[-+*/^!]|\\(?:frac|sqrt|sum|int|log|ln|sin|cos|tan|sec|csc|cot|binom|lfloor|lceil|overline)|[A-Za-z0-9)][(]"
)
_NUMBER: Final = re.compile(r"-?(?:[\d.,]+(?:/\d+)?|\\frac(?:\d\d|\d\{\d+\}|\{\d+\}\d|\{\d+\}\{\d+\}))(?:\\?%)?")
_VARIABLE: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])")


def repeats(value: str, question: str, gold: str = "") -> bool:
    """Whether a final answer is an expression of the question, word for word.

    In doubt it is not: it must be the whole of a formula of the question or of one of its sides, and something to be
    worked out: an operator and a variable or, where the right answer is known, an operator and numbers. A number, or a
    fraction of two, may stand in a question and yet answer it.

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
    return any(asked in (_normal(formula), *map(_normal, _SIDES.split(formula))) for formula in _formulas(question))


def _formulas(question: str) -> list[str]:
    """What a question says in mathematics: between dollars, or where it uses none, between words."""
    found = [match[match.lastindex or 0] for match in FORMULA.finditer(question)]
    return found or _WORDS.split(question)


def _normal(formula: str) -> str:
    """A formula without what changes only its looks."""
    for one, other in _SAME:
        formula = formula.replace(one, other)
    formula = _MEANINGLESS.sub("", formula.strip())
    formula = _BRACED.sub(r"\1", formula)
    return formula.strip(".,;")
