"""Brackets among tokens: what stands outside of them, and what one pair is around."""

from collections.abc import Callable, Iterator

from math_data.latex import Token

Tokens = tuple[Token, ...]

_OPENING = frozenset(("(", "[", "\\{", "{"))
_CLOSING = frozenset((")", "]", "\\}", "}"))
_MIXED = {"(": (")", "]"), "[": (")", "]")}
"""What may close a bracket: an interval is open on one side."""


def split(found: Tokens, is_separator: Callable[[Token], bool]) -> list[Tokens]:
    """Cut at the separators that are outside of all brackets."""
    parts, begin = [], 0
    for at in outermost(found):
        if is_separator(found[at]):
            parts.append(found[begin:at])
            begin = at + 1
    return [*parts, found[begin:]]


def outermost(found: Tokens) -> Iterator[int]:
    """The places outside of all brackets."""
    depth = 0
    for at, token in enumerate(found):
        step = _step(token)
        if not depth and not step:
            yield at
        depth = max(0, depth + step)


def without_braces(found: Tokens) -> Tokens:
    """Drop the plain braces around all of it."""
    while len(found) >= 2 and found[0].text == "{" and found[-1].text == "}" and balanced(found[1:-1]):
        found = found[1:-1]
    return found


def pair(found: Tokens) -> tuple[str, str, Tokens]:
    """The brackets around all of it, and what is inside; empty if there are none."""
    first, last = found[0], found[-1]
    if len(found) < 2 or not balanced(found[1:-1]):
        return "", "", ()
    if first.kind == "command" and first.text == "langle" and last.text == "rangle":
        return "langle", "rangle", found[1:-1]
    if first.kind == last.kind == "symbol":
        if last.text in _MIXED.get(first.text, ()):
            return first.text, last.text, found[1:-1]
        if first.text == "\\{" and last.text == "\\}":
            return first.text, last.text, found[1:-1]
    return "", "", ()


def balanced(found: Tokens) -> bool:
    """Whether every bracket has its like."""
    depth = 0
    for token in found:
        depth += _step(token)
        if depth < 0:
            return False
    return not depth


def _step(token: Token) -> int:
    if token.kind == "symbol":
        return (token.text in _OPENING) - (token.text in _CLOSING)
    if token.kind == "command":
        return (token.text in ("langle", "lfloor", "lceil")) - (token.text in ("rangle", "rfloor", "rceil"))
    return (token.kind == "begin") - (token.kind == "end")
