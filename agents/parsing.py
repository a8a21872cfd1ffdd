"""Turn a model's reply into an answer: outcome, explanation, program.

A reply without the asked form is data, not an error: it gets an outcome that says what is wrong with it.
The endpoint has taken the reasoning (`<think>`) and what is no text out of it (`agents.endpoints.completion`).
"""

import re
from typing import NamedTuple

from agents.extraction import Program, find, without
from lbt.refusal import opens_with_refusal
from lbt.types import Outcome

_MARKER = re.compile(
    r"[*#]{0,4} ?\[\[ ?(?:question|rationale|final code|debug code) ?\]\]\**:?\**[ \t]*", re.IGNORECASE
)
_CUE = re.compile(r"[#*_]* ?(?:\d+\. ?)?(?:(?:final|python) )*(?:code|program|solution)[*_]*:?[*_]*", re.IGNORECASE)
"""A heading that announces the program, on the last line before it."""


class Parsed(NamedTuple):
    """What a reply holds."""

    outcome: Outcome
    rationale: str
    """The explanation before the program (after it, where nothing stands before), without the program."""
    code: str
    """Empty unless the outcome is OK."""


def parse(text: str, entry_point: str, finish: str = "stop") -> Parsed:
    """Read a reply to a question for a program; never raises, however strange the text.

    Args:
        text: The reply, without reasoning.
        entry_point: What the program must define: `Solution.method` or `function`; empty for a whole program.
        finish: Why the reply ended: `stop`, `length`, `refusal`, `content_filter` or `overflow`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if finish in _UNUSABLE:
        return Parsed(_UNUSABLE[finish], text.strip(), "")
    cut = finish == "length"
    program = find(text, entry_point, cut=cut)
    if program is not None:
        return Parsed(Outcome.OK, _explanation(text, program, entry_point), program.code)
    if cut:
        return Parsed(Outcome.CUT_OFF, text.strip(), "")
    return Parsed(Outcome.REFUSED if _refuses(text) else Outcome.NO_CODE, text.strip(), "")


_UNUSABLE = {
    "refusal": Outcome.REFUSED,
    "content_filter": Outcome.FILTERED,
    "overflow": Outcome.OVERFLOW,
}


def _explanation(text: str, program: Program, entry_point: str) -> str:
    """What is said before the program, or else after it: no marker, and no second copy of the program."""
    before = _clean(text[: program.start], entry_point)
    return before or _clean(text[program.end :], entry_point)


def _clean(text: str, entry_point: str) -> str:
    text = _MARKER.sub("", without(text, entry_point)).rstrip("$ \t\n")
    before, _, last = text.rpartition("\n")
    return (before if _CUE.fullmatch(last.strip()) else text).strip()


def _refuses(text: str) -> bool:
    """Whether a reply without a program opens by saying that it will not help; in doubt it does not."""
    return opens_with_refusal(text) and "```" not in text and "def " not in text
