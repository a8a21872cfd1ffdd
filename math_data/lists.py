"""Formulas or boxes that are listed in a text make one answer: `2, 3` for `$2$ and $3$`."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

from math_data.boxes import Span
from math_data.equivalence import quickly

_SEPARATOR: Final = re.compile(
    r"(?:[\s$,;{}&\u222a]|\\text|\\quad|\\cup(?![A-Za-z])|\b(?:and|or|U)\b|[A-Za-z]\s*=)*", re.IGNORECASE
)
_SEPARATING: Final = {
    " or ": re.compile(r"\bor\b", re.IGNORECASE),
    " \\cup ": re.compile(r"\\cup|\u222a|\bU\b"),
    ", ": re.compile(r"[,;&]|\band\b", re.IGNORECASE),
}
"""What stands between the parts of a list, and how it is told; the first that fits."""
_COMMA_OR: Final = re.compile(r",[\s$}]*(?:\\text\s*\{\s*)?or\b", re.IGNORECASE)
_COMMA: Final = re.compile(r".?,\s*", re.DOTALL)
_LONGEST_SEPARATOR: Final = 40


def listed(text: str, spans: Sequence[Span]) -> tuple[str, int]:
    """The first of the spans with those that are listed with it, `2, 3` for `$2$ and $3$`, and where they begin."""
    chosen = [spans[0]]
    for span in spans[1:]:
        one, other = sorted((chosen[-1], span))
        between = text[one.end : other.start]
        if not separates(between) or (_separator(between) == " or " and _is_same(one.inside, other.inside)):
            break
        chosen.append(span)
    if chosen[-1] < chosen[0]:
        chosen = _without_restated(text, chosen)[::-1]
    told = chosen[0].inside
    for one, other in itertools.pairwise(chosen):
        told = told.rstrip(",;") + _separator(text[one.end : other.start]) + other.inside
    return told, chosen[0].start


def separates(between: str) -> bool:
    """Whether what stands between two formulas lists them."""
    return len(between) <= _LONGEST_SEPARATOR and bool(_SEPARATOR.fullmatch(between)) and bool(_separator(between))


def _without_restated(text: str, spans: list[Span]) -> list[Span]:
    """Of spans from the last one back, leave the last where it says the others in other words: `$3$, or $3.0$`."""
    if len(spans) == 1:
        return spans
    between = [spans[at + 1].inside[-1:] + text[spans[at + 1].end : spans[at].start] for at in (0, len(spans) - 2)]
    restated = _COMMA_OR.search(between[0]) and not (len(spans) > 2 and _COMMA.fullmatch(between[1]))
    return spans[:1] if restated else spans


def _separator(between: str) -> str:
    return next((told for told, written in _SEPARATING.items() if written.search(between)), "")


def _is_same(one: str, other: str) -> bool:
    r"""Whether `or` stands between two ways to write one value, as in `\frac{1}{2}` or `0.5`."""
    found = quickly(one, other)
    return found is not None and found.equal
