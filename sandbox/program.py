"""What is judged: one program, how it is called and what it may use."""

from typing import Self

from lbt.types import Checker, CodeProblem, Limits, Value


class Program(Value):
    """A program to judge. Nothing in it is secret: all of it goes into the sandbox, the checker excepted."""

    code: str
    entry_point: str
    """`Solution.method`, called on a fresh `Solution()` for each test, or `function`."""
    checker: Checker = "exact"
    """Used on the trusted side only."""
    limits: Limits = Limits()
    strict: bool = False
    """Run each test in a process of its own, so that no test sees what an earlier one left behind."""

    @classmethod
    def of(cls, problem: CodeProblem, code: str) -> Self:
        """Take entry point, checker and limits from `problem`."""
        return cls(code=code, entry_point=problem.entry_point, checker=problem.checker, limits=problem.limits)
