"""Units after a number: centimetres, dollars, ways, or whatever is counted; they do not count in comparing answers."""

import re

from math_data.latex import Token
from math_data.numerals import factor, number

_LETTERS = frozenset("mgshLl")
r"""Units of one letter; outside of a `\text` they may be letters."""
_COMMANDS = frozenset(("sec", "cup"))
"""Units that are commands elsewhere."""
_POWER = r"(?:\^[23]|\^\{[23]\})?"
_LETTERED = re.compile(rf"[mgshLl]{_POWER}")
"""A unit that is a letter, or a product."""
_RATE = re.compile(rf"[mgshLl]{_POWER}/(?:[mgshLl]|sec|min|day|hr|hour){_POWER}")
"""A unit that is hardly anything else."""
_MEANT = frozenset(
    """
    less than times squared cubed plus minus over if for mod modulo base to pi sqrt root and or not no am pm noon
    midnight st nd rd th is are the when where factorial choose infinity infinite infinitely undefined negative positive
    below above least most none nonexistent imaginary unbounded opposite reciprocal point remainder twice double doubled
    power jan feb mar apr may june july
    january february march april august september october november december
    """.split()
)
"""Words that say something about a number before them; so do those that are numbers."""


def without_units(found: tuple[Token, ...]) -> tuple[Token, ...]:
    r"""Drop a unit at the end, `8\sqrt{3} \text{ square inches}`, or any words after a plain number, `12 apples`."""
    if rate := _before_letter(found, _RATE):
        return rate
    end = _unit_begin(found)
    return found[:end] if end < len(found) and _is_value(found[:end]) else found


def _unit_begin(found: tuple[Token, ...]) -> int:
    """Where the run of words and what belongs to them begins that ends the answer."""
    end, words = len(found), len(found)
    while end:
        token = found[end - 1]
        slash = token.text == "/" and token.kind == "symbol" and words == end < len(found)
        if slash or _is_unit_word(token) or _is_divisor(found, end) or _is_unit_command(found, end):
            words = end = end - 1
        elif token.text == "." and end > 1 and _is_unit_word(found[end - 2]):
            end -= 1
        elif (exponent := _exponent(found, end)) and end - exponent and _is_unit_word(found[end - exponent - 1]):
            end -= exponent
        else:
            break
    return words


def _is_unit_word(token: Token) -> bool:
    if token.kind == "word":
        word = token.text.lower()
        return word not in _MEANT and number(word) is None and factor(word) is None
    return token.kind == "letter" and token.texted and token.text in _LETTERS


def _is_unit_command(found: tuple[Token, ...], end: int) -> bool:
    """Whether the `cup` of `1 cup` or `1 cup of sugar` ends there."""
    token, after = found[end - 1], found[end : end + 1]
    unit = token.kind == "command" and token.text in _COMMANDS and token.gap and end > 1
    return unit and (not after or after[0].text == "of")


def _is_divisor(found: tuple[Token, ...], end: int) -> bool:
    """Whether the `h` of `km/h` ends there."""
    slashed = end > 2 and found[end - 2].text == "/" and found[end - 3].kind == "word"
    return slashed and found[end - 1].kind == "letter" and found[end - 1].text in _LETTERS


def _exponent(found: tuple[Token, ...], end: int) -> int:
    """How many tokens the exponent 2 or 3 takes that ends at `end`; 0 for none."""
    texts = [token.text for token in found[:end]]
    if texts[-2:] in (["^", "2"], ["^", "3"]):
        return 2
    return 4 if texts[-4:] in (["^", "{", "2", "}"], ["^", "{", "3", "}"]) else 0


def _is_value(found: tuple[Token, ...]) -> bool:
    """Whether a unit may follow: something with a number or a letter in it, and no words but factors."""
    some = any(token.kind in ("number", "repeating") or token.text == "pi" for token in found)
    return some and all(token.kind != "word" or factor(token.text.lower()) for token in found)


def before_letter(found: tuple[Token, ...]) -> tuple[Token, ...]:
    """What stands before a unit of one letter, `16` of `16 m`; empty where there is none."""
    return _before_letter(found, _LETTERED)


def _before_letter(found: tuple[Token, ...], unit: re.Pattern[str]) -> tuple[Token, ...]:
    begin = next((at for at, token in enumerate(found) if token.kind in ("letter", "word")), 0)
    if not begin or not found[begin].gap or not (found[begin - 1].kind == "number" or found[begin - 1].text == "}"):
        return ()
    return found[:begin] if unit.fullmatch("".join(token.text for token in found[begin:])) else ()
