"""Problems that must not be on both sides of a split, because who has trained on one has half seen the other."""

import hashlib
from collections.abc import Iterable

import leetcode_data.load
import math_data.load


def group_of(dataset: str, problem: str) -> str:
    """Name the group of a problem: those of one group are variants of each other.

    Of `families` it is the family; of MATH the index that a problem shares with its functional variants, and of GSM8K
    with those of VarBench and GSM-Plus; of anything else, such as LeetCode's slugs or problems of a user's own, the id.

    Args:
        dataset: As a run names it.
        problem: Id of a problem that is taught, or of one of its variants.
    """
    if dataset == "families":
        return problem.partition("/")[0]
    if dataset in math_data.load.DATASETS:
        return problem.partition("@")[0]
    return problem


def same_groups(one: str, other: str) -> bool:
    """Whether a group of one dataset is the group of that name in another, as the shipped ones share problems."""
    shipped = (math_data.load.DATASETS, leetcode_data.load.datasets())
    return one == other or any(one in names and other in names for names in shipped)


def held_out_of(
    groups: Iterable[str], share: float, seed: int, trained: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Draw the groups that nothing is trained on.

    Args:
        groups: Their names; neither order nor repetition matters.
        share: Of the groups, in [0, 1): as near to it as whole groups allow, but at least one where it is above 0 and
            there are two, and never all.
        trained: Groups that were trained on before, and cannot be held out any more; less is held out where too few
            others are left.
        seed: Decides an order of all names there could be, so a further group changes next to nothing.
    """
    groups = set(groups)
    names = sorted(groups - trained, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    count = min(max(round(share * len(groups)), int(share > 0)), len(groups) - 1)
    return frozenset(names[: max(count, 0)])
