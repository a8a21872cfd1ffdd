"""A second derivation of every family's answers, from the text of the question alone.

One module a subject, as in `math_data.families`. A check enumerates, substitutes, evaluates or asks sympy; it never
repeats the arithmetic of the family.
"""

from collections.abc import Mapping

from tests.math_data.families.algebra import ALGEBRA
from tests.math_data.families.counting_and_probability import COUNTING_AND_PROBABILITY
from tests.math_data.families.geometry import GEOMETRY
from tests.math_data.families.intermediate_algebra import INTERMEDIATE_ALGEBRA
from tests.math_data.families.number_theory import NUMBER_THEORY
from tests.math_data.families.prealgebra import PREALGEBRA
from tests.math_data.families.precalculus import PRECALCULUS
from tests.math_data.families.reading import Check

CHECKS: Mapping[str, Check] = {
    **PREALGEBRA,
    **ALGEBRA,
    **INTERMEDIATE_ALGEBRA,
    **NUMBER_THEORY,
    **COUNTING_AND_PROBABILITY,
    **GEOMETRY,
    **PRECALCULUS,
}
