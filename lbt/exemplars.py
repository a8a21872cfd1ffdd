"""The values of M3: sets of exemplars, how students and teacher do with them, and what became of each set.

A set of exemplars is what a model reads before it answers an item. The teacher writes sets, several students answer
training items with them, their failures make the teacher write better ones, and the teacher's own score on other
training items decides which are kept. The hold-out is answered after each decision and decides nothing.
"""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from lbt.types import Outcome, Share, Usage, Value

Natural = Annotated[int, Field(ge=0)]


def folded(text: str) -> str:
    """A text without case and blanks: two items that differ in these alone are the same."""
    return " ".join(text.split()).casefold()


class Exemplar(Value):
    """One solved example."""

    statement: str
    """The text, or the problem with all that is asked."""
    rationale: str = ""
    """How it is solved; empty for a text, whose label stands alone."""
    answer: str
    """`Yes` or `No`, a final answer, or a program."""
    source: str = ""
    """Id of the training item that it is; empty: the teacher wrote it."""


class ExemplarSet(Value):
    """What a model reads before it answers."""

    id: str
    """Iteration and number, as `2.5`: the fifth set written in iteration 2. Unique within a repeat."""
    exemplars: tuple[Exemplar, ...]
    parent: str = ""
    """The set it was revised from; empty for an initial one."""

    @property
    def shown(self) -> frozenset[tuple[str, str, str]]:
        """What a reader learns from it: two sets that show the same, in whatever order, are the same."""
        return frozenset((folded(one.statement), folded(one.rationale), one.answer.strip()) for one in self.exemplars)


class Marked(NamedTuple):
    """One item, answered with one set in context, and marked."""

    item: str
    mark: float
    """In [0, 1]. A label or final answer is right or not; a program has its V-score on training items, which shows no
    hidden test to the selection, and its S-score on the hold-out."""
    label: bool | None = None
    """The right class of a text; None where items are no texts."""
    said: bool | None = None
    """The class that was said of a text; None: neither Yes nor No."""


class Sitting(Value):
    """What one reader made of a sample of items with one set in context."""

    reader: str
    """`teacher`, or a student's name."""
    exemplars: str
    """Id of the set."""
    marks: tuple[Marked, ...]
    """In the order of the sample, which is the same for all sets of a step."""
    usage: Usage = Usage()


class Failure(Value):
    """One item that a student got wrong with one set in context."""

    student: str
    exemplars: str
    """Id of the set."""
    item: str
    said: str
    """What it answered, without the reasoning: hostile text. Empty where it gave no answer."""
    reason: str
    """Why that is wrong, as the judge says it; may quote the answer."""
    outcome: Outcome = Outcome.OK


class Reflection(Value):
    """Why one set of exemplars let students fail, in the teacher's words."""

    exemplars: str
    """Id of the set."""
    failures: tuple[Natural, ...]
    """Which failures it was shown: places in `Iteration.failures`."""
    text: str
    """Empty where the reply has no reason in it; nothing is revised because of it then."""
    call: str
    """Key of the reply in the call store."""
    usage: Usage = Usage()


Fate = Literal["new", "repeated", "malformed"]
"""A set that was written is a candidate, or is the same as another, or is rejected after one repair was tried."""


class Draft(Value):
    """One attempt of the teacher at a set."""

    written: ExemplarSet | None
    """None where it is malformed."""
    parent: str = ""
    """Id of the set it was to improve; empty for an initial one."""
    reflections: tuple[Natural, ...] = ()
    """Because of which it was written: places in `Iteration.reflections`."""
    fault: str = ""
    """What was wrong with the first reply: its form, the number of exemplars, a class without one."""
    fate: Fate = "new"
    calls: tuple[str, ...] = ()
    """Keys of its replies in the call store: the first and, where it was asked to repair it, the second."""
    usage: Usage = Usage()

    @property
    def repaired(self) -> bool:
        """The first reply could not be used and the second could."""
        return bool(self.fault) and self.written is not None


Stage = Literal["initial", "revised", "final"]


class Iteration(Value):
    """One finished iteration: a line of `iterations.jsonl`."""

    repeat: Natural
    """Which of the repeats of the whole run, from 0; they share no sampled call."""
    number: Natural
    """0 is the one that writes the initial sets; the one after the last is `final`."""
    stage: Stage
    exams: tuple[Sitting, ...] = ()
    """How each student did with each set that was current before."""
    failures: tuple[Failure, ...] = ()
    """Of all students with all those sets."""
    reflections: tuple[Reflection, ...] = ()
    drafts: tuple[Draft, ...] = ()
    """All sets that were written in this iteration, malformed and repeated ones included."""
    scored: tuple[Sitting, ...] = ()
    """The teacher's marks with each candidate, on the same training items for all. In the final stage the items are
    ones on which nothing was decided before."""
    scores: tuple[Share, ...] = ()
    """What candidates are compared by, of each of `scored`."""
    kept: tuple[ExemplarSet, ...]
    """The best, best first: those of the next iteration. In the final stage the one that the run hands in."""
    held_out: Sitting
    """The teacher's marks on the hold-out with the first of `kept`. Decides nothing."""

    @property
    def usage(self) -> Usage:
        """Tokens of all replies."""
        asked = [one.usage for one in (*self.exams, *self.scored, self.held_out)]
        written = [one.usage for one in self.reflections] + [one.usage for one in self.drafts]
        return sum((*asked, *written), Usage())
