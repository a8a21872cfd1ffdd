"""Hold a planned improvement run: judge, record, models, iterations, table.

Reads from top to bottom as a run goes.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from agents.endpoints.notice import Notice
from agents.exemplars.forecast import left, total
from agents.exemplars.judging import open_item_judge
from agents.exemplars.opening import opening_of
from agents.exemplars.plan import ImprovementPlan
from agents.exemplars.wiring import Staff, open_staff
from agents.judging import OpenJudge
from agents.record import open_record
from agents.schedule import Interrupts, interruptible
from agents.session import rarely_collected
from graphs.exemplar_roles import Workshop
from graphs.exemplars import improve, resumed
from lbt.classification import scored
from lbt.errors import StepError
from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary, Setting, summary_of_improvement
from lbt.iterations import iteration_row
from lbt.records import RunDirectory, iterations_of
from lbt.types import TextProblem
from reports.improving.trace import ImprovingTrace, open_improving


def hold(plan: ImprovementPlan) -> int:
    """Hold the run and return its exit code. Raises LbtError where it cannot start or go on."""
    with rarely_collected():
        return asyncio.run(interruptible(partial(held, plan)))


async def held(plan: ImprovementPlan, interrupts: Interrupts) -> int:
    """Open judge, record and trace, in this order: what is not possible here is said before anything is made."""
    async with open_item_judge(plan) as judge:
        with open_record(plan.recipe, judge.identity) as record, open_improving(plan.config.display) as trace:
            run = Run(plan, record, trace, list(iterations_of(record.path)))
            trace.open(opening_of(plan, judge, record, run.done))
            await improved(run, judge, interrupts)
    return StepError.exit_code if run.todo else 0


@dataclass
class Run:
    """A run that is being held."""

    plan: ImprovementPlan
    record: RunDirectory
    trace: ImprovingTrace
    done: list[Iteration] = field(default_factory=list)
    """Iterations on record, of whatever repeat."""
    table: ImprovementSummary | None = None
    """That of the iterations on record, once it was made."""

    @property
    def todo(self) -> list[int]:
        """Repeats that have not ended."""
        ended = {one.repeat for one in self.done if one.stage == "final"}
        return [repeat for repeat in range(self.plan.config.repeats) if repeat not in ended]

    def of(self, repeat: int) -> list[Iteration]:
        """The finished iterations of one repeat."""
        return [one for one in self.done if one.repeat == repeat]

    def finished(self, iteration: Iteration) -> None:
        """Take an iteration: it is on disk before it is shown."""
        self.record.append_iteration(iteration)
        self.done.append(iteration)
        self.table = self.tabulated()
        self.record.summarise(self.table)
        self.trace.iteration(iteration, iteration_row(iteration))

    def tabulated(self) -> ImprovementSummary:
        """Make the table of what there is; at the paper's size that takes seconds."""
        return summary_of_improvement(self.done, setting_of(self.plan))

    def close(self) -> None:
        """Write it, as the last part may have died before it could, and show it."""
        table = self.table or self.tabulated()
        if self.done:
            self.record.summarise(table)
        self.trace.close(table, self.record.path)


async def improved(run: Run, judge: OpenJudge, interrupts: Interrupts) -> None:
    """Start the models, go through what the record lacks, if anything, and show the table, however that ends."""

    def notify(notice: Notice) -> None:
        run.trace.notice(notice.text, notice.kind)

    if not run.todo:
        run.close()
        return
    record = run.record
    async with AsyncExitStack() as stack:
        try:
            staff = await stack.enter_async_context(open_staff(run.plan, judge, record.path, record.calls, notify))
        except asyncio.CancelledError:
            run.trace.notice("stopped before the first call; what was fetched is kept, so just start the command again")
            raise
        record.identify(staff.identities)
        try:
            await interrupts.guard_calls(repeats(run, staff), staff.drain, run.trace.notice)
        finally:
            run.close()


async def repeats(run: Run, staff: Staff) -> None:
    """Go through the repeats that have not ended; one in which a step fails for good waits for the next resume."""
    for repeat in run.todo:
        try:
            room = workshop(run.plan, staff, repeat, run.finished, run.trace.step)
            await improve(resumed(repeat, run.of(repeat)), room)
        except StepError as error:
            run.trace.notice(f"repeat {repeat + 1} stops here, and --resume goes on with it: {error}")


def workshop(
    plan: ImprovementPlan,
    staff: Staff,
    repeat: int,
    finished: Callable[[Iteration], None],
    tell: Callable[[Mapping[str, Any]], None],
) -> Workshop:
    """Who takes part in one repeat, and how; `finished` and `tell` hear of it."""
    config = plan.config
    assert config.select_by
    return Workshop(
        author=staff.author,
        teacher=staff.teacher,
        students=staff.students,
        judge=staff.judge,
        training=plan.training(repeat),
        hold_out=plan.split.hold_out,
        sizes=plan.sizes,
        score=partial(scored, by=config.select_by),
        draws=config.init == "train",
        keep_originals=config.originals == "keep",
        finished=finished,
        tell=tell,
    )


def setting_of(plan: ImprovementPlan) -> Setting:
    """What the table of a run needs to know of what was asked for."""
    config, split = plan.config, plan.split
    assert config.select_by
    return Setting(
        dataset=split.name,
        select_by=config.select_by,
        iterations=plan.sizes.iterations,
        repeats=config.repeats,
        seed=config.seed,
        training=[one.label for one in split.train if isinstance(one, TextProblem)],
        hold_out=[one.label for one in split.hold_out if isinstance(one, TextProblem)],
        hold_out_texts=[plan.kind.statement(one) for one in split.hold_out],
        forecast=total(left(plan, [])).total(),
    )
