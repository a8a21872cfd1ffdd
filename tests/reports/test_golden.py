"""The displays show the scripted run as the golden files say."""

import pytest

from tests.reports.golden import FOLDER, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_as_it_was(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert PICTURES[name]() == expected, "if that is meant: python -m tests.reports.golden"


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PICTURES)
