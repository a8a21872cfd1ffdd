"""A split has no item twice, and its fingerprint covers all that a run depends on."""

from dataclasses import replace

import pytest

from lbt.split import Split, fingerprint
from lbt.types import TextProblem


def item(name: str, text: str = "A text.", label: bool = True) -> TextProblem:
    return TextProblem(id=name, title=name, statement=text, label=label)


def test_an_id_that_comes_twice_is_refused() -> None:
    split = Split(name="own", train=(item("a"), item("b")), hold_out=(item("c"),), fingerprint="0")
    with pytest.raises(ValueError, match="own: two items have the id 'b'"):
        replace(split, hold_out=(item("b"),))
    with pytest.raises(ValueError, match="two items have the id 'c'"):
        replace(split, hold_out=(item("c"), item("c")))


def test_the_fingerprint_changes_with_the_task_an_item_its_label_and_its_part() -> None:
    a, b, c = item("a"), item("b"), item("c")
    found = [
        fingerprint("Is it?", [a, b], [c]),
        fingerprint("Is it ?", [a, b], [c]),
        fingerprint("Is it?", [b, a], [c]),
        fingerprint("Is it?", [a], [b, c]),
        fingerprint("Is it?", [a, item("b", "Another.")], [c]),
        fingerprint("Is it?", [a, item("b", label=False)], [c]),
    ]
    assert len(set(found)) == len(found)
    assert fingerprint("Is it?", [a, b], [c]) == found[0]
