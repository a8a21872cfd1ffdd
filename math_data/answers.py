r"""Take the final answer out of a model's reply, or out of a published solution.

A reply without an answer is data, not an error: it gets an outcome that says what is wrong with it. What counts is, in
this order, the last marker `[[Final Answer]]` in any of the ways that models write it, in brackets before without, the
last `\boxed{…}`, the last `####`, a last line that says `the answer is …`, and a last sentence that concludes with one
value, `Therefore, she has 16 eggs`; a reply of one line may also be the answer alone, and behind a marker without
brackets may stand a sentence. The endpoint, or the command `extract`, has taken the reasoning (`<think>`) out of it.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Final, NamedTuple

from lbt.refusal import opens_with_refusal
from lbt.types import Outcome
from math_data.boxes import boxes
from math_data.lists import listed
from math_data.rationales import MEANINGFUL, QUESTION, rationale_after, rationale_before
from math_data.wrapping import ANSWER_IS, is_prose, only_value, stripped, unwrap

LONGEST: Final = 400
"""Characters of an answer; whatever is longer is no final answer."""
_WINDOW: Final = 1000
"""Characters that are read where an answer begins: it is somewhere in them, or there is none."""
_TRIES: Final = 8
"""Markers that are looked at, from the last one back, until one is followed by an answer."""
_LAST_LINES: Final = 5
"""Where a sentence that tells the answer must stand."""

_MARKER: Final = re.compile(
    r"(?P<open>\[{0,2})[ \t]?(?:final[ \t]{1,3}answer|(?<=\[)answer)[ \t]?(?P<close>\]{0,2})"
    r"[*_}]{0,3}(?P<colon>[ \t]?[:\uff1a])?[*_}]{0,3}",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(r"[ \t\n*_:]*(?:(?<=\n)[-\u2022][ \t]+)?[*_]*")
"""What stands between a marker and its answer, the dash of a list too, which is no minus."""
_HASHES: Final = re.compile(r"(?<!#)####(?!#)[ \t]*([^\n]*)")
_HEADING: Final = re.compile(r"\d+[.)][ \t]+[A-Z*]|[*_]*[A-Z][A-Z ]*\d*[*_]*:|step\b", re.IGNORECASE)
_ANY: Final = re.compile(rf"\bfinal answer\b|\\boxed|\\fbox|{_HASHES.pattern}|{ANSWER_IS.pattern}", re.IGNORECASE)
_NEAR: Final = re.compile(r"[Aa](?i:nswer)|\\(?i:boxed|fbox)|####")
"""What is in all of the above, and is found ten times as fast."""
_AHEAD: Final = 12
"""Characters that may stand before it, `[[ Final   `."""
_PLACEHOLDERS: Final = frozenset({"ANSWER", "[ANSWER]", "YOUR ANSWER", "\\TEXT{ANSWER}", "FINAL ANSWER"})
"""What the form itself says in the answer's place."""
_BOX: Final = re.compile(r"\\(?:boxed|fbox)(?![A-Za-z])")
_FENCE: Final = re.compile(r"(```|'''|\"\"\")(?:[A-Za-z]*\n)?")
_LINE: Final = re.compile(r"[^\n]*[^\n\s][^\n]*")
_CONCLUSION: Final = re.compile(
    r"\W*(?:therefore|thus|hence|so|in total|altogether)\b(?!.*(?:\bnot\b|cannot|n't))", re.I
)
_SENTENCE_START: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ANNOUNCING: Final = (":", "answer is")
_FORMULA: Final = re.compile(r"[\d$\\]")
_TOKEN: Final = re.compile(r"\\(?:begin|end)\b|\\.|[{}]", re.DOTALL)
_STEPS: Final = {"{": 1, "}": -1, "\\begin": 1, "\\end": -1, "\\[": 1, "\\]": -1}
_DECORATED: Final = 40
_LONGEST_ALONE: Final = 100

_UNUSABLE: Final = {
    "refusal": Outcome.REFUSED,
    "content_filter": Outcome.FILTERED,
    "overflow": Outcome.OVERFLOW,
}
FINISHES: Final = ("stop", "length", *_UNUSABLE)
"""Why a reply can end."""


class Extracted(NamedTuple):
    """What a reply holds."""

    outcome: Outcome
    rationale: str
    """The explanation before the answer (after it, where nothing stands before), without the answer; the whole reply
    where it has none."""
    value: str
    """As it was written, without what wraps it; empty unless the outcome is OK."""


class _Found(NamedTuple):
    """An answer in a text."""

    start: int
    """Where its marker begins, or the line that holds it."""
    end: int
    value: str
    closed: bool
    """It is whole even if the reply was cut off where it ends."""


def extract(text: str, finish: str = "stop") -> Extracted:
    """Read a reply to a question of mathematics; never raises, however strange the text.

    Args:
        text: The reply, without reasoning.
        finish: Why the reply ended, one of `FINISHES`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if finish in _UNUSABLE:
        return Extracted(_UNUSABLE[finish], text.strip(), "")
    text, cut = _first_reply(text, cut=finish == "length")
    found = _find(text, cut=cut)
    if found is not None:
        rationale = rationale_before(text[: found.start]) or rationale_after(text[found.end :])
        return Extracted(Outcome.OK, rationale, found.value)
    if cut:
        return Extracted(Outcome.CUT_OFF, text.strip(), "")
    return Extracted(Outcome.REFUSED if opens_with_refusal(text) else Outcome.NO_ANSWER, text.strip(), "")


def boxed(solution: str) -> str | None:
    r"""The inside of the last `\boxed{…}`, `\boxed …` or `\fbox{…}` of a solution; None where it has none."""
    found = boxes(solution)
    return found[-1].inside if found else None


def hashed(solution: str) -> str | None:
    """What follows the last `####` of a solution; None where it has none."""
    found = _HASHES.findall(solution)
    return found[-1].strip() or None if found else None


def _first_reply(text: str, cut: bool) -> tuple[str, bool]:
    """Cut off the next example that a model makes up once it has answered; says whether the rest is cut off."""
    answered = _ANY.search(text, _begin(text))
    following = QUESTION.search(text, 0, answered.start() if answered else len(text))
    if following is None or not any(_usable(found.value) for found in _alone(text[: following.start()])):
        following = QUESTION.search(text, answered.end()) if answered else None
    return (text[: following.start()], False) if following else (text, cut)


def _begin(text: str) -> int:
    """Where the first marker, box or sentence that tells the answer may begin: nothing of the kind stands before."""
    near = _NEAR.search(text)
    return max(0, near.start() - _AHEAD) if near else len(text)


def _find(text: str, cut: bool) -> _Found | None:
    for kind in (_marked, _boxed, _hashed, _told, _concluded, _alone, partial(_marked, sentences=True)):
        for found in islice(kind(text), _TRIES):
            if _usable(found.value) and (found.closed or not cut):
                return found
    return None


def _usable(value: str) -> bool:
    said = MEANINGFUL.search(value) is not None and value.upper() not in _PLACEHOLDERS
    return said and len(value) <= LONGEST and not _BOX.search(value)


def _marked(text: str, sentences: bool = False) -> Iterator[_Found]:
    """Answers behind a marker; sentences behind one that may be only spoken of are told apart."""
    for asked, found in _behind_markers(text):
        if sentences == (is_prose(found.value) and not asked):
            yield found


def _behind_markers(text: str) -> Iterator[tuple[bool, _Found]]:
    """What stands behind a marker in brackets, as asked, from the last one back; then behind the others, likewise."""
    found = [(_is_asked(text, match), match) for match in _MARKER.finditer(text, _begin(text))]
    announcing = [(asked, match) for asked, match in found if asked or _announces(text, match)]
    for asked, marker in sorted(announcing[::-1], key=itemgetter(0), reverse=True)[:_TRIES]:
        window = text[marker.end() : marker.end() + _WINDOW]
        body = _LEADING.sub("", window, count=1)
        fence = _FENCE.match(body)
        close = body.find(fence[1], fence.end()) if fence else -1
        raw = body[fence.end() : close] if fence and close >= 0 else _answer_lines(body)
        end = marker.end() + len(window) - len(body) + (close if close >= 0 else len(raw))
        value, closed = unwrap(_without_brackets(raw, len(marker["open"]) - len(marker["close"])))
        if not (marker["colon"] or _on_its_own_line(text, marker) or _FORMULA.search(raw)):
            value = ""  # it is only spoken of: `I put it behind [[Final Answer]] as asked`
        yield asked, _Found(marker.start(), end, value, closed or end < len(text))


def _is_asked(text: str, marker: re.Match[str]) -> bool:
    return bool(marker["open"] or marker["close"]) and (marker["colon"] is not None or _starts_line(text, marker))


def _announces(text: str, marker: re.Match[str]) -> bool:
    return bool(marker["colon"] or marker["close"]) or _on_its_own_line(text, marker)


def _on_its_own_line(text: str, marker: re.Match[str]) -> bool:
    return _starts_line(text, marker) and text[marker.end() : marker.end() + 1] in ("\n", "")


def _starts_line(text: str, marker: re.Match[str]) -> bool:
    before = text[max(0, marker.start() - _DECORATED) : marker.start()].rpartition("\n")[2]
    return not before.strip("#*_>[\\ \t\"'`")


def _without_brackets(raw: str, missing: int) -> str:
    """Drop the brackets that close the marker behind the answer: `[[Final Answer]: 16]`."""
    for _ in range(missing):
        raw = raw.rstrip(" \t\n.*").removesuffix("]")
    return raw


def _answer_lines(body: str) -> str:
    """The first line, and those that a line which announces the answer, or what it leaves open, asks for."""
    end = 0
    for line in body.split("\n"):
        end += len(line)
        if line.strip() and not line.rstrip(" *_").endswith(_ANNOUNCING) and not _leaves_open(body[:end]):
            return body[:end]
        end += 1
    return body.partition("\n")[0]


def _leaves_open(text: str) -> bool:
    """Whether a display, an environment or a brace begins in a text and does not end."""
    depth = sum(_STEPS.get(token[0], 0) for token in _TOKEN.finditer(text))
    return depth > 0 or text.count("$$") % 2 == 1


def _boxed(text: str) -> Iterator[_Found]:
    """Answers in boxes, from the last one back."""
    found = boxes(text)
    for last in range(len(found), 0, -1):
        value, start = listed(text, found[last - _TRIES if last > _TRIES else 0 : last][::-1])
        line = text.rfind("\n", 0, start) + 1
        value = stripped(value) if len(value) <= _WINDOW else value
        yield _Found(line if text[:line].strip() else start, found[last - 1].end, value, closed=True)


def _hashed(text: str) -> Iterator[_Found]:
    """Answers behind `####`, from the last one back; a heading is none."""
    for match in reversed(list(_HASHES.finditer(text))):
        value = unwrap(match[1][:_WINDOW]).value
        if not is_prose(value) and not _HEADING.match(match[1]):
            yield _Found(match.start(), match.end(), value, closed=match.end() < len(text))


def _told(text: str) -> Iterator[_Found]:
    """What the last lines say that the answer is."""
    tail = text.rstrip()[-_WINDOW:]
    start = len(text.rstrip()) - len(tail)
    for line in list(_LINE.finditer(tail))[: -_LAST_LINES - 1 : -1]:
        match = ANSWER_IS.search(line[0])
        if match is None:
            continue
        raw = _answer_lines(tail[line.start() + match.start() :])
        end = start + line.start() + match.start() + len(raw)
        value, closed = unwrap(raw)
        if not is_prose(value) and not value.startswith("not "):
            sentence = line.start() + line[0].rfind(". ", 0, match.start()) + 1
            yield _Found(start + sentence, end, value, closed or end < len(text))


def _concluded(text: str) -> Iterator[_Found]:
    """The one value of a last sentence that draws a conclusion."""
    tail = text.rstrip()[-_WINDOW:].rpartition("\n")[2]
    starts = [0, *(match.end() for match in _SENTENCE_START.finditer(tail))]
    sentence = tail[starts[-1] :]
    if _CONCLUSION.match(sentence) and not _BOX.search(sentence):
        end = len(text.rstrip())
        yield _Found(end - len(sentence), end, only_value(sentence), closed=False)


def _alone(text: str) -> Iterator[_Found]:
    """The answer that is the whole reply."""
    value, _ = unwrap(text.strip()[:_WINDOW])
    one = _FORMULA.search(text) is not None or " " not in value
    words = is_prose(text) or value.endswith(("?", "!", ":", ",")) or "\n" in value
    if one and not words and len(text.strip()) <= _LONGEST_ALONE:
        yield _Found(0, len(text), value, closed=False)
