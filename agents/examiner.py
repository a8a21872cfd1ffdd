"""The examiner: grades programs in the sandbox, on the visible tests and on the hidden ones.

The two suites are judged apart, so the V-score cannot depend on a hidden test. Verdicts are stored: the same
program on the same tests is judged once. A grade never says more of a hidden test than its status.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Protocol
from weakref import WeakValueDictionary

from agents.domain import code_problem
from lbt.types import Answer, Case, CodeProblem, Grade, Mode, Outcome, Problem, Status, Verdict
from sandbox.program import Program

_REASONS = {
    Outcome.NO_CODE: "the reply has no program that {wanted}",
    Outcome.CUT_OFF: "the reply reached the token limit before its program was complete",
    Outcome.REFUSED: "the model refused",
    Outcome.FILTERED: "a content filter held the reply back",
    Outcome.OVERFLOW: "the prompt does not fit the model's context",
}
_SHOWN = 300
"""Characters of a test's arguments that a reason quotes."""


class Sandbox(Protocol):
    """What runs programs: `sandbox.judge.Sandbox`, or a fake."""

    @property
    def version(self) -> str:
        """Changes whenever a verdict could."""
        ...

    async def judge(self, program: Program, cases: Sequence[Case]) -> Verdict:
        """Run `program` on `cases`. Raises `SandboxError` when it broke, never for bad code."""
        ...


class Verdicts(Protocol):
    """Where verdicts are kept: the call store, or a fake."""

    async def get_verdict(self, key: str) -> Verdict | None:
        """The verdict stored under `key`."""
        ...

    async def put_verdict(self, key: str, verdict: Verdict) -> Verdict:
        """Store `verdict` unless `key` is there; returns what is stored."""
        ...


class CodeJudge:
    """Grades answers to programming problems. Fills `graphs.roles.Judge`."""

    def __init__(self, sandbox: Sandbox, verdicts: Verdicts, *, prefix: bool = False) -> None:
        """Judge in `sandbox`; with `prefix`, S counts the hidden tests before the first failure, as LeetCode does."""
        self._sandbox = sandbox
        self._verdicts = verdicts
        self._prefix = prefix
        self._suites: dict[tuple[str, str], str] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        """Grade `answer`; one without a program is worth 0 and nothing runs. Raises `SandboxError`."""
        asked = code_problem(problem)
        if answer.outcome is not Outcome.OK:
            reason = _REASONS[answer.outcome].format(wanted=_wanted(asked))
            return Grade(v=0, v_share=0, s=0, s_prefix=0, status=answer.outcome.value, reason=reason)
        visible = await self._verdict(asked, "visible", asked.visible, answer.code)
        hidden = await self._verdict(asked, "hidden", asked.hidden, answer.code)
        grade = _grade(asked, visible, hidden)
        return grade.model_copy(update={"s": grade.s_prefix}) if self._prefix else grade

    async def _verdict(self, problem: CodeProblem, suite: str, cases: Sequence[Case], code: str) -> Verdict:
        """Judge `code` on one suite, unless that was done before."""
        key = _hash(self._sandbox.version, self._suite(problem, suite, cases), code)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:  # students often write the same program: one of them runs, the others read
            stored = await self._verdicts.get_verdict(key)
            if stored is not None:
                return stored
            verdict = await self._sandbox.judge(Program.of(problem, code), cases)
            return await self._verdicts.put_verdict(key, verdict)

    def _suite(self, problem: CodeProblem, suite: str, cases: Sequence[Case]) -> str:
        """Hash of all that a verdict depends on besides the code and the judge."""
        place = (problem.id, suite)
        if place not in self._suites:
            frame = Program.of(problem, "").model_dump(mode="json")
            self._suites[place] = _hash(frame, [case.model_dump(mode="json") for case in cases])
        return self._suites[place]


def _wanted(problem: CodeProblem) -> str:
    return f"defines {problem.entry_point}" if problem.entry_point else "prints anything"


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _grade(problem: CodeProblem, visible: Verdict, hidden: Verdict) -> Grade:
    passes = visible.status is Status.AC and visible.total > 0
    return Grade(
        v=float(passes),
        v_share=visible.share,
        s=hidden.share,
        s_prefix=hidden.prefix,
        status=(hidden if passes else visible).status,
        reason=_hidden_reason(hidden) if passes else _visible_reason(problem, visible),
        forgeable=visible.forgeable or hidden.forgeable,
    )


def _hidden_reason(verdict: Verdict) -> str:
    """The status and no more: input, expected value and message could teach the test."""
    failed = verdict.total - verdict.passed
    return f"{verdict.status} on {failed} of {verdict.total} hidden tests" if failed else ""


def _visible_reason(problem: CodeProblem, verdict: Verdict) -> str:
    """What the statement shows anyway: the first example that fails, what it should give, what happened."""
    failing = (case for case, test in zip(problem.visible, verdict.tests, strict=False) if test.status is not Status.AC)
    case = next(failing, None)
    what = f"{verdict.status}: {verdict.message}" if verdict.message else str(verdict.status)
    if case is None:
        return what
    return f"{_promise(problem.mode, case)}; {what}"


def _promise(mode: Mode, case: Case) -> str:
    """What a test asks of a program."""
    given, expected = (_short(text) for text in (", ".join(map(json.dumps, case.args)), json.dumps(case.expected)))
    match mode:
        case "function":
            return f"called with {given}, it should return {expected}"
        case "stdin":
            return f"given the input {given}, it should print {expected}"
        case "asserts":
            return f"this should hold: {_short(str(case.args[0]))}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
