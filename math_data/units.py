"""Units after a number: centimetres, dollars, ways, or whatever is counted; they do not count in comparing answers."""

from math_data.latex import Token

_LETTERS = frozenset("mgshLl")
r"""Units of one letter; outside of a `\text` they are letters."""
_MEANT = frozenset(
    """
    hundred thousand million billion trillion dozen score half halves third thirds quarter less than times squared cubed
    plus minus over if for mod modulo base to pi sqrt root and or not no am pm noon midnight st nd rd th is are the when
    where factorial choose infinity jan feb mar apr may june july
    january february march april august september october november december
    """.split()
)
"""Words that say something about a number before them."""


def without_units(found: tuple[Token, ...]) -> tuple[Token, ...]:
    r"""Drop a unit at the end, `8\sqrt{3} \text{ square inches}`, or any words after a plain number, `12 apples`."""
    end = _unit_begin(found)
    return found[:end] if end < len(found) and _is_value(found[:end]) else found


def _unit_begin(found: tuple[Token, ...]) -> int:
    """Where the run of words and what belongs to them begins that ends the answer."""
    end, words = len(found), len(found)
    while end:
        token = found[end - 1]
        if _is_unit_word(token) or _is_divisor(found, end):
            words = end = end - 1
        elif token.text == "/" and token.kind == "symbol" and words == end < len(found):
            end -= 1
        elif (exponent := _exponent(found, end)) and end - exponent and _is_unit_word(found[end - exponent - 1]):
            end -= exponent
        else:
            break
    return words


def _is_unit_word(token: Token) -> bool:
    if token.kind == "word":
        return token.text.lower() not in _MEANT
    return token.kind == "letter" and token.texted and token.text in _LETTERS


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
    """Whether a unit may follow: something with a number or a letter in it, and no words."""
    some = any(token.kind in ("number", "repeating") or token.text == "pi" for token in found)
    return some and all(token.kind != "word" for token in found)
