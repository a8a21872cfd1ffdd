"""Datasets that the published code of Learning by Teaching prepares (arXiv 2406.14629): its `dataset.jsonl`.

It has the examples of the statement as assertions, `assert Solution().f(…) == …`, and no other tests: its S-score came
from LeetCode's server. So the visible tests are the hidden ones too, and S is the share of them that pass. Assertions
that compare with `==` become calls that are judged from outside; where one does not, all stay assertions.

Signatures and assertions are of the function alone, `f(n: int) -> int:` and `assert f(…) == …`, where the last step of
that code, which puts them into `class Solution`, was not done.
"""

import ast
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from lbt.signature import parsed, signature_of
from lbt.types import Case
from leetcode_data.readers.literal import literal
from leetcode_data.readers.reader import Published, Reader, UnfitError, assertion, squashed, with_examples
from leetcode_data.schema import OwnProblem


class _Row(Published):
    task_id: str
    signature: str
    docstring: str
    test: str
    tags: str | tuple[str, ...] = ()
    canonical_solution: str | None = None
    answer: str | None = None


def read(row: Mapping[str, Any]) -> OwnProblem:
    """Read one problem. Raises `UnfitError` where it has no tests."""
    given = _Row.model_validate(row)
    tests = [line.strip() for line in given.test.splitlines() if line.strip().startswith("assert ")]
    if not tests:
        raise UnfitError("it has no tests")
    signature = given.signature.strip().removesuffix(":") + ":"
    starter = signature if signature.startswith(("class ", "def ")) else f"def {signature}"
    entry_point = _entry_point(starter)
    calls = [_call(test, entry_point) for test in tests]
    cases = [call for call in calls if call]
    called = len(cases) == len(tests)
    shown = squashed(given.docstring)
    hints = [] if "Input:" in shown or "Example" in shown else tests
    tags = given.tags.split(",") if isinstance(given.tags, str) else given.tags
    solution = given.canonical_solution or given.answer or ""
    suite = tuple(cases) if called else tuple(map(assertion, tests))
    return OwnProblem(
        id=given.task_id,
        title=given.task_id.replace("-", " ").capitalize(),
        statement=with_examples(given.docstring, hints),
        starter=starter,
        entry_point=entry_point,
        mode="function" if called else "asserts",
        visible=suite,
        hidden=suite,
        tags=tuple(tag.strip() for tag in tags if tag.strip()),
        references={"canonical solution": solution} if signature_of(solution, entry_point) else {},
    )


def _entry_point(starter: str) -> str:
    for node in tree.body if (tree := parsed(starter)) else []:
        match node:
            case ast.FunctionDef(name):
                return name
            case ast.ClassDef(owner, body=[ast.FunctionDef(name), *_]):
                return f"{owner}.{name}"
    raise ValueError("signature: it has no function, and no class with a method")


def _call(test: str, entry_point: str) -> Case | None:
    """Read `assert Solution().f(1, 2) == 3` or `assert f(1, 2) == 3` as a call; None for any other assertion."""
    owner, _, name = entry_point.rpartition(".")
    tree = parsed(test)
    match tree and tree.body:
        case [ast.Assert(ast.Compare(ast.Call(called, args, []), [ast.Eq()], [right]))]:
            if ast.unparse(called) == (f"{owner}().{name}" if owner else name):
                try:
                    values: list[JsonValue] = [literal(one) for one in (*args, right)]
                except ValueError:
                    return None
                return Case(args=tuple(values[:-1]), expected=values[-1])
    return None


LBT_CODE = Reader("the published LbT code", frozenset({"task_id", "signature", "docstring", "test"}), read)
