"""A family of problems: one question with other numbers every time, and the exact answer to each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Protocol

from lbt.errors import ConfigError
from lbt.types import MathProblem

PATIENCE = 1000
"""Drawings in a row without a new answer after which a family counts as used up."""


class Draw(Protocol):
    """A function that poses one problem; its name is the family's."""

    __name__: str

    def __call__(self, rng: Random, /) -> tuple[str, str]:
        """Draw numbers; return the question and its answer in LaTeX. Equal answers must be equal texts."""
        ...


@dataclass(frozen=True)
class Family:
    """Problems that are solved alike and differ in their numbers."""

    name: str
    subject: str
    """One of MATH's seven, for example `number_theory`."""
    level: int
    """Difficulty as MATH counts it, 1 to 5."""
    draw: Draw

    @property
    def title(self) -> str:
        """The name for people to read."""
        return self.name.replace("_", " ").capitalize()

    def problems(self, seed: int) -> Iterator[MathProblem]:
        """Draw problems without end: the one that is taught, then its variants, no two with the same answer.

        How many are taken does not change which they are.

        Raises:
            ConfigError: the family's numbers allow no further answer.
        """
        answers: set[str] = set()
        while True:
            number = len(answers)
            question, answer = self._new(Random(f"{seed} {self.name} {number}"), answers)
            answers.add(answer)
            yield MathProblem(
                id=f"{self.name}/{number}" if number else self.name,
                title=f"{self.title}, variant {number}" if number else self.title,
                statement=question,
                answer=answer,
                subject=self.subject,
                level=self.level,
            )

    def _new(self, rng: Random, answers: set[str]) -> tuple[str, str]:
        for _ in range(PATIENCE):
            question, answer = self.draw(rng)
            if answer not in answers:
                return question, answer
        raise ConfigError(
            f"family {self.name} has no more than {len(answers) - 1} variants with different answers; ask for fewer"
        )


def families(subject: str, levels: Mapping[Draw, int]) -> tuple[Family, ...]:
    """Make the families of a subject from its drawing functions, which name them, and their levels."""
    return tuple(Family(draw.__name__, subject, level, draw) for draw, level in levels.items())
