"""What an improvement run will take, before it starts: calls exactly, tokens as an interval.

The number of calls is exact when every set that the teacher writes can be used and is new, every reflection has a
reason and some student fails with every set; replayed calls count. A set that has to be repaired takes one call more,
one that is rejected or repeated saves the answers to its selection.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from agents.cast import placeless
from agents.dry_run import spending
from agents.endpoints.budget import load_prices, price_of
from agents.endpoints.calls import Sampling
from agents.exemplars.author import Shown
from agents.exemplars.plan import ImprovementPlan
from agents.forecast import Tokens, call
from agents.prompting import render
from graphs.sitting import Step
from lbt.exemplars import Exemplar, Iteration
from lbt.types import Problem

Calls = Mapping[str, int]
TEACHING: Final[tuple[Step, ...]] = ("write", "reflect", "revise")
"""Steps in which the teacher writes; in the others items are answered."""
MEASURED: Final = 50
"""Items whose lengths stand for all of them."""


def calls_of(plan: ImprovementPlan, number: int) -> Calls:
    """Calls of one iteration, by step; 0 writes the initial sets, the one after the last is final."""
    sizes, test = plan.sizes, len(plan.split.hold_out)
    selection = answered_in_selection(plan)
    if number == 0:
        return {"write": writing(plan), "evaluate": sizes.current * selection, "test": test}
    if number > sizes.iterations:
        return {"rescore": sizes.current * plan.fresh, "test": test}
    exam = min(sizes.exam, plan.open_items)
    return {
        "examine": len(plan.cast.students) * sizes.current * exam,
        "reflect": sizes.current * sizes.new,
        "revise": sizes.current * plan.revisions,
        "evaluate": plan.candidates * selection,
        "test": test,
    }


def writing(plan: ImprovementPlan) -> int:
    """Calls to write the initial sets: one each, one per solved item, none where labels are all there is to show."""
    sizes = plan.sizes
    if plan.config.init == "generate":
        return sizes.current
    return sizes.current * sizes.exemplars if plan.kind.explain else 0


def answered_in_selection(plan: ImprovementPlan) -> int:
    """Items that a candidate answers; of all of them the candidates may show some, which are then left out."""
    return min(plan.sizes.selection or plan.open_items, plan.open_items)


def enough(plan: ImprovementPlan) -> bool:
    """Whether the training items suffice for a whole sample, however many of them the candidates show."""
    shown = plan.candidates * plan.sizes.exemplars
    return plan.sizes.selection is not None and plan.open_items >= shown + plan.sizes.selection


def certainty(plan: ImprovementPlan) -> str:
    """How sure the number of calls is."""
    if enough(plan):
        return "exactly, when every set can be used and is new"
    return "at most: training items that a candidate shows are left out"


def left(plan: ImprovementPlan, done: Sequence[Iteration]) -> dict[tuple[int, int], Calls]:
    """Calls of every iteration that is still to do, by repeat and number."""
    there = {(one.repeat, one.number) for one in done}
    return {
        (repeat, number): calls_of(plan, number)
        for repeat in range(plan.config.repeats)
        for number in range(plan.sizes.iterations + 2)
        if (repeat, number) not in there
    }


def total(planned: Mapping[tuple[int, int], Calls]) -> Counter[str]:
    """The same, by step alone."""
    steps = Counter[str]()
    for each in planned.values():
        steps.update(each)
    return steps


def forecast_lines(plan: ImprovementPlan, done: Sequence[Iteration]) -> Iterator[str]:
    """Tell what the run would take, a line each. Raises DataError where the price file cannot be read."""
    steps = total(left(plan, done))
    prices = load_prices(plan.config.prices)
    train, held_out = len(plan.split.train), len(plan.split.hold_out)
    yield f"dataset   {plan.split.name}: {train:,} items train, {held_out:,} are held out"
    yield from (f"          {note}" for note in plan.split.notes)
    each = ", ".join(f"{count:,} {step}" for step, count in steps.items() if count)
    yield f"calls     {steps.total():,} {certainty(plan)} ({each})"
    teacher = plan.cast.teacher
    yield f"teacher   {teacher.label}: {spending(of_teacher(plan, steps), price_of(teacher, prices))}"
    for spec in plan.cast.students:
        yield f"student   {placeless(spec)}: {spending(of_student(plan, steps), price_of(spec, prices))}"


def of_teacher(plan: ImprovementPlan, steps: Mapping[str, int]) -> Tokens:
    """The teacher's share."""
    answers = sum(steps.get(step, 0) for step in ("evaluate", "rescore", "test"))
    written = (scaled(of_writing(plan, step), steps.get(step, 0)) for step in TEACHING)
    return sum(written, scaled(of_answers(plan, plan.teacher_reading), answers))


def of_student(plan: ImprovementPlan, steps: Mapping[str, int]) -> Tokens:
    """The share of one student."""
    return scaled(of_answers(plan, plan.student_reading), steps.get("examine", 0) // len(plan.cast.students))


def of_answers(plan: ImprovementPlan, sampling: Sampling) -> Tokens:
    """Answers to some items, which stand for all."""
    asked = [plan.kind.conversation(plan.split.task, like(plan), item) for item in some(plan)]
    return sum((call(prompt, sampling, reads=unseen(plan)) for prompt in asked), Tokens())


def of_writing(plan: ImprovementPlan, step: Step) -> Tokens:
    """One call in which the teacher writes."""
    kind, task = plan.kind, plan.split.task
    if step == "write":
        if plan.config.init == "generate":
            return call(render(kind.write, task=task, count=plan.sizes.exemplars), plan.writing)
        asked = [render(kind.explain, problem=item) for item in some(plan)] if kind.explain else []
        return sum((call(prompt, plan.writing) for prompt in asked), Tokens())
    failures = [Shown("", kind.statement(item), kind.right(item), "", "") for item in some(plan)[: plan.sizes.failures]]
    shown = {"task": task, "exemplars": like(plan), "failures": failures}
    if step == "reflect":
        return call(render(kind.reflect, **shown), plan.writing, reads=unseen(plan))
    prompt = render(kind.revise, **shown, count=plan.sizes.exemplars, reasons=["" for _ in range(plan.config.mix)])
    return call(prompt, plan.writing, reads=unseen(plan, more=plan.config.mix))


def some(plan: ImprovementPlan) -> Sequence[Problem]:
    """Items whose lengths stand for those of all."""
    return Random(0).sample(plan.split.train, min(MEASURED, len(plan.split.train)))


def like(plan: ImprovementPlan) -> Sequence[Exemplar]:
    """Exemplars as long as those will be that are read; none where the teacher has yet to solve them."""
    drawn = plan.training(0).initial(1, plan.sizes.exemplars)
    return () if plan.kind.explain else [plan.kind.labelled(item) for item in drawn]


def unseen(plan: ImprovementPlan, more: int = 0) -> Sampling | None:
    """What a prompt holds that nobody has written yet, as one long reply: solutions, and `more` reasons."""
    replies = (plan.sizes.exemplars if plan.kind.explain else 0) + more
    return plan.writing.model_copy(update={"max_tokens": replies * plan.writing.max_tokens}) if replies else None


def scaled(tokens: Tokens, calls: int) -> Tokens:
    """As many calls as `calls`, each of the mean size of those in `tokens`."""
    share = calls / tokens.calls if tokens.calls else 0.0
    (least, most), (short, long) = tokens.prompt, tokens.completion
    return Tokens(calls, (least * share, most * share), (short * share, long * share))
