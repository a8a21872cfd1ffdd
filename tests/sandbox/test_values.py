"""What a program returns, as it leaves the box. That it can be read again is tested with the codec."""

from collections import OrderedDict, defaultdict
from fractions import Fraction

import pytest

from sandbox.harness.values import DEPTH, Forbidden, TooLarge, encode

ENOUGH = 1 << 20


class Liar(int):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Text(str):
    """Not exactly a string."""

    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        Liar(1),
        Text("a"),
        [1, Liar(1)],
        {"a": Liar(1)},
        {Liar(1): 1},
        (x for x in "ab"),
        map(str, [1]),
        range(3),
        b"bytes",
        1j,
        object(),
        int,
        defaultdict(int),
        OrderedDict(),
        Fraction(1, 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_exact_built_in_types_leave(value: object) -> None:
    with pytest.raises(Forbidden):
        encode(value, ENOUGH)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, -2], "[1,-2]"),
        ([True, 1, None], "[true,1,null]"),
        (1.0, '{"f":"1.0"}'),
        ([float("nan"), float("-inf")], '[{"f":"nan"},{"f":"-inf"}]'),
        (2**53, '{"i":"9007199254740992"}'),
        ((1, "a"), '{"t":[1,"a"]}'),
        ({3}, '{"s":[3]}'),
        ({"k": [1.5]}, '{"d":[["k",[{"f":"1.5"}]]]}'),
        ("\ud800é\n", '"\\ud800\\u00e9\\n"'),
    ],
)
def test_the_documented_forms(value: object, text: str) -> None:
    assert encode(value, ENOUGH) == text


@pytest.mark.parametrize(
    "value",
    ["a" * 100, list(range(100)), [[1] * 30] * 30, {i: i for i in range(100)}, [2**500_000]],
    ids=["text", "list", "lists", "dict", "integer"],
)
def test_more_than_the_cap_is_too_large(value: object) -> None:
    with pytest.raises(TooLarge):
        encode(value, 64)


def test_a_list_in_itself_is_too_deep() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(Forbidden, match=f"deeper than {DEPTH}"):
        encode(circle, ENOUGH)
