"""The one place that names concrete classes: from a run's options to its classroom.

One exit stack owns every client, server, store and sandbox; leaving it ends them all.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agents.config import RunConfig
from agents.endpoints.budget import FREE, Budget, load_prices, price_of
from agents.endpoints.calls import Sampling
from agents.endpoints.engine import Endpoint, Pace, open_endpoint
from agents.endpoints.launch import canonical, launch
from agents.endpoints.notice import Notify
from agents.endpoints.spec import Spec, parse_spec
from agents.endpoints.store import CallStore
from agents.examiner import CodeJudge
from agents.student import CodeStudent, unique_names
from agents.teacher import CodeTeacher
from graphs.roles import Classroom
from lbt.errors import ConfigError
from lbt.types import Problem
from sandbox.judge import Sandbox

LOGS = "logs"
"""Where launched servers write, in the run's directory."""
EMBEDDED_RATIONALES, RATIONALES = 4, 8
"""The default number of rationales with embedded models only, and otherwise, as in the paper."""


@dataclass(frozen=True)
class Cast:
    """Who plays which role, before any server runs. Nothing here holds a credential."""

    teacher: Spec
    students: tuple[Spec, ...]

    @classmethod
    def of(cls, config: RunConfig) -> "Cast":
        """Parse the specs. Raises ConfigError for one that is none."""
        return cls(canonical(parse_spec(config.teacher)), tuple(canonical(parse_spec(text)) for text in config.student))

    @property
    def names(self) -> tuple[str, ...]:
        """The students' names in records and tables."""
        return tuple(unique_names([placeless(spec) for spec in self.students]))

    @property
    def embedded(self) -> bool:
        """All models run inside this program's own server."""
        return all(spec.kind == "local" for spec in (self.teacher, *self.students))


def placeless(spec: Spec) -> str:
    """Name a model without the address of its server, which may change between two parts of a run."""
    return f"{spec.kind}:{spec.name}"


def settle(config: RunConfig) -> RunConfig:
    """Fill in the options whose defaults depend on others."""
    rationales = config.rationales or (EMBEDDED_RATIONALES if Cast.of(config).embedded else RATIONALES)
    student_tokens = config.student_max_tokens or config.max_tokens
    return config.model_copy(update={"rationales": rationales, "student_max_tokens": student_tokens})


def teacher_sampling(config: RunConfig) -> Sampling:
    """How explanations are sampled."""
    return Sampling(temperature=config.teacher_temperature, top_p=config.teacher_top_p, max_tokens=config.max_tokens)


def student_sampling(config: RunConfig) -> Sampling:
    """How exams are answered: greedily."""
    return Sampling(temperature=0.0, top_p=1.0, max_tokens=config.student_max_tokens or config.max_tokens)


@dataclass(frozen=True)
class Room:
    """An open classroom and the endpoints behind it."""

    classroom: Classroom
    endpoints: Mapping[Spec, Endpoint]

    @property
    def identities(self) -> dict[str, str]:
        """Model -> identity of its weights."""
        return {placeless(spec): endpoint.identity for spec, endpoint in self.endpoints.items()}

    @property
    def concurrency(self) -> int:
        """Calls at once over all endpoints."""
        return sum(endpoint.concurrency for endpoint in self.endpoints.values())

    async def drain(self) -> None:
        """Start no new call and let those under way end in the store."""
        await asyncio.gather(*(endpoint.drain() for endpoint in self.endpoints.values()))


@asynccontextmanager
async def open_room(
    config: RunConfig, sandbox: Sandbox, problems: Sequence[Problem], directory: Path, calls: Path, notify: Notify
) -> AsyncIterator[Room]:
    """Start or reach every model and seat it.

    Args:
        config: Settled options.
        sandbox: Open sandbox.
        problems: All problems of the dataset: their order is the order of lessons.
        directory: Of the run; logs go there.
        calls: The call store.
        notify: Told what the user should know.

    Raises:
        UnavailableError: a model cannot be had or reached.
    """
    cast = Cast.of(config)
    async with AsyncExitStack() as stack:
        store = CallStore.open(calls, config.reuse)
        stack.push_async_callback(store.aclose)
        endpoints = await open_endpoints(config, cast, store, directory, stack, notify)
        order = {problem.id: i for i, problem in enumerate(problems)}
        told = config.self_debug_feedback == "visible"
        seats = zip(cast.names, (endpoints[spec] for spec in cast.students), strict=True)
        sampling = student_sampling(config)
        classroom = Classroom(
            teacher=CodeTeacher(
                endpoints[cast.teacher],
                teacher_sampling(config),
                seed=config.seed,
                lesson_order=order,
                visible_feedback=told,
            ),
            students=[
                CodeStudent(name, seat, sampling, seed=config.seed, lesson_order=order, visible_feedback=told)
                for name, seat in seats
            ],
            judge=CodeJudge(sandbox, store),
            rationales=config.rationales or RATIONALES,
            mend_teacher=config.mends_teacher,
            mend_students=config.mends_students,
        )
        yield Room(classroom, endpoints)


async def open_endpoints(
    config: RunConfig, cast: Cast, store: CallStore, directory: Path, stack: AsyncExitStack, notify: Notify
) -> dict[Spec, Endpoint]:
    """Open one endpoint per distinct model; the same model for teacher and student is one server.

    Embedded servers share the cores, so their calls take turns: two that compute at once are slower than one by one.
    """
    budget = Budget(max_calls=config.max_calls, max_tokens=config.max_tokens_total, max_cost=config.max_cost)
    prices = load_prices(config.prices)
    pace = Pace(concurrency=config.concurrency, rpm=config.rpm, tpm=config.tpm, timeout_s=config.timeout)
    start = partial(launch, log_dir=directory / LOGS, vllm_args=config.vllm_arg, notify=notify)
    endpoints: dict[Spec, Endpoint] = {}
    embedded: Endpoint | None = None
    for spec, key_env in key_holders(config, cast).items():
        price = price_of(spec, prices)
        if price is None and budget.limits_cost:
            raise ConfigError(f"--max-cost needs the price of {spec.label}: add {spec.name!r} to a --prices file")
        opened = open_endpoint(
            spec,
            store=store,
            pace=pace,
            budget=budget,
            price=price or FREE,
            key_env=key_env,
            launch=start,
            notify=notify,
            beside=embedded if spec.kind == "local" else None,
        )
        endpoints[spec] = await stack.enter_async_context(opened)
        if spec.kind == "local":
            embedded = endpoints[spec]
    return endpoints


def key_holders(config: RunConfig, cast: Cast) -> dict[Spec, str | None]:
    """Every distinct model, and the variable that holds its key where the user named one."""
    holders: dict[Spec, str | None] = {cast.teacher: config.teacher_key_env}
    for spec in cast.students:
        holders.setdefault(spec, config.student_key_env)
    return holders
