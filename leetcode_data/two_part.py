"""The form of the shipped data files: the problem in the first line, one test in every other.

`visible` and `hidden` of the first line are numbers of tests; `leetcode_data.encoding` says how long args are
written.
"""

from collections.abc import Iterable
from typing import Any

from leetcode_data.encoding import is_packed, unpack
from leetcode_data.files import Row


def is_header(row: Row) -> bool:
    """Whether the lines below this one are the tests of its problem."""
    return type(row.value.get("visible")) is int and type(row.value.get("hidden")) is int


def joined(header: Row, tests: Iterable[Row]) -> Row:
    """Put the tests into the problem.

    Raises:
        DataError: there are more or fewer tests than the first line says; names file and line.
    """
    visible, hidden = int(header.value["visible"]), int(header.value["hidden"])
    cases = [_unpacked(row) for row in tests]
    if len(cases) != visible + hidden or min(visible, hidden) < 0:
        raise header.error(f"the first line promises {visible + hidden} tests, but {len(cases)} follow")
    fields = {name: value for name, value in header.value.items() if name != "number"}
    return header._replace(value=fields | {"visible": cases[:visible], "hidden": cases[visible:]})


def _unpacked(row: Row) -> dict[str, Any]:
    args = row.value.get("args")
    if not isinstance(args, list):
        return row.value
    try:
        return row.value | {"args": [unpack(arg) if is_packed(arg) else arg for arg in args]}
    except ValueError as error:
        raise row.error(str(error)) from None
