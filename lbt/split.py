"""What exemplars are improved on: items that train and choose, and items that only test."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from lbt.problem_set import P_co
from lbt.types import Problem


@dataclass(frozen=True, kw_only=True)
class Split(Generic[P_co]):
    """Items in two parts. No item is in both; where a published set repeats a text in both, `notes` say how often."""

    name: str
    task: str = ""
    """What a model is asked of each text: 'Decide whether … Answer Yes if …'; empty for mathematics and code."""
    train: tuple[P_co, ...]
    """Where exemplars and exams come from, and what sets of exemplars are chosen by."""
    hold_out: tuple[P_co, ...]
    """What only tests; decides nothing."""
    fingerprint: str
    """SHA-256, in hexadecimal: changes when the task, an item or its part does."""
    notes: tuple[str, ...] = ()
    """What a user should know of how the items were read, a line each."""

    def __post_init__(self) -> None:
        """Refuse two items of the same id, in whichever parts.

        Raises:
            ValueError: there are some; names one.
        """
        seen: set[str] = set()
        for item in (*self.train, *self.hold_out):
            if item.id in seen:
                raise ValueError(f"{self.name}: two items have the id {item.id!r}")
            seen.add(item.id)


def fingerprint(task: str, train: Sequence[Problem], hold_out: Sequence[Problem]) -> str:
    """Compute `Split.fingerprint`."""
    digest = hashlib.sha256(task.encode())
    for part in (train, hold_out):
        digest.update(b"\n\n")
        for item in part:
            digest.update(item.model_dump_json().encode() + b"\n")
    return digest.hexdigest()
