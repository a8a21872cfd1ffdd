"""MBPP (Austin et al. 2021, arXiv 2108.07732): `mbpp.jsonl`, or the sanitized part with `prompt` and `test_imports`.

The first test is visible and stands below the text, since it is what names the function; the others are hidden.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from lbt.signature import parsed
from leetcode_data.readers.reader import Published, Reader, assertion, header, split, with_examples
from leetcode_data.schema import OwnProblem


class _Row(Published):
    task_id: int
    text: str = ""
    prompt: str = ""
    code: str
    test_list: tuple[str, ...] = Field(min_length=1)
    challenge_test_list: tuple[str, ...] = ()
    test_setup_code: str = ""
    test_imports: tuple[str, ...] = ()


def read(row: Mapping[str, Any]) -> OwnProblem:
    """Read one problem. Raises ValueError where the tests call nothing that the code defines."""
    given = _Row.model_validate(row)
    setup = "\n".join([*given.test_imports, given.test_setup_code]).strip()
    tests = [*given.test_list, *given.challenge_test_list]
    visible, hidden = split([f"{setup}\n{test}" if setup else test for test in tests], lambda test: False)
    code = parsed(given.code)
    body = code.body if code else []
    function = _asked_for(body, given.test_list)
    used = _names(setup)
    classes = [ast.unparse(node) for node in body if isinstance(node, ast.ClassDef) and node.name in used]
    return OwnProblem(
        id=f"MBPP/{given.task_id}",
        title=function.name,
        statement=with_examples(given.text or given.prompt, visible),
        starter="\n\n".join([*classes, header(function)]),
        entry_point=function.name,
        mode="asserts",
        visible=tuple(map(assertion, visible)),
        hidden=tuple(map(assertion, hidden)),
        references={"code": given.code},
    )


def _asked_for(body: Sequence[ast.stmt], tests: Sequence[str]) -> ast.FunctionDef:
    """Find the function that the tests call: the text does not name it."""
    called = _names("\n".join(tests))
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in called]
    if not found:
        raise ValueError("test_list: the tests call no function that `code` defines")
    return found[-1]


def _names(code: str) -> set[str]:
    tree = parsed(code)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} if tree else set()


MBPP = Reader("MBPP", frozenset({"task_id", "code", "test_list"}), read)
