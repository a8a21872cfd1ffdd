"""Look for error causes beside a run: open what it had, go through its students one by one, say what is missing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from agents.endpoints.notice import Notice
from agents.exemplars.causes import Diagnostician
from agents.exemplars.causes_plan import CausesPlan
from agents.exemplars.judging import open_item_judge
from agents.exemplars.session import workshop
from agents.exemplars.wiring import Staff, open_staff
from agents.schedule import Interrupts, interruptible
from graphs.exemplar_state import Improvement
from graphs.exemplars import build_exemplars
from graphs.steps import together
from lbt.causes import Attribution, Diagnoses, Diagnosis, reasons_of
from lbt.errors import StepError
from lbt.exemplars import Iteration
from lbt.records import CALLS, lock, read_manifest, same_models
from lbt.types import Problem

Say = Callable[[str], None]
"""Tells the user one line; it is safe to print."""


def look(plan: CausesPlan, place: Path, say: Say) -> int:
    """Look for what `causes.jsonl` lacks and return the exit code. Raises LbtError where it cannot start or go on."""
    with lock(place):
        return asyncio.run(interruptible(partial(looked, plan, place, say)))


async def looked(plan: CausesPlan, place: Path, say: Say, interrupts: Interrupts) -> int:
    """Open judge and models, and make every line."""

    def notify(notice: Notice) -> None:
        say(notice.text)

    there = Diagnoses(place)
    todo = plan.todo(there)
    async with AsyncExitStack() as stack:
        judge = await stack.enter_async_context(open_item_judge(plan.run))
        staff = await stack.enter_async_context(open_staff(plan.run, judge, place, place / CALLS, notify))
        same_models(place, read_manifest(place), staff.identities)
        missing = await interrupts.guard_calls(diagnosed(Ward(plan, staff, say), todo, there), staff.drain, say)
    return StepError.exit_code if missing else 0


async def diagnosed(ward: "Ward", todo: Sequence[str], there: Diagnoses) -> int:
    """Make the line of every student, one after another; gives how many could not be made."""
    missing = 0
    for student in todo:
        try:
            there.append(await ward.diagnose(student))
        except StepError as error:
            missing += 1
            ward.say(f"{student} is missing: {error}")
    return missing


@dataclass(frozen=True)
class Ward:
    """Where students are looked into."""

    plan: CausesPlan
    staff: Staff
    say: Say

    @property
    def teacher(self) -> Diagnostician:
        """The teacher, as it is asked about causes."""
        run = self.plan.run
        return Diagnostician(desk=self.staff.author.desk, kind=run.kind, task=run.split.task)

    async def diagnose(self, student: str) -> Diagnosis:
        """Revise the initial set once because of one student's failures, and look for the causes of all mistakes.

        Raises:
            StepError: a step failed for good.
            BudgetError: a limit is reached.
        """
        revised = await self.revise(student)
        reasons = reasons_of(revised)
        if not reasons:
            self.say(f"{student}: no reason to condense")
            return Diagnosis(student=student, round=revised, causes=(), attributions=(), prompts=self.plan.prompts)
        condensed = await self.teacher.condense(reasons, revised.repeat)
        self.say(f"{student}: {len(reasons)} reasons condensed into {len(condensed.causes)} causes")
        return Diagnosis(
            student=student,
            round=revised,
            causes=condensed.causes,
            condensed=tuple(reply.key for reply in condensed.replies),
            condensing=condensed.usage,
            attributions=await self.attribute(student, condensed.causes),
            prompts=self.plan.prompts,
        )

    async def revise(self, student: str) -> Iteration:
        """Go once round the graph with `student` alone, and stop after the hold-out. Raises as `diagnose`."""
        repeat, plan = self.plan.start.repeat, self.plan.round(student)
        staff = replace(self.staff, students=[one for one in self.staff.students if one.name == student])
        finished = list[Iteration]()
        room = workshop(plan, staff, repeat, finished.append, self.telling(student))
        start = Improvement(repeat=repeat, number=1, current=self.plan.start.kept[:1])
        # A final stage would choose among one set.
        await build_exemplars().ainvoke(start, context=room, interrupt_after=["test"])
        (revised,) = finished
        return revised

    async def attribute(self, student: str, causes: Sequence[str]) -> tuple[Attribution, ...]:
        """Attribute every mistake that the teacher made with the initial set; none where there are no causes."""
        mistakes = self.plan.mistakes if causes else ()
        self.say(f"{student}: {len(mistakes):,} mistakes to attribute")
        return await together(self._attribute(item, causes) for item in mistakes)

    async def _attribute(self, item: Problem, causes: Sequence[str]) -> Attribution:
        start = self.plan.start
        answer = await self.staff.teacher.answer(item, start.kept[0], start.repeat, (start.repeat,))
        grade = await self.staff.judge(item, answer)
        if grade.s >= 1:
            raise StepError(f"the teacher got {item.id} wrong in the run and right now: the run's calls are not kept")
        return await self.teacher.attribute(item, answer, grade, causes, start.repeat)

    def telling(self, student: str) -> Callable[[Mapping[str, Any]], None]:
        """Tell of every step as its first call starts."""
        told = set[str]()

        def tell(event: Mapping[str, Any]) -> None:
            if event["step"] not in told:
                told.add(event["step"])
                self.say(f"{student}: {event['step']}, {event['m']:,} calls")

        return tell
