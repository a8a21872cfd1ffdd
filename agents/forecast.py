"""What a run will cost, before it starts: calls exactly, tokens as an interval.

The calls are what the method makes at most; a rationale without a program is taught to nobody and saves its
exam, and of exams that are raced most lessons need only a part. A prompt of c characters has between c / 5 and c / 2.5
tokens (English and Python lie between, whatever the tokenizer), a reply between a tenth of its limit and all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.config import RunConfig
from agents.domain import domain_of
from agents.endpoints.calls import Message, Sampling
from agents.exam_writer import SOLUTIONS
from agents.prompting import render
from agents.student import NOTHING
from graphs.state import Lesson
from lbt.types import Exams, Problem

CHARS_PER_TOKEN = (5.0, 2.5)
REPLY_SHARE = (0.1, 1.0)


@dataclass(frozen=True)
class Tokens:
    """Calls of one model, and the tokens they take: (least, most)."""

    calls: int = 0
    prompt: tuple[float, float] = (0, 0)
    completion: tuple[float, float] = (0, 0)

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(
            self.calls + other.calls,
            (self.prompt[0] + other.prompt[0], self.prompt[1] + other.prompt[1]),
            (self.completion[0] + other.completion[0], self.completion[1] + other.completion[1]),
        )

    def __mul__(self, times: int) -> "Tokens":
        return Tokens(
            self.calls * times,
            (self.prompt[0] * times, self.prompt[1] * times),
            (self.completion[0] * times, self.completion[1] * times),
        )


def calls(config: RunConfig, rationales: int, exams: int) -> Mapping[str, int]:
    """Calls of one lesson at most, by step: `explain`, `exam`, and of `pose`, `mend`, `grade` those that there are."""
    students = len(config.student)
    explain, exam = rationales + 1, rationales * exams * config.repetitions * students
    more = {
        "pose": 1 + exams * (SOLUTIONS + students) if config.exams == "synthesized" else 0,
        "mend": (explain if config.mends_teacher else 0) + (exam if config.mends_students else 0),
        "grade": exam * marked(config),
    }
    return {"explain": explain, "exam": exam} | {step: number for step, number in more.items() if number}


def marked(config: RunConfig) -> int:
    """Times that a model marks each exam answer."""
    return (1 + config.mends_students) * (config.exam_judge == "teacher")


def examining(config: RunConfig, lesson: Lesson) -> tuple[Problem, ...]:
    """The exam of a lesson; what stands for one that is not written yet are as many problems like the one taught."""
    if config.exams != "synthesized":
        return lesson.exams
    assert config.exam_size is not None
    return (lesson.problem,) * config.exam_size


FEWER: Mapping[Exams, str] = {
    "all": "",
    "adaptive": "fewer, as exams are adaptive: asked only while they can change the selection",
    "halving": "about half of the exams, as after each round of them half of the explanations are left",
}
"""What the way in which exams are asked means for the calls."""


def tokens(
    config: RunConfig, rationales: int, lessons: Sequence[Lesson], teacher: Sampling, student: Sampling
) -> tuple[Tokens, Tokens]:
    """Calls and tokens of the whole run: the teacher's, and those of each student."""
    taught, sat = Tokens(), Tokens()
    for one in lessons:
        taught += of_teacher(config, rationales, one, teacher)
        sat += of_student(config, one, teacher, student) * rationales
        if config.exams == "synthesized":
            writing, solving = posing(one.problem, len(examining(config, one)), teacher, student)
            taught, sat = taught + writing, sat + solving
        taught += grading(config, one, student, teacher) * (rationales * len(config.student))
    return taught, sat


def posing(problem: Problem, size: int, teacher: Sampling, student: Sampling) -> tuple[Tokens, Tokens]:
    """What an exam of one lesson takes that is written for it: the teacher's share, and each student's."""
    domain = domain_of(problem)
    writing = call(render(domain.write_exam, problem=problem, count=size), teacher)
    key = call(render(domain.explain, problem=problem), teacher)
    alone = call(render(domain.exams["none"], exam=problem), student)
    return writing + key * (SOLUTIONS * size), alone * size


def grading(config: RunConfig, lesson: Lesson, student: Sampling, teacher: Sampling) -> Tokens:
    """What the teacher takes to mark the exam of one student on one rationale, where it does."""
    if not marked(config):
        return Tokens()
    each = (of_marking(exam, student, teacher) for exam in examining(config, lesson))
    return sum(each, Tokens()) * (config.repetitions * marked(config))


def of_marking(exam: Problem, student: Sampling, teacher: Sampling) -> Tokens:
    """The teacher marks one exam answer."""
    return call(render(domain_of(exam).grade, problem=exam, answer=NOTHING), teacher, reads=student)


def of_teacher(config: RunConfig, rationales: int, lesson: Lesson, sampling: Sampling) -> Tokens:
    """The teacher's share of one lesson."""
    once = call(render(domain_of(lesson.problem).explain, problem=lesson.problem), sampling)
    if config.mends_teacher:
        once += mend(lesson.problem, sampling)
    return once * (rationales + 1)


def of_student(config: RunConfig, lesson: Lesson, teacher: Sampling, sampling: Sampling) -> Tokens:
    """One student's share of one lesson, per rationale."""
    reads = None if config.teach_with == "none" else teacher
    prompt = domain_of(lesson.problem).exam(config)
    exams = examining(config, lesson)
    each = (of_exam(config, prompt, exam, lesson.problem, reads, sampling) for exam in exams)
    return sum(each, Tokens()) * config.repetitions


def of_exam(
    config: RunConfig, prompt: str, exam: Problem, lesson: Problem, reads: Sampling | None, sampling: Sampling
) -> Tokens:
    """One exam of one student, self-debug included where it is on."""
    once = call(render(prompt, exam=exam, lesson=lesson, taught=NOTHING), sampling, reads=reads)
    return once + mend(exam, sampling) if config.mends_students else once


def mend(problem: Problem, sampling: Sampling) -> Tokens:
    """One self-debug."""
    prompt = render(domain_of(problem).mend, problem=problem, answer=NOTHING, feedback="")
    return call(prompt, sampling, reads=sampling)


def call(prompt: Sequence[Message], sampling: Sampling, reads: Sampling | None = None) -> Tokens:
    """One call whose prompt holds `prompt` and, where it `reads` one, a reply sampled so that is not known yet."""
    chars = sum(len(message.content) for message in prompt)
    low, high = (chars / per_token for per_token in CHARS_PER_TOKEN)
    quoted = reads.max_tokens if reads else 0
    return Tokens(
        1,
        (low + quoted * REPLY_SHARE[0], high + quoted * REPLY_SHARE[1]),
        (sampling.max_tokens * REPLY_SHARE[0], sampling.max_tokens * REPLY_SHARE[1]),
    )
