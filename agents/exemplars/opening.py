"""What an improvement run says before its first call: models, judge, items, calls."""

from collections.abc import Iterator, Mapping, Sequence

from agents.cast import placeless
from agents.endpoints.calls import Sampling
from agents.endpoints.spec import Spec
from agents.exemplars.forecast import calls_of
from agents.exemplars.plan import EMBEDDED, PAPER, ImprovementPlan
from agents.judging import OpenJudge
from agents.opening import WHERE, moved_parts
from lbt.exemplars import Iteration
from lbt.iterations import iteration_row
from lbt.records import RunDirectory
from reports.improving.opening import ImprovingOpening
from reports.opening import Calls, Seat


def opening_of(
    plan: ImprovementPlan, judge: OpenJudge, run: RunDirectory, done: Sequence[Iteration]
) -> ImprovingOpening:
    """Say what is settled before the first call."""
    config, sizes = plan.config, plan.sizes
    assert config.select_by
    return ImprovingOpening(
        dataset=plan.split.name,
        training=len(plan.split.train),
        hold_out=len(plan.split.hold_out),
        seats=tuple(seats(plan)),
        judge=judge.sandbox.title if judge.sandbox else judge.identity,
        weaker=judge.sandbox is not None and judge.sandbox.title != judge.sandbox.name,
        guarantees=dict(judge.guarantees),
        repeats=config.repeats,
        iterations=sizes.iterations,
        current=sizes.current,
        exemplars=sizes.exemplars,
        new=sizes.new,
        exam=sizes.exam,
        selection=sizes.selection,
        select_by=config.select_by,
        students=plan.cast.names,
        calls=planned(plan),
        run_dir=run.path,
        finished=tuple(map(iteration_row, done)),
        notes=tuple(notes(plan, judge, run)),
    )


def planned(plan: ImprovementPlan) -> Mapping[int, Calls]:
    """Calls of every iteration at most, by step."""
    return {number: calls_of(plan, number) for number in range(plan.sizes.iterations + 2)}


def seats(plan: ImprovementPlan) -> Iterator[Seat]:
    """Every role and who plays it."""
    writing, reading = plan.writing, plan.teacher_reading
    how = f"writes at temperature {writing.temperature:g}, top-p {writing.top_p:g}, at most {writing.max_tokens} tokens"
    yield seat("teacher", plan.cast.teacher, f"{how}; answers {greedy(reading)}")
    for spec in plan.cast.students:
        yield seat(f"student {placeless(spec)}", spec, greedy(plan.student_reading))


def seat(role: str, spec: Spec, sampling: str) -> Seat:
    """One of them."""
    return Seat(role=role, model=spec.label, where=WHERE[spec.kind], sampling=sampling)


def greedy(sampling: Sampling) -> str:
    """How items are answered."""
    return f"greedy, at most {sampling.max_tokens} tokens"


def notes(plan: ImprovementPlan, judge: OpenJudge, run: RunDirectory) -> Iterator[str]:
    """What else the user should know."""
    yield from plan.split.notes
    yield from judge.notes
    config = plan.config
    if plan.cast.embedded and any(getattr(config, name) == number for name, number in EMBEDDED.items()):
        small = ", ".join(f"--{name.replace('_', '-')} {number:,}" for name, number in PAPER.items())
        yield f"the sizes are small with embedded models; the paper's are {small}"
    yield from moved_parts(run)
    if run.torn:
        yield f"the last line of the record was torn by a crash ({run.torn} bytes) and has been cut; it is made again"
    if config.reuse:
        yield f"replies that {config.reuse} knows are replayed, not asked"
