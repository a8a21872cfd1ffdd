"""Read a set of your own: a file or a folder, in the documented format or one that a reader knows."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from lbt.cli import one_line
from lbt.errors import ConfigError, DataError
from lbt.problem_set import ProblemSet
from lbt.types import CodeProblem
from leetcode_data import files
from leetcode_data.encoding import dump
from leetcode_data.exams import Exam, choose
from leetcode_data.files import Row
from leetcode_data.readers import reader_of
from leetcode_data.readers.own import OWN
from leetcode_data.readers.reader import Reader, UnfitError
from leetcode_data.schema import OwnProblem, sentence
from leetcode_data.two_part import is_header, joined


@dataclass(frozen=True)
class OwnSet:
    """What a file or a folder holds."""

    path: Path
    problems: tuple[OwnProblem, ...]
    readers: tuple[str, ...]
    """The formats that were found."""
    left_out: tuple[str, ...] = ()
    """Problems that cannot be posed here, each with the reason."""


def path_of(dataset: str) -> Path | None:
    """The file or folder that `dataset` names, or None where it is not written like one.

    Raises:
        ConfigError: it is written like a path, and nothing is there; names the nearest.
    """
    path = Path(dataset).expanduser()
    if path.exists():
        return path
    if len(path.parts) == 1 and not files.kind(path) and not dataset.startswith(("~", ".")):
        return None
    there = (
        [str(one) for one in path.parent.glob("*") if one.is_dir() or files.kind(one)] if path.parent.exists() else []
    )
    nearest = get_close_matches(str(path), there, n=1)
    raise ConfigError(f"no file or folder {dataset}" + (f"; did you mean {nearest[0]}?" if nearest else ""))


def name_of(path: Path) -> str:
    """A short name for runs and tables: that of the file or folder, without suffixes."""
    path = path.resolve()
    return path.name.removesuffix(".gz").removesuffix(files.kind(path)) or "problems"


def read(path: Path) -> OwnSet:
    """Read all problems of a file, or of the files of a folder by name.

    Raises:
        DataError: a file cannot be read, a row is malformed, or an id comes twice; names file, line and field.
    """
    problems: dict[str, OwnProblem] = {}
    readers: dict[str, None] = {}
    left_out: list[str] = []
    for row, reader in _rows(path):
        readers[reader.name] = None
        try:
            problem = reader.read(row.value)
        except UnfitError as error:
            left_out.append(one_line(f"{str(next(iter(row.value.values())))[:80]}: {error}"))
            continue
        except ValidationError as error:
            raise row.error(sentence(error)) from None
        except ValueError as error:
            raise row.error(str(error)) from None
        if problem.id in problems:
            raise row.error(f"id: {problem.id!r} is the id of an earlier problem")
        problems[problem.id] = problem
    if not problems:
        reason = f"no problem can be posed: {left_out[0]}" if left_out else "there is no problem in it"
        raise DataError(str(path), reason)
    return OwnSet(path, tuple(problems.values()), tuple(readers), tuple(left_out))


def _rows(path: Path) -> Iterator[tuple[Row, Reader]]:
    """Rows with their reader, which the first row of a file decides."""
    for file in _files(path):
        rows = files.rows(file)
        first = next(rows, None)
        if first is None:
            continue
        if is_header(first):
            yield joined(first, rows), OWN
            continue
        reader = reader_of(first)
        yield first, reader
        yield from ((row, reader) for row in rows)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        if not files.kind(path):
            raise DataError(
                str(path), f"a set is a folder or a file in {', '.join(files.SUFFIXES)}, packed (.gz) or not"
            )
        return [path]
    return sorted(one for one in path.iterdir() if files.kind(one) and one.is_file() and not one.name.startswith("."))


def load(path: Path, exam_size: int | None = None) -> ProblemSet[CodeProblem]:
    """Make a set ready for a run.

    Args:
        path: The file or folder.
        exam_size: Problems in an exam at most; see `leetcode_data.exams`.

    Raises:
        DataError: as `read`, or an exam names a problem that is not there.
        ConfigError: there is one problem only.
    """
    own = read(path)
    if len(own.problems) == 1:
        only = own.problems[0].id
        raise ConfigError(f"{path} has one problem only, {only}: students need others for their exam; add one at least")
    exams = choose(str(path), own.problems, exam_size)
    posed = {problem.id: problem.posed for problem in own.problems}
    return ProblemSet(
        name=name_of(path),
        problems=tuple(posed.values()),
        exams={name: tuple(posed[one] for one in exam.problems) for name, exam in exams.items()},
        fingerprint=_fingerprint(posed.values(), exams),
        references={one.id: next(iter(one.references.values())) for one in own.problems if one.references},
        chosen={name: exam.how for name, exam in exams.items()},
        notes=(_told(own, exams), *_omitted(own)),
    )


def _fingerprint(problems: Iterable[CodeProblem], exams: dict[str, Exam]) -> str:
    digest = hashlib.sha256()
    for problem in problems:
        digest.update(f"{problem.model_dump_json()}\n{dump(exams[problem.id].problems)}\n".encode())
    return digest.hexdigest()


def _told(own: OwnSet, exams: dict[str, Exam]) -> str:
    """One line: where the problems are from, and how their exams were chosen."""
    ways = Counter(exam.how for exam in exams.values())
    how = ", ".join(f"{way} ({count})" if len(ways) > 1 else way for way, count in ways.most_common())
    sizes = sorted({len(exam.problems) for exam in exams.values()})
    each = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return f"{len(own.problems)} problems of {own.path}, read as {', '.join(own.readers)}; exams of {each}, {how}"


def _omitted(own: OwnSet) -> Iterator[str]:
    if own.left_out:
        count = len(own.left_out)
        yield f"{count} {'problem is' if count == 1 else 'problems are'} left out, for example {own.left_out[0]}"
