"""Ask models the problems that nothing was trained on: greedily, one model after the other, each answer judged.

A model is served as in a run, and its replies are in the call store of the evaluation, so what was asked once is not
asked again: an evaluation that was stopped, or lacks answers, goes on where the same command is given again.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from agents.asking import Desk
from agents.cast import Cast, teacher_sampling
from agents.config import RunConfig
from agents.domain import Domain
from agents.endpoints.catalogue import canonical
from agents.endpoints.engine import Endpoint
from agents.endpoints.notice import Notice
from agents.endpoints.spec import Spec, parse_spec, redact_text
from agents.endpoints.store import CallStore
from agents.judging import OpenJudge, open_judge
from agents.options import configure
from agents.plan import planned
from agents.preflight import check
from agents.prompting import fingerprints, render
from agents.request import placed
from agents.schedule import Interrupts, interruptible, run_all
from agents.wiring import open_endpoints
from graphs.roles import Judge
from lbt.errors import ConfigError, DataError, StepError
from lbt.held_out import Answered, HeldOut, held_out
from lbt.problem_set import ProblemSet
from lbt.records import CALLS, SUMMARY, lock, replace, writable
from lbt.types import GREEDY, Problem, Value
from training.groups import group_of
from training.lineage import beside, check_unseen
from training.records import PairsManifest

ANSWERS, EVALUATION = "answers.jsonl", "evaluation.json"
Say = Callable[[str], None]
"""Tells the user one line; it is safe to print."""
_OF_THE_RUN = ("teacher", "student", "primary", "problem", "limit", "vllm_arg")
"""Options of the run that say whom it asked and what it taught, not how its problems are read or answered."""
LOCK = ".lock"


@dataclass(frozen=True)
class Contestant:
    """A model that is asked, and the arm that it belongs to."""

    arm: str
    spec: Spec

    @classmethod
    def of(cls, text: str) -> "Contestant":
        """Parse `NAME=SPEC`. Raises ConfigError where it is none."""
        arm, equals, spec = text.partition("=")
        if not equals or not arm.strip():
            raise ConfigError(
                f"--model {redact_text(text)!r}: write NAME=MODEL, for example before=local:qwen2.5-coder-0.5b"
            )
        return cls(arm.strip(), parse_spec(spec))


class Asked(Value):
    """`evaluation.json`: what was asked, whoever was asked it."""

    dataset: str
    data: str
    """SHA-256 of the dataset."""
    problems: dict[str, str]
    """Held-out problem -> its group."""
    options: dict[str, JsonValue]
    """That make the answers."""
    prompts: dict[str, str]
    """Prompt file -> SHA-256."""


@dataclass(frozen=True)
class Examination:
    """An evaluation before it starts."""

    pairs: PairsManifest
    """It says what is held out."""
    config: RunConfig
    dataset: ProblemSet[Problem]
    problems: tuple[Problem, ...]
    """Those that are held out."""
    groups: Mapping[str, str]
    """Problem -> its group."""
    domain: Domain

    @property
    def asked(self) -> Asked:
        """What its record is told by."""
        options = self.config.model_dump(mode="json", include={"max_tokens", "seed", "faithful", "calibrate"})
        return Asked(
            dataset=str(self.config.dataset),
            data=self.dataset.fingerprint,
            problems={problem.id: self.groups[problem.id] for problem in self.problems},
            options=options,
            prompts=dict(fingerprints(self.domain.explain)),
        )


def examination_of(pairs: PairsManifest, options: Mapping[str, Any], variants: int = 0) -> Examination:
    """Find the held-out problems of a folder of pairs.

    Args:
        pairs: Its description.
        options: Options of a run that are to be others than in the run that the pairs come from.
        variants: How many variants of each held-out problem are asked, too: those that examine it, if they are of its
            group.

    Raises:
        ConfigError: no group is held out, variants are asked for and there are none, or the dataset is not the one of
            the run.
        DataError: the dataset is malformed.
    """
    origin = pairs.origin
    if not pairs.held_out:
        raise ConfigError("no group of problems is held out, so there is nothing to ask; make pairs with --held-out")
    was = {name: value for name, value in origin.config.items() if name not in _OF_THE_RUN}
    config = {"dataset": origin.dataset, **was, **options, "method": "m1"}
    plan = planned(placed(configure(config)))
    if plan.dataset.fingerprint != origin.data:
        raise ConfigError(f"{origin.dataset} is not what it was in the run of the pairs, so who knows what is held out")
    taught = [one for one in plan.dataset.problems if group_of(origin.dataset, one.id) in pairs.held_out]
    if variants:
        plan = planned(placed(configure({**config, "exam_size": variants, "exams": "all"})))
        taught = [variant for one in taught for variant in (one, *variants_of(one, plan.dataset, origin.dataset))]
        if len(taught) == len({group_of(origin.dataset, one.id) for one in taught}):
            raise ConfigError(f"--variants: the problems of {origin.dataset} have none")
    groups = {one.id: group_of(origin.dataset, one.id) for one in taught}
    return Examination(pairs, plan.config, plan.dataset, tuple(taught), groups, plan.domain)


def variants_of(problem: Problem, dataset: ProblemSet[Problem], name: str) -> Iterator[Problem]:
    """The problems that examine `problem` and are of its group."""
    group = group_of(name, problem.id)
    return (exam for exam in dataset.exams[problem.id] if group_of(name, exam.id) == group)


def evaluate(examination: Examination, contestants: Sequence[Contestant], out: Path, say: Say) -> int:
    """Ask every contestant, and keep answers and summary in `out`.

    Args:
        examination: What is asked.
        contestants: Who is asked, in the order of the table.
        out: Folder of the evaluation; one of the same problems goes on.
        say: Told what the user should know.

    Returns:
        The exit code: 0, or that of missing answers or of an interruption.

    Raises:
        ConfigError: a contestant cannot be or is named twice, or `out` holds something else.
        LbtError: it cannot start or go on.
    """
    check_contestants(examination, contestants)
    with opened(out, examination.asked):
        return asyncio.run(interruptible(partial(evaluated, examination, contestants, out, say)))


def check_contestants(examination: Examination, contestants: Sequence[Contestant]) -> None:
    """Refuse what cannot be before anything is opened. Raises ConfigError, and as `agents.preflight.check`."""
    for one in contestants:
        if contestants.count(one) > 1:
            raise ConfigError(f"--model {one.arm}={one.spec.label} is given twice")
        if one.spec.kind in ("local", "vllm"):
            check_unseen(
                f"--model {one.arm}={one.spec.label}", beside(Path(one.spec.name).expanduser()), examination.pairs
            )
        check(examination.config, Cast(canonical(one.spec), ()))


@contextmanager
def opened(out: Path, asked: Asked) -> Iterator[None]:
    """Hold the folder of an evaluation. Raises ConfigError where it cannot be written or holds something else."""
    file = out / EVALUATION
    with writable(out):
        out.mkdir(parents=True, exist_ok=True)
    if not file.exists() and any(path.name != LOCK for path in out.iterdir()):
        raise ConfigError(f"-o: {out} holds something else; choose another")
    with lock(out):
        if file.exists() and (what := difference(read_asked(file), asked)):
            raise ConfigError(f"{out} is another evaluation: other {what}; choose another -o")
        replace(file, asked.model_dump_json(indent=2))
        yield


def difference(was: Asked, now: Asked) -> str:
    """The first part in which two evaluations differ; empty where they are one."""
    return next((name for name in Asked.model_fields if getattr(was, name) != getattr(now, name)), "")


def read_asked(file: Path) -> Asked:
    """Read `evaluation.json`. Raises DataError where it is malformed."""
    try:
        return Asked.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(str(file), error.errors()[0]["msg"]) from None


def read_summary(out: Path) -> HeldOut:
    """Read the summary of an evaluation. Raises ConfigError where there is none, DataError where it is malformed."""
    try:
        return HeldOut.model_validate_json((out / SUMMARY).read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"no summary in {out}: the evaluation has not ended") from None
    except ValidationError as error:
        raise DataError(str(out / SUMMARY), error.errors()[0]["msg"]) from None


async def evaluated(
    examination: Examination, contestants: Sequence[Contestant], out: Path, say: Say, interrupts: Interrupts
) -> int:
    """Open judge and call store, and ask one model after the other: together they might not fit into the memory."""
    answers: list[Answered] = []
    async with AsyncExitStack() as stack:
        judge = await stack.enter_async_context(open_judge(examination.config, examination.domain))
        store = CallStore.open(out / CALLS, examination.config.reuse)
        stack.push_async_callback(store.aclose)
        for number, one in enumerate(contestants, start=1):
            say(f"{one.arm}: {one.spec.label} ({number} of {len(contestants)}), {len(examination.problems)} problems")
            sat = Sitting(examination, one, judge, store, out, say)
            answers += await sat.held(interrupts)
    replace(out / ANSWERS, "\n".join(answer.model_dump_json() for answer in answers))
    summary = held_out(answers, seed=examination.config.seed)
    replace(out / SUMMARY, summary.model_dump_json(indent=2))
    return StepError.exit_code if summary.missing else 0


@dataclass(frozen=True)
class Sitting:
    """One model, while it is asked."""

    examination: Examination
    contestant: Contestant
    judge: OpenJudge
    store: CallStore
    out: Path
    say: Say

    async def held(self, interrupts: Interrupts) -> list[Answered]:
        """Serve the model and ask it every problem. Raises as `evaluate`."""
        config, spec = self.examination.config, canonical(self.contestant.spec)

        def notify(notice: Notice) -> None:
            self.say(notice.text)

        async with AsyncExitStack() as stack:
            endpoints = await open_endpoints(config, Cast(spec, ()), self.store, self.out, stack, notify)
            endpoint = endpoints[spec]
            return await interrupts.guard_calls(self.asked(endpoint), endpoint.drain, self.say)

    async def asked(self, endpoint: Endpoint) -> list[Answered]:
        """Ask it every problem, as many at once as it takes."""
        config, problems = self.examination.config, self.examination.problems
        desk = Desk(
            asker=endpoint,
            sampling=teacher_sampling(config),
            seed=config.seed,
            order={problem.id: place for place, problem in enumerate(problems)},
            domain=self.examination.domain,
        )
        judge = self.judge.seated(self.store)
        found: dict[str, Answered] = {}

        async def ask(problem: Problem) -> None:
            try:
                found[problem.id] = await self.answered(problem, desk, judge)
            except StepError as error:
                self.say(f"{problem.id} is missing: {error}")
                found[problem.id] = self.line(problem, correct=None, missing=str(error))

        await run_all(ask(problem) for problem in problems)
        return [found[problem.id] for problem in problems]

    async def answered(self, problem: Problem, desk: Desk, judge: Judge) -> Answered:
        """Ask one problem as a teacher is asked, greedily, and judge the answer. Raises StepError."""
        messages = render(desk.domain.explain, problem=problem)
        reply = await desk.ask(messages, "teacher", GREEDY, priority=(desk.order[problem.id],))
        answer = desk.domain.read(problem, reply)
        grade = await judge(problem, answer)
        return self.line(
            problem,
            correct=grade.s == 1,
            outcome=answer.outcome,
            tokens=reply.usage.completion_tokens,
            characters=len(reply.text),
            call=reply.key,
        )

    def line(self, problem: Problem, **said: Any) -> Answered:  # noqa: ANN401 - the fields of Answered
        """Make the line of one problem."""
        return Answered(
            arm=self.contestant.arm,
            model=self.contestant.spec.label,
            problem=problem.id,
            group=self.examination.groups[problem.id],
            **said,
        )
