"""Published answers, rewritten and changed: a sample of what `python -m benchmarks equality` goes through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.equality import math_answers
from benchmarks.rewriting import NAMING, Variant, different, same
from math_data.equivalence import are_equal, classes
from tests.requirements import need

EVERY = 25


@pytest.fixture(scope="module")
def answers(published: Path) -> list[str]:
    found = [*math_answers(published)][::EVERY]
    need("data", bool(found), "no math/MATH-data.tar.gz in the folder of published files")
    return found


@pytest.mark.parametrize(("variants", "equal"), [(same, True), (different, False)], ids=["rewritings", "near misses"])
def test_nothing_is_misjudged(answers: list[str], variants: Callable[[str], Iterator[Variant]], equal: bool) -> None:
    judged = [(answer, kind, text) for answer in answers for kind, text in variants(answer)]
    assert len(judged) >= 3 * len(answers)
    assert [one for one in judged if are_equal(one[0], one[2]) != equal] == []


def test_an_answer_and_its_rewritings_are_one_class(answers: list[str]) -> None:
    for answer in answers:
        for name in NAMING:
            texts = [text for kind, text in same(answer) if kind == name or kind not in NAMING]
            assert set(classes([answer, *texts])) == {0}
