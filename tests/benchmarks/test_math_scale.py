"""The scripted model is asked and read as a real one is, and growth that is not linear misses its target."""

import subprocess
import sys
import zlib
from fractions import Fraction
from pathlib import Path

import pytest

from agents.domain import MATH
from agents.endpoints.calls import Place, Reply, Request, Sampling
from agents.prompting import render
from benchmarks.math_scale import GOOD, Measured, Writer, findings, plan, posed, solutions
from lbt.types import Answer, MathProblem, Outcome

SAMPLING = Sampling(temperature=0.6, top_p=1.0, max_tokens=1024)


def exam_prompt(exam: MathProblem, lesson: MathProblem) -> Request:
    taught = Answer(call="", outcome=Outcome.OK, rationale=solutions()[0], value=lesson.answer)
    messages = render("exam_math", exam=exam, lesson=lesson, taught=taught)
    place = Place(replicate=0, role="student", rationale=0, repetition=0)
    return Request(messages=messages, sampling=SAMPLING, place=place)


async def test_replies_are_read_as_final_answers_to_what_was_asked_and_often_right() -> None:
    problem, (exam, *_) = posed()[8]
    writer, request = Writer("w"), exam_prompt(exam, problem)
    replies = [Reply.of("k", await writer.complete(request, seed), replayed=False) for seed in range(200)]
    answers = [MATH.read(exam, reply) for reply in replies]
    assert all(answer.outcome is Outcome.OK and len(answer.rationale) > 1000 for answer in answers)
    right = sum(answer.value == exam.answer for answer in answers) / len(answers)
    assert abs(right - GOOD) < 0.15
    assert len({answer.value for answer in answers}) > 4


async def test_a_seed_decides_a_reply() -> None:
    problem, (exam, *_) = posed()[0]
    request = exam_prompt(exam, problem)
    one, same, other = [await Writer("w").complete(request, seed) for seed in (1, 1, 2)]
    assert one == same != other


def test_its_text_deflates_as_solutions_do() -> None:
    texts = [text.encode() for text in solutions()[:100]]
    assert 0.45 < sum(len(zlib.compress(text)) for text in texts) / sum(map(len, texts)) < 0.6
    assert 1300 < sum(map(len, texts)) / len(texts) < 1700


@pytest.mark.parametrize(("share", "problems"), [("1", 181), ("1/16", 11), ("1/1000", 1)])
def test_a_share_is_one_of_the_problems(share: str, problems: int, tmp_path: Path) -> None:
    made = plan(Fraction(share), tmp_path / "r", "scripted:writer")
    assert len(made.lessons) == problems
    assert {sum(made.calls(lesson).values()) for lesson in made.lessons} == {257 + 256 * 9}
    assert len({lesson.problem.statement for lesson in made.lessons}) == problems


def run(calls: int, seconds: float) -> Measured:
    return Measured(what="", calls=calls, seconds=seconds, cpu_s=seconds, memory_mb=300, disk_mb=1000)


def test_time_in_proportion_to_calls_meets_its_targets_and_more_than_that_does_not() -> None:
    http = run(100, 1)
    assert findings("here", [run(100, 1.0), run(400, 4.4), run(1600, 19.0)], http).met
    missed = [
        target.what for target in findings("here", [run(100, 1.0), run(400, 5.1)], http).targets if not target.met
    ]
    assert missed == ["time of a call, in that of the smallest run"]


@pytest.mark.slow
def test_the_smallest_run_is_held_to_its_end() -> None:
    command = [sys.executable, "-m", "benchmarks.math_scale", "--share", "1/181", "--json"]
    told = subprocess.run(command, capture_output=True, check=True, text=True)
    took = Measured.model_validate_json(told.stdout)
    assert took.calls == 257 + 256 * 9
    assert took.disk_mb < 5000 * took.calls / 1e6
