"""Hold a contest beside a finished run of ours: every peer gets as many calls, the same items and the same model."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from agents.cast import Cast, placeless
from agents.endpoints.notice import Notice
from agents.endpoints.store import CallStore
from agents.exemplars.plan import ImprovementPlan
from agents.peers import environment
from agents.peers.running import TITLES, Peer, PeerResult, run_peer
from agents.peers.running import Contest as Terms
from agents.schedule import Interrupts, interruptible
from agents.wiring import open_endpoints
from lbt.contest import Contest, Contestant
from lbt.errors import UnavailableError
from lbt.exemplars import Iteration
from lbt.records import CALLS, append_line, iterations_of, lock, read_lines, replace, truncate_torn_line
from lbt.types import TEACHER, TextProblem
from reports.terminal import one_line

PEERS, CONTEST = "peers.jsonl", "contest.json"
"""One line per peer that has ended; the table."""


def hold(plan: ImprovementPlan, run: Path, peers: Sequence[Peer]) -> int:
    """Let every peer that has not ended yet take part, and return the exit code. Raises as `run_peer`."""
    with lock(run):
        truncate_torn_line(run / PEERS)
        return asyncio.run(interruptible(partial(held, plan, run, peers)))


async def held(plan: ImprovementPlan, run: Path, peers: Sequence[Peer], interrupts: Interrupts) -> int:
    """Make the peers' environment, open the model and let one after the other look for its prompt."""

    def notify(notice: Notice) -> None:
        print(one_line(notice.text, 300), flush=True)

    ended = {result.peer for result in results(run)}
    todo = [peer for peer in peers if peer not in ended]
    if not todo:
        return 0
    broken = list[Peer]()
    python = await environment.python(notify)
    async with AsyncExitStack() as stack:
        store = CallStore.open(run / CALLS, plan.config.reuse)
        stack.push_async_callback(store.aclose)
        cast = Cast(plan.cast.teacher, ())
        endpoints = await open_endpoints(plan.config, cast, store, run, stack, notify)
        endpoint = endpoints[cast.teacher]
        terms = Terms(
            task=plan.split.task,
            train=texts(plan.split.train),
            held_out=texts(plan.split.hold_out),
            budget=budget_of(plan, list(iterations_of(run))),
            sampling=plan.teacher_reading.model_copy(update={"max_tokens": plan.config.max_tokens}),
            seed=plan.config.seed,
            concurrency=endpoint.concurrency,
        )

        async def each() -> None:
            for peer in todo:
                folder = run / "peers" / peer.replace(" ", "_")
                try:
                    found = await run_peer(peer, terms, endpoint, python=python, folder=folder, notify=notify)
                except UnavailableError as error:  # one that breaks does not keep the others from taking part
                    broken.append(peer)
                    print(one_line(str(error), 1000), flush=True)
                else:
                    append_line(run / PEERS, found.model_dump_json())

        await interrupts.guard_calls(each(), endpoint.drain, print)
    return UnavailableError.exit_code if broken else 0


def results(run: Path) -> list[PeerResult]:
    """The peers that have ended. Raises DataError where the record of them is malformed."""
    return list(read_lines(run / PEERS, PeerResult.model_validate_json))


def budget_of(plan: ImprovementPlan, done: Sequence[Iteration]) -> int:
    """Different calls that our run made for everything but the hold-out.

    A question that is asked again is answered from the store; that of a peer is not counted again either.
    """
    models = {TEACHER: placeless(plan.cast.teacher), **{name: name for name in plan.cast.names}}
    asked = {
        (models[sat.reader], sat.exemplars, mark.item)
        for one in done
        for sat in (*one.exams, *one.scored)
        for mark in sat.marks
    }
    written = {call for one in done for draft in one.drafts for call in draft.calls}
    return len(asked) + len(written) + len({one.call for each in done for one in each.reflections})


def held_out_calls(done: Sequence[Iteration]) -> int:
    """Different calls for the hold-out."""
    return sum({one.kept[0].id: len(one.held_out.marks) for one in done}.values())


def texts(items: Sequence[object]) -> list[TextProblem]:
    """The items, which are texts."""
    return [one for one in items if isinstance(one, TextProblem)]


def contest_of(plan: ImprovementPlan, run: Path) -> Contest:
    """Put ours and all peers that have ended together, and keep the table."""
    first, *_, last = done = list(iterations_of(run))
    found = [
        Contestant(
            name=TITLES[one.peer],
            marks=one.marks,
            calls=one.calls,
            held_out_calls=one.held_out_calls,
            note=one.note,
        )
        for one in results(run)
    ]
    contest = Contest(
        dataset=plan.split.name,
        budget=budget_of(plan, done),
        seed=plan.config.seed,
        contestants=(
            Contestant(
                name="ours, the final set",
                marks=last.held_out.marks,
                calls=budget_of(plan, done),
                held_out_calls=held_out_calls(done),
            ),
            Contestant(
                name="ours, iteration 0",
                marks=first.held_out.marks,
                calls=budget_of(plan, [first]),
                held_out_calls=held_out_calls([first]),
            ),
            *found,
        ),
    )
    replace(run / CONTEST, contest.model_dump_json(indent=2))
    return contest
