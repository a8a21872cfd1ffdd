"""What a look for error causes will do, settled before anything is started: rounds, settings, calls."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.cast import Cast, placeless
from agents.dry_run import spending
from agents.endpoints.budget import load_prices, price_of
from agents.endpoints.calls import Sampling
from agents.exemplars.author import Shown
from agents.exemplars.causes import attributing, condensing, prompts_of
from agents.exemplars.forecast import MEASURED, calls_of, certainty, of_student, of_teacher, scaled
from agents.exemplars.plan import ImprovementPlan
from agents.forecast import Tokens, call
from lbt.causes import MOST, Diagnoses, mistakes_of, start_of
from lbt.errors import ConfigError
from lbt.exemplars import Iteration
from lbt.types import Problem


@dataclass(frozen=True, kw_only=True)
class CausesPlan:
    """A look for error causes, beside a run, before it starts."""

    run: ImprovementPlan
    start: Iteration
    """The iteration of the repeat that wrote the initial sets."""

    @property
    def prompts(self) -> dict[str, str]:
        """SHA-256 of all that is asked beside the rounds, by name."""
        return prompts_of(self.run.kind)

    @property
    def mistakes(self) -> Sequence[Problem]:
        """The hold-out items that the teacher got wrong with the best initial set."""
        wrong = {one.item for one in mistakes_of(self.start.held_out)}
        return [item for item in self.run.split.hold_out if item.id in wrong]

    def round(self, student: str) -> ImprovementPlan:
        """One revision with `student` alone: of one set, which does not compete, so that a revised one is tested."""
        run = self.run
        spec = run.cast.students[run.cast.names.index(student)]
        return replace(
            run,
            config=run.config.model_copy(update={"originals": "drop"}),
            cast=Cast(run.cast.teacher, (spec,)),
            sizes=replace(run.sizes, current=1, iterations=1),
        )

    def todo(self, there: Diagnoses) -> list[str]:
        """Students of whom nothing is known yet. Raises ConfigError where the others were asked in other words."""
        there.agree(self.prompts)
        return [name for name in self.run.cast.names if there.of(self.start.repeat, name) is None]


def causes_plan(run: ImprovementPlan, iterations: Iterable[Iteration], repeat: int) -> CausesPlan:
    """Settle a look at one repeat, counted from 0. Raises ConfigError where it has no initial set on record."""
    start = start_of(iterations, repeat)
    if start is None:
        raise ConfigError(f"{run.config.run_dir} has no initial set of repeat {repeat + 1} to look for causes with")
    return CausesPlan(run=run, start=start)


def forecast_lines(plan: CausesPlan, todo: Sequence[str]) -> Iterator[str]:
    """Tell what is to be asked, a line each. Raises DataError where the price file cannot be read."""
    run, mistakes = plan.run, len(plan.mistakes)
    prices = load_prices(run.config.prices)
    rounds = {name: {**calls_of(plan.round(name), 1), "condense": 1, "attribute": mistakes} for name in todo}
    steps = {step: sum(calls[step] for calls in rounds.values()) for step in next(iter(rounds.values()), ())}
    each = ", ".join(f"{count:,} {step}" for step, count in steps.items() if count)
    yield f"mistakes  {mistakes:,} of {len(run.split.hold_out):,}, with set {plan.start.kept[0].id}"
    if not todo:
        yield "calls     0"
        return
    yield f"calls     {sum(steps.values()):,} {certainty(plan.round(todo[0]))} ({each})"
    yield "          what the run has asked itself is replayed"
    taught = sum((of_teacher(plan.round(name), calls) for name, calls in rounds.items()), Tokens())
    looked = scaled(of_condensing(run), len(todo)) + scaled(of_attribution(plan), len(todo) * mistakes)
    yield f"teacher   {run.cast.teacher.label}: {spending(taught + looked, price_of(run.cast.teacher, prices))}"
    for name in todo:
        round_ = plan.round(name)
        (spec,) = round_.cast.students
        yield f"student   {placeless(spec)}: {spending(of_student(round_, rounds[name]), price_of(spec, prices))}"


def of_condensing(run: ImprovementPlan) -> Tokens:
    """The one call that condenses the reasons of a student."""
    return call(condensing(run.kind, run.split.task, [""] * run.sizes.new), run.writing, replies(run, run.sizes.new))


def of_attribution(plan: CausesPlan) -> Tokens:
    """The calls that attribute some mistakes, which stand for all; what was said of a text is a word."""
    run = plan.run
    shown = (Shown("", run.kind.statement(item), run.kind.right(item), "", "") for item in plan.mistakes[:MEASURED])
    asked = (attributing(run.kind, run.split.task, [""] * MOST, one) for one in shown)
    reads = replies(run, 1 if run.kind.name == "text" else 2)
    return sum((call(prompt, run.writing, reads) for prompt in asked), Tokens())


def replies(run: ImprovementPlan, count: int) -> Sampling:
    """What a prompt holds of the teacher that it has yet to write, as one long reply."""
    return run.writing.model_copy(update={"max_tokens": count * run.writing.max_tokens})
