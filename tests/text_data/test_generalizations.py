"""The shipped set needs nothing, has every kind in both parts, and does not tell a label by its outside."""

import re
from collections import Counter
from itertools import combinations

from lbt.exemplars import folded
from text_data.generalizations import Row, rows
from text_data.load import load

ROWS = rows()


def words(row: Row) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", row.text.casefold()))


def test_it_is_read_without_any_files() -> None:
    found = load("generalizations")
    assert (len(found.train), len(found.hold_out)) == (120, 60)
    assert found.notes == ()
    assert found.task


def test_labels_are_balanced_in_both_parts() -> None:
    found = load("generalizations")
    for items in (found.train, found.hold_out):
        assert sum(item.label for item in items) * 2 == len(items)


def test_labels_are_balanced_in_every_beginning() -> None:
    labels = [row.label for row in ROWS]
    assert all(abs(2 * sum(labels[:end]) - end) <= 1 for end in range(len(labels)))


def test_every_kind_has_one_label_and_is_in_both_parts() -> None:
    kinds = {(row.kind, row.label) for row in ROWS}
    assert len({kind for kind, _ in kinds}) == len(kinds) == 11
    parts = Counter((row.kind, row.part) for row in ROWS)
    assert all(parts[kind, "train"] == 2 * parts[kind, "hold_out"] >= 10 for kind, _ in kinds)


def test_kinds_are_nowhere_in_what_a_model_could_see() -> None:
    found = load("generalizations")
    for item in (*found.train, *found.hold_out):
        assert not any(row.kind in f"{item.id} {item.title}" for row in ROWS)


def test_no_text_is_like_another() -> None:
    assert len({folded(row.text) for row in ROWS}) == len(ROWS)
    for one, other in combinations(map(words, ROWS), 2):
        assert len(one & other) / len(one | other) < 0.4, (sorted(one), sorted(other))


def test_the_length_of_a_text_does_not_tell_its_label() -> None:
    sizes = {label: [len(row.text.split()) for row in ROWS if row.label is label] for label in (True, False)}
    mean = {label: sum(of) / len(of) for label, of in sizes.items()}
    assert abs(mean[True] - mean[False]) < 1
    assert all(8 <= size <= 40 for of in sizes.values() for size in of)


def test_no_word_tells_the_label() -> None:
    leaning: Counter[str] = Counter()
    for row in ROWS:
        leaning.update(dict.fromkeys(words(row), 1 if row.label else -1))
    for word, more in leaning.items():
        assert (len(ROWS) / 2 + abs(more)) / len(ROWS) < 0.6, f"going by {word!r} alone is right too often"
