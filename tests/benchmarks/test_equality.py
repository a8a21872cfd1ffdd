"""The rewritings and near misses of the benchmark keep, and change, what an answer says."""

import pytest

from benchmarks.equality import MALICIOUS, PLAIN, _last_boxed
from benchmarks.rewriting import different, same
from math_data.equivalence import are_equal, quickly

ANSWERS = [
    *r"7 -12 0 1500 \frac{3}{8} (2,-1) \left[0,\frac12\right) \text{odd} \text{(C)} 2x^2-3 203_5".split(),
    *r"-\frac{22}{7} \dfrac12 5\sqrt{2} 4\pi (-\infty,1)\cup(3,\infty) 45^\circ \$3.20 1+2i 12\text{cm} 2:3".split(),
    *("3, 5, 8", "y = 2x - 1", r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}"),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_rewritings_mean_the_same_and_near_misses_do_not(answer: str) -> None:
    rewritten, changed = dict(same(answer)), dict(different(answer))
    assert min(len(rewritten), len(changed)) >= 3
    assert [kind for kind, text in rewritten.items() if not are_equal(answer, text)] == []
    assert [kind for kind, text in changed.items() if are_equal(answer, text)] == []


def test_plain_pairs_are_decided_quickly() -> None:
    assert None not in [quickly(a % 100, b % 100) for a, b in PLAIN]


def test_no_malicious_pair_is_of_one_text() -> None:
    assert all(a != b for a, b in MALICIOUS.values())


@pytest.mark.parametrize(
    ("solution", "answer"),
    [
        ("so $\\boxed{5}$.", "5"), ("$\\boxed{1}$ and $\\boxed{\\frac{1}{2}}$", "\\frac{1}{2}"), ("$\\fbox{3}$", "3"),
        ("$\\boxed 7$", "7"), ("$\\boxed{2", ""),
    ],
)  # fmt: skip
def test_the_last_boxed_answer_is_taken(solution: str, answer: str) -> None:
    assert _last_boxed(solution) == answer
