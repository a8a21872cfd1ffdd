"""Rows of a part of a folder of pairs, in JSONL and in Parquet at once, a few hundred in memory at a time."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from agents.endpoints.calls import Message
from lbt.errors import UnavailableError
from lbt.pairs import Pair, Score
from training.explanations import Explanation

GROUP = 256
"""Rows of a row group of Parquet: what is held in memory."""
Row = dict[str, Any]


def row_of(
    pair: Pair, score: Score, problem: str, group: str, prompt: Sequence[Message], explanations: dict[int, Explanation]
) -> Row:
    """Make the row of a pair: TRL's conversational preference format, and where it comes from.

    Args:
        pair: The pair.
        score: What its answers were compared by.
        problem: What it is about.
        group: The group of that.
        prompt: What the teacher was asked.
        explanations: Those of the problem, by index.
    """
    chosen, rejected = pair.chosen, pair.rejected
    better, worse = explanations[chosen.index], explanations[rejected.index]
    return {
        "prompt": [message.model_dump() for message in prompt],
        "chosen": [{"role": "assistant", "content": better.text}],
        "rejected": [{"role": "assistant", "content": worse.text}],
        "problem": problem,
        "group": group,
        "chosen_index": chosen.index,
        "rejected_index": rejected.index,
        "chosen_correct": chosen.correct,
        "rejected_correct": rejected.correct,
        "chosen_lbt": float(chosen.lbt),
        "rejected_lbt": float(rejected.lbt),
        "chosen_score": float(chosen.worth(score)),
        "rejected_score": float(rejected.worth(score)),
        "margin": float(pair.margin),
        "only_lbt": pair.only_lbt,
        "chosen_call": better.call,
        "rejected_call": worse.call,
    }


def schema() -> Any:  # noqa: ANN401 - pyarrow has no types
    """Types of the columns, in their order.

    Raises:
        UnavailableError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise UnavailableError("pairs are written with pyarrow: pip install '.[train]'") from None
    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    return pa.schema(
        [
            *((name, messages) for name in ("prompt", "chosen", "rejected")),
            *((name, pa.string()) for name in ("problem", "group")),
            *((name, pa.int32()) for name in ("chosen_index", "rejected_index")),
            *((name, pa.bool_()) for name in ("chosen_correct", "rejected_correct")),
            *((name, pa.float64()) for name in ("chosen_lbt", "rejected_lbt", "chosen_score", "rejected_score")),
            *[("margin", pa.float64()), ("only_lbt", pa.bool_())],
            *((name, pa.string()) for name in ("chosen_call", "rejected_call")),
        ]
    )


class PartWriter:
    """Takes the rows of a part one by one; made by `open_part`."""

    def __init__(self, lines: IO[str], groups: Any, columns: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        self._lines, self._groups, self._columns = lines, groups, columns
        self._waiting: list[Row] = []

    def add(self, row: Row) -> None:
        """Write one row behind the others."""
        self._lines.write(json.dumps(row) + "\n")  # in ASCII, which is safe on any terminal
        self._waiting.append(row)
        if len(self._waiting) == GROUP:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait for their row group to fill."""
        import pyarrow as pa

        if self._waiting:
            self._groups.write_table(pa.Table.from_pylist(self._waiting, schema=self._columns))
            self._waiting = []


@contextmanager
def open_part(folder: Path, part: str) -> Iterator[PartWriter]:
    """Write `<part>.jsonl` and `<part>.parquet` in a folder, whole when the block ends. Raises as `schema`."""
    columns = schema()
    from pyarrow import parquet

    with (
        (folder / f"{part}.jsonl").open("w", encoding="ascii") as lines,
        parquet.ParquetWriter(folder / f"{part}.parquet", columns, compression="zstd") as groups,
    ):
        writer = PartWriter(lines, groups, columns)
        yield writer
        writer.flush()
