"""Take a final answer out of what models wrap it in: boxes, dollars, fences, bold type, a whole sentence."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from math_data.boxes import BRACE, Span, boxes

FENCES: Final = ("```", "'''", '"""')
ANSWER_IS: Final = re.compile(
    r"\banswer[*_]{0,2}(?: to (?:the|this) (?:question|problem))?(?: is| are| would be|[ \t]*[:=])[*_]{0,2}"
    r"(?: (?:therefore|thus|then|simply|just|equal to)\b)?[ \t]*:?",
    re.IGNORECASE,
)
_PAIRS: Final = (("**", "**"), ("__", "__"), ("`", "`"), ("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))
FORMULA: Final = re.compile(
    r"(?<!\\)\$\$((?:\\.|[^$\\])+)\$\$"
    r"|(?<!\\)\$((?:\\.|[^$\\\n])+)\$"
    r"|\\\(((?:(?!\\[()]).)+)\\\)"
    r"|\\\[((?:(?!\\[\[\]]).)+)\\\]",
    re.DOTALL,
)
r"""Mathematics in a text, between dollars or in `\(…\)` or `\[…\]`; the last group is what is inside."""
_MONEY: Final = re.compile(r"\d[\d,.]*\s.*(?<![\\{A-Za-z])[A-Za-z]{3}", re.DOTALL)
"""What stands between the dollars of `$18 a day and $126 a week`."""
_BOLD: Final = re.compile(r"(?<![\w)*])\*\*([^*\n]+)\*\*(?![\w(*])")
_HALF_BOLD: Final = re.compile(r"\A\*\*|\*\*\Z|(?<=[^\s*])\*\*(?=\s)|(?<=\s)\*\*(?=[^\s*])")
_SEPARATOR: Final = re.compile(r"(?:[\s$,;{}]|\\text|\\quad|\band\b|[A-Za-z]\s*=)*")
_COMMA: Final = re.compile(r"[,;]|and")
_LONGEST_SEPARATOR: Final = 40
_WORD: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?![A-Za-z{])")
_NUMBER: Final = re.compile(r"(?<![\w.,^/{])-?\\?\$?\d[\d,]*(?:\.\d+)?(?:\\?%)?(?![\w/^}])")
_EXPRESSION: Final = re.compile(r"[\d+*/^=<>()\[\]-]")
_CALCULATION: Final = re.compile(
    r"(?:[\d\s.,+*/()$-]|\\(?:times|cdot|div)(?![A-Za-z]))*[\d)]\s*=\s*(?=[-\d$.(]|\\[a-z]*frac)"
)
_NEXT_SENTENCE: Final = re.compile(r"[.;]\s+[A-Z]|\n")


class Unwrapped(NamedTuple):
    """An answer without its wrapping."""

    value: str
    closed: bool
    """Its end was marked: it is whole even where the reply stops right behind it."""


def unwrap(text: str) -> Unwrapped:
    """Reduce what a model wrote as its answer, at most about a thousand characters, to the answer itself."""
    if found := boxes(text):
        return Unwrapped(stripped(listed(text, found[::-1])[0]), closed=True)
    text = _told(text)
    spans = _formulas(text)
    closed = text.rstrip(" \t\n.").endswith(tuple(closing for _, closing in _PAIRS[2:]))
    if not spans:
        return Unwrapped(_number_told(text), closed)
    parts = _between(text, spans)
    outside = "".join(parts)
    if _EXPRESSION.search(outside) and not is_prose(outside):  # `3$\sqrt2$`: the dollars enclose a part of it
        insides = [*(span.inside for span in spans), ""]
        return Unwrapped(stripped("".join(map("".join, zip(parts, insides, strict=True)))), closed)
    opens = not parts[0].strip(" \t\n*`\"'")  # `$16$, because $8 + 8 = 16$`
    return Unwrapped(stripped(listed(text, spans if opens else spans[::-1])[0]), closed=True)


def is_prose(text: str) -> bool:
    """Whether a text is words rather than an expression, a name, or a number with its unit."""
    return sum(1 for _ in _WORD.finditer(text)) >= 3


def stripped(text: str) -> str:
    """Take off what stands around an answer: blanks, fences, bold type, dollars, a full stop, a brace too many.

    Of a calculation, `9 * 2 = 18`, its result is left.
    """
    before = None
    while text != before:
        before = text
        text = text.strip().removeprefix(":").lstrip()
        for fence in FENCES:
            text = text.removeprefix(fence).removesuffix(fence).strip()
        for opening, closing in _PAIRS:
            text = _bare(text, opening, closing)
        text = _HALF_BOLD.sub("", _BOLD.sub(r"\1", text))
        if text.endswith("}") and not text.endswith("\\}") and _depth(text) < 0:
            text = text[:-1]
        if text.endswith(".") and not text.endswith(".."):
            text = text[:-1]
        calculation = _CALCULATION.match(text)
        text = text[calculation.end() :] if calculation else text
    return text


def _bare(text: str, opening: str, closing: str) -> str:
    r"""Take off delimiters around the whole of a text, also where one of the two is lacking; never the `$` of `\$`."""
    inside = text.removeprefix(opening)
    if inside.endswith(closing) and not inside.endswith(f"\\{closing}"):
        inside = inside.removesuffix(closing)
    return text if opening in inside or closing in inside else inside


def _depth(text: str) -> int:
    return sum({"{": 1, "}": -1}.get(match[0], 0) for match in BRACE.finditer(text))


def _told(text: str) -> str:
    """The rest of the sentence `… the answer is …`; the whole text where it is none."""
    said = list(ANSWER_IS.finditer(text))
    if not said:
        return text
    rest = text[said[-1].end() :].lstrip()
    end = _NEXT_SENTENCE.search(rest)
    return rest[: end.start()] if end else rest


def _between(text: str, spans: Sequence[Span]) -> list[str]:
    """The text before, between and after the spans."""
    starts = [0, *(span.end for span in spans)]
    ends = [*(span.start for span in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def listed(text: str, spans: Sequence[Span]) -> tuple[str, int]:
    """The first of the spans with those that are listed with it, `2, 3` for `$2$ and $3$`, and where they begin."""
    chosen = [spans[0]]
    for span in spans[1:]:
        one, other = sorted((chosen[-1], span))
        between = text[one.end : other.start]
        if len(between) > _LONGEST_SEPARATOR or not _SEPARATOR.fullmatch(between) or not _COMMA.search(between):
            break
        chosen.append(span)
    return ", ".join(span.inside for span in sorted(chosen)), min(chosen).start


def only_value(sentence: str) -> str:
    """The one formula of a sentence or, where it has none, its one bold part or number; empty where it has several."""
    found = {span.inside for span in _formulas(sentence)} or _bold_or_numbers(sentence)
    return stripped(found.pop()) if len(found) == 1 else ""


def _formulas(text: str) -> list[Span]:
    """Find the formulas; sums of money are none."""
    found = (Span(*match.span(), match[match.lastindex or 0].strip()) for match in FORMULA.finditer(text))
    return [span for span in found if not _MONEY.match(span.inside)]


def _number_told(text: str) -> str:
    """The one bold part or the one number of a sentence, where there is just one; else the text as it is."""
    found = _bold_or_numbers(text) if is_prose(text) else set()
    return stripped(found.pop() if len(found) == 1 else text)


def _bold_or_numbers(text: str) -> set[str]:
    bold = {match[1] for match in _BOLD.finditer(text)}
    return bold if len(bold) == 1 else {match[0].strip("$\\,") for match in _NUMBER.finditer(text)}
