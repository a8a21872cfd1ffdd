"""MATH (Hendrycks et al. 2021, arXiv 2103.03874) and the snapshots of its functional variants, MATH().

One problem a file, `<split>/<subject>/<number>.json`, in a folder or in a packed archive of it. The two have the same
names, so that a variant belongs to the problem of its name.
"""

import re
from pathlib import Path
from typing import Final, Literal

from lbt.errors import DataError
from lbt.types import MathProblem
from math_data.answers import boxed
from math_data.readers.files import ARCHIVES, Published, Source, Text, json_files

MATH: Final = Source("MATH", "math", "its authors' MATH.tar or a folder MATH/; see github.com/hendrycks/math")
FUNCTIONAL: Final = Source("MATH()", "math_functional", "the archives of github.com/ConsequentAI/fneval")
SNAPSHOTS: Final = ("Oct-2023", "Nov-2023", "Dec-2023")
_FILE: Final = r"(?<![^/])%s/[a-z_]+/\d+(?=\.json$)"


class MathRow(Published):
    """A file of MATH or of a snapshot."""

    problem: Text
    level: str
    type: str
    solution: str
    """Ends in its `\\boxed` answer; in a snapshot it is nothing else."""


def read(data_dir: Path | None, split: Literal["train", "test"]) -> dict[str, MathProblem]:
    """Read a split of MATH by id, `test/algebra/1`; the answer of two problems for training is empty.

    Raises:
        ConfigError: the files are not there.
        DataError: one of them is not as published; names it.
    """
    folder = MATH.place(data_dir)
    place = _unpacked(folder, split) or _archive(folder, "")
    if place is None:
        raise MATH.missing(folder / "MATH" / split)
    return _problems(place, split)


def read_snapshot(data_dir: Path | None, snapshot: str) -> dict[str, MathProblem]:
    """Read one of `SNAPSHOTS` by id, which is that of the problem in MATH. Raises as `read` does."""
    folder = FUNCTIONAL.place(data_dir)
    place = _archive(folder, snapshot) if not (folder / snapshot).is_dir() else folder / snapshot
    if place is None:
        raise FUNCTIONAL.missing(folder / f"{snapshot}.tar.gz")
    return _problems(place, "test")


def _unpacked(folder: Path, split: str) -> Path | None:
    return next((place for place in (folder, folder / "MATH", folder / "data") if (place / split).is_dir()), None)


def _archive(folder: Path, start: str) -> Path | None:
    there = sorted(path for path in folder.iterdir() if path.name.startswith(start) and path.name.endswith(ARCHIVES))
    return there[0] if there else None


def _problems(place: Path, split: str) -> dict[str, MathProblem]:
    rows = json_files(place, re.compile(_FILE % split), MathRow)
    found = dict(sorted((name, _problem(place, name, row)) for name, row in rows))
    if not found:
        raise DataError(str(place), f"holds no file {split}/<subject>/<number>.json")
    return found


def _problem(place: Path, name: str, row: MathRow) -> MathProblem:
    answer = boxed(row.solution)
    if answer is None:
        raise DataError(f"{place}: {name}.json", "the solution has no \\boxed answer")
    _, subject, number = name.split("/")
    return MathProblem(
        id=name,
        title=f"{subject.replace('_', ' ')} {number}",
        statement=row.problem.strip(),
        answer=answer,
        subject=subject,
        level=int(row.level[-1]) if row.level[-1:] in {"1", "2", "3", "4", "5"} else None,
    )
