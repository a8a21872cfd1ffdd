"""What judging costs: one solution against a bare fork, and trivial solutions per second.

The fork it is compared with is `os.fork`, `os._exit` and `waitpid` in a process with the fork server's exact imports
and nothing else, measured in turn with the judge, so that both meet the same load. `python -m benchmarks.judge`.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import get_args

import click

from lbt.errors import UnavailableError
from lbt.types import Case, Status
from sandbox.backends import interpreter, payload
from sandbox.judge import Backend, Sandbox, open_sandbox
from sandbox.program import Program

ROUNDS = 300
BURST = 600
MOST_FORKS, LEAST_PER_SECOND = 4.0, 150.0
"""What has to be reached: the ratio of the medians, and solutions per second on two idle cores."""

TWO_SUM = Program(
    code="""
class Solution:
    def twoSum(self, nums: List[int], target: int) -> List[int]:
        seen = {}
        for i, x in enumerate(nums):
            if target - x in seen:
                return [seen[target - x], i]
            seen[x] = i
""",
    entry_point="Solution.twoSum",
)
TWO_SUM_CASES = (
    Case(args=([2, 7, 11, 15], 9), expected=[0, 1]),
    Case(args=([3, 2, 4], 6), expected=[1, 2]),
    Case(args=([3, 3], 6), expected=[0, 1]),
)

_FORKER = """
import gc, os, sys, time
from sandbox.harness import zygote
gc.collect()
gc.freeze()
with open("/proc/self/statm") as file:
    print(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    print(time.perf_counter() - began, flush=True)
"""


@dataclass(frozen=True)
class Cost:
    """What one kind of sandbox costs."""

    sandbox: str
    fork_ms: float
    """Median of a bare fork."""
    judge_ms: float
    """Median of one solution of three tests."""
    ratio: float
    """Of the medians."""
    ratio_of_minima: float
    per_second: float
    """Trivial solutions, on all workers."""
    workers: int
    resident_mb: float
    """Of the process that forks, bare."""


@contextmanager
def forker() -> Iterator[subprocess.Popen[str]]:
    """Start the process whose bare forks are the measure."""
    python = interpreter.find().executable
    root = str(payload.source_root())
    process = subprocess.Popen(
        [str(python), *payload.PYTHON_OPTIONS, "-c", _FORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=payload.ENVIRONMENT | {"PYTHONPATH": root},
    )
    with process:
        yield process
        process.communicate()


async def measure(backend: Backend, rounds: int) -> Cost:
    """Measure one kind of sandbox."""
    forks, judged = [], []
    with forker() as bare:
        resident = float(_line(bare)) / 2**20
        async with open_sandbox(backend, workers=1) as sandbox:
            for index in range(rounds + 20):
                _ask(bare)
                fork_s = float(_line(bare))
                judge_s = await _one(sandbox)
                if index >= 20:  # the first ones warm up
                    forks.append(fork_s)
                    judged.append(judge_s)
    async with open_sandbox(backend) as sandbox:
        per_second = await _burst(sandbox)
        return Cost(
            sandbox=sandbox.name,
            fork_ms=1000 * statistics.median(forks),
            judge_ms=1000 * statistics.median(judged),
            ratio=statistics.median(judged) / statistics.median(forks),
            ratio_of_minima=min(judged) / min(forks),
            per_second=per_second,
            workers=sandbox.workers,
            resident_mb=resident,
        )


def _ask(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


async def _one(sandbox: Sandbox) -> float:
    began = time.perf_counter()
    verdict = await sandbox.judge(TWO_SUM, TWO_SUM_CASES)
    spent = time.perf_counter() - began
    assert verdict.status is Status.AC, verdict
    return spent


async def _burst(sandbox: Sandbox) -> float:
    await asyncio.gather(*(_one(sandbox) for _ in range(50)))
    began = time.perf_counter()
    await asyncio.gather(*(_one(sandbox) for _ in range(BURST)))
    return BURST / (time.perf_counter() - began)


async def measure_all(rounds: int) -> list[Cost]:
    """Measure every kind that works here."""
    costs = []
    for backend in get_args(Backend)[1:]:
        try:
            costs.append(await measure(backend, rounds))
        except UnavailableError as error:
            print(f"{backend}: not measured: {error}", file=sys.stderr)
    return costs


@click.command()
@click.option("--rounds", type=click.IntRange(200), default=ROUNDS, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of the table.")
def main(rounds: int, as_json: bool) -> None:
    """Measure what judging costs; fails when it is more than it may be."""
    costs = asyncio.run(measure_all(rounds))
    if not costs:
        sys.exit("no sandbox here: nothing was measured")
    if as_json:
        print(json.dumps([asdict(cost) for cost in costs], indent=2))
    else:
        _print_table(costs)
    if any(cost.ratio > MOST_FORKS or cost.per_second < LEAST_PER_SECOND for cost in costs):
        sys.exit(f"more than {MOST_FORKS} forks a solution, or fewer than {LEAST_PER_SECOND:.0f} a second")


def _print_table(costs: list[Cost]) -> None:
    heads = ("fork ms", "judge ms", "ratio", "min/min", "per s", "workers", "MB")
    print("sandbox             " + "".join(f"{head:>9}" for head in heads))
    for cost in costs:
        print(
            f"{cost.sandbox:20}{cost.fork_ms:9.2f}{cost.judge_ms:9.2f}{cost.ratio:9.2f}{cost.ratio_of_minima:9.2f}"
            f"{cost.per_second:9.0f}{cost.workers:9}{cost.resident_mb:9.1f}"
        )


if __name__ == "__main__":
    main()
