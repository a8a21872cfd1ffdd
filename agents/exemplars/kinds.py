"""What is different from kind to kind of items, texts, mathematics and code: the prompts, and how replies are read.

The statement of an exemplar is all that a reader needs: a text; a question; or the statement of a programming problem
with its starter code below it, or with what a whole program must do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal

from agents.domain import CODE as CODE_DOMAIN
from agents.domain import MATH as MATH_DOMAIN
from agents.domain import code_problem, math_problem
from agents.endpoints.calls import Message, Reply
from agents.exemplars.forms import PROGRAMS, SOLUTIONS, TEXTS, asked
from agents.exemplars.sets import Form
from agents.extraction import defines
from agents.prompting import render
from lbt.exemplars import Exemplar
from lbt.types import Answer, CodeProblem, Outcome, Problem, TextProblem
from text_data.labels import read_label, read_label_as_published


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How models are asked about items of one kind, and read. What is a plain text is the name of a prompt."""

    name: Literal["text", "math", "code"]
    answer: str
    """Of a reader: the exemplars, unless `shot` has them, then the item."""
    shot: str = ""
    """Of a reader: one exemplar as a turn of its own, between what `answer` says first and the item."""
    explain: str = ""
    """Of the teacher that solves a training item to make an exemplar of it; empty where its label is all there is."""
    write: str
    """Of the teacher that invents a set, as are the next three."""
    reflect: str
    revise: str
    repair: str
    parts: tuple[str, ...] = ()
    """Prompts besides, which are used to show an item."""
    read: Callable[[Problem, Reply], Answer]
    """Takes the answer to an item out of a reply; never raises, however strange the text."""
    form: Form
    """How sets are written."""
    statement: Callable[[Problem], str]
    """What is asked of an item, as the statement of an exemplar has it."""
    right: Callable[[Problem], str]
    """The right answer to an item, as the teacher may see it; empty for a program, which only tests know."""

    @property
    def prompts(self) -> Sequence[str]:
        """All of them, for the record of a run."""
        names = (self.answer, self.shot, self.explain, self.write, self.reflect, self.revise, self.repair, *self.parts)
        return [name for name in names if name]

    def conversation(self, task: str, exemplars: Sequence[Exemplar], item: Problem) -> tuple[Message, ...]:
        """What a reader is asked: `task` (texts only) about `item`, after the exemplars."""
        messages = render(self.answer, task=task, exemplars=exemplars, problem=item)
        if not self.shot:
            return messages
        shots = (render(self.shot, task=task, problem=one) for one in exemplars)
        return (*messages[:-1], *chain.from_iterable(shots), messages[-1])

    def labelled(self, item: Problem) -> Exemplar:
        """Make an exemplar of an item and its right answer."""
        return Exemplar(statement=self.statement(item), answer=self.right(item), source=item.id)

    def solved(self, item: Problem, answer: Answer) -> Exemplar | None:
        """Make an exemplar of an item and an answer to it; None where the answer has not the asked form."""
        broken = isinstance(item, CodeProblem) and not defines(answer.code, item.entry_point)
        if answer.outcome is not Outcome.OK or broken:
            return None
        return Exemplar(
            statement=self.statement(item),
            rationale=answer.rationale,
            answer=answer.value or answer.code,
            source=item.id,
        )


def text_problem(item: Problem) -> TextProblem:
    """`item` as a text to classify.

    Raises:
        TypeError: it is of another kind, so the wiring is wrong.
    """
    if not isinstance(item, TextProblem):
        raise TypeError(f"{item.id} is not a text to classify")
    return item


_UNUSABLE: Final = {
    "refusal": Outcome.REFUSED,
    "content_filter": Outcome.FILTERED,
    "overflow": Outcome.OVERFLOW,
}


def _read_label(_: Problem, reply: Reply) -> Answer:
    label = None if reply.finish in _UNUSABLE else read_label(reply.text)
    if label is None:
        outcome = _UNUSABLE.get(reply.finish, Outcome.NO_ANSWER)
        return Answer(call=reply.key, outcome=outcome, usage=reply.usage)
    return Answer(call=reply.key, outcome=Outcome.OK, value=_word(label), usage=reply.usage)


def _read_label_as_published(_: Problem, reply: Reply) -> Answer:
    label = read_label_as_published(reply.text)
    return Answer(call=reply.key, outcome=Outcome.OK, value=_word(label), usage=reply.usage)


def _word(label: bool) -> str:
    return "Yes" if label else "No"


TEXT: Final = Kind(
    name="text",
    answer="answer_text",
    shot="shot_text",
    write="write_set_text",
    reflect="reflect_set_text",
    revise="revise_set_text",
    repair="repair_set_text",
    read=_read_label,
    form=TEXTS,
    statement=lambda item: item.statement,
    right=lambda item: _word(text_problem(item).label),
)
TEXT_AS_PUBLISHED: Final = replace(TEXT, answer="answer_text_as_published", shot="", read=_read_label_as_published)
"""All exemplars are in one message, and whatever does not begin with Yes is No, as in the paper's published code."""
MATH: Final = Kind(
    name="math",
    answer="answer_math",
    explain=MATH_DOMAIN.explain,
    write="write_set_math",
    reflect="reflect_set_math",
    revise="revise_set_math",
    repair="repair_set_math",
    read=MATH_DOMAIN.read,
    form=SOLUTIONS,
    statement=lambda item: item.statement,
    right=lambda item: math_problem(item).answer,
)
CODE: Final = Kind(
    name="code",
    answer="answer_code",
    explain=CODE_DOMAIN.explain,
    write="write_set_code",
    reflect="reflect_set_code",
    revise="revise_set_code",
    repair="repair_set_code",
    parts=("item_code",),
    read=CODE_DOMAIN.read,
    form=PROGRAMS,
    statement=lambda item: asked(code_problem(item)),
    right=lambda _: "",
)
