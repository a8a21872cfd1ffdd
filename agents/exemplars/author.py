"""The author: the teacher as it writes sets of exemplars, finds out why they let students fail, and revises them.

A set that cannot be used is shown to the teacher once more with what is wrong with it, and rejected if that does not
help: a set without one of the classes or of another size would not be comparable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from agents.asking import Desk
from agents.endpoints.calls import Message, Reply
from agents.exemplars.kinds import Kind
from agents.exemplars.sets import LONGEST, read_set
from agents.prompting import render
from graphs.exemplar_roles import Turn
from graphs.sitting import STAGES, Step
from graphs.steps import together
from lbt.exemplars import Draft, Exemplar, ExemplarSet, Failure, Reflection, folded
from lbt.types import Answer, Problem, Usage

FEWEST_WORDS: Final = 6
"""Words of a reason; what has fewer says nothing. Source: the published code of Ning et al. 2024."""
LONGEST_REASON: Final = 2000
"""Characters of a reason that are used."""
LONGEST_SAID: Final = 2000
"""Characters of a student's answer that the teacher is shown."""
LONGEST_WHY: Final = 500
"""Characters of what a judge says of it."""

_REASON: Final = re.compile(
    r"\[\[ ?reason(?: ?\d{1,2})? ?\]\][*_]{0,3}:?[*_]{0,3}|^[ \t#*_]{0,8}reason[*_]{0,3}:[*_]{0,3}",
    re.IGNORECASE | re.MULTILINE,
)
_END: Final = re.compile(r"\[\[ ?/?(?:end|reason)\b[^\]\n]{0,20}\]\]", re.IGNORECASE)


class Shown(NamedTuple):
    """A failure as the teacher is shown it."""

    student: str
    asked: str
    right: str
    """Empty for a program."""
    said: str
    """Empty where it gave no answer."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class ModelAuthor:
    """A model that writes sets. Fills `graphs.exemplar_roles.Author`.

    No two of its calls are the same sample: each has the turn, the step and whether it is a second try in its place.
    """

    desk: Desk
    kind: Kind
    size: int
    """Exemplars of a set; of texts at least two, as both classes must be there."""
    task: str = ""
    """What a text is asked, in a sentence; other kinds need none."""

    async def begin(self, turn: Turn, drawn: Sequence[Problem]) -> Draft:
        """Write an initial set: of what was drawn, in that order, or invented. Raises `EndpointError`.

        A drawn text is an exemplar with its own label; any other item with the teacher's explanation and answer.
        """
        if not drawn:
            messages = render(self.kind.write, task=self.task, count=self.size)
            return await self._write(messages, "write", turn)
        if self.kind.explain:
            return await self._explained(drawn, turn)
        return self._draft(turn, [self.kind.labelled(item) for item in drawn], "", [])

    async def reflect(
        self, shown: ExemplarSet, failures: Sequence[Failure], items: Mapping[str, Problem], turn: Turn
    ) -> Reflection:
        """Find the reason why students failed like this. Raises `EndpointError`."""
        values = {"exemplars": shown.exemplars, "failures": self._shown(failures, items)}
        messages = render(self.kind.reflect, task=self.task, **values)
        reply = await self._ask(messages, "reflect", turn)
        return Reflection(exemplars=shown.id, failures=(), text=reason_of(reply), call=reply.key, usage=reply.usage)

    async def revise(
        self,
        shown: ExemplarSet,
        failures: Sequence[Failure],
        reasons: Sequence[str],
        items: Mapping[str, Problem],
        turn: Turn,
    ) -> Draft:
        """Write a whole new set. Raises `EndpointError`.

        An exemplar that is one of the items in `failures`, or was one in `shown`, says so.
        """
        values = {"exemplars": shown.exemplars, "failures": self._shown(failures, items), "reasons": reasons}
        messages = render(self.kind.revise, task=self.task, count=self.size, **values)
        seen = {one.item: items[one.item] for one in failures}
        sources = {folded(one.statement): one.source for one in shown.exemplars}
        sources |= {folded(self.kind.statement(item)): item.id for item in seen.values()}
        return await self._write(messages, "revise", turn, parent=shown.id, sources=sources)

    async def _write(
        self,
        messages: tuple[Message, ...],
        step: Step,
        turn: Turn,
        *,
        parent: str = "",
        sources: Mapping[str, str] | None = None,
    ) -> Draft:
        """Ask for a set, and once more where it cannot be used."""
        replies = [await self._ask(messages, step, turn)]
        found = first = read_set(replies[0], self.kind.form, self.size)
        if first.fault:
            said = replies[0].text[: LONGEST * self.size].strip()
            values = {"task": self.task, "count": self.size, "reply": said, "fault": first.fault}
            replies.append(await self._ask(render(self.kind.repair, **values), step, turn, again=True))
            found = read_set(replies[1], self.kind.form, self.size)
        known = sources or {}
        exemplars = [one.model_copy(update={"source": known.get(folded(one.statement), "")}) for one in found.exemplars]
        return self._draft(turn, exemplars, first.fault, replies, parent)

    async def _explained(self, drawn: Sequence[Problem], turn: Turn) -> Draft:
        """Let the teacher solve what was drawn, each item once more where its answer has not the asked form."""
        tries = await together(self._explain(item, turn) for item in drawn)
        replies = [reply for each in tries for reply, _ in each]
        solved = [self.kind.solved(item, each[-1][1]) for item, each in zip(drawn, tries, strict=True)]
        retried = [item.id for item, each in zip(drawn, tries, strict=True) if len(each) > 1]
        fault = f"no answer in the asked form to {', '.join(retried)}" if retried else ""
        exemplars = [one for one in solved if one is not None]
        return self._draft(turn, exemplars if len(exemplars) == len(drawn) else [], fault, replies)

    async def _explain(self, item: Problem, turn: Turn) -> list[tuple[Reply, Answer]]:
        tries = list[tuple[Reply, Answer]]()
        for again in (False, True):
            reply = await self._ask(render(self.kind.explain, problem=item), "write", turn, again=again)
            tries.append((reply, self.kind.read(item, reply)))
            if self.kind.solved(item, tries[-1][1]):
                break
        return tries

    def _draft(
        self, turn: Turn, exemplars: Sequence[Exemplar], fault: str, replies: Sequence[Reply], parent: str = ""
    ) -> Draft:
        """What became of an attempt; without exemplars it is malformed."""
        written = ExemplarSet(id=f"{turn.iteration}.{turn.number}", exemplars=tuple(exemplars), parent=parent)
        return Draft(
            written=written if exemplars else None,
            parent=parent,
            fault=fault,
            fate="new" if exemplars else "malformed",
            calls=tuple(reply.key for reply in replies),
            usage=sum((reply.usage for reply in replies), Usage()),
        )

    async def _ask(self, messages: tuple[Message, ...], step: Step, turn: Turn, *, again: bool = False) -> Reply:
        role = f"exemplars {step}{' again' if again else ''} {turn.iteration}"
        priority = (turn.repeat, turn.iteration, STAGES[step], turn.number)
        return await self.desk.ask(messages, role, turn.number, priority=priority, repetition=turn.repeat)

    def _shown(self, failures: Sequence[Failure], items: Mapping[str, Problem]) -> list[Shown]:
        return [
            Shown(
                student=one.student,
                asked=self.kind.statement(items[one.item]),
                right=self.kind.right(items[one.item]),
                said=one.said[:LONGEST_SAID],
                reason=one.reason[:LONGEST_WHY],
            )
            for one in failures
        ]


def reason_of(reply: Reply) -> str:
    """Read the reason of a reply, the first that is one; empty where there is none, or where it was cut off."""
    _, *parts = _REASON.split(reply.text)
    for number, part in enumerate(parts, 1):
        text, *closed = _END.split(part, maxsplit=1)
        whole = closed or number < len(parts) or reply.finish == "stop"
        if whole and len(text.split()) >= FEWEST_WORDS:
            return text.strip()[:LONGEST_REASON]
    return ""
