"""HumanEval (Chen et al. 2021, arXiv 2107.03374): `HumanEval.jsonl`, packed or not.

Its `check(candidate)` is taken apart: each assertion is a test of mode `asserts`. Visible are those whose call the
docstring shows; where it shows none, the first, put below the statement. A check with a loop stays one more test. So
rows of HumanEval+ (Liu et al. 2023, arXiv 2305.01210), each of which is one loop over hundreds of inputs, are left out.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lbt.signature import parsed, syntax
from leetcode_data.readers.reader import (
    Published,
    Reader,
    UnfitError,
    assertion,
    header,
    split,
    squashed,
    with_examples,
)
from leetcode_data.schema import OwnProblem

_LONGEST_EXAMPLE: Final = 2_000
"""Characters of a test that can be shown; the longest of HumanEval's own that is shown has 732."""


class _Row(Published):
    task_id: str
    prompt: str
    entry_point: str
    canonical_solution: str
    test: str


def read(row: Mapping[str, Any]) -> OwnProblem:
    """Read one problem.

    Raises:
        UnfitError: its first test is too long to be shown.
        ValueError: prompt or test are not as published ones are.
    """
    given = _Row.model_validate(row)
    around, function = _parts(given)
    docstring = inspect.cleandoc(ast.get_docstring(function) or "")
    tests = list(_tests(given, around))
    examples = squashed(docstring)
    visible, hidden = split(tests, lambda test: any(call in examples for call in _calls(test, given.entry_point)))
    unshown = [] if any(call in examples for call in _calls(visible[0], given.entry_point)) else visible
    if unshown and len(unshown[0]) > _LONGEST_EXAMPLE:
        raise UnfitError(f"its first test has {len(unshown[0]):,} characters, which no statement could show")
    return OwnProblem(
        id=given.task_id,
        title=given.entry_point,
        statement=with_examples(docstring, unshown),
        starter="\n\n".join([*map(ast.unparse, around), header(function)]),
        entry_point=given.entry_point,
        mode="asserts",
        visible=tuple(map(assertion, visible)),
        hidden=tuple(map(assertion, hidden)),
        references={"canonical solution": given.prompt + given.canonical_solution},
    )


def _parts(given: _Row) -> tuple[list[ast.stmt], ast.FunctionDef]:
    """Part a prompt into the function that is asked for, and what stands before it."""
    tree = parsed(given.prompt)
    functions = [node for node in (tree.body if tree else []) if isinstance(node, ast.FunctionDef)]
    function = next((node for node in functions if node.name == given.entry_point), None)
    if tree is None or function is None:
        raise ValueError(f"prompt: it does not define {given.entry_point!r}")
    return [node for node in tree.body if node is not function], function


def _tests(given: _Row, around: Sequence[ast.stmt]) -> Iterator[str]:
    """Take `check` apart; a test that needs a helper of the prompt brings it along."""
    tree = parsed(given.test)
    check = next((n for n in (tree.body if tree else []) if isinstance(n, ast.FunctionDef) and n.name == "check"), None)
    if tree is None or check is None or len(check.args.args) != 1:
        raise ValueError("test: it does not define check(candidate)")
    helpers = "\n".join(map(ast.unparse, around))
    own = {node.name for node in around if isinstance(node, ast.FunctionDef)}
    loose = [node for node in check.body if not isinstance(node, ast.Assert | ast.Expr)]
    local = {name for node in loose for name in _names(node, ast.Store)}
    candidate = check.args.args[0].arg
    for node in check.body:
        says = isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant)
        if says and not local & _names(node, ast.Load):
            text = ast.unparse(_Renamed(candidate, given.entry_point).visit(node))
            yield f"{helpers}\n{text}" if own & _names(node, ast.Load) else text
    if loose:
        whole = f"{given.test.strip()}\ncheck({given.entry_point})"
        yield f"{helpers}\n{whole}" if own & _names(check, ast.Load) else whole


def _names(tree: ast.AST, use: type[ast.expr_context]) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, use)}


def _calls(test: str, entry_point: str) -> list[str]:
    """The calls of the entry point in a test, squashed."""
    calls = [node for node in ast.walk(syntax(test)) if isinstance(node, ast.Call)]
    return [squashed(ast.unparse(call)) for call in calls if ast.unparse(call.func) == entry_point and call.args]


class _Renamed(ast.NodeTransformer):
    """`candidate` in a test becomes the function's name."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self._new, node.ctx), node) if node.id == self._old else node


HUMANEVAL = Reader("HumanEval", frozenset(_Row.model_fields), read)
