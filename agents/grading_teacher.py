"""The teacher in another role: it marks exam answers, where their key is not to be used.

It sees what the student saw and wrote, and says whether the final answer is right. What it teaches itself is still
graded by the key: that is what a run measures.
"""

import re
from dataclasses import dataclass
from typing import Final

from agents.asking import Desk
from agents.endpoints.calls import Reply
from agents.math_examiner import graded, unanswered
from agents.prompting import render
from lbt.types import NO_VERDICT, Answer, Grade, Outcome, Problem

FIRST: Final = (-1,)
"""Before all other calls: a mark ends what is under way, and is what an exam waits for."""
_VERDICT: Final = re.compile(
    r"^[^\w\n]*+(?:final )?verdict[^\w\n]*+(right|wrong)[^\w\n]*+$", re.IGNORECASE | re.MULTILINE
)
"""Within one line and never going back."""


@dataclass(frozen=True)
class GradingTeacher:
    """Marks by asking the teacher's model, greedily. Fills `graphs.roles.Judge`."""

    desk: Desk

    async def __call__(self, problem: Problem, answer: Answer) -> Grade:
        """Mark `answer`; one without a final answer is worth 0, and nobody is asked. Raises `EndpointError`."""
        if answer.outcome is not Outcome.OK:
            return unanswered(answer)
        messages = render(self.desk.domain.grade, problem=problem, answer=answer)
        reply = await self.desk.greedily.ask(messages, "grader", 0, priority=FIRST)
        return read_grade(reply)


def read_grade(reply: Reply) -> Grade:
    """Read the last verdict of a reply; an answer is right only where it says so."""
    found = _VERDICT.findall(reply.text)
    if not found:
        reason = "the teacher's reply has no verdict" + ("" if reply.finish == "stop" else f" ({reply.finish})")
        return graded(0, NO_VERDICT, reason, usage=reply.usage)
    if found[-1].lower() == "right":
        return graded(1, "right", usage=reply.usage)
    return graded(0, "wrong", "the teacher says that it is wrong", usage=reply.usage)
