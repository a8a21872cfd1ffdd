"""Read a set of texts by its name or its path."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lbt.cli import meant
from lbt.errors import ConfigError
from lbt.split import Split
from lbt.types import TextProblem
from text_data import generalizations, liar, logical_fallacy, own

DATASETS: Final[Mapping[str, str]] = {
    "generalizations": "texts of our own: is a general conclusion drawn from too few or one-sided cases? no files",
    "liar": "LIAR: is a politician's statement a lie? 3,681 texts train, 893 test",
    "logical_fallacy": "Logical Fallacy, edu: is a text a faulty generalization? 1,849 texts train, 600 test",
}
LONGEST_TASK: Final = 2000
"""Characters of a task."""
_LARGEST_TASK: Final = 8 * LONGEST_TASK
"""Bytes of its file: a character has four at most, and there may be blanks around."""


def load(
    dataset: str, data_dir: Path | None = None, *, task_file: Path | None = None, seed: int = 0
) -> Split[TextProblem]:
    """Return the texts of `dataset` in two parts.

    Args:
        dataset: One of `DATASETS`, or the path of a user's own texts (`text_data.own`).
        data_dir: The folder that holds the published files: one folder for each set, or the set's own.
        task_file: A text file that says what is asked of each text; needed for texts of one's own.
        seed: What the hold-out of a single file is drawn by; the others are divided already.

    Raises:
        ConfigError: there is no such set, its files or its task are not there, or it has too few texts.
        DataError: a file is not as it should be; names file and line.
    """
    task = None if task_file is None else read_task(task_file)
    match dataset:
        case "generalizations":
            return generalizations.load(task or generalizations.TASK)
        case "liar":
            return liar.load(data_dir, task or liar.TASK)
        case "logical_fallacy":
            return logical_fallacy.load(data_dir, task or logical_fallacy.TASK)
        case _:
            return _own(dataset, task, seed)


def read_task(path: Path) -> str:
    """Read what is asked of each text.

    Raises:
        ConfigError: the file cannot be read, or holds no text or too much.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_TASK + 1)
    except OSError as error:
        raise ConfigError(f"the task file {path} cannot be read ({error.strerror})") from error
    try:
        task = data.decode("utf-8-sig").strip() if len(data) <= _LARGEST_TASK else None
    except UnicodeDecodeError:
        raise ConfigError(f"the task file {path} is not UTF-8 text") from None
    if task is None or len(task) > LONGEST_TASK:
        raise ConfigError(f"the task file {path} is too long: {LONGEST_TASK:,} characters are the most")
    if not task:
        raise ConfigError(f"the task file {path} is empty: write what is asked of each text and when Yes is right")
    return task


def _own(dataset: str, task: str | None, seed: int) -> Split[TextProblem]:
    path = Path(dataset).expanduser()
    if not path.exists():
        if len(path.parts) > 1 or dataset.startswith((".", "~")) or path.suffix in own.SUFFIXES:
            raise ConfigError(f"no file or folder {dataset}")
        known = f"{meant(dataset, DATASETS)}; there are: {', '.join(DATASETS)}, and files of your own by their path"
        raise ConfigError(f"unknown dataset {dataset!r}{known}")
    if task is None:
        raise ConfigError(
            f"what is asked of the texts of {dataset}? write it into a text file and give that with --task-file: "
            "'Decide whether … Answer Yes if it is and No if it is not.'"
        )
    return own.load(path, task, seed)
