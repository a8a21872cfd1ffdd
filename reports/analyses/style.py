"""The algorithmic style of a program, read off its syntax tree.

A style is coarse on purpose: it is what one sees at a glance of a solution by dynamic programming. Two programs of one
style may still do different things.
"""

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from lbt.signature import NOT_PYTHON

_CACHES = frozenset({"cache", "lru_cache", "cached", "memoize"})
_TABLES = frozenset({"dp", "memo", "table", "cache"})


class Style(StrEnum):
    """How a program finds its answer."""

    MEMOISED = "memoised recursion"
    TABLE = "table"
    """Bottom-up: a list or dict that is filled in a loop."""
    RECURSION = "plain recursion"
    LOOP = "loop"
    """A loop without a table: greedy, simulation, counting."""
    FORMULA = "formula"
    """No loop and no recursion."""
    UNREADABLE = "unreadable"
    """No Python."""


@lru_cache(4096)
def style_of(code: str) -> Style:
    """Tell the style of a program."""
    try:
        tree = ast.parse(code)
    except NOT_PYTHON:
        return Style.UNREADABLE
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    recursive = [function for function in functions if _calls_itself(function)]
    if recursive:
        return Style.MEMOISED if any(map(_remembers, recursive)) else Style.RECURSION
    loops = [node for node in nodes if isinstance(node, ast.For | ast.While)]
    if any(_fills(loop) for loop in loops):
        return Style.TABLE
    return Style.LOOP if loops or any(isinstance(node, ast.comprehension) for node in nodes) else Style.FORMULA


def _calls_itself(function: ast.FunctionDef) -> bool:
    return any(_name(node.func) == function.name for node in ast.walk(function) if isinstance(node, ast.Call))


def _remembers(function: ast.FunctionDef) -> bool:
    """Whether a recursive function keeps its answers: by a decorator, or in a container that it reads and writes."""
    for decorator in function.decorator_list:
        if _name(decorator.func if isinstance(decorator, ast.Call) else decorator) in _CACHES:
            return True
    return bool(set(_written(function)) & set(_tested_or_read(function)))


def _fills(loop: ast.AST) -> bool:
    """Whether a loop fills a table: it writes to a place of a container that it also reads at another place."""
    written = set(_written(loop))
    return bool(written & set(_read(loop))) or bool(written & _TABLES)


def _written(tree: ast.AST) -> Iterator[str]:
    """Containers of which an item is assigned, or to which one is appended."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield _base(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
            yield _name(node.func.value)


def _read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield _base(node)


def _tested_or_read(tree: ast.AST) -> Iterator[str]:
    yield from _read(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.In | ast.NotIn) for one in node.ops):
            yield from map(_name, node.comparators)


def _base(node: ast.expr) -> str:
    """Name of the container of `a[i][j]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return _name(node)


def _name(node: ast.expr) -> str:
    """Name at the end of `name` or `a.b.name`; of anything else a text that no name is."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "?"


def similarity(one: str, other: str) -> float:
    """How alike two programs are whatever their names, in [0, 1]: the common share of their syntax, in its order."""
    if one == other:
        return 1.0
    first, second = _syntax(one), _syntax(other)
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 0.0


@lru_cache(4096)
def _syntax(code: str) -> tuple[str, ...]:
    """Kinds of nodes, operators and constants of a program, in order; empty for what is no Python."""
    try:
        tree = ast.parse(code)
    except NOT_PYTHON:
        return ()
    return tuple(_token(node) for node in ast.walk(tree) if not isinstance(node, ast.expr_context))


def _token(node: ast.AST) -> str:
    return f"{node.value!r}"[:40] if isinstance(node, ast.Constant) else type(node).__name__
