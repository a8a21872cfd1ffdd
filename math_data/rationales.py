"""The explanation around a final answer, without what a form puts around both."""

import re
from typing import Final

from math_data.wrapping import FENCES

QUESTION: Final = re.compile(r"\[\[ ?question ?\]\]", re.IGNORECASE)
_SOLUTION: Final = re.compile(r"\[\[ ?solution ?\]\]", re.IGNORECASE)
_LABEL: Final = re.compile(
    r"\[\[ ?(?:question|solution|final answer) ?\]\]\**(?::\**|(?=[ \t]*(?:\n|\Z)))[ \t]*", re.IGNORECASE
)
_CUE: Final = re.compile(r"(?<=[.!?\n])[^.!?\n]*\banswer(?: is| are)?[ \t]*:?[ \t]*\Z", re.IGNORECASE)
"""The rest of a sentence that was about to tell the answer."""
_LONGEST_CUE: Final = 120
MEANINGFUL: Final = re.compile(r"[^\W_]|[^\x00-\x7f]")
"""What a text has that says something."""
_OPENINGS: Final = ("\\boxed{", "\\textbf{", "\\text{", "\\[", "\\(", "$$", "$", "**", "`")
_CLOSINGS: Final = (*FENCES, "\\]", "\\)", "$$\n", "$.", "$\n", ".", "**", "}")
_ROUNDS: Final = 8
"""Layers that are taken off."""


def rationale_before(text: str) -> str:
    """The explanation before an answer, without the question, the form's labels and what began around the answer."""
    question = QUESTION.search(text)
    solution = _SOLUTION.search(text, question.end()) if question else None
    text = text[solution.start() :] if solution else text
    text = _LABEL.sub("", text).strip()
    for _ in range(_ROUNDS):
        before = text
        head, _, last = text.rpartition("\n")
        if any(last.startswith(fence) and text.count(fence) % 2 for fence in FENCES):
            text = head
        for opening in _OPENINGS:
            if opening.endswith(("[", "(", "{")) or text.count(opening) % 2:
                text = text.removesuffix(opening).rstrip("#> \t\n")
        if text == before:
            break
    cue = _CUE.search(f"\n{text}"[-_LONGEST_CUE:])
    return text[: len(text) - len(cue[0])].strip() if cue else text.strip()


def rationale_after(text: str) -> str:
    """The explanation behind an answer, without the labels of the form and what ended around the answer."""
    text = _LABEL.sub("", text).strip()
    for _ in range(_ROUNDS):
        for closing in _CLOSINGS:
            text = text.removeprefix(closing).lstrip()
    return text if MEANINGFUL.search(text) else ""
