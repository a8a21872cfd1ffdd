"""A reader: answers an item after it has read a set of exemplars. The teacher is one, and so is every student."""

from dataclasses import dataclass

from agents.asking import Desk
from agents.exemplars.kinds import Kind
from lbt.exemplars import ExemplarSet
from lbt.types import Answer, Problem


@dataclass(frozen=True, kw_only=True)
class ModelReader:
    """A model that answers items, greedily. Fills `graphs.exemplar_roles.Reader`.

    The item stands behind the exemplars: the prompts of one set begin alike, so a server reads the set once. Readers
    with the same model share their calls, and two repeats share none.
    """

    name: str
    """Unique among the readers."""
    desk: Desk
    kind: Kind
    task: str = ""
    """What a text is asked, in a sentence; other kinds need none."""

    async def answer(self, item: Problem, shown: ExemplarSet, repeat: int, priority: tuple[int, ...]) -> Answer:
        """Answer `item` with the exemplars of `shown` before it. Raises `EndpointError`."""
        messages = self.kind.conversation(self.task, shown.exemplars, item)
        reply = await self.desk.greedily.ask(messages, "reader", 0, priority=priority, repetition=repeat)
        return self.kind.read(item, reply)
