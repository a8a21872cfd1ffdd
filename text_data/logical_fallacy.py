"""Logical Fallacy (Jin et al. 2022, arXiv 2202.13758), the `edu` part: is a text a faulty generalization?

The hold-out is the published `dev` and `test`, in this order. Texts are cut to 700 characters, as in Ning et al. 2024
(arXiv 2406.14629); some occur in both parts, as published.
"""

from pathlib import Path
from typing import Final

from lbt.errors import DataError
from lbt.split import Split
from lbt.types import TextProblem
from text_data.files import columns
from text_data.items import split
from text_data.published import Source

LOGICAL_FALLACY: Final = Source(
    "Logical Fallacy",
    "logical_fallacy",
    ("edu_train.csv", "edu_dev.csv", "edu_test.csv"),
    "data/edu_*.csv of github.com/causalNLP/logical-fallacy",
)
TASK: Final = (
    "Decide whether the text is an instance of the logical fallacy called faulty generalization. "
    "Answer Yes if it is and No if it is not."
)
LONGEST: Final = 700
"""Characters of a text."""
_POSITIVE: Final = "faulty generalization"


def load(data_dir: Path | None, task: str = TASK) -> Split[TextProblem]:
    """Read the set; ids have the number of the row, from 0, as the files' own first column: `logical_fallacy/train/17`.

    Raises:
        ConfigError: a file is not there.
        DataError: a row is not as published; names file and line.
    """
    train, dev, test = map(_read, LOGICAL_FALLACY.places(data_dir))
    return split("logical_fallacy", task, train, [*dev, *test])


def _read(path: Path) -> list[TextProblem]:
    part = path.stem.removeprefix("edu_")
    items = []
    for number, (line, row) in enumerate(columns(path, ("source_article", "updated_label"))):
        text, label = row["source_article"], row["updated_label"]
        for name, value in row.items():
            if not value.strip():
                raise DataError(str(path), f"{name} is blank", line)
        items.append(
            TextProblem(
                id=f"logical_fallacy/{part}/{number}",
                title=f"Logical Fallacy {part} {number}",
                statement=text[:LONGEST],
                label=_POSITIVE in label,
            )
        )
    return items
