"""What a starter says of its entry point: parameters, and the annotated type of the answer."""

import ast
import warnings
from functools import lru_cache
from typing import Final

NOT_PYTHON: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast.parse` raises."""
_DEEP: Final = " " * 80
"""Deeper than any signature; on a line of its own, as a signature may end in a comment."""


def syntax(code: str) -> ast.Module:
    """Parse Python of someone else's: an odd escape in a text is no news. Raises one of `NOT_PYTHON`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def parsed(starter: str) -> ast.Module | None:
    """Parse a starter, which may end where the body begins; None if it is no Python."""
    for text in (starter, f"{starter.rstrip()}\n{_DEEP}pass"):
        try:
            return syntax(text)
        except NOT_PYTHON:
            continue
    return None


@lru_cache(256)
def signature_of(starter: str, entry_point: str) -> ast.FunctionDef | None:
    """Find the function or method that `entry_point` names; None if the starter does not define it."""
    body = tree.body if (tree := parsed(starter)) else []
    *owners, name = entry_point.split(".")
    for owner in owners:
        body = next((node.body for node in body if isinstance(node, ast.ClassDef) and node.name == owner), [])
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


def parameters(signature: ast.FunctionDef) -> list[ast.arg]:
    """Parameters that a test gives by position; `self` is none of them."""
    given = [*signature.args.posonlyargs, *signature.args.args]
    return given[1:] if given and given[0].arg == "self" else given


def annotation_of(starter: str, entry_point: str) -> str:
    """Find what the entry point is annotated to return; empty where it is not, or the starter does not define it."""
    signature = signature_of(starter, entry_point)
    return ast.unparse(signature.returns) if signature and signature.returns else ""
