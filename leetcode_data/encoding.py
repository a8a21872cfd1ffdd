"""How a test is written in a data file: one line of JSON, long lists and texts by their period or by their runs.

A list of thousands of values that repeats a block is written `{"$cycle": [block], "length": n}`, a text of thousands
of characters `{"$cycle": "block", "length": n}`, and a list of few different values in a row
`{"$runs": [[value, count], …]}`; so rows of 50,000 values fit a text file that a person can read and a version control
system can compare.
"""

import json
from collections.abc import Sequence
from itertools import chain, groupby, repeat
from typing import Final

from pydantic import JsonValue

WORTH_A_CYCLE: Final = 400
"""Shorter lists and texts are written out."""
LEAST_RUN: Final = 8
"""A list is written by its runs where they are at least this long on average."""
MOST_VALUES: Final = 1_000_000
"""No list or text of a test is longer: a damaged length must not fill the memory."""


def dump(value: object) -> str:
    """Write one line of a data file, without its line end."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pack(value: JsonValue) -> JsonValue:
    """Replace a long list or text by its period, or a list by its runs, if it has them."""
    if not isinstance(value, list | str) or len(value) < WORTH_A_CYCLE:
        return value
    written = value if isinstance(value, str) else [dump(item) for item in value]  # as JSON, true and 1 differ
    period = _period(written)
    if period <= len(value) // 2:
        return {"$cycle": value[:period], "length": len(value)}
    if isinstance(value, str):
        return value
    runs: list[JsonValue] = [[json.loads(text), len([*same])] for text, same in groupby(written)]
    return {"$runs": runs} if LEAST_RUN * len(runs) <= len(value) else value


def is_packed(value: object) -> bool:
    """Whether an arg is written as `pack` writes it; any other object is a value of its own."""
    return isinstance(value, dict) and not value.keys().isdisjoint(("$cycle", "$runs"))


def unpack(value: JsonValue) -> JsonValue:
    """Undo `pack`.

    Raises:
        ValueError: a cycle or a list of runs is empty, or a length is missing or out of range.
    """
    if not isinstance(value, dict):
        return value
    if "$runs" in value:
        return _from_runs(value["$runs"])
    block, length = value.get("$cycle"), value.get("length")
    if not isinstance(block, list | str) or not block or type(length) is not int or not 0 < length <= MOST_VALUES:
        raise ValueError("an object among the args must be a cycle: a block of values and a length; or runs")
    return (block * (length // len(block) + 1))[:length]


def _from_runs(runs: JsonValue) -> list[JsonValue]:
    pairs: list[tuple[JsonValue, int]] = []
    for run in runs if isinstance(runs, list) else [None]:
        match run:
            case [one, int(count)] if 0 < count <= MOST_VALUES and count is not True:
                pairs.append((one, count))
            case _:
                raise ValueError("each of the runs among the args must be a value and how often it comes")
    if not 0 < sum(count for _, count in pairs) <= MOST_VALUES:
        raise ValueError(f"the runs among the args must be 1 to {MOST_VALUES:,} values together")
    return list(chain.from_iterable(repeat(one, count) for one, count in pairs))


def _period(values: Sequence[str]) -> int:
    """Return the least p > 0 with values[i] == values[i + p] throughout (Knuth, Morris, Pratt)."""
    border = [0] * len(values)
    match = 0
    for index in range(1, len(values)):
        while match and values[index] != values[match]:
            match = border[match - 1]
        match += values[index] == values[match]
        border[index] = match
    return len(values) - border[-1]
