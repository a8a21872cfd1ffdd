"""Take a final answer out of what models wrap it in: boxes, dollars, fences, bold type, a whole sentence."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from math_data.boxes import BRACE, Span, boxes
from math_data.lists import listed, separates

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
_WORD: Final = re.compile(r"(?<![\\A-Za-z])(?!(?:and|or)\s+[-$\\]{0,3}\d)[A-Za-z]{2,}(?![A-Za-z{])")
_NUMBER: Final = re.compile(r"(?<![\w.,^/{])-?\\?\$?\d[\d,]*(?:\.\d+)?(?:\\?%)?(?![\w/^}])")
_VALUE: Final = re.compile(r"[^\w\s\\]*(?:\d|[A-Za-z]\b|\\(?!end)|[A-Za-z]\([^()]*\) ?=)")
_ONE_WORD: Final = re.compile(r"\w+")
_DIGIT: Final = re.compile(r"\d")
_EXPRESSION: Final = re.compile(r"[\d+*/^=<>()\[\]-]")
_CALCULATION: Final = re.compile(
    r"(?:[\d\s.,+*/()$-]|\\(?:times|cdot|div)(?![A-Za-z]))*[\d)]\s*=\s*(?=[-\d$.(]|\\[a-z]*frac)"
)
_NEXT_SENTENCE: Final = re.compile(r"[.;]\s+[A-Z]|\n")
_STOP: Final = re.compile(r"[.;!?]\s|\n")
_REMARK: Final = re.compile(
    r"(?<!\.[A-Za-z])\.\**\s+(?=[A-Z])"
    r"|(?<=[\s,;(])(?:because|since|as|where|which|when|after|before|or (?:about|approximately|roughly))\b"
)
"""Where the next sentence begins, or a clause that says something about the value before it."""
_REASON: Final = re.compile(r"(?<=[\s,;(])(?:because|since)\b")
_ASIDE: Final = re.compile(
    r"\s\((?!(?:mod|modulo|base|sin|cos|tan|cot|sec|csc|log|sqrt|pi|exp)\b)(?:[A-Za-z][a-z]{2,}|or|as|in)\b"
    r"[^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
)
"""Words in brackets, `(sixteen)`, which are no factor and tell no modulus."""
_IS: Final = re.compile(
    r"\s*(?:is|are|was|equals?|has|have|must be|can be|will be|becomes|gives|measures)\b"
    r"(?P<told>\s+(?:the|our|your|his|her|their|its|what)\b)?",
    re.IGNORECASE,
)
_STATED: Final = re.compile(
    rf"\b(?:is|are|was|be|equals|costs)\s+(?:only |exactly |just )?({_NUMBER.pattern})(?!.*(?:[,;]|\b(?:and|or|to)\b))"
)
"""A number that a sentence states: `the price is $16.50 after a 10% discount`."""
_PLAIN_WORD: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]+")
_LINKS: Final = frozenset(("and", "or", "by", "to", "per", "plus", "minus", "U"))
_CLAUSES: Final = frozenset(
    "is are was has have equals gives for from with without when where if unless in of on at so thus hence therefore "
    "which that not but since because as while".split()
)
"""Words that make what follows a remark; any other one behind a number is its unit."""


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
    remaining = _without_remarks(text)
    value, closed = _said_of_another(remaining) or _enclosed(remaining)
    return Unwrapped(value, closed or remaining != text)


def _said_of_another(text: str) -> Unwrapped | None:
    """What is said of the formulas that a text begins with, `$x$ is $5$`; None where they are the value themselves."""
    spans = _formulas(text)
    parts = _between(text, spans)
    if not spans or not _opens(parts):
        return None
    last = next(at for at, part in enumerate(parts[1:]) if not separates(part) or at == len(spans) - 1)
    says = _IS.match(parts[last + 1])
    subject = spans[last].inside
    is_value = _NUMBER.fullmatch(subject) or "=" in subject or "\\text" in subject
    if not says or is_value or (says["told"] and _DIGIT.search(subject)):
        return None
    verbs, separators = parts[1:-1:2], parts[2:-1:2]
    if separators and len(spans) % 2 == 0 and all(map(_IS.match, verbs)) and all(map(separates, separators)):
        pairs = zip(spans[::2], spans[1::2], strict=True)
        return Unwrapped(stripped(", ".join(f"{name.inside} = {value.inside}" for name, value in pairs)), closed=True)
    rest = text[spans[last].end + says.end() :]
    if len(spans) == last + 1 and not _DIGIT.search(rest):  # `$C$ is correct`
        return Unwrapped(stripped(listed(text, spans)[0]), closed=False)
    return _enclosed(_without_remarks(rest))


def _enclosed(text: str) -> Unwrapped:
    r"""The value that the dollars of a text enclose, or a part of it: `3$\sqrt2$`, `$1$ hour and $30$ minutes`."""
    spans = _formulas(text)
    closed = text.rstrip(" \t\n.").endswith(tuple(closing for _, closing in _PAIRS[2:]))
    if not spans:
        return Unwrapped(_number_told(text), closed)
    parts = _between(text, spans)
    outside = "".join(parts)
    several = not all(map(separates, parts[1:-1])) or _DIGIT.search(parts[-1])
    one = _opens(parts) and several and all(map(_is_unit, [*parts[1:-1], parts[-1].rstrip()]))
    if one or (_EXPRESSION.search(outside) and not is_prose(outside)):
        insides = [*(span.inside for span in spans), ""]
        return Unwrapped(stripped("".join(map("".join, zip(parts, insides, strict=True)))), closed)
    return Unwrapped(stripped(listed(text, spans if _opens(parts) else spans[::-1])[0]), closed=True)


def _opens(parts: Sequence[str]) -> bool:
    """Whether a text begins with a formula: nothing stands before the first."""
    return not parts[0].strip(" \t\n*`\"'")


def _is_unit(part: str) -> bool:
    """Whether no words but units stand there: at most one behind each number, and no sentence ends."""
    words = [word for word in _PLAIN_WORD.findall(part) if word not in _LINKS]
    few = len(words) <= 1 + len(_NUMBER.findall(part))
    return few and _CLAUSES.isdisjoint(map(str.lower, words)) and not _STOP.search(part)


def _without_remarks(text: str) -> str:
    """Cut off what is said about a value behind it: the next sentence, a reason, words in brackets."""
    masked = FORMULA.sub(lambda match: match[0] if _MONEY.match(_inside(match)) else "9" * len(match[0]), text)
    remark = _REMARK.search(masked)
    if remark is None or not _is_value(masked[: remark.start()]):
        remark = _REASON.search(text) if masked == text else None  # of formulas, the last one counts
        remark = remark if remark and len(_bold_or_numbers(text[: remark.start()])) == 1 else None
    if remark and _depth(text[: remark.start()]) == 0:
        text, masked = (one[: remark.start()].rstrip(" \t\n,;(-\u2013\u2014") for one in (text, masked))
    aside = _ASIDE.search(masked)
    return text[: aside.start()] + text[aside.end() :] if aside and _is_value(masked[: aside.start()]) else text


def _is_value(text: str) -> bool:
    """Whether a text without its formulas may be an answer by itself: a number with its unit, a name, one word."""
    if is_prose(text) or not _CLAUSES.isdisjoint(map(str.lower, _PLAIN_WORD.findall(text))):
        return False
    return bool(_VALUE.match(text) or _ONE_WORD.fullmatch(text))


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


def only_value(sentence: str) -> str:
    """The one formula of a sentence or, where it has none, its one bold part or number; empty where it has several."""
    found = _values(sentence)
    return stripped(found.pop()) if len(found) == 1 else ""


def _values(sentence: str) -> set[str]:
    return {span.inside for span in _formulas(sentence)} or _bold_or_numbers(sentence)


def _formulas(text: str) -> list[Span]:
    """Find the formulas; sums of money are none."""
    found = (Span(*match.span(), _inside(match).strip()) for match in FORMULA.finditer(text))
    return [span for span in found if not _MONEY.match(span.inside)]


def _inside(match: re.Match[str]) -> str:
    return match[match.lastindex or 0]


def _number_told(text: str) -> str:
    """The one bold part, the one number or the one that is stated of a sentence; else the text as it is."""
    if not is_prose(text):
        return stripped(text)
    found = _bold_or_numbers(text)
    if len(found) > 1 and (stated := _STATED.search(text)):
        found = {stated[1].strip("$\\,")}
    return stripped(found.pop() if len(found) == 1 else text)


def _bold_or_numbers(text: str) -> set[str]:
    bold = {match[1] for match in _BOLD.finditer(text)}
    return bold if len(bold) == 1 else {match[0].strip("$\\,") for match in _NUMBER.finditer(text)}
