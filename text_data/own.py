"""Read texts of a user's own: a table with a header (`.csv`) or JSON lines (`.jsonl`), with fields `text` and `label`.

One file is divided here: a third of each label's texts, drawn by the seed, is the hold-out. A folder with a file
`train` and a file `test` is taken as it is divided. Either way, what is in the hold-out is not trained on.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lbt.cli import one_line
from lbt.errors import ConfigError, DataError
from lbt.exemplars import folded
from lbt.split import Split
from lbt.types import TextProblem
from text_data.files import checked, columns, json_lines
from text_data.items import apart, split
from text_data.rows import Labelled

SUFFIXES: Final = (".csv", ".jsonl")
LEAST: Final = 20
"""Texts of a set: fewer are too few to choose exemplars by."""
_ONE_IN: Final = 3
"""One text in so many is held out."""


def load(path: Path, task: str, seed: int) -> Split[TextProblem]:
    """Read a file or a folder; an id ends in the line where the text stands, `claims/17`.

    Raises:
        ConfigError: there is no such file or folder, or no file for a part; or it has too few texts, or too few of one
            label.
        DataError: a row is malformed; names file and line.
    """
    name = one_line(path.resolve().stem if path.is_file() else path.resolve().name) or "texts"
    if path.is_dir():
        train, hold_out = (_read(_part(path, part), f"{name}/{part}") for part in ("train", "test"))
        notes = []
    else:
        items = _read(path, name)
        hold_out = _drawn(items, seed)
        ids = {item.id for item in hold_out}
        train = [item for item in items if item.id not in ids]
        notes = [f"the hold-out is a third of the texts of each label, drawn with seed {seed}"]
    kept = apart(train, hold_out)
    if (count := len(kept) + len(hold_out)) < LEAST:
        raise ConfigError(f"{path} has {count} texts that can be used, and {LEAST} are the least")
    if dropped := len(train) - len(kept):
        notes.append(f"texts left out of the training part because the hold-out has them: {dropped}")
    return split(name, task, kept, hold_out, notes)


def _part(folder: Path, part: str) -> Path:
    """The file of a folder that holds one part."""
    found = [path for suffix in SUFFIXES if (path := folder / f"{part}{suffix}").is_file()]
    if len(found) == 1:
        return found[0]
    names = " and ".join(f"{part}{suffix}" for suffix in SUFFIXES)
    raise ConfigError(f"{folder} must have one of {names}; it has {'both' if found else 'neither'}")


def _read(path: Path, name: str) -> list[TextProblem]:
    return [
        TextProblem(id=f"{name}/{line}", title=f"{name} {line}", statement=row.text, label=row.label)
        for line, row in _rows(path)
    ]


def _rows(path: Path) -> Iterator[tuple[int, Labelled]]:
    match path.suffix.lower():
        case ".jsonl":
            yield from json_lines(path, Labelled)
        case ".csv":
            for line, row in columns(path, ("text", "label")):
                yield line, checked(path, line, Labelled, row)
        case _:
            raise DataError(str(path), f"texts are read from files in {' or '.join(SUFFIXES)}")


def _drawn(items: Sequence[TextProblem], seed: int) -> list[TextProblem]:
    """Draw the hold-out, in the order of `items`; texts that are added to a file move few others to another part."""
    drawn: set[str] = set()
    for label in (True, False):
        of_label = sorted((item for item in items if item.label is label), key=lambda item: _lot(item, seed))
        count = min(max(1, len(of_label) // _ONE_IN), len(of_label) - 1)
        drawn.update(item.id for item in of_label[: max(0, count)])
    return [item for item in items if item.id in drawn]


def _lot(item: TextProblem, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\n{folded(item.statement)}".encode()).digest()
