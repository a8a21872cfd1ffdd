"""The teacher in another role: it assesses its own answers, writes tests, and answers with solved problems at hand.

None of this is part of a run; `agents.collect` asks for it afterwards.
"""

import ast
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from agents.asking import LAST, Desk
from agents.endpoints.calls import Reply
from agents.prompting import render
from lbt.signature import NOT_PYTHON, parameters, signature_of, syntax
from lbt.types import Answer, Case, CodeProblem, Grade, Problem

TESTS = 20
"""Tests that the teacher is asked to write for a problem."""
_SCORE = re.compile(
    r"^[^\w\n]*+score[^\w\n]*+(?<!-)(\d{1,3}(?:\.\d{1,9})?) *+(?:%|(?:/|out of) *+100)?[^\w\n]*+$",
    re.IGNORECASE | re.MULTILINE,
)
"""Within one line and never going back: a reply of many blanks or empty lines would take the square of them."""


class Shot(NamedTuple):
    """A solved problem that is shown."""

    problem: Problem
    solution: str
    """A right program, or the right final answer."""


@dataclass(frozen=True)
class Assessor:
    """Asks the teacher's model."""

    desk: Desk

    async def opinion(self, problem: Problem, index: int, answer: Answer) -> Reply:
        """Ask how likely one answer is right, greedily. Raises `EndpointError`."""
        messages = render(self.desk.domain.evaluate, problem=problem, answer=answer)
        return await self.desk.greedily.ask(messages, "self-evaluation", index, priority=self._priority(problem, index))

    async def tests(self, problem: CodeProblem) -> Reply:
        """Ask for tests of a problem, greedily. Raises `EndpointError`."""
        messages = render("write_tests", problem=problem, count=TESTS, call=call_of(problem.entry_point))
        return await self.desk.greedily.ask(messages, "tests", 0, priority=self._priority(problem, 0))

    async def answer(self, problem: Problem, shots: Sequence[Shot], index: int) -> Answer:
        """Explain and solve a problem, sample number `index`, after reading `shots`. Raises `EndpointError`."""
        messages = render(self.desk.domain.matched, problem=problem, shots=shots)
        return await self.desk.write(problem, messages, "matched", index, priority=self._priority(problem, index))

    async def mend(self, problem: Problem, answer: Answer, grade: Grade, index: int) -> Answer:
        """Self-debug such an answer, greedily, once. Raises `EndpointError`."""
        priority = self._priority(problem, index)
        return await self.desk.mend(problem, answer, grade, "matched", index, priority=priority)

    def _priority(self, problem: Problem, index: int) -> tuple[int, ...]:
        return self.desk.order[problem.id], LAST, index, 0


def call_of(entry_point: str) -> str:
    """How the entry point is called in a test: `Solution().method` or `function`."""
    owner, _, name = entry_point.rpartition(".")
    return f"{owner}().{name}" if owner else name


def score_of(text: str) -> float | None:
    """Read the last score of a reply, in [0, 1]; None when it has none."""
    found = [float(number) for number in _SCORE.findall(text)]
    # Rounded to the places that can have been written: 33.3 is 0.333 then, so that sums of scores are exact.
    return round(found[-1] / 100, 11) if found and found[-1] <= 100 else None


def read_tests(text: str, problem: CodeProblem) -> tuple[Case, ...]:
    """Read the tests of a reply, each once; what is no test of the asked form is left out."""
    found: dict[bytes, Case] = {}
    for line in text.splitlines():
        if (case := _test(line.strip(), problem)) is not None:
            found.setdefault(case.args_json, case)
    return tuple(found.values())


def _test(line: str, problem: CodeProblem) -> Case | None:
    """Read one assertion that compares a call of the entry point, with literal arguments, to a literal."""
    with suppress(*NOT_PYTHON, TypeError, ValidationError):
        match syntax(line).body:
            case [ast.Assert(ast.Compare(ast.Call() as call, [ast.Eq() | ast.Is()], [expected]))]:
                signature = signature_of(problem.starter, problem.entry_point)
                if signature and ast.unparse(call.func) == call_of(problem.entry_point):
                    args = _arguments(call, [parameter.arg for parameter in parameters(signature)])
                    return Case(args=args, expected=ast.literal_eval(expected))
    return None


def _arguments(call: ast.Call, names: Sequence[str]) -> tuple[Any, ...]:
    """The literal arguments in the order of the parameters. Raises ValueError where one is missing or too many."""
    given: dict[str, Any] = dict(zip(names, map(ast.literal_eval, call.args), strict=False))
    given |= {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    if set(given) != set(names) or len(call.args) + len(call.keywords) != len(names):
        raise ValueError("not the parameters of the entry point")
    return tuple(given[name] for name in names)
