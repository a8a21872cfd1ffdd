"""Ways to choose among a teacher's answers to one problem. None is told an S-score; the oracle, which is, is no way.

Every selector scores the answers, and those that share the best score win: the tables show the mean over the tie.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Literal

from lbt.evidence import Evidence, Signal
from lbt.selection import best
from lbt.types import LessonRecord
from lbt.voters import By, elected

Scores = list[float | None]
"""A score for each answer, higher is better; None: it cannot win."""
Score = Callable[[Sequence[Evidence]], Scores]
Weigh = Callable[[Evidence], Fraction | None]
"""What the vote of one answer weighs; None: not known."""
Domain = Literal["code", "math"]
"""Whether answers are programs, or final answers that can be compared and voted on."""

COLLECTED: dict[str, Callable[[Evidence], bool]] = {
    "": lambda one: True,
    "mbr": lambda one: one.answers is not None,
    "codet": lambda one: one.agrees is not None,
    "self-eval": lambda one: one.self_evaluation is not None,
}
"""Whether what a selector needs beside the run is there."""


@dataclass(frozen=True, kw_only=True)
class Selector(ABC):
    """One way to choose."""

    name: str
    about: str
    """For the table's legend."""
    students: tuple[str, ...] = ()
    """Whose exams it looks at."""
    needs: Literal["", "mbr", "codet", "self-eval"] = ""
    """What must have been collected beside the run; empty: nothing."""
    whole_exams: bool = False
    """It needs the exam scores of all answers, so raced exams are not enough."""

    @abstractmethod
    def choose(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
        """Find the winning tie, by place in `evidence`; empty where the choice is undefined.

        Selection sees `evidence` alone, so no hidden test of the problem can move it.
        """

    def lacks(self, evidence: Iterable[Evidence]) -> bool:
        """Whether what it needs beside the run was not collected for some answer."""
        return not all(map(COLLECTED[self.needs], evidence))


@dataclass(frozen=True, kw_only=True)
class Scored(Selector):
    """The answers with the best score win."""

    score: Score
    v1: bool = False
    """Choose among the answers with V = 1 only; undefined where there is none."""

    def choose(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
        """Find all answers with the best score."""
        among = [place for place, one in enumerate(evidence) if one.v == 1 or not self.v1]
        return best(self.score(evidence), among)

    def with_v1(self) -> "Scored":
        """The same among the answers with V = 1."""
        return replace(self, name=f"{self.name}+v1", about=f"{self.about}, among V=1", v1=True)


@dataclass(frozen=True, kw_only=True)
class Vote(Selector):
    """The class of equal answers with the most votes wins."""

    by: By
    weigh: Weigh
    texts: bool = False
    """Answers are equal only where their texts are, once normalised as the paper's published code does."""
    faithful: bool = False
    """Of classes that tie, the one that appeared last wins, as in the paper's published code."""

    def choose(self, evidence: Sequence[Evidence]) -> tuple[int, ...]:
        """Find the first answer of each winning class."""
        classes = [(one.ballot.text if self.texts else one.ballot.answer) if one.ballot else None for one in evidence]
        return elected(classes, [self.weigh(one) for one in evidence], self.by, faithful=self.faithful)

    def by_text(self) -> "Vote":
        """The same over the text classes, as a row beside it."""
        return replace(self, name=f"{self.name}-text", about=f"{self.about}, answers compared as texts", texts=True)


def anything(evidence: Sequence[Evidence]) -> Scores:
    """All answers alike: the expected value of a random choice."""
    return [0.0] * len(evidence)


RANDOM = Scored(name="random", about="any answer: the expected value", score=anything)
"""What every other selector is compared with where answers are programs."""
SC = "sc"
"""Name of the vote with which every other selector is compared where there are votes: self-consistency."""


def exam(evidence: Sequence[Evidence], signal: Signal) -> Scores:
    """LbT score. Source: Ning et al. 2024 (arXiv 2406.14629), algorithm A1; there, by V-scores."""
    return [one.exam.get(signal) for one in evidence]


def exam_of(evidence: Sequence[Evidence], student: str) -> Scores:
    """LbT score by the V-scores of one student."""
    return [one.exam_of.get(student) for one in evidence]


def clusters(evidence: Sequence[Evidence]) -> Scores:
    """How many answers give the same outputs on all shared inputs; 0 for one that answers none of them.

    Source: the hard loss of MBR-Exec, Shi et al. 2022 (arXiv 2204.11454); the clusters of AlphaCode (arXiv 2203.07814).
    """
    sizes = Counter(one.answers for one in evidence if one.answers is not None)
    return [None if one.answers is None else float(sizes[one.answers]) if any(one.answers) else 0.0 for one in evidence]


def dual_agreement(evidence: Sequence[Evidence]) -> Scores:
    """Answers that pass the same of the written tests, times the number of these tests.

    Source: CodeT, Chen et al. 2022 (arXiv 2207.10397), section 3.2: the score of a consensus set.
    """
    groups = Counter(one.agrees for one in evidence if one.agrees is not None)
    return [None if one.agrees is None else float(groups[one.agrees] * sum(one.agrees)) for one in evidence]


def self_evaluation(evidence: Sequence[Evidence]) -> Scores:
    """What the teacher thinks of its own answer."""
    return [one.self_evaluation for one in evidence]


def selectors(students: Sequence[str]) -> tuple[Scored, ...]:
    """List every selector of programs, in the order of the table; with several students, each one's exam alone too."""
    signals: dict[Signal, str] = {"v": "V-score", "s": "S-score", "share": "share of visible tests passed"}
    everybody = tuple(students)
    by_exam = [
        Scored(
            name="lbt" if signal == "v" else f"lbt-{signal}",
            about=f"exam {word}",
            score=partial(exam, signal=signal),
            students=everybody,
            whole_exams=signal != "v",
        )
        for signal, word in signals.items()
    ]
    if len(students) > 1:
        by_exam += [
            Scored(
                name=f"lbt[{name}]",
                about=f"exam V-score of {name}",
                score=partial(exam_of, student=name),
                students=(name,),
                whole_exams=True,
            )
            for name in students
        ]
    beside = [
        Scored(name="mbr", about="largest cluster of equal outputs", score=clusters, needs="mbr"),
        Scored(name="codet", about="agreement with tests that the teacher wrote", score=dual_agreement, needs="codet"),
        Scored(name="self-eval", about="the teacher's opinion of its answer", score=self_evaluation, needs="self-eval"),
    ]
    both = [form for one in (*by_exam, *beside) for form in (one, one.with_v1())]
    return (RANDOM, Scored(name="v", about="any answer with V=1", score=anything, v1=True), *both)


def alike(one: Evidence) -> Fraction | None:
    """Every vote weighs the same."""
    return Fraction(1)


def by_exam(one: Evidence) -> Fraction | None:
    """LbT score over all students."""
    return one.ballot.lbt if one.ballot else None


def by_exam_of(one: Evidence, student: str) -> Fraction | None:
    """LbT score by the exam of one student."""
    return one.ballot.lbt_of.get(student) if one.ballot else None


def by_opinion(one: Evidence) -> Fraction | None:
    """What the teacher thinks of its own answer; the decimal fraction that it wrote, so that sums are exact."""
    return None if one.self_evaluation is None else Fraction(str(one.self_evaluation))


WEIGHED: dict[By, str] = {"max": "greatest", "sum": "summed", "avg": "mean"}
"""Votes by weight, and how they are called."""


def weighed(vote: Vote, suffix: str = "") -> list[Vote]:
    """A vote by weight in all its forms."""
    return [
        replace(vote, name=f"{vote.name}-{by}{suffix}", about=f"{word} {vote.about} among equal answers", by=by)
        for by, word in WEIGHED.items()
    ]


def votes(students: Sequence[str], *, faithful: bool = False) -> tuple[Selector, ...]:
    """List every selector of final answers, in the order of the table; with several students, each one's exam too.

    Args:
        students: Names.
        faithful: Vote as the paper's published code does: by text classes, which then need no rows beside these, and
            the last of a tie alone.
    """
    about = f"the answer that most rationales give{', answers compared as texts' if faithful else ''}"
    sc = Vote(name=SC, about=about, by="count", weigh=alike, texts=faithful, faithful=faithful)
    exams = replace(sc, name="lbt", about="LbT score", weigh=by_exam, students=tuple(students), whole_exams=True)
    opinion = replace(sc, name="self-eval", about="opinion of the teacher", weigh=by_opinion, needs="self-eval")
    alone = [
        replace(exams, about=f"LbT score by {name}", weigh=partial(by_exam_of, student=name), students=(name,))
        for name in students
    ]
    by_lbt = weighed(exams)
    by_one = [form for vote in alone for form in weighed(vote, f"[{vote.students[0]}]")] if len(alone) > 1 else []
    texts = [] if faithful else [vote.by_text() for vote in (sc, *by_lbt)]
    return (RANDOM, sc, *by_lbt, *by_one, *texts, *weighed(opinion))


def domain_of(records: Sequence[LessonRecord]) -> Domain:
    """Whether the answers of a run can be voted on."""
    return "math" if any(record.classes for record in records) else "code"


def selectors_of(domain: Domain, students: Sequence[str], *, faithful: bool = False) -> tuple[Selector, ...]:
    """List every selector of a domain, in the order of the table; the arguments are those of `votes`."""
    return votes(students, faithful=faithful) if domain == "math" else selectors(students)


def reference_of(domain: Domain) -> str:
    """Name of the selector with which all others are compared."""
    return SC if domain == "math" else RANDOM.name
