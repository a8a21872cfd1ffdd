"""One step of one role: awaited, told to the trace, and turned into a missing mark when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from lbt.errors import StepError
from lbt.types import Answer, Grade, Mark

T = TypeVar("T", Answer, Grade)


class Tell(Protocol):
    """Tells the trace that a step starts or ends, and how it ended."""

    def __call__(self, state: str, **how: Any) -> None:  # noqa: ANN401 - an event is plain JSON
        """Tell `start` or `end`, and how it was."""
        ...


def telling(write: Callable[[Any], None], **where: Any) -> Tell:  # noqa: ANN401 - an event is plain JSON
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
    if isinstance(value, Answer):
        tell("end", outcome=value.outcome.value, usage=value.usage.model_dump())
    else:
        tell("end", grade=value.model_dump(exclude={"reason"}))
    return value, ""


async def together(work: Iterable[Coroutine[Any, Any, Mark]]) -> tuple[Mark, ...]:
    """Await all marks of an exam at once; if one must stop the run, none of the others goes on."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return tuple(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
