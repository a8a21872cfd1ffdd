"""What the test server says: a known solution of the problem that is asked, good or bad by the seed."""

import hashlib
import random
import re
from functools import cache

from lbt.types import CodeProblem, Status
from leetcode_data.load import datasets, load
from leetcode_data.solutions import known_solutions
from math_data import families
from tests.server.exemplars import exemplar_reply

_DEFINED = re.compile(r"def (\w+)\(")
_QUESTION = re.compile(r"\[\[Question\]\]:\n(.*?)\n\[\[", re.DOTALL)


WRITTEN = 1
"""Seed of the families from which new problems are taken; datasets have those of seed 0."""


@cache
def _problems() -> dict[str, CodeProblem]:
    """Every problem there is, by the name of the function that is asked for."""
    return {problem.entry_point.rpartition(".")[2]: problem for name in datasets() for problem in load(name).problems}


@cache
def _answers() -> dict[str, str]:
    """The final answer of every problem of the families, by its statement."""
    known = (*families.load(WRITTEN).everything, *families.load(0).everything)
    return {problem.statement: problem.answer for problem in known}


@cache
def _variants() -> dict[str, list[str]]:
    """New problems of the kind of every problem of the families, by its statement."""
    others = families.load(WRITTEN).exams
    return {one.statement: [other.statement for other in others[one.id]] for one in families.load(0).problems}


def warm_up() -> None:
    """Read all problems and solutions now, so that the first reply takes no longer than the others."""
    for problem in _problems().values():
        known_solutions(problem.id)
    _answers()


def asked(prompt: str) -> CodeProblem | None:
    """The problem whose signature comes last in `prompt`."""
    for name in reversed(_DEFINED.findall(prompt)):
        if name in _problems():
            return _problems()[name]
    return None


def answer(prompt: str, rng: random.Random, good_share: float) -> str:
    """A reply in the form the project asks for; a good program with probability `good_share`."""
    if (said := exemplar_reply(prompt, rng, good_share)) is not None:
        return said
    if questions := _QUESTION.findall(prompt):
        return solution(questions[-1], prompt, rng, good_share)
    problem = asked(prompt)
    if problem is None:
        return f"I count: {rng.randrange(10**6)}."
    if "Score: N" in prompt:
        return f"It looks fine.\nScore: {rng.randrange(101)}"
    if "different tests" in prompt:
        return written_tests(problem, rng, good_share)
    solutions = known_solutions(problem.id)
    good = rng.random() < good_share
    quick = [bad.code for bad in solutions.bad.values() if Status.TLE not in bad.fails_as]  # a test has no minutes
    programs = list(solutions.good.values()) if good else quick
    code = rng.choice(programs).strip()
    steps = "\n".join(f"{i}. Step {i} of approach {rng.randrange(1000)}." for i in range(1, 4))
    return f"{steps}\n\n```python\n{code}\n```\n"


def solution(question: str, prompt: str, rng: random.Random, good_share: float) -> str:
    """A solution of a problem of mathematics, or an opinion of one; right with probability `good_share`."""
    if "Score: N" in prompt:
        return f"It looks fine.\nScore: {rng.randrange(101)}"
    good = rng.random() < good_share
    if "Verdict: V" in prompt:
        is_right = prompt.count(f"${_answers().get(question)}$") > 0
        return f"I have checked it.\nVerdict: {'right' if is_right == good else 'wrong'}"
    if "new problem" in prompt:
        taught = question.partition("\n\nWrite ")[0]
        return "\n\n".join(f"[[Question]]:\n{variant}" for variant in _variants().get(taught, ()))
    value = _answers().get(question, "12") if good else f"{rng.choice((1001, 1002, 1003))}"
    steps = "\n".join(f"{i}. Step {i} of approach {rng.randrange(1000)}." for i in range(1, 4))
    return f"{steps}\n[[Final Answer]]:\n${value}$\n"


def written_tests(problem: CodeProblem, rng: random.Random, good_share: float) -> str:
    """Tests from the statement; each expects the right value with probability `good_share`."""
    owner, _, name = problem.entry_point.rpartition(".")
    lines = [
        f"assert {owner}().{name}({', '.join(map(repr, case.args))}) == "
        f"{case.expected if rng.random() < good_share else None!r}"
        for case in problem.visible
    ]
    return "```python\n" + "\n".join(lines) + "\nassert True\n```\n"


def generator(server_seed: int, fingerprint: str) -> random.Random:
    """All randomness of one reply: the same request gets the same reply from the same server."""
    digest = hashlib.sha256(f"{server_seed}:{fingerprint}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))
