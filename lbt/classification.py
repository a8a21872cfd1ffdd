"""How well Yes is told from No: counts, F1, accuracy and macro-F1, and what a constant answer would get.

An answer that is neither Yes nor No is wrong and claims no class. It is a miss of the class that the item has and a
false alarm of none: it lowers accuracy and the recall of that class, and leaves the precision of both alone. So on an
item of class No it does not touch the F1 of Yes, but accuracy and macro-F1. Where no item has a class and none was said
to have it, its F1 is 0, as in scikit-learn.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from lbt.exemplars import Marked
from lbt.types import Share, Value

SelectBy = Literal["f1", "accuracy", "macro_f1"]
"""What sets of exemplars are compared by: F1 of class Yes, share of right answers, or mean F1 of both classes."""
METRICS: tuple[SelectBy, ...] = get_args(SelectBy)


class Confusion(NamedTuple):
    """Answers by the class an item has and the class that was said; six cells that share no answer."""

    tp: int = 0
    """Yes said of a Yes."""
    fp: int = 0
    """Yes said of a No."""
    fn: int = 0
    """No said of a Yes."""
    tn: int = 0
    """No said of a No."""
    neither_yes: int = 0
    """Neither said of a Yes."""
    neither_no: int = 0
    """Neither said of a No."""

    @property
    def total(self) -> int:
        """All answers."""
        return sum(self)

    @property
    def neither(self) -> float:
        """Share of answers that are neither Yes nor No, in [0, 1]."""
        return _ratio(self.neither_yes + self.neither_no, self.total)

    @property
    def precision(self) -> float:
        """Of what was said to be Yes, the share that is."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Of what is Yes, the share that was said to be."""
        return _ratio(self.tp, self.tp + self.fn + self.neither_yes)

    @property
    def f1(self) -> float:
        """F1 of class Yes, in [0, 1]: the harmonic mean of its precision and recall."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn + self.neither_yes)

    @property
    def f1_of_no(self) -> float:
        """F1 of class No, in [0, 1]."""
        return _ratio(2 * self.tn, 2 * self.tn + self.fn + self.fp + self.neither_no)

    @property
    def macro_f1(self) -> float:
        """Mean F1 of both classes, in [0, 1]."""
        return (self.f1 + self.f1_of_no) / 2

    @property
    def accuracy(self) -> float:
        """Share of right answers, in [0, 1]."""
        return _ratio(self.tp + self.tn, self.total)

    def score(self, by: SelectBy) -> float:
        """One of the three metrics."""
        if by == "f1":
            return self.f1
        return self.accuracy if by == "accuracy" else self.macro_f1


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


CELLS: dict[tuple[bool, bool | None], int] = {
    (True, True): 0, (False, True): 1, (True, False): 2, (False, False): 3, (True, None): 4, (False, None): 5,
}  # fmt: skip
"""Class of an item and class said of it -> place of the cell in `Confusion`."""


def cell(mark: Marked) -> int:
    """The place in `Confusion` at which an answer counts.

    Raises:
        ValueError: the item is no text, so it has no class.
    """
    if mark.label is None:
        raise ValueError(f"item {mark.item!r} has no class: only texts can be counted")
    return CELLS[mark.label, mark.said]


def confusion(marks: Iterable[Marked]) -> Confusion:
    """Count answers; raises as `cell`."""
    counts = Counter(map(cell, marks))
    return Confusion(*(counts[place] for place in range(len(CELLS))))


def has_classes(marks: Sequence[Marked]) -> bool:
    """Whether the items are texts, which are Yes or No."""
    return any(mark.label is not None for mark in marks)


def scored(marks: Sequence[Marked], by: SelectBy) -> float:
    """Score the answers to a sample of items.

    Args:
        marks: One per item; texts, or other items, whose accuracy is their mean mark.
        by: The metric.

    Returns:
        In [0, 1].

    Raises:
        ValueError: there are no marks, only some items are texts, or F1 is asked of items that are no texts.
    """
    if not marks:
        raise ValueError("no marks to score")
    if has_classes(marks):
        return confusion(marks).score(by)
    if by != "accuracy":
        raise ValueError(f"items that are not Yes or No have no {by}, only accuracy")
    return statistics.fmean(mark.mark for mark in marks)


class Baseline(Value):
    """What one answer to every item would get on the hold-out."""

    name: str
    says: bool
    """Whether it says Yes."""
    f1: Share
    accuracy: Share
    macro_f1: Share

    def score(self, by: SelectBy) -> float:
        """One of the three metrics."""
        return {"f1": self.f1, "accuracy": self.accuracy, "macro_f1": self.macro_f1}[by]


def baselines(hold_out: Sequence[bool], training: Sequence[bool]) -> tuple[Baseline, ...]:
    """Score constant answers: always Yes, always No, and the class that most training items have.

    Args:
        hold_out: The class of each hold-out item; there is at least one.
        training: The class of each training item. Where both classes are as frequent, the majority is Yes; where there
            are none, there is no majority.
    """
    majority = [("majority of the training items", 2 * sum(training) >= len(training))] if training else []
    return tuple(
        _constant(name, hold_out, says) for name, says in [("always Yes", True), ("always No", False), *majority]
    )


def _constant(name: str, labels: Sequence[bool], says: bool) -> Baseline:
    found = confusion(Marked("", float(label is says), label, says) for label in labels)
    return Baseline(name=name, says=says, f1=found.f1, accuracy=found.accuracy, macro_f1=found.macro_f1)
