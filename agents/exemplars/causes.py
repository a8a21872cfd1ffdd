"""The teacher as it looks for causes of error: it condenses reasons into a few causes, and attributes mistakes to them.

Both replies are read tolerantly, but never guessed at: an attribution that could be read in two ways is not read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from agents.asking import LAST, Desk
from agents.endpoints.calls import Message, Reply
from agents.exemplars.author import LONGEST_SAID, LONGEST_WHY, Shown
from agents.exemplars.kinds import Kind
from agents.prompting import fingerprints, render
from lbt.causes import MOST, Attribution
from lbt.exemplars import folded
from lbt.types import Answer, Grade, Problem, Usage

LONGEST_CAUSE: Final = 300
"""Characters of a cause that are used."""
FEWEST_WORDS: Final = 2
"""Words of a cause."""

_MARKER: Final = re.compile(
    r"\[\[ ?causes? ?\]\][*_]{0,3}:?[*_]{0,3}|^[ \t#*_]{0,8}causes?[*_]{0,3}:[*_]{0,3}", re.I | re.M
)
_END: Final = re.compile(r"\[\[ ?/?end\b[^\]\n]{0,20}\]\]", re.I)
_NUMBERED: Final = re.compile(
    r"[ \t#>*_-]{0,8}(?:cause[ \t]?)?\(?\d{1,2}[*_]{0,3}(?:[.):\]][*_]{0,3}){1,2}[ \t]{0,8}(?=\S)", re.I
)
_BULLET: Final = re.compile(r"[ \t]{0,8}[-*•][ \t]{1,8}(?=\S)")
_NONE: Final = re.compile(r"\W{0,8}(?:none\b|no causes?\b|0\W{0,4}$)", re.I)
_NUMBERS: Final = re.compile(r"(?:\W*(?:\d{1,2}|causes?|numbers?|and|only)\b)*", re.I)
_VERDICT: Final = re.compile(
    r"^\W*(?:(?P<yes>yes|true)|no|false)\b *(?:$|[^\w\s])"
    r"|\b(?:(?P<also_yes>yes|true)|no|false)\W*$"
    r"|\b(?:does|do)(?: not|n['’]t) apply\b",
    re.I,
)
"""What is said of a cause: before an explanation, after it, or instead of one."""
_DENIAL: Final = re.compile(r"\b(?:no|not)\b|n['’]t\b", re.I)


class Condensed(NamedTuple):
    """The causes of one student, and the replies that they were read from."""

    causes: tuple[str, ...]
    replies: tuple[Reply, ...]

    @property
    def usage(self) -> Usage:
        """Tokens of the replies."""
        return sum((reply.usage for reply in self.replies), Usage())


@dataclass(frozen=True, kw_only=True)
class Diagnostician:
    """The teacher, asked about causes; greedily, as its mistakes were greedy, too."""

    desk: Desk
    kind: Kind
    task: str = ""
    """What a text is asked, in a sentence; other kinds need none."""

    async def condense(self, reasons: Sequence[str], repeat: int) -> Condensed:
        """Condense reasons, at least one, into `MOST` causes at most; asked once more, sampled, where there are none.

        Raises:
            EndpointError: a call failed for good. A reply without a cause gives none.
        """
        messages = condensing(self.kind, self.task, reasons)
        replies = [await self._ask(self.desk.greedily, messages, "condense", repeat)]
        if not (causes := read_causes(replies[0])):
            replies.append(await self._ask(self.desk, messages, "condense again", repeat))
            causes = read_causes(replies[1])
        return Condensed(causes, tuple(replies))

    async def attribute(
        self, item: Problem, answer: Answer, grade: Grade, causes: Sequence[str], repeat: int
    ) -> Attribution:
        """Say which of `causes` a mistake has: `answer` to `item`. Raises as `condense`."""
        messages = attributing(self.kind, self.task, causes, mistake(self.kind, item, answer, grade))
        reply = await self._ask(self.desk.greedily, messages, "attribute", repeat)
        found = read_attribution(reply, len(causes))
        return Attribution(item=item.id, causes=found, call=reply.key, usage=reply.usage)

    async def _ask(self, desk: Desk, messages: tuple[Message, ...], role: str, repeat: int) -> Reply:
        return await desk.ask(messages, f"causes {role}", 0, priority=(LAST,), repetition=repeat)


def prompts_of(kind: Kind) -> dict[str, str]:
    """SHA-256 of all that is asked of items of one kind, by name."""
    return dict(fingerprints(f"condense_{kind.name}", f"attribute_{kind.name}"))


def condensing(kind: Kind, task: str, reasons: Sequence[str]) -> tuple[Message, ...]:
    """Ask for causes."""
    return render(f"condense_{kind.name}", task=task, reasons=reasons, count=MOST)


def attributing(kind: Kind, task: str, causes: Sequence[str], shown: Shown) -> tuple[Message, ...]:
    """Ask for the causes of one mistake."""
    return render(f"attribute_{kind.name}", task=task, causes=causes, mistake=shown)


def mistake(kind: Kind, item: Problem, answer: Answer, grade: Grade) -> Shown:
    """A mistake as the teacher is shown it: not as its own."""
    return Shown(
        student="",
        asked=kind.statement(item),
        right=kind.right(item),
        said=(answer.value or answer.code)[:LONGEST_SAID],
        reason=grade.reason[:LONGEST_WHY],
    )


def read_causes(reply: Reply) -> tuple[str, ...]:
    """Read a list of causes, the first `MOST` that differ; never raises, however strange the text.

    Lines that go on below one are part of it. What was cut off is left out.
    """
    lines = _lines(reply)
    starts = [(line, _NUMBERED.match(line)) for line in lines]
    if not any(match for _, match in starts):
        starts = [(line, _BULLET.match(line)) for line in lines]
    found, open_ = list[str](), False
    for line, match in starts:
        if match:
            found.append(line[match.end() :])
        elif open_ and line.strip():
            found[-1] += f" {line.strip()}"
        open_ = bool(match) or (open_ and bool(line.strip()))
    whole = (" ".join(one.replace("**", "").replace("__", "").split())[:LONGEST_CAUSE] for one in found)
    causes = {folded(one): one for one in reversed([one for one in whole if _is_cause(one)])}
    return tuple(reversed(causes.values()))[:MOST]


def _is_cause(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", text)) >= FEWEST_WORDS and not _NONE.match(text)


def read_attribution(reply: Reply, count: int) -> tuple[int, ...] | None:
    """Read which of `count` causes apply: their places, ascending; None where that cannot be told.

    The numbers begin a line, or several; each line may deny its own. What follows on lines without is passed over.
    """
    if reply.finish in ("refusal", "content_filter", "overflow"):
        return None
    lines = [line.replace("_", " ") for line in _lines(reply)]
    told = dict[int, bool]()
    for line in filter(re.compile(r"\w").search, lines):
        if _NONE.match(line) and not told:
            return None if re.search(r"[1-9]", line) else ()
        head = _NUMBERS.match(line)
        numbers = re.findall(r"\d+", head[0]) if head else []
        if not numbers:
            break
        applies = _applies(line[len(head[0]) :]) if head else None
        if applies is None:
            return None
        told |= dict.fromkeys(map(int, numbers), applies)
    if not told or not all(1 <= number <= count for number in told):
        return None
    return tuple(sorted(number - 1 for number, applies in told.items() if applies))


def _applies(rest: str) -> bool | None:
    """Whether the causes whose numbers stand before `rest` apply; None where it has other numbers or says not how."""
    if re.search(r"\d", rest):
        return None
    if verdict := _VERDICT.search(rest):
        return bool(verdict["yes"] or verdict["also_yes"])
    return None if _DENIAL.search(rest) else True


def _lines(reply: Reply) -> list[str]:
    """The lines after the last marker, up to the end mark; all of them where there is no marker. None that is cut."""
    text = _MARKER.split(reply.text)[-1]
    text, *closed = _END.split(text, maxsplit=1)
    lines = text.splitlines()
    return lines[:-1] if reply.finish == "length" and not closed else lines
