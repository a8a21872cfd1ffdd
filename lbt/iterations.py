"""What is left of the record of one iteration of M3: a line of numbers."""

from collections import Counter
from typing import NamedTuple

from lbt.classification import Confusion, SelectBy, confusion, has_classes, scored
from lbt.exemplars import Iteration, Natural, Stage
from lbt.types import Share, Usage, Value


class Failed(NamedTuple):
    """How many items a student got wrong, of those it answered."""

    failed: int
    asked: int


class Drafts(Value):
    """What became of the sets that were written."""

    new: Natural = 0
    repeated: Natural = 0
    malformed: Natural = 0
    """Also after one repair."""
    repaired: Natural = 0
    """Of the new and repeated ones, those whose first reply could not be used."""

    @property
    def written(self) -> int:
        """All of them."""
        return self.new + self.repeated + self.malformed

    def __add__(self, other: "Drafts") -> "Drafts":
        return Drafts(**{name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields})


class IterationRow(Value):
    """What is left of the record of one iteration of one repeat."""

    repeat: Natural
    number: Natural
    stage: Stage
    best: str
    """Id of the set that came out best."""
    train: Share | None
    """Its score on the training items of the selection, of programs their V-score; None where nothing was compared."""
    f1: Share | None
    """On the hold-out, as the next three; None where items are no texts."""
    accuracy: Share
    """Mean mark; of programs their S-score."""
    macro_f1: Share | None
    counts: Confusion | None
    """Of texts: tp, fp, fn, tn, and neither Yes nor No said of a Yes, and of a No."""
    drafts: Drafts
    failures: dict[str, Failed]
    """Per student, with all sets that were current."""
    usage: Usage

    def on_hold_out(self, by: SelectBy) -> float | None:
        """One of the metrics."""
        return {"f1": self.f1, "accuracy": self.accuracy, "macro_f1": self.macro_f1}[by]


def iteration_row(iteration: Iteration) -> IterationRow:
    """Reduce the record of an iteration to its numbers."""
    marks = iteration.held_out.marks
    counts = confusion(marks) if has_classes(marks) else None
    best = iteration.kept[0].id
    return IterationRow(
        repeat=iteration.repeat,
        number=iteration.number,
        stage=iteration.stage,
        best=best,
        train=score_of(iteration, best),
        f1=counts.f1 if counts else None,
        accuracy=scored(marks, "accuracy"),
        macro_f1=counts.macro_f1 if counts else None,
        counts=counts,
        drafts=drafts_of(iteration),
        failures=failures_of(iteration),
        usage=iteration.usage,
    )


def score_of(iteration: Iteration, best: str) -> float | None:
    """The score of one set in the selection of an iteration; None where it was not compared."""
    scores = {one.exemplars: score for one, score in zip(iteration.scored, iteration.scores, strict=True)}
    return scores.get(best)


def drafts_of(iteration: Iteration) -> Drafts:
    """Count what became of the sets that were written."""
    fates = Counter(draft.fate for draft in iteration.drafts)
    return Drafts(
        new=fates["new"],
        repeated=fates["repeated"],
        malformed=fates["malformed"],
        repaired=sum(draft.repaired for draft in iteration.drafts),
    )


def failures_of(iteration: Iteration) -> dict[str, Failed]:
    """Count what each student got wrong."""
    asked, wrong = Counter[str](), Counter(failure.student for failure in iteration.failures)
    for sitting in iteration.exams:
        asked[sitting.reader] += len(sitting.marks)
    return {student: Failed(wrong[student], count) for student, count in asked.items()}
