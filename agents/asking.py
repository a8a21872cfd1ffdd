"""Ask a model for a program and read its reply: what teacher and students have in common."""

from typing import Protocol

from agents.endpoints.calls import Message, Place, Reply, Request, Sampling
from agents.parsing import parse
from lbt.types import GREEDY, Answer, CodeProblem, Grade, Outcome, Problem

LAST = 2**31
"""Rank of the greedy answer: no student waits for it."""


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


def code_problem(problem: Problem) -> CodeProblem:
    """`problem` as the code family's roles need it.

    Raises:
        TypeError: it belongs to another family, so the wiring is wrong.
    """
    if not isinstance(problem, CodeProblem):
        raise TypeError(f"{problem.id} is not a programming problem")
    return problem


async def ask_for_program(
    asker: Asker,
    messages: tuple[Message, ...],
    sampling: Sampling,
    place: Place,
    *,
    priority: tuple[int, ...],
    entry_point: str,
) -> Answer:
    """Ask and take the answer out of the reply. Raises as `Asker.ask`."""
    reply = await asker.ask(Request(messages=messages, sampling=sampling, place=place), priority)
    outcome, rationale, code = parse(reply.text, entry_point, reply.finish)
    return Answer(call=reply.key, outcome=outcome, rationale=rationale, code=code, usage=reply.usage)


def mended(before: Answer, after: Answer) -> Answer:
    """The answer after self-debug: the explanation stays, the program is the new one.

    A reply without any program changes nothing: "it is right" is often all that is said of a right program.
    An answer that had no program takes its explanation from the new reply as well.
    """
    if before.outcome is not Outcome.OK:
        return after
    kept = {"outcome": before.outcome, "code": before.code} if after.outcome is Outcome.NO_CODE else {}
    return after.model_copy(update={"rationale": before.rationale, **kept})


def feedback(grade: Grade, *, shown: bool) -> str:
    """What self-debug may be told of a grade: nothing, or, where `shown`, why a visible test failed."""
    return grade.reason if shown and grade.v < 1 else ""
