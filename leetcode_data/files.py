"""Read the rows of data files: JSON objects, each with the place where it stands.

`.jsonl` has one a line, `.json` one or a list of them, `.yaml` one; each may be packed (`.gz`).
"""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, NoReturn, cast

import yaml

from lbt.errors import DataError

LONGEST: Final = 512 * 2**20
"""Bytes of a line, or of a file that is no JSONL: more is refused before it fills the memory."""
SUFFIXES: Final = (".jsonl", ".json", ".yaml", ".yml")


class Row(NamedTuple):
    """An object of a data file."""

    file: str
    """As errors name it."""
    line: int | None
    """The first is 1; None in a file that is one value."""
    value: dict[str, Any]

    def error(self, reason: str) -> DataError:
        """What is wrong with this row, in one sentence."""
        return DataError(self.file, reason, line=self.line)


def kind(path: Path) -> str:
    """The suffix that says how a file is read, packed or not; empty where it is no data file."""
    suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    return suffix if suffix in SUFFIXES else ""


def rows(path: Path) -> Iterator[Row]:
    """Read a file from its beginning to its end.

    Raises:
        DataError: it cannot be read, is not UTF-8, or something in it is no object; names file and line.
    """
    try:
        with cast(IO[bytes], gzip.open(path) if path.suffix == ".gz" else path.open("rb")) as file:
            yield from _lines(str(path), file) if kind(path) == ".jsonl" else _whole(str(path), kind(path), file)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataError(str(path), "the packed file is damaged") from None
    except OSError as error:
        raise DataError(str(path), f"cannot be read ({error.strerror})") from error


def _lines(name: str, file: IO[bytes]) -> Iterator[Row]:
    line = 0
    while data := file.readline(LONGEST + 1):
        line += 1
        if text := _text(name, data, line).strip("\ufeff \t\r\n"):
            yield _row(name, line, _parsed(name, text, line))


def _whole(name: str, suffix: str, file: IO[bytes]) -> Iterator[Row]:
    text = _text(name, file.read(LONGEST + 1), None)
    if suffix == ".json":
        value = _parsed(name, text.removeprefix("\ufeff"), None)
        for place, one in enumerate(value, 1) if isinstance(value, list) else [(0, value)]:
            yield _row(f"{name}, item {place}" if place else name, None, one)
    else:
        yield _row(name, None, _parsed_yaml(name, text))


def _text(name: str, data: bytes, line: int | None) -> str:
    if len(data) > LONGEST:
        what = "the file" if line is None else "the line"
        raise DataError(name, f"{what} is longer than {LONGEST // 2**20} MB", line=line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(name, "not UTF-8 text", line=line) from None


def _row(name: str, line: int | None, value: object) -> Row:
    if not isinstance(value, dict):
        raise DataError(name, "a problem must be a JSON object", line=line)
    return Row(name, line, value)


def _parsed(name: str, text: str, line: int | None) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise DataError(name, f"not JSON ({error.msg})", line=line or error.lineno) from None
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise DataError(name, f"not JSON ({reason})", line) from None


def _no_number(name: str) -> NoReturn:
    tag = {"$float": name.lower().replace("infinity", "inf")}
    raise ValueError(f"{name} is no JSON number; write {json.dumps(tag)}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError(_twice(name for name, _ in pairs))
    return fields


def _twice(names: Iterable[str]) -> str:
    """Say which field comes twice, of which JSON and YAML would keep the last without a word; empty if none does."""
    return next((f"the field {name!r} comes twice" for name, count in Counter(names).items() if count > 1), "")


class _Loader(yaml.SafeLoader):
    """YAML with JSON's plain values: `no` is a text, a date is a text, and nothing refers to anything else."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: yaml.AliasEvent = self.get_event()  # type: ignore[no-untyped-call]  # the stubs lack it
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=cast(Any, event.start_mark))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        if fault := _twice(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            raise yaml.MarkedYAMLError(problem=fault, problem_mark=cast(Any, node.start_mark))
        return super().construct_mapping(node, deep)


_NUMBER: Final = r"-?(?:0|[1-9][0-9]*)"
_PLAIN: Final = {
    "bool": ("true|false", "tf"),
    "null": ("null|", ["n", ""]),
    "int": (_NUMBER, "-0123456789"),
    "float": (rf"{_NUMBER}(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
}
for _tag, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))


def _parsed_yaml(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    load: Callable[..., Any] = yaml.load
    try:
        return load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise DataError(name, f"not YAML ({error.problem})", line=line) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(name, f"not YAML ({type(error).__name__})") from None
