"""Problems of our own in MATH's seven subjects: families whose members differ in their numbers only.

`load(seed)` poses one problem of each family and examines it with others of the same family. Questions and their exact
answers are computed from the seed, so there is nothing to fetch. A family has over 200 variants, no two with the same
answer.
"""

from collections.abc import Mapping
from itertools import chain, islice

from lbt.errors import ConfigError
from lbt.problem_set import ProblemSet
from lbt.types import MathProblem
from math_data.families.algebra import ALGEBRA
from math_data.families.counting_and_probability import COUNTING_AND_PROBABILITY
from math_data.families.family import Family
from math_data.families.geometry import GEOMETRY
from math_data.families.intermediate_algebra import INTERMEDIATE_ALGEBRA
from math_data.families.number_theory import NUMBER_THEORY
from math_data.families.prealgebra import PREALGEBRA
from math_data.families.precalculus import PRECALCULUS
from math_data.problem_set import problem_set

_SUBJECTS = (
    PREALGEBRA,
    ALGEBRA,
    INTERMEDIATE_ALGEBRA,
    NUMBER_THEORY,
    COUNTING_AND_PROBABILITY,
    GEOMETRY,
    PRECALCULUS,
)

FAMILIES: Mapping[str, Family] = {family.name: family for family in chain.from_iterable(zip(*_SUBJECTS, strict=True))}
"""Every family by its name, the subjects in turn: the first 21 have all of them, and all levels."""


def load(seed: int, variants: int = 3) -> ProblemSet[MathProblem]:
    """Pose a problem of every family, each examined by variants of it.

    Args:
        seed: Decides all numbers. Whatever `variants`, a problem and its n-th variant stay the same.
        variants: Problems in an exam.

    Raises:
        ConfigError: `variants` is below 1, or more than the numbers of a family allow.
    """
    if variants < 1:
        raise ConfigError(f"an exam needs at least one variant, not {variants}")
    drawn = [list(islice(family.problems(seed), 1 + variants)) for family in FAMILIES.values()]
    exams = {taught.id: tuple(exam) for taught, *exam in drawn}
    return problem_set("families", [taught for taught, *_ in drawn], exams)
