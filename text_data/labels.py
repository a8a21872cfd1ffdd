"""Read the label that a model's reply says: Yes, No, or neither."""

import re
from collections import deque
from collections.abc import Sequence
from itertools import dropwhile, islice
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_LABELS: Final = {"yes": True, "no": False}
_LEADS: Final = frozenset(
    "the my final correct label answer prediction class classification verdict output is would be boxed".split()
)
"""What stands before a label: `Label: Yes`, `The answer is no`."""
_CONCLUDES: Final = _LEADS | frozenset("as so thus hence therefore".split())
"""What stands before a label that ends a reply: `So no.`"""
_CLAUSES: Final = frozenset("it this that the these those there because since as i he she they".split())
"""What may follow a No that is an answer; before another word it belongs to that: `No evidence is given`."""
_OTHER_ITEM: Final = frozenset({"text", "statement", "example"})
"""How the next item begins, where a model goes on after its answer."""
_MARKS: Final = frozenset(",.:;!?*=>-–—→|\n")
"""What parts the last word of a reply from what is before it."""
_LOOK: Final = 12
"""Words of a line that are looked at for a label at its beginning."""


def read_label(reply: str) -> bool | None:
    """Read Yes (True) or No (False); None where a reply says neither, or both.

    A label stands at the beginning of a line, alone or behind words such as `Label:` or `The answer is`, with any
    punctuation and markup; or it is the last word and concludes: `So the answer is no.` What a model goes on with
    behind its answer as if it were another item, `Text: …`, is not read.
    """
    said: set[bool] = set()
    own: list[str] = []
    for line in reply.casefold().splitlines():
        words = list(islice(_WORD.finditer(line), _LOOK))
        if said and words and words[0][0] in _OTHER_ITEM:
            break
        own.append(line)
        said |= _opening(line, words)
    said |= _closing("\n".join(own))
    return said.pop() if len(said) == 1 else None


def read_label_as_published(reply: str) -> bool:
    """Read a label as Pryzant et al. 2023 (arXiv 2305.03495) do: what does not begin with Yes is No."""
    return reply.strip().upper().startswith("YES")


def _opening(line: str, words: Sequence[re.Match[str]]) -> set[bool]:
    """The label that a line begins with; two of them in `Yes or No`."""
    rest = list(dropwhile(lambda word: word[0] in _LEADS, words))[:3]
    if not rest or rest[0][0] not in _LABELS:
        return set()
    label, *after = rest
    following = [word[0] for word in after]
    beside = following[1:] if following[:1] in (["or"], ["and"]) else following[:1]
    said = {_LABELS[word] for word in (label[0], *beside) if word in _LABELS}
    gap = line[label.end() : after[0].start()] if after else "\n"
    determiner = label[0] == "no" and not gap.strip() and after and following[0] not in _CLAUSES
    compound = gap == "-"
    return set() if len(said) == 1 and (determiner or compound) else said


def _closing(text: str) -> set[bool]:
    """The label that a text ends with, unless the word is part of a sentence: `he did not say yes`."""
    ending = deque(_WORD.finditer(text), maxlen=2)
    if len(ending) < 2 or ending[-1][0] not in _LABELS:
        return set()
    before, last = ending
    concludes = before[0] in _CONCLUDES or not _MARKS.isdisjoint(text[before.end() : last.start()])
    return {_LABELS[last[0]]} if concludes else set()
