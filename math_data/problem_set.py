"""Make a set of problems of mathematics, whose fingerprint covers all that is taught and asked."""

import hashlib
from collections.abc import Mapping, Sequence

from lbt.problem_set import ProblemSet
from lbt.types import MathProblem


def problem_set(
    name: str,
    problems: Sequence[MathProblem],
    exams: Mapping[str, tuple[MathProblem, ...]],
    notes: Sequence[str] = (),
) -> ProblemSet[MathProblem]:
    """Put a set together; the arguments are the fields of `ProblemSet`."""
    digest = hashlib.sha256()
    for problem in problems:
        for one in (problem, *exams[problem.id]):
            digest.update(one.model_dump_json().encode() + b"\n")
        digest.update(b"\n")
    return ProblemSet(
        name=name, problems=tuple(problems), exams=exams, fingerprint=digest.hexdigest(), notes=tuple(notes)
    )
