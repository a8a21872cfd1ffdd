"""Read rows of files: tables with commas or tabs, and JSON lines; each row with the line where it begins, from 1."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from lbt.cli import one_line
from lbt.errors import DataError

LONGEST: Final = 2**20
"""Characters of one line: more is refused before it fills the memory. A field of a table has at most 131,072."""
_NO_TEXT: Final = re.compile("[\udc80-\udcff]")
"""How `surrogateescape` tells bytes that are no UTF-8."""
R = TypeVar("R", bound=BaseModel)


class _Commas(csv.excel):
    strict = True


class _Tabs(csv.excel_tab):
    strict = True
    quoting = csv.QUOTE_NONE


def lines(file: Path) -> Iterator[str]:
    """Read a file line by line, with the ends of lines as they are; a byte order mark is no part of it.

    Raises:
        DataError: it cannot be read or is not UTF-8, or a line is too long; names file and line.
    """
    number = 0
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
            while line := opened.readline(LONGEST + 1):
                number += 1
                if len(line) > LONGEST:
                    raise DataError(str(file), f"a line of more than {LONGEST:,} characters", number)
                if _NO_TEXT.search(line):
                    raise DataError(str(file), "not UTF-8 text", number)
                yield line
    except OSError as error:
        raise DataError(str(file), f"cannot be read ({error.strerror})") from error


def tabbed(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Read a table whose columns are parted by tabs and in which quotes mean nothing. Raises DataError as `lines`."""
    return _rows(file, _Tabs)


def columns(file: Path, names: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read those columns of a table with a header whose columns are parted by commas.

    Raises:
        DataError: as `lines`; or a column is missing, comes twice or has no value in a row.
    """
    rows = _rows(file, _Commas)
    first, header = next(rows, (1, []))
    header = [name.strip() for name in header]
    for name in names:
        if header.count(name) != 1:
            wrong = "comes twice" if name in header else "is missing"
            found = one_line(", ".join(header))[:200] or "nothing"
            raise DataError(str(file), f"the column {name} {wrong}; its header, parted by commas, has: {found}", first)
    places = {name: header.index(name) for name in names}
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(str(file), f"has {len(row)} columns, and the header {len(header)}", line)
        yield line, {name: row[place] for name, place in places.items()}


def json_lines(file: Path, kind: type[R]) -> Iterator[tuple[int, R]]:
    """Read a file of one JSON object a line; blank lines are left out.

    Raises:
        DataError: as `lines`; or a line is no such object.
    """
    for number, line in enumerate(lines(file), 1):
        if line.strip():
            try:
                yield number, kind.model_validate_json(line)
            except ValidationError as error:
                raise DataError(str(file), _first(error), number) from None


def checked(file: Path, line: int, kind: type[R], fields: dict[str, Any]) -> R:
    """Make a row of a table. Raises DataError, which names the line, where a value is not allowed."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise DataError(str(file), _first(error), line) from None


def _rows(file: Path, dialect: type[csv.Dialect]) -> Iterator[tuple[int, list[str]]]:
    """Rows of a table that are not blank."""
    table = csv.reader(lines(file), dialect)
    while True:
        line = table.line_num + 1
        try:
            row = next(table, None)
        except csv.Error as error:
            raise DataError(str(file), f"cannot be read as a table ({error})", line) from None
        if row is None:
            return
        if any(value.strip() for value in row):
            yield line, row


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, found["loc"]))
    return one_line(f"{field}: {found['msg']}" if field else found["msg"])
