"""What can be said of a set of your own without running a program. That it loads says that it is in its format."""

from collections.abc import Iterator, Mapping
from itertools import chain

from lbt.signature import NOT_PYTHON, syntax
from lbt.types import Case
from leetcode_data.encoding import dump
from leetcode_data.schema import OwnProblem

FEW = 10
"""With fewer hidden tests an S-score says little."""


def own_faults(problem: OwnProblem) -> list[str]:
    """Say what is wrong with a problem: tests that contradict each other, references that are not Python."""
    return [*_contradictions(problem), *_programs(problem)]


def _contradictions(problem: OwnProblem) -> Iterator[str]:
    expected: dict[str, str] = {}
    for place, case in _placed(problem):
        known = expected.setdefault(dump(case.args), dump(case.expected))
        if problem.checker == "exact" and known != dump(case.expected):
            yield f"{place} expects {dump(case.expected)[:80]}, an earlier test with the same args {known[:80]}"


def _placed(problem: OwnProblem) -> Iterator[tuple[str, Case]]:
    for name in ("visible", "hidden"):
        for index, case in enumerate(getattr(problem, name)):
            yield f"{name}.{index}", case


def _programs(problem: OwnProblem) -> Iterator[str]:
    for name, code in problem.references.items():
        try:
            syntax(code)
        except NOT_PYTHON as error:
            yield f"references.{name}: not Python ({error})"


def own_row(problem: OwnProblem) -> Mapping[str, str]:
    """Lay a problem out as the columns of the table that `verify` prints."""
    tests = [dump(case.args) for case in chain(problem.visible, problem.hidden)]
    hidden = len(problem.hidden)
    return {
        "problem": problem.id,
        "mode": problem.mode,
        "visible": str(len(problem.visible)),
        "hidden": f"{hidden}{' (few)' if hidden < FEW else ''}",
        "repeated": str(len(tests) - len(set(tests))),
        "largest test": f"{max(map(len, tests)):,} characters",
        "references": str(len(problem.references)),
        "known bad": str(len(problem.bad)),
    }
