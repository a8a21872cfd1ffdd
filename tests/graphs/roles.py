"""A teacher of ten lines, for tests of the state machines."""

from dataclasses import dataclass, field

from lbt.errors import EndpointError
from lbt.types import Answer, Grade, Outcome, Problem, Usage


def grade(v: float, s: float) -> Grade:
    return Grade(v=v, v_share=v, s=s, s_prefix=s, status="AC" if v else "WA")


@dataclass
class Explainer:
    """Explanation i is the text `i`; some of them break, or have no program."""

    broken: frozenset[int] = frozenset()
    formless: frozenset[int] = frozenset()
    mended: list[int] = field(default_factory=list)

    async def explain(self, problem: Problem, index: int) -> Answer:
        if index in self.broken:
            raise EndpointError("teacher", "gone")
        outcome = Outcome.CUT_OFF if index in self.formless else Outcome.OK
        return Answer(call=f"t{index}", outcome=outcome, code=f"{index}", usage=Usage(calls=1))

    async def mend(self, problem: Problem, index: int, answer: Answer, grade: Grade) -> Answer:
        self.mended.append(index)
        return answer.model_copy(update={"code": f"mended {index}"})
