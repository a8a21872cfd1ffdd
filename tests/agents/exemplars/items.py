"""What the tests of readers and author share: an item and a set of each kind, and a model that follows a script."""

from collections.abc import Sequence

from agents.asking import Desk
from agents.endpoints.calls import Finish, Reply, Request
from agents.exemplars.kinds import CODE, MATH, TEXT, Kind
from graphs.exemplar_roles import Turn
from lbt.exemplars import Exemplar, ExemplarSet, Failure
from lbt.types import MathProblem, Problem, TextProblem, Usage
from tests.agents.fakes import DOUBLE, SAMPLING, Model, problem

TASK = "Is the text about {{ cats }}?"
TURN = Turn(repeat=2, iteration=3, number=5)
CATS = TextProblem(id="cats", title="", statement="Cats sleep.\nAll day.", label=True)
DOGS = TextProblem(id="dogs", title="", statement="Dogs bark.", label=False)
SUM = MathProblem(id="sum", title="", statement="What is $2 + 3$?", answer="5")
TWICE = problem("twice")
ECHO = problem("echo", mode="stdin", starter="", entry_point="", visible=[{"args": ["1"], "expected": "1"}])
ITEMS: dict[str, Problem] = {one.id: one for one in (CATS, DOGS, SUM, TWICE, ECHO)}

TEXTS = ExemplarSet(id="2.1", exemplars=(TEXT.labelled(CATS), Exemplar(statement="Fish swim.", answer="No")))
SUMS = ExemplarSet(
    id="2.2",
    exemplars=(
        Exemplar(statement="What is $1 + 1$?", rationale="One more than one is two.", answer="2"),
        Exemplar(statement="What is $4 + 4$?", rationale="Twice four.", answer="8", source="four"),
    ),
)
PROGRAMS = ExemplarSet(
    id="2.3",
    exemplars=(
        Exemplar(statement=CODE.statement(TWICE), rationale="1. Add it to itself.", answer=DOUBLE),
        Exemplar(statement=CODE.statement(ECHO), rationale="1. Print it.", answer="print(input())"),
    ),
)
KINDS: list[tuple[Kind, ExemplarSet, Problem]] = [
    (TEXT, TEXTS, DOGS),
    (MATH, SUMS, SUM),
    (CODE, PROGRAMS, problem("half")),
]


def failure(item: Problem, said: str = "Yes", **changes: str) -> Failure:
    values = {"student": "student 2", "exemplars": "2.1", "item": item.id, "said": said, "reason": "it is not so"}
    return Failure.model_validate(values | changes)


def reply(text: str, finish: Finish = "stop") -> Reply:
    return Reply(key="k", text=text, reasoning="", finish=finish, usage=Usage(calls=1))


class Script(Model):
    """Says one text after another, the last again and again."""

    def __init__(self, *texts: str, finish: Finish = "stop") -> None:
        super().__init__(finish=finish)
        self.texts = texts

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        self.text = self.texts[min(len(self.requests), len(self.texts) - 1)]
        return await super().ask(request, priority)

    @property
    def roles(self) -> Sequence[str]:
        return [request.place.role for request in self.requests]


def desk(model: Model) -> Desk:
    return Desk(asker=model, sampling=SAMPLING, seed=7, order={})
