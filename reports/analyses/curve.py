"""How good votes are with fewer rationales, and what exams add to self-consistency with the same answers.

Source: Ning et al. 2024 (arXiv 2406.14629), figure 4 (left) and table A6; self-consistency is voted anew with the same
rationales, which the paper leaves open.
"""

from collections.abc import Sequence

from lbt.curves import SUBSETS, Spread, curve
from lbt.racing import need_whole_exams
from lbt.selectors import SC, votes
from reports.analyses.digest import Digest
from reports.analyses.sheet import UNDEFINED, Sheet

VOTES = (SC, "lbt-max", "lbt-sum", "lbt-avg")


def curve_sheet(lessons: Sequence[Digest], *, seed: int, faithful: bool) -> Sheet:
    """Vote with every power of two of the rationales. Raises ConfigError where the exams were raced."""
    need_whole_exams(lessons, "The curve")
    selectors = [one for one in votes(lessons[0].students, faithful=faithful) if one.name in VOTES]
    points = curve([one.candidates for one in lessons], selectors, reference=SC, seed=seed)
    rows = [
        (str(point.size), name, *ends(point.s), *ends(point.gain))
        for at in zip(*points.values(), strict=True)
        for name, point in zip(points, at, strict=True)
    ]
    return Sheet(
        name="curve",
        title="Accuracy against the number of rationales",
        header=("rationales", "selector", "S", "std", f"gain over {SC}", "std of gain"),
        rows=rows,
        notes=(
            f"S: mean over {SUBSETS} random subsets of the stored answers, each drawn without replacement",
            f"gain: (S - S of {SC}) / S of {SC} with the same rationales; undefined where {SC} solves nothing",
            "std: over the subsets, no standard error; 0 with all rationales, as there is one subset only",
        ),
    )


def ends(value: Spread | None) -> tuple[str, str]:
    """Mean and standard deviation as text."""
    return (UNDEFINED, UNDEFINED) if value is None else (f"{value.mean:.3f}", f"{value.std:.3f}")
