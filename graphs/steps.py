"""One step of one role: awaited, told to the trace, and turned into a missing mark when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from lbt.errors import StepError
from lbt.types import Answer, Grade, Posed

T = TypeVar("T", Answer, Grade, Posed)
V = TypeVar("V")


class Tell(Protocol):
    """Tells the trace that a step starts or ends, and how it ended."""

    def __call__(self, state: str, **how: Any) -> None:  # noqa: ANN401 - an event is plain JSON
        """Tell `start` or `end`, and how it was."""
        ...


def telling(write: Callable[[Mapping[str, Any]], None], **where: Any) -> Tell:  # noqa: ANN401 - an event is plain JSON
    """Make the `Tell` of one step, whose place in the lesson is `where`."""

    def tell(state: str, **how: Any) -> None:  # noqa: ANN401
        write({"event": "step", **where, "state": state, **how})

    return tell


async def attempt(work: Awaitable[T], tell: Tell) -> tuple[T | None, str]:
    """Await one step; one that broke gives its reason instead of a value.

    This is the one place where a failed step becomes a missing mark. Any other error stops the run.
    """
    tell("start")
    try:
        value = await work
    except StepError as error:
        tell("end", error=str(error))
        return None, str(error)
    tell("end", **_how(value))
    return value, ""


def _how(value: Answer | Grade | Posed) -> dict[str, Any]:
    """What the trace is told of a step that ended well."""
    match value:
        case Posed():  # each of its calls was told with what it took
            return {"written": len(value.problems), "unwritten": value.unwritten}
    cost = {"usage": value.usage.model_dump()} if value.usage else {}
    match value:
        case Answer():
            return {"outcome": value.outcome.value, **cost}
        case Grade():
            return {"grade": value.model_dump(exclude={"reason", "usage"}), **cost}


async def together(work: Iterable[Coroutine[Any, Any, V]]) -> tuple[V, ...]:
    """Await all at once; if one must stop the run, none of the others goes on."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return tuple(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
