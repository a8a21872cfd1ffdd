"""What a run says before its first call: models, sandbox, problems, calls."""

from collections.abc import Iterator, Mapping
from typing import Final

from agents.cast import EMBEDDED_RATIONALES, RATIONALES, student_sampling, teacher_sampling
from agents.dataset import dataset_notes
from agents.domain import Name
from agents.endpoints.calls import Sampling
from agents.endpoints.spec import Spec
from agents.forecast import FEWER
from agents.judging import OpenJudge
from agents.plan import Plan
from lbt.records import RunDirectory, complete
from reports.opening import Opening, Seat

PAPER: Final[Mapping[Name, int]] = {"code": RATIONALES, "math": 256}
"""Rationales per problem in the paper."""
WHERE = {
    "openai": "OpenAI-compatible server",
    "vllm": "vLLM, started and stopped by this run",
    "local": "embedded server, started and stopped by this run",
    "scripted": "replies from a file",
}


def opening_of(plan: Plan, judge: OpenJudge, run: RunDirectory) -> Opening:
    """Say what is settled before the first call."""
    config = plan.config
    finished = complete(run.lessons)
    students = zip(plan.cast.names, plan.cast.students, strict=True)
    return Opening(
        dataset=plan.dataset.name,
        seats=(
            seat("teacher", plan.cast.teacher, teacher_sampling(config)),
            *(seat(f"student {name}", spec, student_sampling(config)) for name, spec in students),
        ),
        judge=judge.sandbox.title if judge.sandbox else judge.identity,
        weaker=judge.sandbox is not None and judge.sandbox.title != judge.sandbox.name,
        guarantees=dict(judge.guarantees),
        problems=tuple(lesson.problem.id for lesson in plan.lessons),
        rationales=plan.rationales,
        students=plan.cast.names,
        self_debug=config.self_debug,
        calls={one.problem.id: plan.calls(one) for one in plan.lessons if one.problem.id not in finished},
        run_dir=run.path,
        finished=tuple(one.problem.id for one in plan.lessons if one.problem.id in finished),
        notes=(*exam_notes(plan), *notes(plan, judge, run)),
    )


def seat(role: str, spec: Spec, sampling: Sampling) -> Seat:
    """One role and who plays it."""
    how = f"temperature {sampling.temperature:g}, top-p {sampling.top_p:g}" if sampling.temperature else "greedy"
    return Seat(
        role=role, model=spec.label, where=WHERE[spec.kind], sampling=f"{how}, at most {sampling.max_tokens} tokens"
    )


def exam_notes(plan: Plan) -> Iterator[str]:
    """What racing the exams means for the calls that are announced."""
    if fewer := FEWER[plan.config.asked_exams]:
        yield f"calls: {fewer}"


def notes(plan: Plan, judge: OpenJudge, run: RunDirectory) -> Iterator[str]:
    """What else the user should know."""
    yield from dataset_notes(plan)
    yield from judge.notes
    if plan.cast.embedded and plan.rationales == EMBEDDED_RATIONALES:
        default = f"{EMBEDDED_RATIONALES} rationales are the default with embedded models"
        yield f"{default}; --rationales {PAPER[plan.domain.name]} is the paper's"
    yield from moved_parts(run)
    if run.torn:
        yield f"the last line of the record was torn by a crash ({run.torn} bytes) and has been cut; it is made again"
    if plan.config.reuse:
        yield f"replies that {plan.config.reuse} knows are replayed, not asked"
    for lesson in plan.lessons:
        if getattr(lesson.problem, "constant_answer_passes", False):
            yield f"{lesson.problem.id}: a constant answer passes all its tests, so a pass says little"


def moved_parts(run: RunDirectory) -> Iterator[str]:
    """What a resumed run is made with that is not what it began with."""
    for what in ("judge", "commit"):
        was, now = getattr(run.manifest, what), getattr(run.manifest.part, what)
        if was != now:
            yield f"{what} was {was or 'unknown'} when the run began and is {now or 'unknown'}"
