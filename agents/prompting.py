"""The prompts: one Jinja file each, whose blocks are the turns of the conversation.

A block is named after its speaker: `system`, `user`, `assistant`, with a number where one speaks twice.
Values are never taken for template text nor for control tokens, and a variable that is missing is an error.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.meta import find_referenced_templates

from agents.endpoints.calls import Message


def plain(value: object) -> object:
    """Break up what a server would take for a control token of its model, such as `<|im_end|>` in an explanation."""
    return value.replace("<|", "< |") if isinstance(value, str) else value


_JINJA = Environment(
    loader=PackageLoader("agents", "prompts"),
    undefined=StrictUndefined,
    finalize=plain,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # or the time of every file is looked up for every prompt
)


def render(name: str, /, **values: object) -> tuple[Message, ...]:
    """Fill the prompt `name`, for example `render("explain_code", problem=problem)`.

    Raises:
        jinja2.UndefinedError: the prompt uses a variable that `values` lacks.
    """
    template = _JINJA.get_template(f"{name}.jinja")
    context = template.new_context(values)
    return tuple(
        Message(role=_speaker(block), content="".join(turn(context)).strip()) for block, turn in template.blocks.items()
    )


def fingerprints(*names: str) -> Mapping[str, str]:
    """SHA-256 of the prompts `names` and of all that they include, by name: for the record of a run."""
    return {name: _fingerprint(name) for name in sorted({one for name in names for one in _with_parts(name)})}


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256(_source(name).encode()).hexdigest()


@cache
def _with_parts(name: str) -> frozenset[str]:
    parts = find_referenced_templates(_JINJA.parse(_source(name)))
    return frozenset({name}.union(*(_with_parts(part.removesuffix(".jinja")) for part in parts if part)))


def _source(name: str) -> str:
    return files("agents").joinpath("prompts", f"{name}.jinja").read_text(encoding="utf-8")


def _speaker(block: str) -> Literal["system", "user", "assistant"]:
    return cast(Literal["system", "user", "assistant"], block.partition("_")[0])
