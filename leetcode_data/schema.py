"""A problem as its author writes it: the documented format, and what is wrong with a problem that is not in it.

`python -m leetcode_data schema` prints the same as JSON Schema; docs/problems.md explains it.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from lbt.cli import meant
from lbt.signature import NOT_PYTHON, parameters, signature_of, syntax
from lbt.types import PLAIN, Case, Checker, CodeChecker, CodeProblem, Limits, Mode, Shape, Value

Id = Annotated[str, Field(pattern=r"^\w[\w./:+@-]{0,199}$")]
_ENTRY_POINT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")
_CHECKER_PARAMETERS = 3
_DEEPEST = 6
"""Steps that an error goes into a field."""
_REASONS = {
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "string_pattern_mismatch": "has characters that it cannot have, or none",
}
"""What pydantic says in Python's words, or in those of regular expressions."""
_SHAPED = frozenset({"title", "statement", "starter"})
"""Fields that lose the space around them: a block of YAML ends in a new line."""


class OwnProblem(Value):
    """A problem of your own."""

    model_config = ConfigDict(title="Problem", use_attribute_docstrings=True)

    id: Id
    """Letters, digits and any of `. / : + @ - _`; no other problem of the set has it."""
    title: str = ""
    """For people; the id, if nothing."""
    statement: str = Field(pattern=r"\S")
    """What a model reads, the visible tests as examples included. It is shown as it stands."""
    starter: str = ""
    """The signature to fill in, without a body; nothing in mode `stdin`."""
    entry_point: str = ""
    """`function` or `Solution.method`, as the starter defines it; nothing in mode `stdin`."""
    mode: Mode = "function"
    """What a test does: call a function, give a whole program its standard input, or run assertions beside it."""
    visible: Annotated[tuple[Case, ...], Field(min_length=1)]
    """Tests that the statement shows; they decide the V-score."""
    hidden: Annotated[tuple[Case, ...], Field(min_length=1)]
    """Tests from small to large; they decide the S-score. No model ever sees them."""
    checker: Checker = "exact"
    """How an answer is compared with the expected one."""
    shape: Shape = PLAIN
    """Linked lists, trees, and answers left in an argument."""
    limits: Limits = Limits()
    """What one test may use."""
    constant_answer_passes: bool = False
    """Some constant is right on every test, so a pass says little."""
    group: str = ""
    """Problems of a group examine each other."""
    tags: tuple[str, ...] = ()
    """What the problem is about; where there is no group, those that share most tags examine each other."""
    exam: tuple[Id, ...] = ()
    """Ids of the problems that examine this one, if you choose them yourself."""
    references: Mapping[str, str] = {}
    """Programs that must pass every test, by a name that says what is special about each."""
    bad: Mapping[str, str] = {}
    """Programs that must not pass every hidden test, by name."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if fault := next(_faults(self), None):
            raise ValueError(fault)
        return self

    @property
    def posed(self) -> CodeProblem:
        """The problem as a run takes it: without what is only for its author."""
        return CodeProblem(
            **{name: getattr(self, name) for name in CodeProblem.model_fields if name not in _SHAPED},
            title=self.title or self.id,
            statement=self.statement.strip(),
            starter=self.starter.rstrip(),
        )


def sentence(error: ValidationError) -> str:
    """Say the first thing that is wrong: the field, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"][:_DEEPEST])
    if first["type"] == "extra_forbidden":
        hint = meant(place, OwnProblem.model_fields) if len(first["loc"]) == 1 else ""
        return f"unknown field {place!r}{hint}"
    if first["loc"][:1] == ("checker",):
        return "checker: must be exact, unordered, unordered_nested, {float: tolerance} or {code: program}"
    reason = _REASONS.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason


def _faults(problem: OwnProblem) -> Iterator[str]:
    if problem.mode == "stdin":
        if problem.starter or problem.entry_point:
            yield "a whole program (mode stdin) has no starter and no entry_point"
    else:
        yield from _faults_of_entry(problem)
    if problem.mode != "function" and problem.shape != PLAIN:
        yield f"shape: mode {problem.mode} has none"
    yield from _faults_of_checker(problem)
    for name in ("title", "statement", "starter"):
        if not _is_plain(getattr(problem, name)):
            yield f"{name}: holds half a character (a lone surrogate)"
    for name in ("visible", "hidden"):
        for place, case in enumerate(getattr(problem, name)):
            if fault := _fault_of_case(problem, case):
                yield f"{name}.{place}: {fault}"
            if not _is_plain([*case.args, case.expected]):
                yield f"{name}.{place}: holds a number that is not finite, or half a character (a lone surrogate)"


def _faults_of_entry(problem: OwnProblem) -> Iterator[str]:
    if not _ENTRY_POINT.fullmatch(problem.entry_point):
        yield "entry_point: must be `function` or `Solution.method`"
    if signature_of(problem.starter, problem.entry_point) is None:
        yield f"entry_point: the starter does not define {problem.entry_point!r}"


def _faults_of_checker(problem: OwnProblem) -> Iterator[str]:
    match problem.checker, problem.mode:
        case "exact", _:
            return
        case CodeChecker(code=code), _ if not _checks(code):
            yield "checker.code: must define check(args, returned, expected)"
        case _, "asserts":
            yield "checker: mode asserts has none, its tests compare for themselves"
        case "unordered" | "unordered_nested", "stdin":
            yield "checker: mode stdin compares words; give a tolerance or code"


def _checks(code: str) -> bool:
    try:
        found = [node for node in syntax(code).body if isinstance(node, ast.FunctionDef) and node.name == "check"]
    except NOT_PYTHON:
        return False
    needed = found and sum(default is None for default in found[0].args.kw_defaults)
    return bool(found) and not needed and len(found[0].args.posonlyargs + found[0].args.args) == _CHECKER_PARAMETERS


def _fault_of_case(problem: OwnProblem, case: Case) -> str:
    match problem.mode, case.args, case.expected:
        case "function", _, _:
            signature = signature_of(problem.starter, problem.entry_point)
            if signature and not _takes(signature, len(case.args)):
                return f"{len(case.args)} args, but {problem.entry_point} takes another number"
            return problem.shape.misfit(case)
        case "stdin", (str(),), str():
            return ""
        case "stdin", _, _:
            return "in mode stdin, args is [standard input] and expected is standard output, both texts"
        case "asserts", (str(text),), None:
            return "" if _is_python(text) else "the assertions are not Python"
        case _:
            return "in mode asserts, args is [assertions] and expected is null"


def _takes(signature: ast.FunctionDef, count: int) -> bool:
    """Whether the function can be called with `count` arguments by position."""
    most = len(parameters(signature))
    least = most - len(signature.args.defaults)
    return least <= count and (count <= most or signature.args.vararg is not None)


def _is_plain(value: object) -> bool:
    """Whether a value can be sent as JSON in UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def _is_python(text: str) -> bool:
    try:
        syntax(text)
    except NOT_PYTHON:
        return False
    return True


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema."""
    return OwnProblem.model_json_schema()
