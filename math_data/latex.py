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
    "π": r"\pi ", "θ": r"\theta ", "√": r"\sqrt ", "°": r"\degree ", "º": r"\degree ", "€": "", "£": "",
    "\uff0c": ",", "\uff08": "(", "\uff09": ")", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "’": "'",
    "\u211d": r"\mathbb{R} ",
}  # fmt: skip
_FRACTIONS = {
    "½": "12", "⅓": "13", "⅔": "23", "¼": "14", "¾": "34", "⅕": "15", "⅖": "25", "⅗": "35", "⅘": "45", "⅙": "16",
    "⅚": "56", "⅛": "18", "⅜": "38", "⅝": "58", "⅞": "78",
}  # fmt: skip
_TRANSLATED = str.maketrans(_CHARACTERS | {sign: rf"\frac{digits} " for sign, digits in _FRACTIONS.items()})
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_DEGREES = re.compile(
    r"(?:\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))|\\(?:degrees?|textdegree)(?![A-Za-z]))"
    r"(?:\s*(?:\\(?:text|mathrm)\{\s*[CFK]\s*\}|[CFK](?![A-Za-z])))?"
)
"""The sign, with the letter of a scale of temperature."""
_CURRENCY = re.compile(r"\A(\$?)(?:US(?=\\?\$)|(?:USD|EUR|GBP|INR|Rs\.?)\s*(?=[\d\\.]))")
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
    "underline mathbf mathit boldsymbol bm mathcal vec hat bf rm it quad qquad enspace thinspace middle hspace".split()
)
_TEXTS = frozenset("text textbf textit textrm textnormal textsf texttt mbox mathrm mathsf operatorname hbox".split())
_COLOURS = frozenset(("color", "textcolor"))
_KINDS: dict[str, Kind] = {"number": "number", "repeating": "repeating"}
_SYMBOLS = frozenset("<>*/{}|[]:")
_SCAN = re.compile(
    r"""(?P<gap>(?:\s|~|\\[,;:\ ])+)
    |(?P<repeating>\d*\.\d*\\(?:overline|bar|dot)\s*\{\s*\d+\s*\})
    |(?P<number>(?:(?:\d+\.\d+|1)[eE][+-]?|\d+(?:E[+-]?|e))\d{1,3}(?!\d|\.\d|[A-Za-z^])|\d+(?:\.\d+)?|\.\d+)
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
    text = _RAISED.sub(lambda found: f"^{{{found[0].translate(_LOWERED)}}}", text.strip(_QUOTES))
    text = _CURRENCY.sub(r"\1", _DEGREES.sub("", text.translate(_TRANSLATED)))
    for spelled, meant in _SPELLED:
        text = spelled.sub(meant, text)
    text = _APART.sub(lambda found: found[0].replace(" ", ""), text)
    text = _HALF_DAY.sub(r"\1m", text)
    text = _SIGNS.sub(r"\1", _THOUSANDS.sub("", text))
    return tuple(_with_thousands(_without_full_stop(_scanned(text))))


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


def _scanned(text: str) -> list[Token]:
    found: list[Token] = []
    position, gap = 0, False
    while position < len(text):
        match = _SCAN.match(text, position)
        assert match, "the last alternative matches any character"
        position = match.end()
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        if kind == "gap" or (kind == "command" and value in _DROPPED):
            gap = gap or kind == "gap"
        elif kind == "command" and value in (*_TEXTS, *_COLOURS, "phantom"):
            inside, position = _group(text, position)
            found += _words(inside) if value in _TEXTS else ()
            gap = gap if value in _COLOURS else True
        else:
            found += _read(match, gap, found)
            gap = False
    return found


def _read(match: re.Match[str], gap: bool, before: list[Token]) -> Iterator[Token]:
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
        yield from _letters(value, gap, is_factor=not gap and _is_glued(value, before))
    else:
        yield Token(_KINDS.get(kind or "", "symbol"), value, gap)


_SHORT_WORDS = frozenset(
    "no or to in of is if by an at lcm gcd cm km mm kg ft lb lbs mph sq hr hrs mi oz mL ml yd kph gm am pm AM "
    "PM".split()
)
_NEVER_FACTORS = frozenset(
    "or and in am pm AM PM cm km mm kg ft lb lbs mph sq hr hrs mi oz mL ml yd gm kph deg min mins secs "
    "inch inches feet foot mile miles meter meters metre metres yards gram grams liter liters litres cents dollars "
    "degree degrees percent units unit minutes hours days seconds USD GB MB KB".split()
)
"""Words even where no blank is before them: `5cm`."""
_DIVIDING = frozenset(
    "second sec minute min hour hr day week month year person people student mile kilometer km meter foot gallon liter "
    "pound kg unit item ticket piece box".split()
)
"""What units are divided by: `16/day`."""
_LONGEST_PRODUCT = 3
"""Letters after an operator; more are a word, as in `y-intercept`."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_COMMON_LETTERS = frozenset("abcxyz")


def _letters(run: str, gap: bool, *, is_factor: bool) -> Iterator[Token]:
    """Tell a word from a product of letters: `odd` and `ABD` are words, `xy`, `abc` and the `axy` of `3axy` are not."""
    name = _SAME.get(run, run)
    if name in NAMED:
        yield Token("command", name, gap)
    elif not is_factor and _is_word(run):
        yield Token("word", run, gap)
    else:
        for letter in run:
            yield Token("letter", letter, gap)
            gap = False


def _is_glued(run: str, before: list[Token]) -> bool:
    """Whether letters that follow without a blank are multiplied with what is before them, or added to it."""
    if not before or run in _NEVER_FACTORS:
        return False
    last = before[-1]
    if last.kind in ("number", "repeating"):
        return True
    if not (run.islower() or run.isupper()) or (last.text == "/" and run in _DIVIDING):
        return False
    if last.text in ("}", ")"):
        return True
    operated = last.text in ("+", "-", "*", "/", "^") and len(run) <= _LONGEST_PRODUCT
    return operated and not (len(before) > 1 and before[-2].kind == "word")


def _is_word(run: str) -> bool:
    if run in _SHORT_WORDS or run in _NEVER_FACTORS:
        return True
    if len(run) < 3 or (run.islower() and (run in _ALPHABET or _is_product(run))):
        return False
    return run.isupper() or not set("aeiouyAEIOUY").isdisjoint(run)


def _is_product(run: str) -> bool:
    return len({*run}) == len(run) and _COMMON_LETTERS.issuperset(run)


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
    """Join `1,000` outside of brackets, or beside a comma with a blank after it; `(1,200)` is a pair."""
    insides, at = _insides(found), 0
    spaced = {
        inside
        for inside, token, after in zip(insides, found, found[1:], strict=False)
        if inside and token.text == "," and after.gap
    }
    while at < len(found):
        token = found[at]
        joined = token.kind == "number" and (not insides[at] or insides[at] in spaced)
        if joined and (end := _thousands_end(found, at)) > at + 1:
            token = token._replace(text="".join(one.text for one in found[at:end] if one.text != ","))
            at = end - 1
        yield token
        at += 1


def _insides(found: list[Token]) -> list[int]:
    """In which pair of brackets each token is, numbered; 0 for none, as in a group in plain braces."""
    insides, open_here, pairs = [], [[0]], 0
    for token in found:
        insides.append(open_here[-1][-1])
        if token.kind != "symbol":
            continue
        if token.text == "{":
            open_here.append([0])
        elif token.text == "}" and len(open_here) > 1:
            open_here.pop()
        elif token.text in ("(", "[", "\\{"):
            pairs += 1
            open_here[-1].append(pairs)
        elif token.text in (")", "]", "\\}") and len(open_here[-1]) > 1:
            open_here[-1].pop()
    return insides


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
