"""Where a linked list or a tree is passed or returned, as a signature says it."""

import ast
from typing import Final

from lbt.signature import parameters
from lbt.types import PLAIN, Form, Shape

_FORMS: Final[dict[str, Form]] = {
    "ListNode": "list",
    "TreeNode": "tree",
    "List[ListNode]": "lists",
    "list[ListNode]": "lists",
}


def shape_of(signature: ast.FunctionDef) -> Shape:
    """Map annotations with `ListNode` and `TreeNode` to forms, and `-> None` to an answer left in the first argument.

    Raises:
        ValueError: another class of nodes is annotated.
    """
    args = tuple(_form(parameter.annotation) for parameter in parameters(signature))
    in_place = isinstance(signature.returns, ast.Constant) and signature.returns.value is None
    shape = Shape(
        args=args if any(form != "value" for form in args) else (),
        returns=args[0] if in_place and args else _form(signature.returns),
        argument=0 if in_place and args else None,
    )
    return PLAIN if shape == PLAIN else shape


def _form(annotation: ast.expr | None) -> Form:
    name = ast.unparse(annotation) if annotation else ""
    name = name.strip("'\"").replace("Optional[", "").replace(" | None", "")
    name = name.replace("]", "") if "List[" not in name and "list[" not in name else f"{name.rstrip(']')}]"
    if "Node" in name and name not in _FORMS:
        raise ValueError(f"it passes {name}, which is neither a linked list nor a binary tree of LeetCode's")
    return _FORMS.get(name, "value")
