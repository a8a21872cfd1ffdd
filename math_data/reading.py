"""Final answers read: what a text is, from its tokens."""

import re
from collections.abc import Sequence
from functools import lru_cache

from math_data.approximate import NoValueError, approximations
from math_data.brackets import Tokens, balanced, outermost, pair, split, without_braces
from math_data.expressions import Node, num, read, symbols
from math_data.forms import Assigned, Bag, Based, Chain, Form, Matrix, Proportion, Raw, Relation, Scalar, Tuple, Words
from math_data.latex import MAX_CHARS, Token, UnreadableError, tokens
from math_data.numerals import factor, number, spoken
from math_data.units import before_letter, without_units

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
_FUNCTIONS = frozenset("fghFGHP")
"""Letters that name a function where brackets follow; of others, those of `_FUNCTIONS_OF_NUMBERS` at a number only."""
_FUNCTIONS_OF_NUMBERS = frozenset("fghpqrFGHPQRSTVEACLDNW")
_LABELS = frozenset("angle measuredangle triangle overline det gcd lcm max min Pr int sum prod lim".split())
"""Commands that name something measured, or calculated."""
_NEGATIONS = frozenset("not no never if when unless for".split())
_CONSTANTS = frozenset(("i", "e"))
_CHOICES = frozenset("ABCDE")
_CHOSEN = frozenset(("option", "choice", "answer"))
_REALS = frozenset((("all", "real", "numbers"), ("all", "reals"), ("real", "numbers"), ("all", "real", "number")))


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
        listed = _bag(parts, depth)
        alternatives = any(found[at].text.lower() == "or" for at in outermost(found))
        return listed if alternatives else _intersection(listed) or listed
    if len(parts) == 1 and len(parts[0]) < len(found):
        found = parts[0]
    return _single(found, depth)


def _bag(parts: Sequence[Tokens], depth: int, *, united: bool = False) -> Form:
    """Make one set of what stands in the parts; one that is written as a set is an element, unless they are united."""
    if len(parts) > MAX_ITEMS:
        raise UnreadableError("too many elements")
    items: list[Form] = []
    for part in parts:
        item = _single(part, depth + 1)
        if _is_set(part) and not united:
            items.append(item if isinstance(item, Bag) else Bag((item,)))
        else:
            items += item.items if isinstance(item, Bag) else (item,)
    return items[0] if len(items) == 1 and not isinstance(items[0], Bag) else Bag(tuple(items))


def _is_set(found: Tokens) -> bool:
    found = without_braces(found)
    return bool(found) and (pair(found)[0] == "\\{" or [token.text for token in found] == ["emptyset"])


def _intersection(listed: Form) -> Form | None:
    """What two rays have in common, `x > 2 and x < 3`; None for anything else, and for rays that do not meet."""
    if not isinstance(listed, Bag) or len(listed.items) != 2:
        return None
    one, other = listed.items
    if not (isinstance(one, Assigned) and isinstance(other, Assigned) and one.name == other.name):
        return None
    if not (isinstance(one.form, Tuple) and isinstance(other.form, Tuple)):
        return None
    for upper, lower in ((one.form, other.form), (other.form, one.form)):
        opposite = upper.items[0] == Scalar(_MINUS_INFINITY) and lower.items[1:] == (Scalar(_INFINITY),)
        if opposite and len(upper.items) == 2 and _is_less(lower.items[0], upper.items[1]):
            return Assigned(one.name, Tuple(lower.opening, upper.closing, (lower.items[0], upper.items[1])))
    return None


def _is_less(least: Form, most: Form) -> bool:
    if not (isinstance(least, Scalar) and isinstance(most, Scalar)):
        return False
    try:
        low, high = (next(approximations(bound.node)).value for bound in (least, most))
    except NoValueError:
        return False
    return low.real < high.real


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
        return _bag(unions, depth, united=True)
    if signs := [at for at in outermost(found) if _sign(found[at])]:
        return _related(found, signs, depth)
    for reader in (_congruence, _member, _choice, _enclosed, _matrix, _labelled, _proportion, _numeral):
        result = reader(found, depth)
        if result is not None:
            return result
    if _is_name_of_points(found):
        return Words(("".join(token.text for token in found).lower(),))
    if any(token.kind == "word" for token in found):
        return _words(found, depth)
    return _named_set(found) or _scalar(found)


def _scalar(found: Tokens) -> Scalar:
    measured = before_letter(found)
    return Scalar(read(found), read(measured) if measured else None)


def _is_name_of_points(found: Tokens) -> bool:
    """Whether it is `AB`, a line from A to B, or `VI`: two capitals side by side are no product."""
    capitals = len(found) > 1 and all(token.kind == "letter" and token.text.isupper() for token in found)
    return capitals and not any(token.gap for token in found[1:])


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
    if (labelled := _labelled(found, depth)) is not None:
        return labelled
    ends = zip([0, *(i + 1 for i in at)], [*at, len(found)], strict=True)
    parts = [without_braces(found[begin:end]) for begin, end in ends]
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
    if _is_description(first):
        return _single(last, depth + 1)
    for left, right in ((first, last), (last, first)):
        if _is_label(left):
            return Assigned(written(left), _single(right, depth + 1))
    if all(_is_constant(part) for part in parts):
        return _single(last, depth + 1)
    if any(token.kind == "begin" for token in last) and not _is_unsolved(first):
        return Assigned(written(first), _single(last, depth + 1))
    if len(parts) > 2 and not _is_constant(last) and _letters(first) != _letters(last):
        raise UnreadableError("a chain of equations")
    left, right = (last, first) if _is_constant(first) else (first, last)
    return Relation("=", read(left), read(right))


def _is_description(found: Tokens) -> bool:
    """Whether words say what is given a value: `Total cost`, `P(A | red)`."""
    words = {token.text.lower() for token in found if token.kind == "word"}
    return bool(words) and words.isdisjoint(_NEGATIONS)


def _is_label(found: Tokens) -> bool:
    r"""Whether it names one value: `f(2)`, `f^{-1}(2)`, `A^{-1}`, `|A|`, `EF`, `[ABC]` or `\angle Q`."""
    texts = [token.text for token in found]
    command = found[1] if texts[0] == "m" and len(found) > 1 else found[0]
    if command.kind == "command" and command.text in _LABELS:
        return True
    if found[0].kind == "letter" and texts[-1] == ")" and "(" in texts:
        return _is_application(found, texts.index("("))
    if found[0].kind == "letter" and found[0].text.isupper():
        return "".join(texts[1:]) in ("^{-1}", "^-1", "^T", "^{T}")
    return len(found) > 2 and (texts[0], texts[-1]) in (("|", "|"), ("[", "]")) and _is_named_in_capitals(found[1:-1])


def _is_application(found: Tokens, at: int) -> bool:
    """Whether it is a function, perhaps inverted or derived, of what stands in the brackets that begin there."""
    inside = found[at + 1 : -1]
    names = _FUNCTIONS_OF_NUMBERS if _is_constant(inside) else _FUNCTIONS
    head = all(token.text in ("'", "^", "{", "}", "-", "_") or token.kind == "number" for token in found[1:at])
    return head and found[0].text in names and balanced(inside)


def _is_named_in_capitals(found: Tokens) -> bool:
    return all(token.kind in ("letter", "word") and token.text.isupper() for token in found)


def _is_unsolved(found: Tokens) -> bool:
    """Whether it has one letter only, which is not all of it."""
    return len({token.text for token in found if token.kind == "letter"} - _CONSTANTS) == 1


def _congruence(found: Tokens, depth: int) -> Form | None:
    r"""Read `17^{322} \equiv 61 \pmod{107}`, or its right side, as the residue; nothing else that has a modulus."""
    sides = split(found, lambda token: token.kind == "command" and token.text == "equiv")
    right = sides[-1]
    at = next((at for at in outermost(right) if right[at].text in ("pmod", "bmod", "mod")), 0)
    if len(sides) > 2 or not at or not all(map(_is_constant, (*sides[:-1], right[:at], right[at + 1 :]))):
        return None
    if right[at].text != "pmod" and len(sides) == 1:
        return None
    return _single(right[:at], depth + 1)


def _choice(found: Tokens, depth: int) -> Form | None:
    r"""Read `\text{(B) 5}`, a choice with its value, and `Option B`."""
    if len(found) == 2 and found[0].text.lower() in _CHOSEN and found[1].text in _CHOICES:
        return _single(found[1:], depth + 1)
    chosen = len(found) > 3 and found[0].text == "(" and found[1].text in _CHOICES and found[2].text == ")"
    if not chosen or not found[3].gap or not found[1].texted:
        return None
    return Assigned(f"({found[1].text})", _single(found[3:], depth + 1), read(found[1:2]))


def _labelled(found: Tokens, depth: int) -> Form | None:
    """Read `Total: 16` and `Domain: x > 2`."""
    name, *values = split(found, lambda token: token.kind == "symbol" and token.text == ":")
    if not values or not name or not all(values) or values[0][0].kind == "word":
        return None
    if any(token.kind not in ("word", "letter") and token.text != "-" for token in name) or not _is_description(name):
        return None
    return _single(found[len(name) + 1 :], depth + 1)


def _is_constant(found: Tokens) -> bool:
    return all(token.kind not in ("letter", "word") or token.text in _CONSTANTS for token in found)


def _letters(found: Tokens) -> set[str]:
    return {token.text for token in found if token.kind in ("letter", "command")}


def _name(found: Tokens) -> str:
    """What an answer gives a value to: a letter, with or without an index, `f(x)` or `(x, y)`; empty for all else."""
    names = [token.text for token in found]
    if _is_name_of_points(found):
        return "".join(names)
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
    return _bag([inside], depth) if _is_set(inside) else _form(inside, depth + 1)


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
    r"""Read `2516_8`, `1A_{16}`, `-11_{\text{two}}`, `20_{(7)}`, `5335 (base 6)`."""
    del depth
    digits, base = _digits_and_base(found)
    digits = digits[1:-1] if digits and digits[0].text in ("(", "{") and digits[-1].text in (")", "}") else digits
    if not any(token.kind == "number" for token in digits) or len(base) != 1 or base[0].kind not in ("number", "word"):
        return None
    if any(token.kind not in ("number", "letter", "word") and token.text not in "-," for token in digits):
        return None
    said = number(base[0].text.lower())
    value = base[0].text if said is None else str(said)
    text = "".join(token.text for token in digits if token.text != ",").upper()
    return Scalar(read(digits)) if value == "10" else Based(text, value)


def _digits_and_base(found: Tokens) -> tuple[Tokens, Tokens]:
    """What is before and after the sign or the word for a base; both empty if there is none."""
    places = [at for at, token in enumerate(found) if token.kind == "symbol" and token.text == "_"]
    words = [at for at, token in enumerate(found) if token.kind == "word" and token.text.lower() == "base"]
    if len(places) == 1:
        at = places[0]
        return found[:at], _within(tuple(token for token in found[at + 1 :] if token.text.lower() != "base"))
    if len(places) or len(words) != 1:
        return (), ()
    at = words[0]
    begin = at - (at > 0 and found[at - 1].text in ("(", "in"))
    return found[:begin], found[at + 1 : len(found) - (found[begin].text == "(")]


def _within(base: Tokens) -> Tokens:
    base = without_braces(base)
    return base[1:-1] if len(base) == 3 and (base[0].text, base[-1].text) == ("(", ")") else base


def _words(found: Tokens, depth: int) -> Form:
    words = tuple(token.text.lower() for token in found if not _is_stop(token) and token.text != "-")
    if words and words[0] in ("minus", "negative"):
        value = spoken(words[1:])
        value = None if value is None else -value
    else:
        value = spoken(words)
    if value is not None:
        return Scalar(num(value))
    if words and (by := factor(words[-1])) is not None and found[-1].kind == "word" and _is_number(found[:-1]):
        inner = _single(found[:-1], depth + 1)
        return Scalar(Node("mul", (inner.node, num(by)))) if isinstance(inner, Scalar) else Words(words)
    words = tuple(word.replace("-", "") for word in words)
    if words in _REALS:
        return _NAMED_SETS["R"]
    if words and words[0] == "no" and words[-1] == "solutions":
        words = (*words[:-1], "solution")
    if len(words) > 1 and words[0] in ("the", "a", "an"):
        words = words[1:]
    return Words(words)


def _is_number(found: Tokens) -> bool:
    """Whether it may be multiplied by a word: it has a number, and no words but those that multiply it."""
    some = any(token.kind in ("number", "repeating") for token in found)
    return some and all(token.kind != "word" or factor(token.text.lower()) is not None for token in found)


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
