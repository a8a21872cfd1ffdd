"""Final answers read: what a text is, from its tokens."""

import re
from collections.abc import Sequence
from functools import lru_cache

from math_data.brackets import Tokens, balanced, outermost, pair, split, without_braces
from math_data.expressions import Node, num, read, symbols
from math_data.forms import Assigned, Bag, Based, Chain, Form, Matrix, Proportion, Raw, Relation, Scalar, Tuple, Words
from math_data.latex import MAX_CHARS, Token, UnreadableError, tokens
from math_data.units import without_units

MAX_ITEMS = 64
"""A set, tuple or matrix with more entries is not read."""
_MAX_DEPTH = 12
_PLAIN = re.compile(r"-?[0-9]{1,15}")
_SIGNS = {"=": "=", "<": "<", ">": ">", "le": "<=", "ge": ">=", "ne": "ne", "approx": "="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "ne": "ne"}
_MATRICES = {
    **dict.fromkeys(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "psmallmatrix"), "matrix"),
    "vmatrix": "determinant",
}
_OF_ALGEBRA = frozenset(("int", "sum", "prod", "lim", "gcd", "lcm", "max", "min", "det", *_MATRICES))
_INFINITY = Node("sym", name="\\infty")
_MINUS_INFINITY = Node("mul", (num(-1), _INFINITY))
_GREEK_NAMES = frozenset(("theta", "alpha", "beta", "lambda"))
_NUMERALS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}


def form(text: str) -> Form:
    """Read an answer; what is not understood, or too long, is `Raw`. Never raises."""
    return _read(text) if len(text) <= MAX_CHARS else Raw(" ".join(text.split()))


@lru_cache(maxsize=2_048)
def _read(text: str) -> Form:
    if _PLAIN.fullmatch(text):
        return Scalar(num(int(text)))
    try:
        found = tokens(text)
    except (UnreadableError, RecursionError):
        return Raw(" ".join(text.split()))
    return _understood(found, 0)


def _understood(found: Tokens, depth: int) -> Form:
    try:
        return _form(found, depth)
    except (UnreadableError, RecursionError):
        return Raw(written(without_braces(found)), _is_of_algebra(found))


def _is_of_algebra(found: Tokens) -> bool:
    commands = {token.text for token in found if token.kind in ("command", "begin")}
    return not commands.isdisjoint(_OF_ALGEBRA) and all(token.kind != "word" and token.text != "'" for token in found)


def written(found: Sequence[Token]) -> str:
    """Put tokens together again, one blank between two."""
    return " ".join("\\" + token.text if token.kind == "command" else token.text for token in found)


def _form(found: Tokens, depth: int) -> Form:
    """Read what may have commas, at the outermost level or in a set."""
    if depth > _MAX_DEPTH:
        raise UnreadableError("nested too deeply")
    found = without_braces(found)
    parts = [part for part in split(found, _is_comma) if part]
    if len(parts) > 1 and not _words_alone(found):
        return _bag(parts, depth)
    if len(parts) == 1 and len(parts[0]) < len(found):
        found = parts[0]
    return _single(found, depth)


def _bag(parts: Sequence[Tokens], depth: int) -> Form:
    if len(parts) > MAX_ITEMS:
        raise UnreadableError("too many elements")
    items: list[Form] = []
    for part in parts:
        item = _single(part, depth + 1)
        items += item.items if isinstance(item, Bag) else (item,)
    return items[0] if len(items) == 1 else Bag(tuple(items))


def _words_alone(found: Tokens) -> bool:
    """Whether `and`, `or` and commas are part of a sentence and do not make a list."""
    longest = max((len(part) for part in split(found, _is_comma)), default=0)
    return longest > 3 and sum(token.kind == "word" for token in found) > len(found) / 2


def _single(found: Tokens, depth: int) -> Form:
    """Read one element of a list."""
    if depth > _MAX_DEPTH:
        raise UnreadableError("nested too deeply")
    found = without_units(without_braces(found))
    if not found:
        raise UnreadableError("nothing")
    if _is_double(found):
        return _plus_minus(found, depth)
    if len(unions := split(found, lambda token: token.kind == "command" and token.text == "cup")) > 1:
        return _bag(unions, depth)
    if signs := [at for at in outermost(found) if _sign(found[at])]:
        return _related(found, signs, depth)
    for reader in (_member, _enclosed, _matrix, _proportion, _numeral):
        result = reader(found, depth)
        if result is not None:
            return result
    if any(token.kind == "word" for token in found):
        return _words(found)
    return _named_set(found) or Scalar(read(found))


def _is_double(found: Tokens) -> bool:
    """Whether it stands for two; the elements of a set are looked at one by one."""
    signed = any(token.kind == "command" and token.text in ("pm", "mp") for token in found)
    return signed and all(token.text != "\\{" for token in found)


def _plus_minus(found: Tokens, depth: int) -> Form:
    both = [tuple(_signed(token, plus) if token.kind == "command" else token for token in found) for plus in ("+", "-")]
    return _bag(both, depth)


def _signed(token: Token, plus: str) -> Token:
    if token.text not in ("pm", "mp"):
        return token
    sign = plus if token.text == "pm" else {"+": "-", "-": "+"}[plus]
    return token._replace(kind="symbol", text=sign)


def _related(found: Tokens, at: list[int], depth: int) -> Form:
    parts = [found[begin:end] for begin, end in zip([0, *(i + 1 for i in at)], [*at, len(found)], strict=True)]
    signs = [_sign(found[i]) for i in at]
    for place, i in enumerate(at):
        if found[i].text == "approx" and parts[place] and not _name(parts[place]):
            return _single(found[:i], depth + 1)
    if not parts[0] and signs == ["="]:
        return _single(parts[1], depth + 1)
    if not all(parts):
        raise UnreadableError("a relation without a side")
    if set(signs) == {"="}:
        return _equation(parts, depth)
    return _inequality(parts, signs, depth)


def _equation(parts: list[Tokens], depth: int) -> Form:
    first, last = parts[0], parts[-1]
    for left, right in ((first, last), (last, first)):
        name = _name(left)
        if name and name not in _letters(right):
            node = read(left) if len(left) <= 4 and left[0].text != "(" else None
            return Assigned(name, _single(right, depth + 1), node)
    if all(_is_constant(part) for part in parts):
        return _single(last, depth + 1)
    if len(parts) > 2:
        raise UnreadableError("a chain of equations")
    return Relation("=", read(first), read(last))


def _is_constant(found: Tokens) -> bool:
    return all(token.kind not in ("letter", "word") for token in found)


def _letters(found: Tokens) -> set[str]:
    return {token.text for token in found if token.kind in ("letter", "command")}


def _name(found: Tokens) -> str:
    """What an answer gives a value to: a letter, with or without an index, `f(x)` or `(x, y)`; empty for all else."""
    names = [token.text for token in found]
    if not (found[0].kind == "letter" or (found[0].kind == "command" and found[0].text in _GREEK_NAMES)):
        return "".join(names) if _is_tuple_of_letters(found) else ""
    indexed = names[1:2] == ["_"] and (len(found) == 3 or (names[2:3] == ["{"] and len(found) <= 6))
    if len(found) == 1 or indexed:
        return "".join(names).replace("{", "").replace("}", "")
    applied = len(found) == 4 and names[1] == "(" and names[3] == ")" and found[2].kind == "letter"
    return "".join(names) if applied else ""


def _is_tuple_of_letters(found: Tokens) -> bool:
    inside = found[1:-1]
    fits = (token.text == "," if at % 2 else token.kind == "letter" for at, token in enumerate(inside))
    return found[0].text == "(" and found[-1].text == ")" and len(inside) % 2 == 1 and all(fits)


def _inequality(parts: list[Tokens], signs: list[str], depth: int) -> Form:
    if len(parts) == 2 and _name(parts[1]) and not _name(parts[0]):
        parts, signs = [parts[1], parts[0]], [_TURNED[signs[0]]]
    if len(parts) == 3 and {*signs} <= {">", ">="}:
        parts, signs = parts[::-1], [_TURNED[sign] for sign in signs[::-1]]
    if len(parts) == 2 and signs[0] != "ne" and _bounds(parts[1:]) and (name := _name(parts[0])):
        return Assigned(name, _ray(signs[0], Scalar(read(parts[1]))))
    if len(parts) == 3 and {*signs} <= {"<", "<="} and _bounds(parts[::2]) and (name := _name(parts[1])):
        low, high = (Scalar(read(part)) for part in parts[::2])
        return Assigned(name, Tuple("[" if signs[0] == "<=" else "(", "]" if signs[1] == "<=" else ")", (low, high)))
    if len(parts) == 2:
        left, right = read(parts[0]), read(parts[1])
        turned = signs[0] in (">", ">=")
        return Relation(_TURNED[signs[0]], right, left) if turned else Relation(signs[0], left, right)
    if {*signs} <= {">", ">=", "="} and {*signs} != {"="}:
        parts, signs = parts[::-1], [_TURNED[sign] for sign in signs[::-1]]
    return Chain(tuple(signs), tuple(_single(part, depth + 1) for part in parts))


def _bounds(parts: Sequence[Tokens]) -> bool:
    """Whether they are constants: what bounds a letter."""
    return all(not symbols(read(part)) - {"\\pi", "e", "\\infty"} for part in parts)


def _ray(sign: str, bound: Form) -> Tuple:
    if sign in ("<", "<="):
        return Tuple("(", "]" if sign == "<=" else ")", (Scalar(_MINUS_INFINITY), bound))
    return Tuple("[" if sign == ">=" else "(", ")", (bound, Scalar(_INFINITY)))


def _member(found: Tokens, depth: int) -> Form | None:
    r"""Read `x \in S`."""
    sides = split(found, lambda token: token.kind == "command" and token.text == "in")
    if len(sides) != 2 or not all(sides):
        return None
    name = _name(sides[0])
    return Assigned(name, _single(sides[1], depth + 1)) if name else None


def _enclosed(found: Tokens, depth: int) -> Form | None:
    """Read what stands in one pair of brackets."""
    opening, closing, inside = pair(found)
    if not opening or (not inside and opening != "\\{"):
        return None
    if opening == "\\{":
        return _set(inside, depth)
    parts = split(inside, lambda token: token.text == "," and token.kind == "symbol")
    if len(parts) == 1:
        return _understood(inside, depth + 1) if (opening, closing) in (("(", ")"), ("[", "]")) else None
    if len(parts) > MAX_ITEMS or not all(parts):
        raise UnreadableError("too many entries, or an empty one")
    items = tuple(_single(part, depth + 1) for part in parts)
    if len(items) > 2 or opening == "langle":
        opening, closing = "(", ")"
    return Tuple(opening, closing, items)


def _set(inside: Tokens, depth: int) -> Form:
    if not inside:
        return Bag(())
    described = split(inside, lambda token: token.kind == "symbol" and token.text in ("|", ":"))
    if len(described) == 2 and all(described) and _name(split(described[0], _is_in)[0]):
        return _form(described[1], depth + 1)
    return _form(inside, depth + 1)


def _is_in(token: Token) -> bool:
    return token.kind == "command" and token.text == "in"


def _matrix(found: Tokens, depth: int) -> Form | None:
    if found[0].kind != "begin" or found[-1].kind != "end" or not balanced(found[1:-1]):
        return None
    kind = _MATRICES.get(found[0].text)
    if kind is None or found[-1].text != found[0].text:
        return None
    inside = found[1:-1]
    if found[0].text == "array" and inside and inside[0].text == "{":
        inside = _without_columns(inside)
    lines = [line for line in split(inside, lambda token: token.text == "\\\\") if line]
    rows = [split(line, lambda token: token.text == "&") for line in lines]
    if not rows or sum(map(len, rows)) > MAX_ITEMS or any(len(row) != len(rows[0]) or not all(row) for row in rows):
        raise UnreadableError("no matrix")
    entries = tuple(tuple(_single(entry, depth + 1) for entry in row) for row in rows)
    return Matrix("determinant" if kind == "determinant" else "matrix", entries)


def _without_columns(inside: Tokens) -> Tokens:
    """Drop the group that says how the columns are set."""
    for at, token in enumerate(inside):
        if token.text == "}":
            return inside[at + 1 :]
    raise UnreadableError("a brace is not closed")


def _proportion(found: Tokens, depth: int) -> Form | None:
    parts = split(found, lambda token: token.kind == "symbol" and token.text == ":")
    if len(parts) < 2 or not all(parts) or any(token.kind == "word" for token in found):
        return None
    return Proportion(tuple(_single(part, depth + 1) for part in parts))


def _numeral(found: Tokens, depth: int) -> Form | None:
    r"""Read `2516_8`, `1A_{16}`, `-11_{\text{two}}`."""
    del depth
    places = [at for at, token in enumerate(found) if token.kind == "symbol" and token.text == "_"]
    if len(places) != 1 or not places[0]:
        return None
    digits = found[: places[0]]
    digits = digits[1:-1] if digits[0].text in ("(", "{") and digits[-1].text in (")", "}") else digits
    base = without_braces(found[places[0] + 1 :])
    if not any(token.kind == "number" for token in digits) or len(base) != 1 or base[0].kind not in ("number", "word"):
        return None
    if any(token.kind not in ("number", "letter", "word") and token.text not in "-," for token in digits):
        return None
    value = str(_NUMERALS.get(base[0].text.lower(), base[0].text))
    text = "".join(token.text for token in digits if token.text != ",").upper()
    return Scalar(read(digits)) if value == "10" else Based(text, value)


def _words(found: Tokens) -> Form:
    words = tuple(token.text.lower().replace("-", "") for token in found if not _is_stop(token))
    if len(words) == 1 and words[0] in _NUMERALS:
        return Scalar(num(_NUMERALS[words[0]]))
    if words and words[0] in ("the", "a", "an") and len(words) > 1:
        words = words[1:]
    return Words(words)


def _is_stop(token: Token) -> bool:
    return token.kind == "symbol" and token.text in "{}.,;!?'\"_()"


_NAMED_SETS: dict[str, Form] = {"emptyset": Bag(()), "R": Tuple("(", ")", (Scalar(_MINUS_INFINITY), Scalar(_INFINITY)))}


def _named_set(found: Tokens) -> Form | None:
    names = [token.text for token in found if token.text not in ("{", "}")]
    if names == ["emptyset"] and found[0].kind == "command":
        return _NAMED_SETS["emptyset"]
    return _NAMED_SETS["R"] if names == ["mathbb", "R"] else None


def _is_comma(token: Token) -> bool:
    return (token.text in (",", ";") and token.kind == "symbol") or (
        token.kind == "word" and token.text.lower() in ("and", "or")
    )


def _sign(token: Token) -> str:
    return _SIGNS.get(token.text, "") if token.kind in ("symbol", "command") else ""
