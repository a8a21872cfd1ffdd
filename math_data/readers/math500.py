"""MATH-500 (Lightman et al. 2023, arXiv 2305.20050): the 500 problems of MATH's test split in `test.jsonl`."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from lbt.types import MathProblem
from math_data.readers.files import Published, Source, Text, json_lines

MATH500: Final = Source(
    "MATH-500", "math500", "math_splits/test.jsonl of github.com/openai/prm800k, or `python -m math_data fetch math500`"
)


class Math500Row(Published):
    """A line of the file."""

    problem: Text
    solution: str
    answer: Text
    subject: str
    level: Annotated[int, Field(ge=1, le=5)]
    unique_id: Annotated[str, Field(pattern=r"^test/[a-z_]+/\d+\.json$")]


def rows(data_dir: Path | None) -> list[Math500Row]:
    """Read the file as published.

    Raises:
        ConfigError: it is not there.
        DataError: a line is not as published; names it.
    """
    return [row for _, row in json_lines(MATH500, MATH500.place(data_dir) / "test.jsonl", Math500Row)]


def read(data_dir: Path | None) -> dict[str, MathProblem]:
    """Read the problems by id, `test/algebra/1`, in the file's order. Raises as `rows` does."""
    return {problem.id: problem for problem in map(_problem, rows(data_dir))}


def _problem(row: Math500Row) -> MathProblem:
    _, subject, number = row.unique_id.removesuffix(".json").split("/")
    return MathProblem(
        id=row.unique_id.removesuffix(".json"),
        title=f"{subject.replace('_', ' ')} {number}",
        statement=row.problem.strip(),
        answer=row.answer,
        subject=subject,
        level=row.level,
    )
