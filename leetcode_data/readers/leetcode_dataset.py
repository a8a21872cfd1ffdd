"""LeetCodeDataset (Xia et al. 2025, arXiv 2504.14655): `LeetCodeDataset-train.jsonl`, `-test.jsonl`.

A test's `input` is written as arguments by name, its `output` as a value. Visible are the tests whose input the
description shows; where it shows none, the first, put below it. Floats are right within 1e-5, as LeetCode takes them.
Where the published solution failed on an input, `output` holds its error: such a test is dropped.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue

from lbt.signature import parameters, signature_of
from lbt.types import PLAIN, Case, Checker, FloatChecker, Shape
from leetcode_data.readers.literal import arguments_of, value_of
from leetcode_data.readers.reader import Published, Reader, UnfitError, split, squashed, with_examples
from leetcode_data.schema import OwnProblem
from leetcode_data.shapes import shape_of

TOLERANCE = 1e-5
_FAILED = re.compile(r"\s*|Execution timed out|Error: .*", re.DOTALL)
"""Outputs that are none."""


class _Test(Published):
    input: str
    output: str


class _Row(Published):
    task_id: str
    problem_description: str
    starter_code: str
    entry_point: str
    input_output: tuple[_Test, ...] = Field(min_length=1)
    tags: tuple[str, ...] = ()
    prompt: str = ""
    completion: str = ""


def read(row: Mapping[str, Any]) -> OwnProblem:
    """Read one problem. Raises `UnfitError` where a value or a node cannot be passed."""
    given = _Row.model_validate(row)
    entry_point = given.entry_point.replace("()", "")
    signature = signature_of(given.starter_code, entry_point)
    if signature is None:
        raise ValueError(f"starter_code: it does not define {entry_point!r}")
    tests = [one for one in given.input_output if not _FAILED.fullmatch(one.output)]
    if not tests:
        raise UnfitError("none of its tests has an output")
    try:
        shape = shape_of(signature)
        cases = {f"Input: {one.input}\nOutput: {one.output}": _case(one, signature, shape) for one in tests}
    except ValueError as error:
        raise UnfitError(str(error)) from None
    examples = {text: squashed(text.partition("\nOutput:")[0] + "\nOutput:") for text in cases}  # 1 is not 10
    described = squashed(given.problem_description)
    visible, hidden = split(list(cases), lambda text: examples[text] in described)
    returns = ast.unparse(signature.returns) if signature.returns else ""
    return OwnProblem(
        id=given.task_id,
        title=given.task_id.replace("-", " ").capitalize(),
        statement=with_examples(given.problem_description, [one for one in visible if examples[one] not in described]),
        starter=given.starter_code.rstrip(),
        entry_point=entry_point,
        visible=tuple(cases[text] for text in visible),
        hidden=tuple(cases[text] for text in hidden),
        checker=_checker(returns),
        shape=shape,
        tags=given.tags,
        references={"completion": f"{given.prompt}\n{given.completion}".strip()} if given.completion else {},
    )


def _checker(returns: str) -> Checker:
    return FloatChecker(float=TOLERANCE) if "float" in returns else "exact"


def _case(test: _Test, signature: ast.FunctionDef, shape: Shape) -> Case:
    """Read one test: arguments in the order of the signature, and the expected value."""
    names = [parameter.arg for parameter in parameters(signature)]
    values = arguments_of(test.input)
    if set(values) != set(names):
        raise ValueError(f"a test gives {', '.join(values) or 'nothing'}, the method takes {', '.join(names)}")
    expected = _expected(test.output, signature)
    if shape != PLAIN and shape.argument is not None and expected is None:
        raise ValueError("it changes an argument, and its tests do not say to what")
    given_args = tuple(values[name] for name in names)
    return Case.model_construct(args=given_args, expected=expected)  # is JSON; 250,000 tests are read in one go


def _expected(text: str, signature: ast.FunctionDef) -> JsonValue:
    """Read an output; a text need not be quoted where one is returned."""
    if signature.returns is None or ast.unparse(signature.returns).strip("'") != "str":
        return value_of(text)
    try:
        value = value_of(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


LEETCODE_DATASET = Reader(
    "LeetCodeDataset",
    frozenset({"task_id", "problem_description", "starter_code", "entry_point", "input_output"}),
    read,
)
