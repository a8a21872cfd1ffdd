"""A problem of mathematics in few words."""

from lbt.types import MathProblem


def problem(name: str, statement: str, answer: str) -> MathProblem:
    return MathProblem(id=name, title=name, statement=statement, answer=answer)
