"""The annotated type of an answer, where it says more of numbers than an expected value: `2` is a value of a float too.

LeetCode takes an `int` where a `float` is annotated, and refuses a `float` where an `int` is. Problem sets are not as
strict with what they expect: `2` for `-> float`, `3.0` for `-> int`. So expected values are read by the annotation.
"""

import ast
from functools import lru_cache

from pydantic import JsonValue

from lbt.signature import NOT_PYTHON

_WRAPPERS = frozenset({"Optional", "Annotated", "Final"})
_SEQUENCES = frozenset({"List", "list", "Sequence", "Iterable", "Set", "set"})
_TUPLES = frozenset({"Tuple", "tuple"})
_MAPPINGS = frozenset({"Dict", "dict", "Mapping", "DefaultDict", "OrderedDict"})


def as_annotated(expected: JsonValue, annotation: str) -> JsonValue:
    """Give the numbers in `expected` the type that `annotation` says; leave alone what does not fit it."""
    return _typed(expected, _parsed(annotation)) if annotation else expected


@lru_cache(256)
def _parsed(annotation: str) -> ast.expr:
    try:
        return ast.parse(annotation, mode="eval").body
    except NOT_PYTHON:
        return ast.Constant(None)


def _typed(expected: JsonValue, kind: ast.expr) -> JsonValue:
    match kind:
        case ast.Name("float"):
            return _as_float(expected) if type(expected) is int else expected
        case ast.Name("int"):
            return int(expected) if type(expected) is float and expected.is_integer() else expected
        case ast.Constant(str(text)):
            return _typed(expected, _parsed(text))
        case ast.BinOp(left, ast.BitOr(), ast.Constant(None)) | ast.BinOp(ast.Constant(None), ast.BitOr(), left):
            return _typed(expected, left)
        case ast.Subscript(ast.Attribute(attr=name) | ast.Name(name), inner):
            return _typed_inside(expected, name, inner)
    return expected


def _as_float(number: int) -> int | float:
    try:
        return float(number) if float(number) == number else number
    except OverflowError:
        return number


def _typed_inside(expected: JsonValue, name: str, inner: ast.expr) -> JsonValue:
    kinds = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if not kinds:
        return expected
    match expected:
        case None:
            return None
        case list() if name in _SEQUENCES:
            return [_typed(item, kinds[0]) for item in expected]
        case list() if name in _TUPLES:
            endless = isinstance(kinds[-1], ast.Constant) and kinds[-1].value is ...
            each = [kinds[0]] * len(expected) if endless else kinds
            return [_typed(item, kind) for item, kind in zip(expected, each, strict=False)] + expected[len(each) :]
        case dict() if name in _MAPPINGS and "$float" not in expected:
            return {key: _typed(item, kinds[-1]) for key, item in expected.items()}
    return _typed(expected, kinds[0]) if name in _WRAPPERS else expected
