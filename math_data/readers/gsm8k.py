"""GSM8K (Cobbe et al. 2021, arXiv 2110.14168): `train.jsonl` and `test.jsonl`, the answer behind `####`."""

from pathlib import Path
from typing import Final, Literal

from lbt.errors import DataError
from lbt.types import MathProblem
from math_data.answers import hashed
from math_data.readers.files import Published, Source, Text, json_lines

GSM8K: Final = Source(
    "GSM8K",
    "gsm8k",
    "grade_school_math/data of github.com/openai/grade-school-math, or `python -m math_data fetch gsm8k`",
)


class Gsm8kRow(Published):
    """A line of a split."""

    question: Text
    answer: str
    """The solution, its last line `#### 18`."""


def read(data_dir: Path | None, split: Literal["train", "test"]) -> tuple[MathProblem, ...]:
    """Read a split in its order; ids are `test/0`, `test/1` and so on.

    Raises:
        ConfigError: the file is not there.
        DataError: a line is not as published; names it.
    """
    path = GSM8K.place(data_dir) / f"{split}.jsonl"
    return tuple(
        MathProblem(
            id=f"{split}/{index}",
            title=f"GSM8K {split} {index}",
            statement=row.question.strip(),
            answer=after_hashes(path, line, row.answer),
        )
        for index, (line, row) in enumerate(json_lines(GSM8K, path, Gsm8kRow))
    )


def after_hashes(path: Path, line: int, text: str) -> str:
    """The answer behind `####`. Raises DataError, which names the line, where there is none."""
    answer = hashed(text)
    if answer is None:
        raise DataError(str(path), "no answer behind ####", line)
    return answer
