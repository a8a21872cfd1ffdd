"""What is judged: one program, how it is tested and what it may use."""

import ast
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Self

from pydantic import field_validator, model_validator

from lbt.signature import NOT_PYTHON, annotation_of
from lbt.types import PLAIN, Case, Checker, CodeChecker, CodeProblem, Limits, Mode, Shape, Value

_ENTRY_POINT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")
_CHECKER_PARAMETERS = 3


class Program(Value):
    """A program to judge. Nothing in it is secret: all of it goes into the sandbox."""

    code: str
    entry_point: str = ""
    """`Solution.method`, called on a fresh `Solution()` for each test, or `function`; empty in the other modes."""
    mode: Mode = "function"
    checker: Checker = "exact"
    """In mode `stdin`, "exact" compares words, whatever space is between them."""
    annotation: str = ""
    """Annotated type of the answer, for example `List[float]`; the expected value's own type decides where empty."""
    shape: Shape = PLAIN
    """Linked lists, trees, and answers left in an argument."""
    limits: Limits = Limits()
    strict: bool = False
    """Run each test in a process of its own, so that no test sees what an earlier one left behind."""
    alike: bool = False
    """Tell a digest of each answer, equal for answers that would be judged alike (`Verdict.answers`)."""

    @field_validator("checker")
    @classmethod
    def _has_check(cls, checker: Checker) -> Checker:
        if isinstance(checker, CodeChecker) and (fault := _fault_of_checker(checker.code)):
            raise ValueError(fault)
        return checker

    @model_validator(mode="after")
    def _fits_its_mode(self) -> Self:
        if self.mode == "function":
            if not _ENTRY_POINT.fullmatch(self.entry_point):
                raise ValueError("entry_point must be `Solution.method` or `function`")
        elif self.entry_point or self.shape != PLAIN or self.annotation:
            raise ValueError(f"mode {self.mode} has no entry_point, shape and annotation")
        elif self.checker in ("unordered", "unordered_nested") or (self.mode == "asserts" and self.checker != "exact"):
            raise ValueError(f"mode {self.mode} cannot have this checker")
        elif self.mode == "asserts" and self.alike:
            raise ValueError("mode asserts has no answers that could be alike")
        return self

    @classmethod
    def of(cls, problem: CodeProblem, code: str) -> Self:
        """Take all but the code from `problem`."""
        called = problem.mode == "function"  # assertions call by themselves
        return cls(
            code=code,
            entry_point=problem.entry_point if called else "",
            mode=problem.mode,
            checker=problem.checker,
            annotation=annotation_of(problem.starter, problem.entry_point) if called else "",
            shape=problem.shape,
            limits=problem.limits,
        )

    def fault_of(self, cases: Sequence[Case]) -> str:
        """Say what keeps `cases` from being tests of this program; empty when nothing does."""
        if self.mode == "function":
            faults = [] if self.shape == PLAIN else [self.shape.misfit(case) for case in cases]
            return next((f"tests.{number}: {fault}" for number, fault in enumerate(faults) if fault), "")
        for number, case in enumerate(cases):
            match case.args, case.expected, self.mode:
                case (str(),), str(), "stdin":
                    continue
                case (str(text),), None, "asserts":
                    if fault := _fault_of_code(text):
                        return f"tests.{number}.args.0: {fault}"
                case _:
                    form = "[standard input], standard output" if self.mode == "stdin" else "[assertions], null"
                    return f"tests.{number}: args and expected must be {form} in mode {self.mode}"
        return ""


def _fault_of_code(code: str) -> str:
    try:
        ast.parse(code)
    except NOT_PYTHON as error:
        return f"not Python ({error})"
    return ""


@lru_cache(64)
def _fault_of_checker(code: str) -> str:
    if fault := _fault_of_code(code):
        return fault
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            needed = sum(default is None for default in node.args.kw_defaults)
            if len(node.args.posonlyargs) + len(node.args.args) == _CHECKER_PARAMETERS and not needed:
                return ""
            break
    return "a checker's code must define check(args, returned, expected)"
