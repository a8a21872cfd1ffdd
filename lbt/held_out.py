"""How models do on held-out problems: each alone, and against each other on the same problems.

Several models may be one arm, trained alike from different seeds: what an arm gets on a problem is the mean over them.
Problems of one group (a family, an index) are alike, so groups are resampled, each with all its problems, and a group
counts as one sign. So an interval says how a difference would be on other groups, with the models as they are; how much
luck is in the training is what the spread over seeds says.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from lbt.resampling import ROUNDS, Interval, Signs, interval_over_groups, signs
from lbt.types import Outcome, Share, Value


class Answered(Value):
    """One answer of one model to one held-out problem, or that there is none."""

    arm: str
    model: str
    """Which of the models of the arm."""
    problem: str
    group: str
    correct: bool | None
    """None: missing, as a call or its judging failed."""
    outcome: Outcome | None = None
    """Whether the reply had the asked form; None where it is missing."""
    tokens: int = 0
    """Length of the reply."""
    characters: int = 0
    """The same."""
    call: str = ""
    """Key of the reply in the call store."""
    missing: str = ""
    """Why there is none."""


class Arm(Value):
    """How the models of one arm do."""

    name: str
    models: tuple[str, ...]
    problems: int
    """Problems that every one of its models has answered: the only ones that count."""
    missing: int
    """Answers that are missing."""
    accuracy: Share | None
    """Mean over problems; None where no problem counts."""
    each: tuple[Share, ...]
    """Accuracy of each of its models."""
    spread: float | None
    """Standard deviation of `each`, a sample of seeds; None of one model."""
    tokens: float | None
    """Mean length of an answer."""
    characters: float | None
    """The same."""
    no_answer: Share | None
    """Share of replies in which no answer is found though they are whole."""
    cut_off: Share | None
    """Share of replies that are not whole."""


class Versus(Value):
    """One arm against another, on the problems that count for both."""

    ours: str
    theirs: str
    problems: int
    groups: int
    difference: float | None
    """Accuracy of ours - theirs, in [-1, 1]; None where they share no problem."""
    interval: Interval | None
    """95 %, groups resampled; None below 10 groups."""
    signs: Signs
    """In how many groups ours is better, as good, and worse. Their exact test is McNemar's where a group is one problem
    and an arm one model."""

    @property
    def p(self) -> float:
        """Of the exact test, two-sided and not adjusted."""
        return self.signs.p


class HeldOut(Value):
    """`summary.json` of an evaluation."""

    problems: int
    groups: int
    arms: tuple[Arm, ...]
    """In the order in which they were named."""
    comparisons: tuple[Versus, ...]
    """Every arm against every earlier one."""

    @property
    def missing(self) -> int:
        """Answers that are missing."""
        return sum(arm.missing for arm in self.arms)

    def versus(self, ours: str, theirs: str) -> Versus:
        """One of the comparisons. Raises KeyError where there is none."""
        found = (one for one in self.comparisons if (one.ours, one.theirs) == (ours, theirs))
        if (one := next(found, None)) is None:
            raise KeyError(f"{ours} was not compared with {theirs}")
        return one


def held_out(answers: Iterable[Answered], *, seed: int, rounds: int = ROUNDS) -> HeldOut:
    """Put the arms together.

    Args:
        answers: Of every model to every problem, those that are missing included.
        seed: Of the resampling.
        rounds: How often.

    Raises:
        ValueError: the models were not asked the same problems, or a problem is in two groups.
    """
    arms: defaultdict[str, defaultdict[str, list[Answered]]] = defaultdict(lambda: defaultdict(list))
    groups: dict[str, str] = {}
    for one in answers:
        arms[one.arm][one.model].append(one)
        if groups.setdefault(one.problem, one.group) != one.group:
            raise ValueError(f"{one.problem} is in two groups, {groups[one.problem]} and {one.group}")
    for models in arms.values():
        for row in models.values():
            if len(row) != len(groups) or {one.problem for one in row} != set(groups):
                raise ValueError(f"{row[0].model} was not asked every problem once")
    marks = {name: marks_of(list(models.values())) for name, models in arms.items()}
    return HeldOut(
        problems=len(groups),
        groups=len(set(groups.values())),
        arms=tuple(arm_of(name, models, marks[name]) for name, models in arms.items()),
        comparisons=tuple(
            versus((ours, marks[ours]), (theirs, marks[theirs]), groups, seed=seed, rounds=rounds)
            for theirs, ours in combinations(arms, 2)
        ),
    )


def marks_of(models: Sequence[Sequence[Answered]]) -> dict[str, Fraction]:
    """Mean mark of each problem that all models have answered; exact, so that equal gains and losses are a tie."""
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for row in models:
        for one in row:
            if one.correct is not None:
                found[one.problem].append(one.correct)
    return {problem: Fraction(sum(row), len(row)) for problem, row in found.items() if len(row) == len(models)}


def arm_of(name: str, models: Mapping[str, Sequence[Answered]], marks: Mapping[str, Fraction]) -> Arm:
    """Sum up one arm: all but what is missing counts on the same problems."""
    rows = [[one for one in row if one.problem in marks] for row in models.values()]
    counted = [one for row in rows for one in row]
    each = tuple(mean(one.correct or False for one in row) for row in rows) if marks else ()
    cut = [one.outcome is Outcome.CUT_OFF for one in counted]
    formless = [one.outcome not in (Outcome.OK, Outcome.CUT_OFF) for one in counted]
    return Arm(
        name=name,
        models=tuple(models),
        problems=len(marks),
        missing=sum(one.correct is None for row in models.values() for one in row),
        accuracy=mean(each) if marks else None,
        each=each,
        spread=statistics.stdev(each) if len(each) > 1 else None,
        tokens=mean(one.tokens for one in counted) if marks else None,
        characters=mean(one.characters for one in counted) if marks else None,
        no_answer=mean(formless) if marks else None,
        cut_off=mean(cut) if marks else None,
    )


def mean(values: Iterable[float]) -> float:
    """Mean of values of which there is one at least."""
    return statistics.fmean(values)


def versus(
    ours: tuple[str, Mapping[str, Fraction]],
    theirs: tuple[str, Mapping[str, Fraction]],
    groups: Mapping[str, str],
    *,
    seed: int,
    rounds: int = ROUNDS,
) -> Versus:
    """Compare two arms, each a name and the mean mark of each problem."""
    gains: defaultdict[str, list[Fraction]] = defaultdict(list)
    for problem, mark in ours[1].items():
        if problem in theirs[1]:
            gains[groups[problem]].append(mark - theirs[1][problem])
    each = [gain for row in gains.values() for gain in row]
    sums = [float(sum(row)) for row in gains.values()]
    return Versus(
        ours=ours[0],
        theirs=theirs[0],
        problems=len(each),
        groups=len(gains),
        difference=float(sum(each) / len(each)) if each else None,
        interval=interval_over_groups([list(map(float, row)) for row in gains.values()], seed=seed, rounds=rounds),
        signs=signs(sums, [0.0] * len(sums)),
    )
