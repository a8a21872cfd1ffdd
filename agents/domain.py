"""What is different from domain to domain: the prompts, and how a reply is read. Graph and roles are the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from agents.config import RunConfig, TeachWith
from agents.endpoints.calls import Reply
from agents.parsing import parse
from lbt.types import Answer, CodeProblem, MathProblem, Problem
from math_data.answers import extract

Name = Literal["code", "math"]


@dataclass(frozen=True, kw_only=True)
class Domain:
    """How models are asked in one domain, and read. All but `read` are names of prompts."""

    name: Name
    explain: str
    """The teacher's."""
    exams: Mapping[TeachWith, str]
    """An exam's, by what is taught with."""
    published: str
    """An exam's, as in the paper's published code (`--faithful`)."""
    mend: str
    """Of self-debug."""
    evaluate: str
    """Of the teacher's opinion of an answer."""
    matched: str
    """Of a teacher who is shown the exam and its solutions."""
    write_exam: str = ""
    """Of a teacher who writes an exam; empty where none can."""
    grade: str = ""
    """Of a teacher who marks one; empty where none can."""
    read: Callable[[Problem, Reply], Answer]
    """Takes the answer to a problem out of a reply; never raises, however strange the text."""

    def exam(self, config: RunConfig) -> str:
        """The prompt of a run's exams."""
        return self.published if config.faithful else self.exams[config.teach_with]

    def used(self, config: RunConfig) -> tuple[str, ...]:
        """The prompts of a run."""
        written = (self.write_exam, self.exams["none"]) if config.exams == "synthesized" else ()
        marked = (self.grade,) if config.exam_judge == "teacher" else ()
        return self.explain, self.exam(config), self.mend, *written, *marked


def code_problem(problem: Problem) -> CodeProblem:
    """`problem` as the code domain needs it.

    Raises:
        TypeError: it belongs to another domain, so the wiring is wrong.
    """
    if not isinstance(problem, CodeProblem):
        raise TypeError(f"{problem.id} is not a programming problem")
    return problem


def math_problem(problem: Problem) -> MathProblem:
    """`problem` as mathematics needs it. Raises as `code_problem`."""
    if not isinstance(problem, MathProblem):
        raise TypeError(f"{problem.id} is not a problem of mathematics")
    return problem


def domain_of(problem: Problem) -> Domain:
    """The domain of a problem."""
    return MATH if isinstance(problem, MathProblem) else CODE


def _read_program(problem: Problem, reply: Reply) -> Answer:
    outcome, rationale, code = parse(reply.text, code_problem(problem).entry_point, reply.finish)
    return Answer(call=reply.key, outcome=outcome, rationale=rationale, code=code, usage=reply.usage)


def _read_final_answer(_: Problem, reply: Reply) -> Answer:
    outcome, rationale, value = extract(reply.text, reply.finish)
    return Answer(call=reply.key, outcome=outcome, rationale=rationale, value=value, usage=reply.usage)


CODE: Final = Domain(
    name="code",
    explain="explain_code",
    exams={
        "rationale+answer": "exam_code",
        "answer": "exam_code_answer",
        "none": "exam_code_alone",
        "shuffled": "exam_code",
    },
    published="exam_code_explained",
    mend="mend_code",
    evaluate="evaluate_code",
    matched="explain_code_matched",
    read=_read_program,
)
MATH: Final = Domain(
    name="math",
    explain="explain_math",
    exams={
        "rationale+answer": "exam_math",
        "answer": "exam_math_answer",
        "none": "exam_math_alone",
        "shuffled": "exam_math",
    },
    published="exam_math",
    mend="mend_math",
    evaluate="evaluate_math",
    matched="explain_math_matched",
    write_exam="write_exam_math",
    grade="grade_math",
    read=_read_final_answer,
)
