"""Votes over the answers to one problem: which class of equal answers wins, and which of its rationales stand for it.

Self-consistency counts the rationales of a class; M1 weighs each with its LbT score and takes the class's maximum, sum
or mean. Of classes with the same value the larger wins; those that still tie all win, and what the vote is worth is
the mean over them, as in the code domain. The paper's published code lets the class win that appeared last.

Source: Ning et al. 2024 (arXiv 2406.14629), algorithm A1; Wang et al. 2023 (arXiv 2203.11171) for self-consistency.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from lbt.exam_score import exam_weights
from lbt.types import LessonRecord, Value

Weights = Sequence[Fraction | None]
"""What each rationale's vote weighs, exact, so that ties are ties; None: not known."""
By = Literal["count", "max", "sum", "avg"]
"""What counts of a class: how many rationales it has, or the greatest, the sum or the mean of their weights."""


class Ballot(Value):
    """How one rationale votes."""

    answer: int | None
    """Class of its final answer: equivalent answers share one; None is no answer."""
    text: int | None
    """Its class by the text of the answer."""
    lbt: Fraction | None
    """Its LbT score, 0 where the lesson has no exam; None: a mark is missing or was not asked."""
    lbt_of: dict[str, Fraction] = {}
    """LbT score by the exam of each student alone, where it is known."""


def ballots_of(record: LessonRecord) -> tuple[Ballot, ...]:
    """Make the ballots of a lesson with classes, one for each rationale."""
    scores = exam_weights(record, record.students)
    alone = {name: exam_weights(record, (name,)) for name in record.students}
    return tuple(
        Ballot(
            answer=record.classes[place],
            text=record.texts[place],
            lbt=scores[place],
            lbt_of={name: score for name, own in alone.items() if (score := own[place]) is not None},
        )
        for place in range(len(record.rationales))
    )


class Bloc(NamedTuple):
    """One class of equal answers after the vote."""

    value: Fraction
    members: tuple[int, ...]
    """Places of its rationales, ascending; the answer of the first is what the class is worth."""


def blocs(classes: Sequence[int | None], weights: Weights, by: By) -> list[Bloc] | None:
    """Count the votes of every class, in order of first occurrence; None where a weight is needed and not known.

    A rationale whose class is None, because it has no answer, has no vote.
    """
    members: dict[int, list[int]] = {}
    for place, one in enumerate(classes):
        if one is not None:
            members.setdefault(one, []).append(place)
    counted = []
    for places in members.values():
        value = _value([weights[place] for place in places], by)
        if value is None:
            return None
        counted.append(Bloc(value, tuple(places)))
    return counted


def _value(weights: Weights, by: By) -> Fraction | None:
    if by == "count":
        return Fraction(len(weights))
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        return None
    match by:
        case "max":
            return max(known)
        case "sum":
            return sum(known, Fraction())
        case "avg":
            return sum(known, Fraction()) / len(known)


def winners(counted: Sequence[Bloc], *, faithful: bool = False) -> list[Bloc]:
    """Find the classes with the highest value and, of these, the most rationales.

    Args:
        counted: In order of first occurrence.
        faithful: Break what still ties as the paper's published code does, by taking the last element of an ascending
            stable sort: the class that appeared last wins alone.
    """
    top = max(((bloc.value, len(bloc.members)) for bloc in counted), default=None)
    tied = [bloc for bloc in counted if (bloc.value, len(bloc.members)) == top]
    return tied[-1:] if faithful else tied


def classes_of(record: LessonRecord, *, faithful: bool) -> tuple[int | None, ...]:
    """The classes that the votes of a run go by: those by text where it votes as the paper's published code does."""
    return record.texts if faithful else record.classes


def elected(classes: Sequence[int | None], weights: Weights, by: By, *, faithful: bool = False) -> tuple[int, ...]:
    """Find the places of the answers that a vote hands in: the first rationale of each winning class.

    Where no rationale has an answer all of them tie, as none is better than another. Empty where the vote is undefined,
    because a weight that it needs is not known.
    """
    counted = blocs(classes, weights, by)
    if counted == []:
        return tuple(range(len(classes)))
    return tuple(bloc.members[0] for bloc in winners(counted or (), faithful=faithful))


def selected_by_votes(record: LessonRecord, *, faithful: bool = False) -> tuple[int, ...]:
    """Find the rationales of the class that wins by the sum of its LbT scores; of all of them where several tie.

    Args:
        record: A lesson with classes.
        faithful: Vote as the paper's published code does: by its text classes, the last of a tie alone.

    Returns:
        Indices, ascending. All of them where no rationale has an answer; none where a score is not known. Where the
        lesson has no exam, those of the largest class.
    """
    classes = classes_of(record, faithful=faithful)
    counted = blocs(classes, exam_weights(record, record.students), "sum")
    if counted == []:
        return tuple(range(len(classes)))
    won = winners(counted or (), faithful=faithful)
    return tuple(sorted(place for bloc in won for place in bloc.members))
