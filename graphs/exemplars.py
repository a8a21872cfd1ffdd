"""M3 as a state machine: the teacher improves its own exemplars from the failures of several students.

One run of this graph per repeat, whatever the items are: texts, problems of mathematics or of programming. It goes
round once per iteration; each is on record before the next begins, so a run that died goes on with the next one. The
hold-out is answered when everything of an iteration is decided, and nothing that follows looks at its marks. A step
that failed for good ends the repeat, after its other calls came in: no set is compared on a part of a sample.
"""

from collections.abc import Coroutine, Iterator, Sequence
from functools import cache, partial
from math import comb
from random import Random
from typing import Any, Literal

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graphs.exemplar_roles import Turn, Workshop
from graphs.exemplar_state import Dealt, Improvement
from graphs.sitting import Asked, Step, failed, marked, of_draft, of_reflection, sittings, step
from lbt.errors import UnavailableError
from lbt.exemplars import Draft, ExemplarSet, Iteration, Reflection, Stage
from lbt.types import Problem

Update = dict[str, Any]


async def write(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher write the initial sets."""
    room = runtime.context

    def call(number: int) -> Coroutine[Any, Any, Draft]:
        drawn = room.training.initial(number, room.sizes.exemplars) if room.draws else ()
        return room.author.begin(Turn(state.repeat, state.number, number), drawn)

    numbers = range(1, room.sizes.current + 1)
    drafts = await step(state, room, "write", [({}, partial(call, number)) for number in numbers], of_draft)
    return {"drafts": told_apart(drafts, ())}


async def examine(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let every student answer the same training items with every current set, and collect what went wrong."""
    room = runtime.context
    items = room.training.exam(state.number, room.sizes.exam)
    asked = [Asked(student, shown, items) for shown in state.current for student in room.students]
    sat = await sittings(state, room, "examine", asked)
    failures = [failure for one, answered in zip(asked, sat, strict=True) for failure in failed(one, answered)]
    return {"exams": tuple(marked(*both) for both in zip(asked, sat, strict=True)), "failures": tuple(failures)}


async def collect(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Pool the failures of all students with one set, and deal a sample of them to each reflection."""
    sizes, dealt = runtime.context.sizes, list[Dealt]()
    for shown in state.current:
        pool = [place for place, one in enumerate(state.failures) if one.exemplars == shown.id]
        random = drawing(runtime.context, state, f"reflect on {shown.id}")
        if pool:
            samples = (random.sample(pool, min(sizes.failures, len(pool))) for _ in range(sizes.new))
            dealt += [Dealt(shown, tuple(sorted(sample))) for sample in samples]
    return {"dealt": tuple(dealt)}


async def reflect(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher say why its exemplars let students fail like this."""
    room, items = runtime.context, runtime.context.items

    async def call(number: int, dealt: Dealt) -> Reflection:
        failures = [state.failures[place] for place in dealt.failures]
        turn = Turn(state.repeat, state.number, number)
        given = await room.author.reflect(dealt.exemplars, failures, items, turn)
        return given.model_copy(update={"failures": dealt.failures})

    calls = [
        ({"exemplars": dealt.exemplars.id}, partial(call, number, dealt)) for number, dealt in enumerate(state.dealt, 1)
    ]
    return {"reflections": await step(state, room, "reflect", calls, of_reflection)}


async def revise(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher write new sets because of what it found."""
    room, items = runtime.context, runtime.context.items

    async def call(number: int, shown: ExemplarSet, places: tuple[int, ...], failures: tuple[int, ...]) -> Draft:
        reasons = [state.reflections[place].text for place in places]
        seen = [state.failures[place] for place in failures]
        draft = await room.author.revise(shown, seen, reasons, items, Turn(state.repeat, state.number, number))
        return draft.model_copy(update={"reflections": places})

    calls = [
        ({"exemplars": shown.id}, partial(call, number, shown, places, failures))
        for number, (shown, places, failures) in enumerate(revisions(state, room), 1)
    ]
    drafts = await step(state, room, "revise", calls, of_draft)
    return {"drafts": told_apart(drafts, state.current)}


async def evaluate(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher answer the same training items with every candidate."""
    candidates = candidates_of(state, runtime.context)
    sizes = runtime.context.sizes
    items = runtime.context.training.selection(state.number, sizes.selection, candidates, sizes.exam)
    return await compared(state, runtime.context, "evaluate", candidates, items)


async def rescore(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher answer training items, on which nothing was decided yet, with the last sets."""
    items = runtime.context.training.final(state.current)
    return await compared(state, runtime.context, "rescore", state.current, items)


async def keep(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Keep the best; of equals the one that was there first."""
    room = runtime.context
    sets = {one.id: one for one in (*state.current, *written(state.drafts))}
    order = sorted(range(len(state.scores)), key=lambda place: -state.scores[place])
    best = order[: 1 if stage_of(state, room) == "final" else room.sizes.current]
    return {"kept": tuple(sets[state.scored[place].exemplars] for place in best)}


async def test(state: Improvement, runtime: Runtime[Workshop]) -> Update:
    """Let the teacher answer the hold-out with the best set, put the iteration on record and turn to the next."""
    room, best = runtime.context, state.kept[0]
    asked = Asked(room.teacher, best, tuple(room.hold_out))
    (answered,) = await sittings(state, room, "test", [asked])
    room.finished(
        Iteration(
            repeat=state.repeat,
            number=state.number,
            stage=stage_of(state, room),
            exams=state.exams,
            failures=state.failures,
            reflections=state.reflections,
            drafts=state.drafts,
            scored=state.scored,
            scores=state.scores,
            kept=state.kept,
            held_out=marked(asked, answered, hidden=True),
        )
    )
    blank = Improvement(repeat=state.repeat, number=state.number + 1, current=state.kept)
    return dict(vars(blank))


# Routers are coroutines: LangGraph hands what is none to a thread.
async def begin(state: Improvement, runtime: Runtime[Workshop]) -> Literal["write", "examine", "rescore", "__end__"]:
    """Go to the first step of an iteration: of the first, of the next, of the final one; or end after that."""
    iterations = runtime.context.sizes.iterations
    if state.number > iterations + 1:
        return "__end__"
    if state.number > iterations:
        return "rescore"
    return "examine" if state.number else "write"


async def after_collecting(state: Improvement) -> Literal["reflect", "evaluate"]:
    """Where nobody failed there is nothing to learn: the sets that there are compete again."""
    return "reflect" if state.dealt else "evaluate"


@cache
def build_exemplars() -> CompiledStateGraph[Improvement, Workshop, Improvement, Improvement]:
    """Wire the graph: START ─► write ─► evaluate ─► keep ─► test ─► examine ─► … ─► test ─► rescore ─► … ─► END."""
    graph = StateGraph(Improvement, context_schema=Workshop)
    for name, node in (
        ("write", write), ("examine", examine), ("collect", collect), ("reflect", reflect), ("revise", revise),
        ("evaluate", evaluate), ("rescore", rescore), ("keep", keep), ("test", test),
    ):  # fmt: skip
        graph.add_node(name, node)
    graph.add_conditional_edges(START, begin)
    graph.add_edge("write", "evaluate")
    graph.add_edge("examine", "collect")
    graph.add_conditional_edges("collect", after_collecting)
    graph.add_edge("reflect", "revise")
    graph.add_edge("revise", "evaluate")
    graph.add_edge("evaluate", "keep")
    graph.add_edge("rescore", "keep")
    graph.add_edge("keep", "test")
    graph.add_conditional_edges("test", begin)
    return graph.compile(name="exemplars")


async def improve(start: Improvement, room: Workshop) -> None:
    """Run one repeat to its end from where it stands; `room` is told of every finished iteration.

    Raises:
        StepError: a step failed for good.
        UnavailableError: no initial set can be used, or there is no training item to compare sets on.
        BudgetError: a limit is reached.
    """
    steps = 8 * (room.sizes.iterations + 2)
    await build_exemplars().ainvoke(start, context=room, config={"recursion_limit": steps})


def resumed(repeat: int, done: Sequence[Iteration]) -> Improvement:
    """Where a repeat stands after the iterations that are on record, in order."""
    if not done:
        return Improvement(repeat=repeat)
    return Improvement(repeat=repeat, number=done[-1].number + 1, current=done[-1].kept)


async def compared(
    state: Improvement, room: Workshop, name: Step, candidates: Sequence[ExemplarSet], items: Sequence[Problem]
) -> Update:
    """Score candidates by the teacher's answers to `items`."""
    if not items:
        raise UnavailableError(
            "the sets show every training item that they could be compared on; more items, or a new run with fewer "
            "--exemplars, --current-sets or --fresh-items, would leave some"
        )
    asked = [Asked(room.teacher, shown, items) for shown in candidates]
    scored = [marked(*both) for both in zip(asked, await sittings(state, room, name, asked), strict=True)]
    return {"scored": tuple(scored), "scores": tuple(room.score(one.marks) for one in scored)}


def told_apart(drafts: Sequence[Draft], known: Sequence[ExemplarSet]) -> tuple[Draft, ...]:
    """Say of each set that was written whether it is a new one, repeats one before it, or is none."""
    seen, apart = {one.shown for one in known}, list[Draft]()
    for draft in drafts:
        if draft.written is None:
            apart.append(draft.model_copy(update={"fate": "malformed"}))
        elif draft.written.shown in seen:
            apart.append(draft.model_copy(update={"fate": "repeated"}))
        else:
            seen.add(draft.written.shown)
            apart.append(draft)
    return tuple(apart)


def written(drafts: Sequence[Draft]) -> list[ExemplarSet]:
    """The sets that are new."""
    return [draft.written for draft in drafts if draft.written is not None and draft.fate == "new"]


def candidates_of(state: Improvement, room: Workshop) -> tuple[ExemplarSet, ...]:
    """The sets that compete: those before and the new ones, or the new ones alone where there are any.

    Raises:
        UnavailableError: there is none at all, as no initial set could be used.
    """
    fresh = written(state.drafts)
    if not fresh and not state.current:
        raise UnavailableError(
            f"no initial set can be used ({state.drafts[0].fault}): start a new run with --init train, with another "
            "--seed, or with a teacher that can write them"
        )
    return (*(state.current if room.keep_originals or not fresh else ()), *fresh)


def revisions(state: Improvement, room: Workshop) -> Iterator[tuple[ExemplarSet, tuple[int, ...], tuple[int, ...]]]:
    """Deal reflections to revisions, as many of a set as it has: one each, or `mixed` together and their failures.

    Mixed ones are drawn from all combinations without repeating one, and share as many failures as one reflection saw.
    Source: the published code of Ning et al. 2024, `gradient_mix`.
    """
    for shown in state.current:
        own = [place for place, one in enumerate(state.reflections) if one.exemplars == shown.id and one.text]
        random = drawing(room, state, f"mix for {shown.id}")
        mixed = min(room.sizes.mixed, len(own)) or 1
        chosen = mixtures(own, mixed, random)
        for group in chosen:
            pool = sorted({place for one in group for place in state.reflections[one].failures})
            yield shown, group, tuple(sorted(random.sample(pool, min(room.sizes.failures, len(pool)))))


def mixtures(own: Sequence[int], size: int, random: Random) -> list[tuple[int, ...]]:
    """Draw as many different combinations of `size` as there are single ones, or all where there are fewer."""
    if size == 1:
        return [(one,) for one in own]
    wanted = min(len(own), comb(len(own), size))
    found = dict[tuple[int, ...], None]()
    while len(found) < wanted:
        found.setdefault(tuple(sorted(random.sample(own, size))))
    return list(found)


def drawing(room: Workshop, state: Improvement, purpose: str) -> Random:
    """The random numbers of one purpose."""
    return Random(f"{room.training.seed} {state.repeat} {state.number} {purpose}")


def stage_of(state: Improvement, room: Workshop) -> Stage:
    """Which kind of iteration is under way."""
    if state.number > room.sizes.iterations:
        return "final"
    return "revised" if state.number else "initial"
