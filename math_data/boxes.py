r"""Find what stands in `\boxed{…}`, where MATH and most models put a final answer."""

import re
from typing import NamedTuple

_BOX = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])")
_OPENING = re.compile(r"\s*\{")
_BARE = re.compile(r"[ \t]+([^\s$]+)")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
r"""A brace, or what a backslash escapes: `\{` groups nothing."""


class Span(NamedTuple):
    """A delimited part of a text."""

    start: int
    end: int
    inside: str


def boxes(text: str) -> list[Span]:
    r"""Find every closed `\boxed{…}`, `\fbox{…}` and `\boxed …`; the inner one where a box holds a box."""
    starts = list(_BOX.finditer(text))
    limits = [*(match.start() for match in starts[1:]), len(text)]
    found = (_box(text, match, limit) for match, limit in zip(starts, limits, strict=False))
    return [span for span in found if span]


def _box(text: str, command: re.Match[str], limit: int) -> Span | None:
    """Read one box, which must close before `limit`, where the next one begins."""
    opening = _OPENING.match(text, command.end(), limit)
    if opening is None:
        bare = _BARE.match(text, command.end(), limit)
        return Span(command.start(), bare.end(), bare[1].rstrip(".,;")) if bare else None
    depth = 1
    for brace in BRACE.finditer(text, opening.end(), limit):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return Span(command.start(), brace.end(), text[opening.end() : brace.start()].strip())
    return None
