"""VarBench (Qian et al. 2024, arXiv 2406.17681): GSM8K's test problems with other numbers, `gsm8k_sample_NN.jsonl`.

Its templates, `test_gsm8k_gpt4o.jsonl`, hold Python to make more of them; they are neither read nor run.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from lbt.types import MathProblem
from math_data.readers.files import Published, Source, Text, json_lines
from math_data.readers.gsm8k import after_hashes

VARBENCH: Final = Source(
    "VarBench",
    "varbench",
    "gen_data/gsm8k/sample_NN/test.jsonl of github.com/qbetterk/VarBench, each as gsm8k_sample_NN.jsonl",
)


class VarbenchRow(Published):
    """A line of a sample."""

    question: Text
    answer: str
    """`#### 57`."""
    index: Annotated[int, Field(ge=0)]
    """Which problem of GSM8K's test split it varies; the first is 0."""


def samples(data_dir: Path | None) -> list[Path]:
    """Find the samples, in their order.

    Raises:
        ConfigError: there are none.
    """
    folder = VARBENCH.place(data_dir)
    found = sorted(folder.glob("gsm8k_sample_*.jsonl"))
    if not found:
        raise VARBENCH.missing(folder / "gsm8k_sample_40.jsonl")
    return found


def read(data_dir: Path | None) -> Iterator[tuple[int, MathProblem]]:
    """Read the variants, sample by sample, each with the index of the problem that it varies.

    Raises:
        ConfigError: there are no samples.
        DataError: a line is not as published; names it.
    """
    for path in samples(data_dir):
        sample = path.stem.rpartition("_")[2]
        for line, row in json_lines(VARBENCH, path, VarbenchRow):
            variant = MathProblem(
                id=f"test/{row.index}@varbench-{sample}",
                title=f"GSM8K test {row.index}, VarBench {sample}",
                statement=row.question.strip(),
                answer=after_hashes(path, line, row.answer),
            )
            yield row.index, variant
