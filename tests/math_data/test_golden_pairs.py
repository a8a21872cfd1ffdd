"""Pairs of final answers that were judged by hand, rule by rule."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from math_data.equivalence import classes, compare

GOLDEN = [json.loads(line) for line in Path(__file__).with_name("golden_pairs.jsonl").read_text("utf-8").splitlines()]
RULES = sorted({pair["rule"] for pair in GOLDEN})


def of_rule(rule: str) -> Iterator[tuple[str, str, bool]]:
    return ((pair["a"], pair["b"], pair["equal"]) for pair in GOLDEN if pair["rule"] == rule)


@pytest.mark.parametrize("rule", RULES)
def test_every_pair_is_judged_as_by_hand_in_both_orders(rule: str) -> None:
    wrong = [
        (x, y, compare(x, y).why)
        for a, b, equal in of_rule(rule)
        for x, y in ((a, b), (b, a))
        if compare(x, y).equal != equal
    ]
    assert not wrong


@pytest.mark.parametrize("rule", RULES)
def test_both_orders_have_the_same_reason(rule: str) -> None:
    assert not [(a, b) for a, b, _ in of_rule(rule) if compare(a, b) != compare(b, a)]


@pytest.mark.parametrize("rule", RULES)
def test_classes_keep_apart_what_is_not_equal(rule: str) -> None:
    for a, b, equal in of_rule(rule):
        assert len(set(classes([a, b])) - {None}) <= (1 if equal else 2)
        assert equal == (classes([a, b]) == (0, 0))


def test_there_are_pairs_of_both_kinds() -> None:
    assert min(Counter(pair["equal"] for pair in GOLDEN).values()) >= 200
