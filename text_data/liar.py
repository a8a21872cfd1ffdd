r"""LIAR (Wang 2017, arXiv 1705.00648): statements of politicians, labelled by how true they are.

As in Pryzant et al. 2023 (arXiv 2305.03495), who published the same texts, only the statements labelled `false` (a lie:
Yes) and `true` (No) are asked about; the four classes between and below them are left out. The hold-out is the
published `valid` and `test`, in this order.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Final

from lbt.errors import DataError
from lbt.split import Split
from lbt.types import TextProblem
from text_data.files import tabbed
from text_data.items import split
from text_data.published import Source

LIAR: Final = Source(
    "LIAR",
    "liar",
    ("train.tsv", "valid.tsv", "test.tsv"),
    "train.tsv, valid.tsv and test.tsv of www.cs.ucsb.edu/~william/data/liar_dataset.zip",
)
TASK: Final = (
    "Decide whether the statement is a lie, going by its context and by what else is known of it. "
    "Answer Yes if it is a lie and No if it is true."
)
_LABELS: Final = {"false": True, "true": False}
_OTHERS: Final = frozenset({"pants-fire", "barely-true", "half-true", "mostly-true"})
_COLUMNS: Final = 14
_SHOWN: Final = {"Statement": 2, "Job title": 5, "State": 6, "Party": 7, "Context": 13}
"""The lines of a text, and the columns that they are from."""
_ID: Final = re.compile(r"[0-9]{1,9}\.json")


def load(data_dir: Path | None, task: str = TASK) -> Split[TextProblem]:
    """Read the set; ids have LIAR's own numbers, `liar/train/2635`.

    Raises:
        ConfigError: a file is not there.
        DataError: a row is not as published; names file and line.
    """
    left_out: Counter[str] = Counter()
    seen: set[str] = set()
    train, valid, test = (_read(path, seen, left_out) for path in LIAR.places(data_dir))
    note = f"statements left out because they are neither false nor true: {left_out.total()}"
    return split("liar", task, train, [*valid, *test], [note] if left_out else [])


def _read(path: Path, seen: set[str], left_out: Counter[str]) -> list[TextProblem]:
    return [item for line, row in tabbed(path) if (item := _item(path, line, row, seen, left_out))]


def _item(path: Path, line: int, row: list[str], seen: set[str], left_out: Counter[str]) -> TextProblem | None:
    """Make an item of a row; None where it is left out."""
    if len(row) != _COLUMNS:
        raise DataError(str(path), f"has {len(row)} columns parted by tabs, not {_COLUMNS}", line)
    name, label, statement = row[:3]
    if not _ID.fullmatch(name):
        raise DataError(str(path), f"the first column is {name[:40]!r}, not a number with .json", line)
    if name in seen:
        raise DataError(str(path), f"{name} is also the first column of an earlier row", line)
    if not statement.strip():
        raise DataError(str(path), "the statement, in the third column, is blank", line)
    seen.add(name)
    if label in _OTHERS:
        left_out[label] += 1
        return None
    if label not in _LABELS:
        known = ", ".join((*_LABELS, *sorted(_OTHERS)))
        raise DataError(str(path), f"the label, in the second column, is {label[:40]!r}, none of {known}", line)
    number = name.removesuffix(".json")
    return TextProblem(
        id=f"liar/{path.stem}/{number}",
        title=f"LIAR {path.stem} {number}",
        statement="\n".join(f"{shown}: {row[column]}" for shown, column in _SHOWN.items()),
        label=_LABELS[label],
    )
