"""A world for M3 in which the truth is known: what a reader gets right depends on which kinds of exemplar it has read.

An item is of a kind, the first letter of its text. With an exemplar of its kind a reader is right; without one the
teacher guesses, and a student fails where it is blind and now and then elsewhere. The teacher's revision adds exemplars
of the kinds that the reflections name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphs.exemplar_roles import Author, Reader, Sizes, Turn, Workshop
from graphs.exemplar_state import Improvement
from graphs.exemplars import improve, resumed
from graphs.training import Training
from lbt.errors import EndpointError
from lbt.exemplars import Draft, Exemplar, ExemplarSet, Failure, Iteration, Marked, Reflection
from lbt.types import Answer, Grade, Outcome, Problem, TextProblem, Usage

KINDS = "ABCDEF"
ONE_CALL = Usage(calls=1)


def items(start: int, count: int) -> tuple[TextProblem, ...]:
    """As many of every kind, half of them Yes."""
    return tuple(
        TextProblem(id=f"{kind}{n}", title="", statement=f"{kind} number {n}", label=n % 2 == 0)
        for n in range(start, start + count)
        for kind in KINDS
    )


def exemplar(item: TextProblem, source: str = "") -> Exemplar:
    return Exemplar(statement=item.statement, answer="Yes" if item.label else "No", source=source)


def kinds(shown: ExemplarSet) -> set[str]:
    return {one.statement[0] for one in shown.exemplars}


def accuracy(marks: Sequence[Marked]) -> float:
    return sum(one.mark for one in marks) / len(marks)


@dataclass
class Reading:
    """The teacher or a student."""

    name: str
    blind: str = ""
    """Kinds that it gets wrong for sure without an exemplar; empty: it guesses at all of them."""
    elsewhere: float = 0.5
    """Chance to be wrong at another kind without one."""
    broken_at: frozenset[str] = frozenset()
    """Items at which the endpoint breaks."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Set and item of every question."""

    async def answer(self, item: Problem, shown: ExemplarSet, repeat: int, priority: tuple[int, ...]) -> Answer:
        self.asked.append((shown.id, item.id))
        if item.id in self.broken_at:
            raise EndpointError(self.name, "gone")
        assert isinstance(item, TextProblem)
        kind = item.statement[0]
        guess = Random(f"{self.name} {item.id} {repeat}").random() >= self.elsewhere
        right = kind in kinds(shown) or (kind not in self.blind and guess)
        return Answer(call="", outcome=Outcome.OK, value="Yes" if item.label is right else "No", usage=ONE_CALL)


async def judge(problem: Problem, answer: Answer) -> Grade:
    assert isinstance(problem, TextProblem)
    mark = float(answer.outcome is Outcome.OK and (answer.value == "Yes") is problem.label)
    return Grade(v=mark, v_share=mark, s=mark, s_prefix=mark, status="right" if mark else "wrong")


@dataclass
class Writing:
    """The teacher as it writes: the initial sets know two kinds, a revision adds those that the reasons name."""

    size: int = 8
    learns: bool = True
    """Whether a revision looks at the reasons."""
    unusable: frozenset[int] = frozenset()
    """Numbers of the drafts of each iteration that are malformed."""
    echoes: frozenset[int] = frozenset()
    """Numbers of the revisions that hand in the set they were to improve."""
    reasons: list[tuple[str, ...]] = field(default_factory=list)

    async def begin(self, turn: Turn, drawn: Sequence[Problem]) -> Draft:
        if drawn:
            exemplars = tuple(exemplar(one, one.id) for one in drawn if isinstance(one, TextProblem))
        else:
            exemplars = self._of("AB", turn)
        return self._draft(turn, exemplars, "")

    async def reflect(
        self, shown: ExemplarSet, failures: Sequence[Failure], items: Mapping[str, Problem], turn: Turn
    ) -> Reflection:
        missing = {items[one.item].statement[0] for one in failures} - kinds(shown)
        return Reflection(
            exemplars=shown.id, failures=(), text=" ".join(sorted(missing)) or "none", call="", usage=ONE_CALL
        )

    async def revise(
        self,
        shown: ExemplarSet,
        failures: Sequence[Failure],
        reasons: Sequence[str],
        items: Mapping[str, Problem],
        turn: Turn,
    ) -> Draft:
        self.reasons.append(tuple(reasons))
        named = {kind for reason in reasons for kind in reason.split() if kind in KINDS} if self.learns else set[str]()
        if turn.number in self.echoes:
            return self._draft(turn, shown.exemplars, shown.id)
        return self._draft(turn, self._of("".join(sorted(kinds(shown) | named)), turn), shown.id)

    def _of(self, known: str, turn: Turn) -> tuple[Exemplar, ...]:
        return tuple(
            Exemplar(statement=f"{known[n % len(known)]} written {turn}", answer="Yes" if n % 2 else "No")
            for n in range(self.size)
        )

    def _draft(self, turn: Turn, exemplars: tuple[Exemplar, ...], parent: str) -> Draft:
        if turn.number in self.unusable:
            return Draft(written=None, parent=parent, fault="7 exemplars instead of 8", usage=Usage(calls=2))
        name = f"{turn.iteration}.{turn.number}"
        return Draft(written=ExemplarSet(id=name, exemplars=exemplars, parent=parent), parent=parent, usage=ONE_CALL)


SIZES = Sizes(current=2, exemplars=8, iterations=3, new=3, exam=24, failures=4, mixed=1, selection=24)


@dataclass
class Stage:
    """One repeat, and all that came of it."""

    author: Author = field(default_factory=Writing)
    teacher: Reader = field(default_factory=lambda: Reading("teacher"))
    students: Sequence[Reader] = (Reading("student"),)
    sizes: Sizes = SIZES
    train: Sequence[Problem] = items(0, 40)
    hold_out: Sequence[Problem] = items(100, 10)
    seed: int = 0
    draws: bool = False
    keep_originals: bool = True
    done: list[Iteration] = field(default_factory=list)
    events: list[Mapping[str, Any]] = field(default_factory=list)

    async def run(self, repeat: int = 0) -> list[Iteration]:
        await improve(self.start(repeat), self.room(repeat))
        return self.done

    def start(self, repeat: int) -> Improvement:
        return resumed(repeat, self.done)

    def room(self, repeat: int) -> Workshop:
        return Workshop(
            author=self.author,
            teacher=self.teacher,
            students=self.students,
            judge=judge,
            training=Training(items=self.train, seed=self.seed, repeat=repeat, fresh=60),
            hold_out=self.hold_out,
            sizes=self.sizes,
            score=accuracy,
            draws=self.draws,
            keep_originals=self.keep_originals,
            finished=self.done.append,
            tell=self.events.append,
        )
