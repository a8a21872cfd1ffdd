"""Whether a run of the paper's size is quick and small enough: 181 problems of mathematics, 256 rationales each.

The driver is the product's own, from the plan to the table: prompts, call store, reading of replies, equivalence,
votes, records and the trace. Only the models are scripted, below the endpoint: they answer at once, at the usual
length. What is measured is then what the driver itself costs, and how that grows. A run over HTTP, against the test
server, is measured besides: there the time is that of client and server, on the same cores.

`python -m benchmarks math_scale`, or `python -m benchmarks.math_scale` with options for one run.
"""

import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Self

import click

from agents import session
from agents.endpoints import engine
from agents.endpoints.calls import Completion, Request
from agents.plan import Plan, plan_of
from benchmarks.figures import Findings, Table, Target, machine
from graphs.state import Lesson
from lbt.problem_set import ProblemSet
from lbt.types import MathProblem, Value
from math_data import families
from tests.server.app import Config
from tests.server.running import serve

PROBLEMS, RATIONALES, REPETITIONS = 181, 256, 3
"""As in the paper's larger tables; exams of three problems, each asked three times."""
SHARES = (Fraction(1, 16), Fraction(1, 4), Fraction(1))
CONCURRENCY = 64
GOOD = 0.6
"""Chance that a reply has the right answer."""
MOST_S, MOST_MB, MOST_GROWTH = 900, 2000, 1.25
"""What has to be reached: seconds, MB of memory and of disk, seconds a call against those of the smallest run."""

_WORDS = """
we have the so that is of and to in then which gives two first sum product equation both sides number let each where
since value factor integer root therefore divide multiply term now solve follows add square ratio positive remaining
count write line triangle side angle digits because substitute obtain between must be expression simplify it for
""".split()
_PIECES = (
    r"$x = {}$", r"$\frac{{{}}}{{{}}}$", r"${}x + {}y = {}$", r"${}^2 + {}^2$", r"$\sqrt{{{}}}$", r"${} \cdot {} = {}$",
    "{}", "{},", "step {}:", r"\[{}n - {} = {}\]",
)  # fmt: skip
_QUESTION = re.compile(r"\[\[Question\]\]:\n(.*?)\n\[\[", re.DOTALL)


class Writer:
    """A model that solves the last problem of its prompt at once, at the usual length, often rightly.

    The text deflates like solutions of MATH, to about half. What differs from call to call follows from its seed.
    """

    def __init__(self, name: str) -> None:
        self.identity = name

    @classmethod
    def load(cls, path: Path) -> Self:
        """Take the place of `agents.endpoints.scripted.Script`."""
        return cls(path.name)

    async def complete(self, request: Request, seed: int) -> Completion:
        """Write a solution of about 1.5 kB."""
        rng = random.Random(seed)
        prompt = request.messages[-1].content
        right = answers()[_QUESTION.findall(prompt)[-1]]
        value = right if rng.random() < GOOD else rng.choice(wrong(right))
        text = f"{rng.choice(solutions())}\n[[Final Answer]]:\n${value}$\n"
        return Completion(text=text, finish="stop", prompt_tokens=len(prompt) // 4, completion_tokens=len(text) // 4)

    async def aclose(self) -> None:
        """Nothing to let go of."""


@cache
def solutions() -> tuple[str, ...]:
    """Texts to choose from: writing one takes as long as the driver takes for a call."""
    rng = random.Random(0)
    return tuple(prose(rng) for _ in range(2000))


def prose(rng: random.Random) -> str:
    """Reasoning of 1.5 kB, words and formulas in turn."""
    formulas = (piece.format(*rng.choices(range(2, 1000), k=3)) for piece in rng.choices(_PIECES, k=48))
    words = iter(rng.choices(_WORDS, k=3 * 48))
    return " ".join(f"{next(words)} {next(words)} {next(words)} {formula}" for formula in formulas)


def wrong(right: str) -> tuple[str, ...]:
    """Answers that many students might give to one problem, the first the likeliest, and a right one written anew."""
    return "12", "12", "12.0", r"\frac{7}{3}", "-4", r"3\sqrt{2}", "(1, 2)", right.replace(r"\frac", r"\dfrac")


@cache
def posed() -> tuple[tuple[MathProblem, tuple[MathProblem, ...]], ...]:
    """Distinct problems with their exams, more than are taught."""

    def named(problem: MathProblem, seed: int) -> MathProblem:
        """Those of seed 0 are as they are: the test server knows their answers."""
        if not seed:
            return problem
        return problem.model_copy(update={"id": f"{problem.id}.{seed}", "statement": f"({seed}) {problem.statement}"})

    return tuple(
        (named(problem, seed), tuple(named(exam, seed) for exam in found.exams[problem.id]))
        for seed in range(3)
        for found in (families.load(seed),)
        for problem in found.problems
    )


@cache
def answers() -> dict[str, str]:
    """The right answer of every problem, by its statement."""
    return {one.statement: one.answer for problem, exam in posed() for one in (problem, *exam)}


class Measured(Value):
    """What one run took."""

    what: str
    calls: int
    seconds: float
    cpu_s: float
    """User and system, with the processes that compare answers."""
    memory_mb: float
    """Most that the driver held at once."""
    disk_mb: float

    @property
    def per_call_ms(self) -> float:
        """Wall time of a call."""
        return 1000 * self.seconds / self.calls


def plan(share: Fraction, directory: Path, model: str) -> Plan:
    """A run of that share of the problems."""
    made = plan_of(
        {
            "dataset": "families", "teacher": model, "student": (model,), "rationales": RATIONALES,
            "repetitions": REPETITIONS, "student_temperature": 0.7, "concurrency": CONCURRENCY, "display": "plain",
            "run_dir": directory,
        }
    )  # fmt: skip
    taught = posed()[: max(1, round(PROBLEMS * share))]
    problems = ProblemSet(
        name="families",
        problems=tuple(problem for problem, _ in taught),
        exams={problem.id: exam for problem, exam in taught},
        fingerprint="",
    )
    lessons = tuple(Lesson(problem=problem, exams=exam) for problem, exam in taught)
    return replace(made, dataset=problems, lessons=lessons)


def held(share: Fraction, model: str) -> Measured:
    """Hold a run in this process, which must be a fresh one, and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "run")
        asked = plan(share, place, model)
        began = time.perf_counter()
        if code := session.hold(asked):
            raise SystemExit(code)
        seconds = time.perf_counter() - began
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return Measured(
            what=f"{share}",
            calls=json.loads((place / "summary.json").read_text())["calls"],
            seconds=seconds,
            cpu_s=sum(one.ru_utime + one.ru_stime for one in used),
            memory_mb=used[0].ru_maxrss / 1000,
            disk_mb=sum(file.stat().st_size for file in place.rglob("*")) / 1e6,
        )


def apart(share: Fraction, model: str = "") -> Measured:
    """Hold a run in a process of its own; its trace, millions of lines, is read by nobody."""
    command = [sys.executable, "-m", "benchmarks.math_scale", "--json", "--share", str(share), "--model", model]
    with tempfile.TemporaryFile() as trace:
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=trace)
        if ended.returncode:
            trace.seek(max(0, trace.tell() - 2000))
            raise SystemExit(f"the run ended with {ended.returncode}: {trace.read().decode(errors='replace')}")
    return Measured.model_validate_json(ended.stdout.splitlines()[-1])


def measure(shares: Sequence[Fraction] = SHARES) -> Findings:
    """Hold runs of growing size, and the smallest over HTTP."""
    before = machine()
    runs = [apart(share) for share in shares]
    with serve(Config(good_share=GOOD)) as server:
        http = apart(min(shares), server.spec).model_copy(update={"what": f"{min(shares)} over HTTP"})
    return findings(before, runs, http)


def findings(before: str, runs: Sequence[Measured], http: Measured) -> Findings:
    """Say it as the other benchmarks do."""
    first, whole = runs[0], runs[-1]
    heads = ("share", "calls", "seconds", "CPU seconds", "ms a call", "to the first", "memory MB", "disk MB")
    rows = tuple(
        (
            one.what, one.calls, one.seconds, one.cpu_s, one.per_call_ms, one.per_call_ms / first.per_call_ms,
            one.memory_mb, one.disk_mb,
        )
        for one in (*runs, http)
    )  # fmt: skip
    note = (
        f"{PROBLEMS} problems, {RATIONALES} rationales, exams of 3 problems asked {REPETITIONS} times each; replies of"
        f" about 1.5 kB (over HTTP shorter ones), {CONCURRENCY} calls at once. CPU seconds are those of the driver and"
        f" of the processes that compare answers; memory is the driver's."
    )
    grown = max(one.per_call_ms / first.per_call_ms for one in runs)
    targets = (
        Target(what="the largest run, seconds", value=whole.seconds, most=MOST_S),
        Target(what="memory, MB", value=max(one.memory_mb for one in runs), most=MOST_MB),
        Target(what="disk, MB", value=max(one.disk_mb for one in runs), most=MOST_MB),
        Target(what="time of a call, in that of the smallest run", value=grown, most=MOST_GROWTH),
    )
    return Findings.of(
        "math_scale", before, [Table(title="A run of the paper's size", heads=heads, rows=rows, note=note)], targets
    )


@click.command()
@click.option("--share", default="1/16", show_default=True, help="Share of the problems, such as 1/4.")
@click.option("--model", default="", help="Spec of a model to ask instead of the scripted one.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a line.")
def main(share: str, model: str, as_json: bool) -> None:
    """Hold one run and print what it took; what the run itself says goes to stderr."""
    printed = os.dup(1)
    os.dup2(2, 1)
    if not model:
        vars(engine)["Script"] = Writer
    took = held(Fraction(share), model or "scripted:writer")
    os.dup2(printed, 1)
    print(took.model_dump_json() if as_json else took)


if __name__ == "__main__":
    main()
