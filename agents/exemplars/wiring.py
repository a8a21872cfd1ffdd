"""The one place that names concrete classes: from a plan to who takes part.

One exit stack owns every client, server and store; leaving it ends them all.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.asking import Desk
from agents.cast import placeless
from agents.endpoints.calls import Sampling
from agents.endpoints.engine import Endpoint
from agents.endpoints.notice import Notify
from agents.endpoints.spec import Spec
from agents.endpoints.store import CallStore
from agents.exemplars.author import ModelAuthor
from agents.exemplars.plan import ImprovementPlan
from agents.exemplars.reader import ModelReader
from agents.judging import OpenJudge
from agents.wiring import open_endpoints
from graphs.roles import Judge
from lbt.types import TEACHER


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Everybody who takes part, and the endpoints behind them."""

    author: ModelAuthor
    teacher: ModelReader
    students: Sequence[ModelReader]
    judge: Judge
    endpoints: Mapping[Spec, Endpoint]

    @property
    def identities(self) -> dict[str, str]:
        """Model -> identity of its weights."""
        return {placeless(spec): endpoint.identity for spec, endpoint in self.endpoints.items()}

    async def drain(self) -> None:
        """Start no new call and let those under way end in the store."""
        await asyncio.gather(*(endpoint.drain() for endpoint in self.endpoints.values()))


@asynccontextmanager
async def open_staff(
    plan: ImprovementPlan, opened: OpenJudge, directory: Path, calls: Path, notify: Notify
) -> AsyncIterator[Staff]:
    """Start or reach every model and give it its part.

    Args:
        plan: The run.
        opened: What judges.
        directory: Of the run; logs go there.
        calls: The call store.
        notify: Told what the user should know.

    Raises:
        UnavailableError: a model cannot be had or reached.
    """
    config, cast, kind, task = plan.config, plan.cast, plan.kind, plan.split.task
    async with AsyncExitStack() as stack:
        store = CallStore.open(calls, config.reuse)
        stack.push_async_callback(store.aclose)
        endpoints = await open_endpoints(config, cast, store, directory, stack, notify)

        def desk(spec: Spec, sampling: Sampling) -> Desk:
            return Desk(asker=endpoints[spec], sampling=sampling, seed=config.seed, order={})

        def reader(name: str, spec: Spec, sampling: Sampling) -> ModelReader:
            return ModelReader(name=name, desk=desk(spec, sampling), kind=kind, task=task)

        yield Staff(
            author=ModelAuthor(desk=desk(cast.teacher, plan.writing), kind=kind, size=plan.sizes.exemplars, task=task),
            teacher=reader(TEACHER, cast.teacher, plan.teacher_reading),
            students=[
                reader(name, spec, plan.student_reading) for name, spec in zip(cast.names, cast.students, strict=True)
            ],
            judge=opened.seated(store),
            endpoints=endpoints,
        )
