"""How long the tables of a stored run take: `agents.select` and `reports.analyses`, with everything collected.

The run has the paper's size, 18 problems and 8 rationales each. Its programs are known ones of these problems; its
marks and what was collected are drawn, since only the time is of interest. Its models lie behind a closed port.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from pydantic import JsonValue

from benchmarks.figures import Findings, Table, Target, machine
from lbt.collected import AnswerOnly, Collection, Opinion, Outputs, SelfEvaluation, WrittenTests, ZeroShot, answers_of
from lbt.records import LESSONS, MANIFEST, Manifest, append_line
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Status, Taught, Usage
from leetcode_data.load import load
from leetcode_data.solutions import known_solutions

RATIONALES, STUDENT, NOBODY = 8, "openai:student", "openai:teacher@http://127.0.0.1:9/v1"
ROUNDS = 5
MOST: Final = {"agents.select": 2.0, "reports.analyses": 6.0}
"""What has to be reached: times the start of `agents.show` on the same run, which reads it and prints a table."""


def measure() -> Findings:
    """Time every command on one stored run."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder, "run")
        Stored(random.Random(0)).write(run)
        took = {name: median_s([name, str(run)]) for name in ("agents.show", *MOST)}
    shown = took["agents.show"]
    table = Table(
        title=f"A stored run of 18 problems and {RATIONALES} rationales, everything collected",
        heads=("command", "seconds", "times agents.show"),
        rows=tuple((f"python -m {name} RUN", seconds, seconds / shown) for name, seconds in took.items()),
        note=f"Medians of {ROUNDS} processes, imports included. No model is asked: nobody listens where they are said "
        "to be.",
    )
    targets = [
        Target(what=f"{name}, times agents.show", value=took[name] / shown, most=most) for name, most in MOST.items()
    ]
    return Findings.of("selection", before, [table], targets)


def median_s(words: list[str]) -> float:
    """Run a command several times; raises CalledProcessError where it fails."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", *words], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.monotonic() - began)
    return statistics.median(seconds)


class Stored:
    """Draws a run."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def write(self, run: Path) -> None:
        """Write the records of a finished run, and all that can be collected beside it."""
        run.mkdir()
        problems = load("all_code")
        there = Collection(run)
        for problem in problems.problems:
            self._lesson(run, there, problem.id, [exam.id for exam in problems.exams[problem.id]])
        config: dict[str, JsonValue] = {"dataset": "all_code", "seed": 0, "teacher": NOBODY, "student": [STUDENT]}
        nothing: Any = dict.fromkeys(("data", "judge", "commit", "python", "machine"), "")
        manifest = Manifest(started="2026-01-01T00:00:00+00:00", config=config, prompts={}, packages={}, **nothing)
        (run / MANIFEST).write_text(manifest.model_dump_json())

    def _lesson(self, run: Path, there: Collection, problem: str, exams: list[str]) -> None:
        rationales = tuple(
            Taught(
                index=index,
                answer=self._answer(problem, f"{problem}-{index}"),
                grade=self._grade(),
                exam=tuple(self._mark(exam) for exam in exams),
            )
            for index in range(RATIONALES)
        )
        lesson = LessonRecord(problem=problem, students=(STUDENT,), rationales=rationales, complete=True)
        append_line(run / LESSONS, lesson.model_dump_json())
        about: Any = {"problem": problem, "answers": answers_of(lesson)}
        flips = [tuple(self.draw.random() < 0.5 for _ in range(10)) for _ in rationales]
        opinions = tuple(Opinion(call="", score=self.draw.random(), usage=Usage(calls=1)) for _ in rationales)
        there.append(SelfEvaluation(**about, opinions=opinions))
        there.append(
            WrittenTests(**about, call="", outcome=Outcome.OK, tests=(), agrees=tuple(flips), usage=Usage(calls=1))
        )
        there.append(Outputs(**about, inputs=(), outputs=tuple(tuple("ab"[bit] for bit in row) for row in flips)))
        there.append(AnswerOnly(**about, exams=tuple(tuple(map(self._mark, exams)) for _ in rationales)))
        there.append(ZeroShot(problem=problem, mark=self._mark(problem)))

    def _mark(self, problem: str) -> Mark:
        return Mark(student=STUDENT, problem=problem, answer=self._answer(problem, ""), grade=self._grade())

    def _answer(self, problem: str, call: str) -> Answer:
        known = known_solutions(problem)
        code = self.draw.choice([*known.good.values(), *(bad.code for bad in known.bad.values())])
        usage = Usage(calls=1, prompt_tokens=900, completion_tokens=200)
        return Answer(call=call, outcome=Outcome.OK, rationale="x", code=code, usage=usage)

    def _grade(self) -> Grade:
        v, s = float(self.draw.random() < 0.5), self.draw.choice([0.0, 0.1, 0.5, 1.0])
        return Grade(v=v, v_share=v, s=s, s_prefix=s, status=Status.AC if v else Status.WA)
