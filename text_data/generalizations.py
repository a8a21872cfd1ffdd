"""The set that the package ships: does a text draw a general conclusion from too few or one-sided cases?

Texts that do are of several kinds (an anecdote, a stereotype, a one-sided sample and so on), and each of the others is
near to them in its own way (a large sample, a definition, another fallacy and so on): who sees exemplars of some kinds
only will get the others wrong. A file states kind and part of each; what a model sees does not tell them.
"""

from importlib import resources
from typing import Final, Literal

from lbt.split import Split
from lbt.types import TextProblem
from text_data.files import json_lines
from text_data.items import split
from text_data.rows import Labelled, Text

TASK: Final = (
    "Decide whether the text draws a general conclusion from too few or one-sided cases. "
    "Answer Yes if it does and No if it does not."
)


class Row(Labelled):
    """A line of the file."""

    kind: Text
    """What makes it a Yes or a No."""
    part: Literal["train", "hold_out"]


def rows() -> tuple[Row, ...]:
    """Read the shipped file. Raises DataError where it is damaged."""
    with resources.as_file(resources.files("text_data") / "shipped" / "generalizations.jsonl") as path:
        return tuple(row for _, row in json_lines(path, Row))


def load(task: str = TASK) -> Split[TextProblem]:
    """Read the set; ids have the number of the line, `generalizations/17`. Raises as `rows`."""
    parts: dict[str, list[TextProblem]] = {"train": [], "hold_out": []}
    for line, row in enumerate(rows(), 1):
        parts[row.part].append(
            TextProblem(
                id=f"generalizations/{line}", title=f"generalizations {line}", statement=row.text, label=row.label
            )
        )
    return split("generalizations", task, parts["train"], parts["hold_out"])
