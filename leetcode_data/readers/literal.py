"""Read values that other data sets write as Python or as JSON."""

import ast
import json
import re

from pydantic import JsonValue

from lbt.signature import NOT_PYTHON, syntax

_NAME = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*=\s*")
_BETWEEN = re.compile(r"\s*(?:(?P<comma>,)|$)")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


_JSON = json.JSONDecoder(parse_constant=_refuse)
_JSON_NAMES = {"null": None, "true": True, "false": False}


def literal(node: ast.expr) -> JsonValue:
    """Read a value: JSON's kinds, written as Python or as JSON; a tuple is a list.

    Raises:
        ValueError: it is anything else, a set or a call for example.
    """
    match node:
        case ast.Constant(None | bool() | int() | float() | str() as value):
            return value
        case ast.List(items) | ast.Tuple(items):
            return [literal(item) for item in items]
        case ast.Dict(keys, values) if all(isinstance(k, ast.Constant) and isinstance(k.value, str) for k in keys):
            return {str(key.value): literal(one) for key, one in zip(keys, values, strict=True)}  # type: ignore[union-attr]
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return -number
        case ast.Name(name) if name in _JSON_NAMES:
            return _JSON_NAMES[name]
    raise ValueError(f"{ast.unparse(node)[:80]} is no value that JSON has")


def value_of(text: str) -> JsonValue:
    """Read a value that stands alone. Raises ValueError as `literal` does, and for what is no Python."""
    try:
        value: JsonValue = _JSON.decode(text.strip())
        return value
    except ValueError:
        pass
    try:
        node = _expression(text)
    except NOT_PYTHON:
        raise ValueError(f"{text.strip()[:80]!r} is no value") from None
    return literal(node)


def _expression(text: str) -> ast.expr:
    """Parse one expression. Raises one of `NOT_PYTHON`."""
    match syntax(text.strip()).body:
        case [ast.Expr(value)]:
            return value
    raise ValueError("not one expression")


def arguments_of(text: str) -> dict[str, JsonValue]:
    """Read `a = 1, b = [2]`. Raises ValueError for what names no arguments, or passes what is no value."""
    quick = _json_arguments(text)
    if quick is not None:
        return quick
    try:
        call = _expression(f"f({text.strip()})")
    except NOT_PYTHON:
        raise ValueError(f"a test's input is not written as arguments: {text.strip()[:80]!r}") from None
    if not isinstance(call, ast.Call) or call.args or any(one.arg is None for one in call.keywords):
        raise ValueError(f"a test's input does not name its arguments: {text.strip()[:80]!r}")
    return {str(one.arg): literal(one.value) for one in call.keywords}


def _json_arguments(text: str) -> dict[str, JsonValue] | None:
    """Read arguments whose values are JSON, a hundred times faster; None where one is not."""
    values: dict[str, JsonValue] = {}
    end = -1
    while end < len(text):
        name = _NAME.match(text, end + 1)
        try:
            value, end = _JSON.raw_decode(text, name.end()) if name else (None, len(text))
        except ValueError:
            return None
        rest = _BETWEEN.match(text, end)
        if name is None or rest is None:
            return None
        values[name["name"]] = value
        end = rest.end() - 1 if rest["comma"] else len(text)
    return values
