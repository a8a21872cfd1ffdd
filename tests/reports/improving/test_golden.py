"""The displays show the scripted run of M3 as the golden files say."""

import pytest

from tests.reports.improving.golden import FOLDER, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_as_it_was(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert PICTURES[name]() == expected, "if that is meant: python -m tests.reports.improving.golden"


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PICTURES)
