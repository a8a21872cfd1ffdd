"""Which answers of a lesson are chosen. Code answers have no classes to vote on, so the paper chooses by MAX."""

from collections.abc import Iterable, Sequence


def best(scores: Sequence[float | None], among: Iterable[int]) -> tuple[int, ...]:
    """Find the indices, of those `among`, that share the highest score: the winning tie.

    With N - 1 exam problems there are only N distinct scores, so ties are the norm; the paper's
    tables show their mean, and so do ours. A score of None (a mark is missing) never wins.

    Source: Ning et al. 2024 (arXiv 2406.14629), algorithm A1, MAX; ties inferred from table 3.
    """
    scored = [(score, i) for i in among if (score := scores[i]) is not None]
    top = max((score for score, _ in scored), default=None)
    return tuple(i for score, i in scored if score == top)
