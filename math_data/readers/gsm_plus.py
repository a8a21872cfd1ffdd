"""GSM-Plus (Li et al. 2024, arXiv 2402.19255): perturbed GSM8K test problems, the part `gsmplus_testmini.jsonl`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lbt.types import MathProblem
from math_data.readers.files import Published, Source, Text, json_lines

GSM_PLUS: Final = Source("GSM-Plus", "gsm_plus", "dataset/gsmplus_testmini.jsonl of github.com/qtli/GSM-Plus")
KEEPS_REASONING: Final = frozenset({"numerical substitution", "digit expansion", "integer-decimal-fraction conversion"})
"""The perturbations that only change numbers: what solves the problem solves the variant."""


class GsmPlusRow(Published):
    """A line of the file."""

    question: Text
    answer: Text
    """`None` where the perturbed question has no answer."""
    perturbation_type: str
    seed_question: Text
    """The problem of GSM8K's test split that it varies."""


def rows(data_dir: Path | None) -> list[tuple[int, GsmPlusRow]]:
    """Read the file as published, each row with its line.

    Raises:
        ConfigError: it is not there.
        DataError: a line is not as published; names it.
    """
    return list(json_lines(GSM_PLUS, GSM_PLUS.place(data_dir) / "gsmplus_testmini.jsonl", GsmPlusRow))


def read(data_dir: Path | None) -> Iterator[tuple[str, MathProblem]]:
    """Read the variants that keep the reasoning, each with the question that it varies.

    Raises as `rows` does. An id, `gsm-plus-7`, tells the line.
    """
    for line, row in rows(data_dir):
        if row.perturbation_type in KEEPS_REASONING and row.answer != "None":
            variant = MathProblem(
                id=f"gsm-plus-{line}",
                title=f"GSM-Plus {line}, {row.perturbation_type}",
                statement=row.question.strip(),
                answer=row.answer.strip(),
            )
            yield row.seed_question, variant
