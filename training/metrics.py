"""`metrics.jsonl`: every number of a training.

A line has `step` and what TRL logs of it (`loss`, `rewards/margins`, `rewards/accuracies`, `grad_norm`, `learning_rate`
…), or `held_out_margin` and its like (`training.preferences`), measured after that step.
"""

import json
from pathlib import Path

from lbt.records import read_lines, replace

METRICS = "metrics.jsonl"


def logged(file: Path) -> list[dict[str, float]]:
    """Read what was logged, in its order."""
    return list(read_lines(file, json.loads))


def rewind(file: Path, step: int) -> None:
    """Drop what was logged after a step: a training that goes on from there logs it again."""
    if kept := [line for line in logged(file) if line["step"] <= step]:
        replace(file, "\n".join(json.dumps(line) for line in kept))
    else:
        file.unlink(missing_ok=True)
