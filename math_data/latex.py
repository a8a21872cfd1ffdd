r"""The words of a final answer: LaTeX, or plain text as models write it, cut into tokens.

What only sets the type is dropped here (`$`, `\boxed`, `\left`, spacing, `\displaystyle`), and so are the signs that
stand for a unit: degrees, dollars and per cent. Nothing is executed, and the time is linear in the length of the text.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_CHARS = 1_000
"""A longer text is not read; a final answer has some ten characters."""

Kind = Literal["number", "repeating", "letter", "word", "command", "symbol", "begin", "end"]


class UnreadableError(Exception):
    """The text is not LaTeX that is understood here."""


class Token(NamedTuple):
    """One word of an answer."""

    kind: Kind
    text: str
    """As written; of a command, an environment and a repeating decimal only what tells it from others."""
    gap: bool = False
    """Whether blanks stand before it."""
    texted: bool = False
    r"""Whether it stands in a `\text{}`."""


NAMED = frozenset(
    "pi theta alpha beta gamma delta lambda omega phi sqrt sin cos tan cot sec csc log ln arcsin arccos arctan infty "
    "cup".split()
)
"""Commands that are understood without their backslash."""

_CHARACTERS = {
    "\u2212": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "\u2217": "*", "÷": "/",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "∞": r"\infty ", "\u222a": r"\cup ", "∈": r"\in ",
    "±": r"\pm ", "∅": r"\emptyset ",
    "π": r"\pi ", "θ": r"\theta ", "√": r"\sqrt ", "²": "^2", "³": "^3", "½": r"\frac12 ", "¼": r"\frac14 ",
    "¾": r"\frac34 ", "°": "", "º": "", "€": "", "£": "", "\uff0c": ",", "\uff08": "(", "\uff09": ")", "\u00a0": " ",
    "\u2009": " ", "\u202f": " ", "’": "'", "\u211d": r"\mathbb{R} ",
}  # fmt: skip
_TRANSLATED = str.maketrans(_CHARACTERS)
_DEGREES = re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))|\\(?:degrees?|textdegree)(?![A-Za-z])")
_QUOTES = ' \t\n*`"'
"""What a text is marked with in Markdown."""
_SPELLED = (
    (re.compile(r"<="), r"\\le "), (re.compile(r">="), r"\\ge "), (re.compile(r"(?<=\s)!="), r"\\ne "),
    (re.compile(r"\*\*"), "^"),
)  # fmt: skip
"""As in programs."""
_APART = re.compile(r"(?<![\d.,/])\d{1,3}(?: \d{3})+(?![\d./])")
"""Thousands with blanks between them."""
_THOUSANDS = re.compile(r"(?<=\d)(?:\{,\}|,\\!|\\[, ])\s?(?=\d{3}(?!\d))")
_SIGNS = re.compile(r"(\\\\)|\\[$%!\[\]()]|[$%]")

_DOTS = 3
_HALF_DAY = re.compile(r"(?<![A-Za-z\\])([apAP])\.\s?[mM](?:\.|(?![A-Za-z]))")

_SAME = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "leqslant": "le", "geq": "ge", "geqslant": "ge",
    "lt": "<", "gt": ">", "neq": "ne", "cdot": "*", "times": "*", "ast": "*", "div": "/", "lbrace": "{", "rbrace": "}",
    "ldots": "dots", "cdots": "dots", "dotsc": "dots", "varnothing": "emptyset", "tbinom": "binom", "dbinom": "binom",
    "vert": "|", "lvert": "|", "rvert": "|", "mid": "|", "infinity": "infty", "inf": "infty", "simeq": "approx",
    "lbrack": "[", "rbrack": "]", "colon": ":", "union": "cup", "varphi": "phi", "lg": "log", "thickapprox": "approx",
}  # fmt: skip
_DROPPED = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle limits boxed fbox "
    "mathbf mathit boldsymbol bm mathcal vec hat bf rm it quad qquad enspace thinspace middle hspace".split()
)
_TEXTS = frozenset("text textbf textit textrm textnormal textsf texttt mbox mathrm mathsf operatorname hbox".split())
_KINDS: dict[str, Kind] = {"number": "number", "repeating": "repeating"}
_SYMBOLS = frozenset("<>*/{}|[]:")
_SCAN = re.compile(
    r"""(?P<gap>(?:\s|~|\\[,;:\ ])+)
    |(?P<repeating>\d*\.\d*\\(?:overline|bar|dot)\s*\{\s*\d+\s*\})
    |(?P<number>\d+\.\d+[eE][+-]?\d{1,3}(?![\d.A-Za-z])|\d+(?:\.\d+)?|\.\d+)
    |\\(?P<environment>begin|end)\s*\{\s*(?P<name>[A-Za-z]{1,20})\*?\s*\}
    |\\(?P<command>[A-Za-z]+)
    |(?P<row>\\\\)
    |\\(?P<brace>[{}|])
    |(?P<letters>[A-Za-z]+)
    |(?P<symbol>.)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT_SCAN = re.compile(r"(?P<gap>\s+)|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[^\W\d_]+(?:['.-][^\W\d_]+)*)|(?P<symbol>.)", re.DOTALL)  # fmt: skip # noqa: E501


def tokens(text: str) -> tuple[Token, ...]:
    r"""Cut `text` into its tokens.

    Raises:
        UnreadableError: It is longer than `MAX_CHARS`, or a brace of a `\text` is missing.
    """
    if len(text) > MAX_CHARS:
        raise UnreadableError(f"longer than {MAX_CHARS} characters")
    text = _DEGREES.sub("", text.strip(_QUOTES).translate(_TRANSLATED))
    for spelled, meant in _SPELLED:
        text = spelled.sub(meant, text)
    text = _APART.sub(lambda found: found[0].replace(" ", ""), text)
    text = _HALF_DAY.sub(r"\1m", text)
    text = _SIGNS.sub(r"\1", _THOUSANDS.sub("", text))
    found = [*_scanned(text)]
    return tuple(_with_thousands(_without_full_stop(found)))


def _without_full_stop(found: list[Token]) -> list[Token]:
    """Drop a full stop at the end, or two, and the end of a line; three are dots."""
    end = len(found)
    while end and found[end - 1].text == "}":
        end -= 1
    last = end
    while end and found[end - 1].text == "\\\\":
        end -= 1
    stops = sum(1 for _ in itertools.takewhile(lambda token: token.text == ".", reversed(found[:end])))
    return found[: end - stops if stops < _DOTS else end] + found[last:]


def _scanned(text: str) -> Iterator[Token]:
    position, gap = 0, False
    while position < len(text):
        match = _SCAN.match(text, position)
        assert match, "the last alternative matches any character"
        position = match.end()
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        if kind == "gap" or (kind == "command" and value in _DROPPED):
            gap = gap or kind == "gap"
            continue
        if kind == "command" and value in (*_TEXTS, "phantom"):
            inside, position = _group(text, position)
            yield from _words(inside) if value != "phantom" else ()
            gap = True
            continue
        yield from _read(match, gap)
        gap = False


def _read(match: re.Match[str], gap: bool) -> Iterator[Token]:
    kind, value = match.lastgroup, match[match.lastgroup or 0]
    if kind == "name":
        yield Token("begin" if match["environment"] == "begin" else "end", value, gap)
    elif kind == "command":
        same = _SAME.get(value, value)
        is_symbol = same in _SYMBOLS
        yield Token("symbol" if is_symbol else "command", f"\\{same}" if same in ("{", "}") else same, gap)
    elif kind == "brace":
        yield Token("symbol", "|" if value == "|" else "\\" + value, gap)
    elif kind == "row":
        yield Token("symbol", "\\\\", gap)
    elif kind == "letters":
        yield from _letters(value, gap)
    else:
        yield Token(_KINDS.get(kind or "", "symbol"), value, gap)


_SHORT_WORDS = frozenset(
    "no or to in of is if by an at cm km mm kg ft lb lbs mph sq hr hrs mi oz mL ml yd kph gm am pm AM PM".split()
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def _letters(run: str, gap: bool) -> Iterator[Token]:
    """Tell a word from a product of letters: `odd` and `ABD` are words, `xy`, `abc` and `mnt` are products."""
    name = _SAME.get(run, run)
    if name in NAMED:
        yield Token("command", name, gap)
    elif _is_word(run):
        yield Token("word", run, gap)
    else:
        for letter in run:
            yield Token("letter", letter, gap)
            gap = False


def _is_word(run: str) -> bool:
    if run in _SHORT_WORDS:
        return True
    if len(run) < 3 or (run.islower() and run in _ALPHABET):
        return False
    return run.isupper() or not set("aeiouyAEIOUY").isdisjoint(run)


def _words(inside: str) -> Iterator[Token]:
    r"""Read the inside of a `\text{}`: a run of letters is a word there, a single one stays a letter."""
    if "\\" in inside or "^" in inside:
        yield from (token._replace(texted=True) for token in _scanned(inside))
        return
    gap = True
    for match in _TEXT_SCAN.finditer(inside.replace("~", " ")):
        kind, value = match.lastgroup, match[0]
        if kind == "gap":
            gap = True
            continue
        if kind == "word":
            value = value.replace(".", "")
            yield Token("letter" if len(value) == 1 and value.isascii() else "word", value, gap, texted=True)
        elif value != ".":
            yield Token("number" if kind == "number" else "symbol", value, gap, texted=True)
        gap = False


def _group(text: str, position: int) -> tuple[str, int]:
    """The inside of the group that begins at `position`, and where it ends."""
    while position < len(text) and text[position].isspace():
        position += 1
    if position >= len(text) or text[position] != "{":
        return "", position
    depth = 0
    for end in range(position, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if not depth:
            return text[position + 1 : end], end + 1
    raise UnreadableError("a brace is not closed")


def _with_thousands(found: list[Token]) -> Iterator[Token]:
    """Join `1,000` outside of brackets; `(1,200)` is a pair."""
    depths, at = [0], 0
    while at < len(found):
        token = found[at]
        if token.kind == "symbol":
            _step(depths, token.text)
        elif token.kind == "number" and not depths[-1] and (end := _thousands_end(found, at)) > at + 1:
            token = token._replace(text="".join(one.text for one in found[at:end] if one.text != ","))
            at = end - 1
        yield token
        at += 1


def _step(depths: list[int], symbol: str) -> None:
    """Keep the depth in brackets; a group in plain braces begins anew."""
    if symbol == "{":
        depths.append(0)
    elif symbol == "}" and len(depths) > 1:
        depths.pop()
    elif symbol in ("(", "[", "\\{"):
        depths[-1] += 1
    elif symbol in (")", "]", "\\}"):
        depths[-1] = max(0, depths[-1] - 1)


def _thousands_end(found: list[Token], at: int) -> int:
    end = at + 1
    if not (found[at].text.isdigit() and len(found[at].text) <= 3) or found[at].text[0] == "0":
        return end
    while end + 1 < len(found) and found[end].text == "," and _is_group(found[end + 1]) and not found[end].gap:
        end += 2
        if not found[end - 1].text.isdigit():
            break
    return end


def _is_group(token: Token) -> bool:
    return token.kind == "number" and not token.gap and len(token.text.partition(".")[0]) == 3
