"""Ask a model for an answer and read its reply: what teacher and students have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from agents.domain import CODE, Domain
from agents.endpoints.calls import Message, Place, Reply, Request, Sampling
from agents.prompting import render
from lbt.types import GREEDY, Answer, Grade, Outcome, Problem

LAST = 2**31
"""Rank of the greedy answer, and of what is collected afterwards: nobody waits for it."""


class Asker(Protocol):
    """A served model: `agents.endpoints`, or a fake."""

    @property
    def label(self) -> str:
        """Short name of the model, safe to print."""
        ...

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        """Answer `request`; of the waiting ones, the one with the lowest priority goes first.

        Raises:
            EndpointError: the call failed for good.
            BudgetError: the run may not ask any more.
        """
        ...


def greedy(sampling: Sampling) -> Sampling:
    """The same sampling at temperature 0."""
    return Sampling(temperature=0.0, top_p=1.0, max_tokens=sampling.max_tokens)


def rank(index: int) -> int:
    """Place of rationale `index` in the queue: as they are counted, the greedy answer last."""
    return LAST if index == GREEDY else index


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where a role works: the model it asks, and how."""

    asker: Asker
    sampling: Sampling
    """Of the role's own answers; self-debug is greedy."""
    seed: int
    """Of the run: other seeds are other calls."""
    order: Mapping[str, int]
    """Problem -> its place in the run, for the order of calls. One that was written meanwhile has none."""
    domain: Domain = CODE
    """What is asked about: the prompts, and how replies are read."""
    visible_feedback: bool = False
    """Self-debug is told why a visible test failed."""

    @property
    def greedily(self) -> "Desk":
        """The same desk at temperature 0."""
        return replace(self, sampling=greedy(self.sampling))

    async def write(
        self,
        problem: Problem,
        messages: tuple[Message, ...],
        role: str,
        index: int,
        *,
        priority: tuple[int, ...],
        repetition: int = 0,
    ) -> Answer:
        """Ask for an answer to `problem` and take it out of the reply; at temperature 0 where `index` is GREEDY.

        Raises as `Asker.ask`.
        """
        reply = await self.ask(messages, role, index, priority=priority, repetition=repetition)
        return self.domain.read(problem, reply)

    async def ask(
        self, messages: tuple[Message, ...], role: str, index: int, *, priority: tuple[int, ...], repetition: int = 0
    ) -> Reply:
        """Ask for whatever `messages` ask for; at temperature 0 where `index` is GREEDY. Raises as `Asker.ask`."""
        request = Request(
            messages=messages,
            sampling=greedy(self.sampling) if index == GREEDY else self.sampling,
            place=Place(replicate=self.seed, role=role, rationale=index, repetition=repetition),
        )
        return await self.asker.ask(request, priority)

    async def mend(
        self,
        problem: Problem,
        answer: Answer,
        grade: Grade,
        role: str,
        index: int,
        *,
        priority: tuple[int, ...],
        repetition: int = 0,
    ) -> Answer:
        """Self-debug one answer, greedily, once. Raises as `Asker.ask`."""
        told = grade.reason if self.visible_feedback and grade.v < 1 else ""
        messages = render(self.domain.mend, problem=problem, answer=answer, feedback=told)
        after = await self.greedily.write(
            problem, messages, f"{role} mend", index, priority=priority, repetition=repetition
        )
        return mended(answer, after)


def mended(before: Answer, after: Answer) -> Answer:
    """The answer after self-debug: the explanation stays, the program or final answer is the new one.

    A reply without one changes nothing: "I cannot find any mistake" is often all that is said of a right one.
    An answer that had none takes its explanation from the new reply as well.
    """
    if before.outcome is not Outcome.OK:
        return after
    if after.outcome is Outcome.OK:
        return after.model_copy(update={"rationale": before.rationale})
    return before.model_copy(update={"call": after.call, "usage": after.usage, "unused": after.outcome})
