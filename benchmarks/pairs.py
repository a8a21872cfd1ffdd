"""Whether the pairs of a run of the paper's size are made quickly, and in little memory: 1,564 problems × 32 answers.

The record is simulated: lessons of mathematics with exams of nine answers, and a call store with all their replies, of
the usual length. What makes the pairs is the product's own command, in a process of its own.

`python -m benchmarks pairs`, or `python -m benchmarks.pairs RUN OUT` for one run.
"""

import asyncio
import hashlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import click

from agents.endpoints.calls import Completion, Message, Place, Request, Sampling
from agents.endpoints.store import CallStore, StoredCall
from agents.prompting import render
from benchmarks.figures import Findings, Table, Target, machine
from benchmarks.math_scale import posed, solutions
from lbt.records import CALLS, LESSONS, MANIFEST, Manifest
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught, Value
from training.pairs import Rules, make

PROBLEMS, ANSWERS, EXAM = 1564, 32, 9
"""As in the paper's training: 3 exam problems, each asked 3 times."""
ALIKE = 3
"""Of the answers to a problem, those that repeat another one but for a word."""
MOST_S, MOST_MB = 60, 1000
"""What has to be reached."""
_TOGETHER = 32
"""Lessons whose calls lie together in the store."""


class Measured(Value):
    """What making the pairs took."""

    seconds: float
    cpu_s: float
    """User and system."""
    memory_mb: float
    """Most that the process held at once."""
    kept: int
    """Pairs, of both parts."""


def simulate(place: Path, problems: int) -> None:
    """Write the record of a run in an empty folder."""
    (place / MANIFEST).write_text(manifest().model_dump_json())
    rng = random.Random(0)
    with (place / LESSONS).open("w", encoding="utf-8") as lines:
        for first in range(0, problems, _TOGETHER):
            calls: list[StoredCall] = []
            for number in range(first, min(first + _TOGETHER, problems)):
                record, replies = lesson(rng, number)
                lines.write(record.model_dump_json() + "\n")
                calls += replies
            asyncio.run(put(place / CALLS, calls))
            repeat(place / CALLS, len(calls))


def manifest() -> Manifest:
    """Describe a run that nobody held."""
    return Manifest(
        started="2026-01-01T00:00:00+00:00",
        config={"dataset": "math1564", "method": "m1", "teacher": "scripted:t", "student": ["scripted:s"], "seed": 0},
        prompts={}, data="", judge="", commit="", packages={}, python="", machine="",
    )  # fmt: skip


def lesson(rng: random.Random, number: int) -> tuple[LessonRecord, list[StoredCall]]:
    """A complete lesson, and the calls behind its answers."""
    taught, calls = [], []
    prompt = prompts()[number % len(prompts())]
    for index, text in enumerate(texts(rng)):
        correct = rng.random() < 0.5
        request = Request(
            messages=(*prompt[:-1], Message(role="user", content=f"{prompt[-1].content}\n({number})")),
            sampling=Sampling(temperature=0.7, top_p=1.0, max_tokens=1024),
            place=Place(replicate=0, role="teacher", rationale=index, repetition=0),
        )
        key = hashlib.sha256(f"{number} {index}".encode()).hexdigest()
        completion = Completion(text=f"{text}\n[[Final Answer]]:\n$12$\n", finish="stop")
        calls.append(StoredCall(key=key, endpoint="t", request=request, completion=completion, started=0, ended=1))
        quality = rng.random()
        taught.append(
            Taught(
                index=index,
                answer=Answer(call=key, outcome=Outcome.OK, rationale=text, value="12"),
                grade=grade(correct),
                exam=tuple(rng.choice(marks(rng.random() < quality)) for _ in range(EXAM)),
            )
        )
    record = LessonRecord(
        problem=f"test/algebra/{number}", students=("s",), rationales=tuple(taught), complete=True, level=3
    )
    return record, calls


def texts(rng: random.Random) -> Iterator[str]:
    """Explanations of one problem, some of them next to the same."""
    different = rng.sample(solutions(), ANSWERS - ALIKE)
    yield from different
    for text in different[:ALIKE]:
        yield re.sub(r"^\w+", "Now", text)


@cache
def prompts() -> Sequence[tuple[Message, ...]]:
    """What teachers are asked, with the examples before it."""
    return [render("explain_math", problem=problem) for problem, _ in posed()]


def grade(right: bool) -> Grade:
    """Of an answer."""
    return Grade(v=right, v_share=right, s=right, s_prefix=right, status="right" if right else "wrong")


@cache
def marks(right: bool) -> Sequence[Mark]:
    """Exam answers to choose from: making one takes longer than writing it."""
    return [
        Mark(
            student="s",
            problem="variant",
            answer=Answer(call=f"{number:064x}", outcome=Outcome.OK, rationale=text, value="12"),
            grade=grade(right),
        )
        for number, text in enumerate(solutions()[:200])
    ]


async def put(file: Path, calls: Sequence[StoredCall]) -> None:
    """Put calls into a store."""
    store = CallStore.open(file)
    try:
        await asyncio.gather(*map(store.put, calls))
    finally:
        await store.aclose()


def repeat(file: Path, last: int) -> None:
    """Let the last calls stand for those of their exams: as many, as long, under keys in no order."""
    columns = "endpoint, request, completion, started, ended, replayed"
    with closing(sqlite3.connect(file)) as store, store:
        (end,) = store.execute("SELECT max(rowid) FROM calls").fetchone()
        for _ in range(EXAM):
            store.execute(
                f"INSERT INTO calls (key, {columns}) SELECT lower(hex(randomblob(32))), {columns} FROM calls "
                f"WHERE rowid > ? AND rowid <= ?",
                (end - last, end),
            )


def apart(run: Path, out: Path) -> Measured:
    """Make the pairs of a run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pairs", str(run), str(out)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Measured.model_validate_json(ended.stdout)


def measure(problems: int = PROBLEMS) -> Findings:
    """Simulate a run and make its pairs."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        run, out = Path(folder, "run"), Path(folder, "pairs")
        run.mkdir()
        simulate(run, problems)
        megabytes = sum(file.stat().st_size for file in run.iterdir()) / 1e6
        took = apart(run, out)
    return findings(before, problems, megabytes, took)


def findings(before: str, problems: int, megabytes: float, took: Measured) -> Findings:
    """Say it as the other benchmarks do."""
    table = Table(
        title="Pairs of a run of the paper's size",
        heads=("problems", "answers each", "record MB", "pairs kept", "seconds", "CPU seconds", "memory MB"),
        rows=((problems, ANSWERS, megabytes, took.kept, took.seconds, took.cpu_s, took.memory_mb),),
        note="Replies of about 1.5 kB, one in ten next to the same as another; what is imported counts as memory.",
    )
    targets = (
        Target(what="seconds", value=took.seconds, most=MOST_S),
        Target(what="memory, MB", value=took.memory_mb, most=MOST_MB),
    )
    return Findings.of("pairs", before, [table], targets)


def highest_mb() -> float:
    """Most memory that this process has held since it began."""
    status = Path("/proc/self/status").read_text()  # getrusage would count what held it before exec
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


@click.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
def main(run: Path, out: Path) -> None:
    """Make the pairs of one RUN in OUT and print what that took, as JSON."""
    began = time.perf_counter()
    made = make(run, out, Rules())
    seconds, cpu_s = time.perf_counter() - began, time.process_time()
    kept = sum(part.kept for part in made.parts.values())
    print(Measured(seconds=seconds, cpu_s=cpu_s, memory_mb=highest_mb(), kept=kept).model_dump_json())


if __name__ == "__main__":
    main()
