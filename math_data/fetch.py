"""Fetch the collections whose licence allows it, with the `datasets` library, into the files that the readers read.

MATH itself is not among them: its hosts took it down after its publisher's claim (January 2025). Neither are MATH() and
VarBench's samples, which are in their authors' repositories only.
"""

import importlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from lbt.cli import one_line
from lbt.errors import ConfigError, DataError, UnavailableError


class _File(NamedTuple):
    """A file of a collection, and where it comes from."""

    path: str
    """Below the data folder."""
    dataset: str
    config: str | None
    split: str
    columns: tuple[str, ...]
    rows: int
    """As many as were published."""


COLLECTIONS: Final[Mapping[str, tuple[_File, ...]]] = {
    "gsm8k": (
        _File("gsm8k/train.jsonl", "openai/gsm8k", "main", "train", ("question", "answer"), 7473),
        _File("gsm8k/test.jsonl", "openai/gsm8k", "main", "test", ("question", "answer"), 1319),
    ),
    "math500": (
        _File(
            "math500/test.jsonl",
            "HuggingFaceH4/MATH-500",
            None,
            "test",
            ("problem", "solution", "answer", "subject", "level", "unique_id"),
            500,
        ),
    ),
}
"""What can be fetched, by name."""


def fetch(collection: str, data_dir: Path) -> list[Path]:
    """Write the files of one of `COLLECTIONS` below `data_dir`, each whole or not at all; returns their paths.

    Raises:
        ConfigError: the library is not installed, or the folder cannot be written.
        UnavailableError: the library could not get the rows.
        DataError: what came is not what was published.
    """
    library = _library()
    return [_write(data_dir / file.path, _rows(library, file)) for file in COLLECTIONS[collection]]


def _library() -> ModuleType:
    try:
        return importlib.import_module("datasets")
    except ImportError as error:
        raise ConfigError("fetching needs the package datasets: pip install datasets") from error


def _rows(library: ModuleType, file: _File) -> list[dict[str, Any]]:
    try:
        found = list(library.load_dataset(file.dataset, file.config, split=file.split))
    except (OSError, ValueError, RuntimeError) as error:  # what its hub, its cache and its transport raise
        reason = one_line(str(error))[:200]
        raise UnavailableError(f"{file.dataset} cannot be fetched ({type(error).__name__}: {reason})") from error
    if len(found) != file.rows or any(not set(file.columns) <= set(row) for row in found):
        raise DataError(
            f"{file.dataset}, {file.split}", f"not {file.rows} rows with {', '.join(file.columns)}, as published"
        )
    return [{column: row[column] for column in file.columns} for row in found]


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            Path(unfinished).chmod(0o644)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}); give another --data-dir") from error
    return path
