"""Read the datasets that the package ships, and sets of a user's own (`leetcode_data.own`).

`load("game_theory")` gives the problems of a dataset and the exam of each: the other problems of its group, as in the
paper, or the problems that the group names.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from lbt.errors import ConfigError, DataError
from lbt.problem_set import ProblemSet
from lbt.types import Case, CodeProblem, Value
from leetcode_data import own
from leetcode_data.encoding import unpack
from leetcode_data.solutions import reference

_INDEX: Final = "datasets.json"
_ABOUT_THE_FILE: Final = frozenset({"number", "visible", "hidden"})
"""Fields of the first line that are not the problem's own."""


class _Group(Value):
    problems: tuple[str, ...]
    exam: tuple[str, ...] = ()
    """What examines each of `problems`; they each other, if nothing."""


class _Dataset(Value):
    about: str
    groups: tuple[_Group, ...]


_DATASETS: Final = TypeAdapter(dict[str, _Dataset])


def load(dataset: str, exam_size: int | None = None) -> ProblemSet[CodeProblem]:
    """Return the problems of `dataset`, in its order, with their exams.

    Args:
        dataset: Name of a shipped dataset, or path of a set of your own.
        exam_size: Problems in an exam at most, in a set of your own.

    Raises:
        ConfigError: there is no such dataset; names the nearest. Or its exams are not to be chosen.
        DataError: a data file is missing, cut short or malformed; names file and line.
    """
    if path := own_path(dataset):
        return own.load(path, exam_size)
    if exam_size is not None and dataset in datasets():
        raise ConfigError(f"--exam-size is for problems of your own; {dataset} is shipped with its exams")
    return _load(dataset)


def own_path(dataset: str) -> Path | None:
    """The file or folder that `dataset` names; None for the name of a shipped dataset, which comes first.

    Raises:
        ConfigError: it is written like a path, and nothing is there.
    """
    return None if dataset in datasets() else own.path_of(dataset)


def datasets() -> Mapping[str, str]:
    """Return one line about each dataset, by name."""
    return {name: entry.about for name, entry in _index(_data()).items()}


@cache
def _load(dataset: str) -> ProblemSet[CodeProblem]:
    folder = _data()
    groups = _groups(folder, dataset)
    slugs = dict.fromkeys(slug for group in groups for slug in (*group.problems, *group.exam))
    known = {slug: read_problem(folder, slug) for slug in slugs}
    digest = hashlib.sha256()
    for slug in slugs:
        digest.update(_read(folder, f"{slug}.jsonl").encode())
    return ProblemSet(
        name=dataset,
        problems=tuple(known[slug] for group in groups for slug in group.problems),
        exams={
            slug: tuple(known[one] for one in group.exam or group.problems if one != slug)
            for group in groups
            for slug in group.problems
        },
        fingerprint=digest.hexdigest(),
        references={slug: reference(slug) for slug in slugs},
    )


def read_problem(folder: Traversable, slug: str) -> CodeProblem:
    """Read the problem `slug` from a folder of data files.

    Raises:
        DataError: its file is missing, cut short or malformed; names file and line.
    """
    name = f"{slug}.jsonl"
    rows = list(_rows(name, _read(folder, name)))
    if not rows:
        raise DataError(name, "the file is empty")
    header = rows[0]
    cases = [_case(name, row, line) for line, row in enumerate(rows[1:], 2)]
    visible = _count(name, header, "visible")
    hidden = _count(name, header, "hidden")
    if len(cases) != visible + hidden:
        reason = f"the first line promises {visible + hidden} tests, but {len(cases)} follow; the file is cut or edited"
        raise DataError(name, reason, line=len(rows))
    fields = {key: value for key, value in header.items() if key not in _ABOUT_THE_FILE}
    if fields.get("id") != slug:
        raise DataError(name, f"the first line must have the id {slug!r}", line=1)
    try:
        return CodeProblem(**fields, visible=tuple(cases[:visible]), hidden=tuple(cases[visible:]))
    except ValidationError as error:
        raise DataError(name, _sentence(error), line=1) from error


def _data() -> Traversable:
    return resources.files("leetcode_data") / "data"


def _read(folder: Traversable, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(name, "the data file is missing or cannot be read; install the package again") from error
    except UnicodeDecodeError as error:
        raise DataError(name, "the data file is not UTF-8 text") from error


def _index(folder: Traversable) -> dict[str, _Dataset]:
    try:
        return _DATASETS.validate_json(_read(folder, _INDEX))
    except ValidationError as error:
        raise DataError(_INDEX, _sentence(error)) from error


def _groups(folder: Traversable, dataset: str) -> tuple[_Group, ...]:
    index = _index(folder)
    if dataset not in index:
        nearest = get_close_matches(dataset, index, n=1, cutoff=0.4)
        known = f"there are: {', '.join(index)}; or give the path of your own"
        hint = f"did you mean {nearest[0]}?" if nearest else known
        raise ConfigError(f"unknown dataset {dataset!r}; {hint}")
    return index[dataset].groups


def _rows(name: str, text: str) -> Iterator[dict[str, Any]]:
    """Parse the lines of a data file, each a JSON object that ends in a newline."""
    *rows, rest = text.split("\n")  # `splitlines` would also split at what a text may hold as it is: U+0085, U+2028
    for line, row in enumerate([*rows, rest] if rest else rows, 1):
        try:
            value = json.loads(row)
        except ValueError as error:
            raise DataError(name, "the line is not JSON; the file is cut or edited", line=line) from error
        if not isinstance(value, dict):
            raise DataError(name, "the line is not a JSON object", line=line)
        yield value


def _case(name: str, row: dict[str, Any], line: int) -> Case:
    try:
        if isinstance(row.get("args"), list):
            row = {**row, "args": tuple(unpack(arg) for arg in row["args"])}
        return Case(**row)
    except ValidationError as error:
        raise DataError(name, _sentence(error), line=line) from error
    except ValueError as error:
        raise DataError(name, str(error), line=line) from error


def _count(name: str, header: dict[str, Any], key: str) -> int:
    count = header.get(key)
    if not isinstance(count, int) or count < 0:
        raise DataError(name, f"the first line must say how many {key} tests follow", line=1)
    return count


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"
