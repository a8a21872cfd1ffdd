"""The one place that names concrete classes: from a run's options to its classroom.

One exit stack owns every client, server and store; leaving it ends them all.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agents.asking import Desk
from agents.cast import Cast, placeless, student_sampling, teacher_sampling
from agents.config import CommonConfig, RunConfig
from agents.domain import CODE
from agents.endpoints.budget import FREE, Budget, Price, Spent, load_prices, price_of
from agents.endpoints.calls import Sampling
from agents.endpoints.engine import Endpoint, Pace, open_endpoint
from agents.endpoints.launch import launch
from agents.endpoints.notice import Notify
from agents.endpoints.spec import Spec, parse_spec
from agents.endpoints.store import CallStore
from agents.exam_writer import ExamWriter
from agents.grading_teacher import GradingTeacher
from agents.judging import OpenJudge
from agents.plan import Plan
from agents.retelling import RetoldStudent, as_published, shuffled
from agents.schedule import exams_at_once
from agents.student import ModelStudent
from agents.teacher import ModelTeacher
from graphs.roles import Classroom, Sort, Student

LOGS = "logs"
"""Where launched servers write, in the run's directory."""
SERVED_HERE = ("local", "vllm")
"""Models whose weights may have to be fetched first: a missing key of another is better known before."""


@dataclass(frozen=True)
class Room:
    """An open classroom and the endpoints behind it."""

    classroom: Classroom
    teacher: Desk
    students: Mapping[str, Desk]
    """Where they work, for what is asked beside lessons."""
    endpoints: Mapping[Spec, Endpoint]

    @property
    def identities(self) -> dict[str, str]:
        """Model -> identity of its weights."""
        return {placeless(spec): endpoint.identity for spec, endpoint in self.endpoints.items()}

    @property
    def concurrency(self) -> int:
        """Calls at once over all endpoints."""
        return calls_at_once(self.endpoints)

    async def drain(self) -> None:
        """Start no new call and let those under way end in the store."""
        await asyncio.gather(*(endpoint.drain() for endpoint in self.endpoints.values()))


def calls_at_once(endpoints: Mapping[Spec, Endpoint]) -> int:
    """Calls at once over all of them."""
    return sum(endpoint.concurrency for endpoint in endpoints.values())


@asynccontextmanager
async def open_room(plan: Plan, opened: OpenJudge, directory: Path, calls: Path, notify: Notify) -> AsyncIterator[Room]:
    """Start or reach every model and seat it.

    Args:
        plan: The run.
        opened: What judges.
        directory: Of the run; logs go there.
        calls: The call store.
        notify: Told what the user should know.

    Raises:
        UnavailableError: a model cannot be had or reached.
    """
    config, cast, domain = plan.config, plan.cast, plan.domain
    async with AsyncExitStack() as stack:
        store = CallStore.open(calls, config.reuse)
        stack.push_async_callback(store.aclose)
        endpoints = await open_endpoints(config, cast, store, directory, stack, notify)

        def desk(spec: Spec, sampling: Sampling) -> Desk:
            return Desk(
                asker=endpoints[spec],
                sampling=sampling,
                seed=config.seed,
                order={problem.id: i for i, problem in enumerate(plan.dataset.everything)},
                domain=domain,
                visible_feedback=config.self_debug_feedback == "visible",
            )

        lectern = desk(cast.teacher, teacher_sampling(config))
        specs = zip(cast.names, cast.students, strict=True)
        seats = {name: desk(spec, student_sampling(config)) for name, spec in specs}
        teacher = ModelTeacher(lectern)
        judge = opened.seated(store)

        def seated(name: str, seat: Desk) -> Student:
            student = ModelStudent(name, seat, domain.exam(config))
            if config.faithful and domain is CODE:
                return RetoldStudent(student, as_published(judge))
            if config.teach_with == "shuffled":
                return RetoldStudent(student, shuffled(teacher, plan.rationales))
            return student

        classroom = Classroom(
            teacher=teacher,
            students=[seated(name, seat) for name, seat in seats.items()],
            judge=judge,
            exam_judge=GradingTeacher(lectern) if config.exam_judge == "teacher" else None,
            poser=exam_writer(config, lectern, seats, opened.sort) if config.exams == "synthesized" else None,
            sort=opened.sort,
            as_published=config.faithful,
            repetitions=config.repetitions,
            rationales=plan.rationales,
            mend_teacher=config.mends_teacher,
            mend_students=config.mends_students,
            exams=config.asked_exams,
            at_once=exams_at_once(calls_at_once(endpoints), plan.rationales, len(plan.lessons)),
        )
        yield Room(classroom, lectern, seats, endpoints)


def exam_writer(config: RunConfig, teacher: Desk, students: Mapping[str, Desk], sort: Sort | None) -> ExamWriter:
    """Seat the teacher as the one who writes the exams."""
    assert sort is not None, "keys come by comparing answers"
    assert config.exam_size is not None
    return ExamWriter(teacher=teacher, students=students, sort=sort, size=config.exam_size)


async def open_endpoints(
    config: CommonConfig, cast: Cast, store: CallStore, directory: Path, stack: AsyncExitStack, notify: Notify
) -> dict[Spec, Endpoint]:
    """Open one endpoint per distinct model; the same model for teacher and student is one server.

    Embedded servers share the cores, so their calls take turns: two that compute at once are slower than one by one.
    """
    prices = load_prices(config.prices)
    budget = Budget(
        max_calls=config.max_calls,
        max_tokens=config.max_tokens_total,
        max_cost=config.max_cost,
        spent=spent_before(store, prices),
    )
    pace = Pace(concurrency=config.concurrency, rpm=config.rpm, tpm=config.tpm, timeout_s=config.timeout)
    start = partial(launch, log_dir=directory / LOGS, vllm_args=config.vllm_arg, notify=notify)
    endpoints: dict[Spec, Endpoint] = {}
    embedded: Endpoint | None = None
    holders = cast.key_holders(config)
    for spec in sorted(holders, key=lambda spec: spec.kind in SERVED_HERE):
        opened = open_endpoint(
            spec,
            store=store,
            pace=pace,
            budget=budget,
            price=price_of(spec, prices) or FREE,
            key_env=holders[spec],
            launch=start,
            notify=notify,
            beside=embedded if spec.kind == "local" else None,
        )
        endpoints[spec] = await stack.enter_async_context(opened)
        if spec.kind == "local":
            embedded = endpoints[spec]
    return endpoints


def spent_before(store: CallStore, prices: Mapping[str, Price]) -> Spent:
    """What the earlier parts of a run took, at today's prices."""
    spent = Spent()
    for label, (calls, read, written) in store.made().items():
        price = price_of(parse_spec(label), prices) or FREE
        spent += Spent(calls, read + written, price.cost(read, written))
    return spent
