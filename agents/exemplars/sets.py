"""Read a set of exemplars out of a reply of the teacher: one that can be used as a whole, or what is wrong with it.

Half a set is none: sets are compared with one another, so each must have the same number of exemplars. Headings are
looked for line by line in the ways that models write them, and what stands around the exemplars is passed over.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from agents.endpoints.calls import Reply
from lbt.exemplars import Exemplar, folded

LONGEST: Final = 4000
"""Characters of an exemplar as it was written: a longer one would fill the prompt of every question."""

_UNUSABLE: Final = {
    "refusal": "the model refused",
    "content_filter": "a content filter held the reply back",
    "overflow": "the prompt does not fit the model's context",
}

Parts = Mapping[str, str]
"""What stands under the headings of one exemplar, by the names of the headings."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How the exemplars of a set are written."""

    heading: re.Pattern[str]
    """Matches the beginning of a line that is a heading; the group that matched names the part that follows."""
    order: tuple[str, ...]
    """The names of all parts, as they follow one another."""
    opening: frozenset[str]
    """The parts that an exemplar can begin with."""
    fenced: bool = False
    """A line in a block of code is no heading."""
    exemplar: Callable[[Parts, bool], Exemplar | str]
    """Makes an exemplar of its parts, or says what is wrong with them; the flag: the reply was cut off in them."""
    answers: tuple[str, ...] = ()
    """Each must be the answer of some exemplar of a set."""


class Found(NamedTuple):
    """What a reply holds."""

    exemplars: tuple[Exemplar, ...]
    """Empty where they cannot be used."""
    fault: str
    """Why not, in a few words; empty where they can."""


def read_set(reply: Reply, form: Form, size: int) -> Found:
    """Read a set of `size` exemplars; never raises, however strange the text."""
    if reply.finish in _UNUSABLE:
        return Found((), _UNUSABLE[reply.finish])
    cut = reply.finish == "length"
    written = split(reply.text, form)
    exemplars, fault = list[Exemplar](), _miscounted(len(written), size)
    for number, parts in enumerate([] if fault else written, 1):
        read = _read(parts, form, cut and number == size)
        if isinstance(read, str):
            fault = f"example {number} {read}"
            break
        exemplars.append(read)
    fault = fault or _fault(exemplars, form)
    if fault:
        return Found((), f"{fault}, and the reply was cut off" if cut else fault)
    return Found(tuple(exemplars), "")


def split(text: str, form: Form) -> list[Parts]:
    """Find the exemplars of a text and the parts of each; a heading that comes again in one of them counts once."""
    found = list[dict[str, list[str]]]()
    lines, fenced = list[str](), False
    for line in re.sub("\r\n?", "\n", text).split("\n"):
        heading = None if fenced else form.heading.match(line)
        if heading is not None and (name := heading.lastgroup) is not None:
            if _begins(name, found[-1] if found else {}, form):
                found.append({})
            lines = []
            if found:
                found[-1].setdefault(name, lines)
        rest = line[heading.end() :] if heading else line
        if form.fenced and rest.lstrip().startswith("```"):
            fenced = not fenced
        lines.append(rest)
    each = [{name: "\n".join(part).strip() for name, part in parts.items()} for parts in found]
    return [parts for parts in each if any(parts.values())]


def _begins(name: str, parts: Mapping[str, object], form: Form) -> bool:
    """Whether a heading begins another exemplar than the one whose `parts` were found before it."""
    latest = max((form.order.index(one) for one in parts), default=len(form.order))
    return name in form.opening and form.order.index(name) <= latest


def _miscounted(found: int, size: int) -> str:
    if found == size:
        return ""
    return f"{found} example{'s' if found > 1 else ''} instead of {size}" if found else "no example in the asked form"


def _read(parts: Parts, form: Form, cut: bool) -> Exemplar | str:
    if sum(map(len, parts.values())) > LONGEST:
        return f"is longer than {LONGEST:,} characters"
    return form.exemplar(parts, cut)


def _fault(exemplars: list[Exemplar], form: Form) -> str:
    """What is wrong with exemplars that are right one by one."""
    first: dict[str, int] = {}
    for number, one in enumerate(exemplars, 1):
        before = first.setdefault(folded(one.statement), number)
        if before != number:
            return f"examples {before} and {number} are the same"
    given = {one.answer for one in exemplars}
    missing = [answer for answer in form.answers if answer not in given]
    return f"no example has the answer {missing[0]}" if missing else ""
