"""The published files, which are no part of the project: where `LBT_DATA` says, or in a folder beside the checkout."""

import os
from pathlib import Path

import pytest

from tests.requirements import need

PLACE = Path(
    os.environ.get("LBT_DATA") or Path(__file__).parents[3] / "shared" / "data"
)  # before the tests lose `LBT_*`


@pytest.fixture(scope="session")
def published() -> Path:
    """The data folder, for tests that read what is published; they are skipped without it."""
    need("data", PLACE.is_dir(), "no published files; LBT_DATA names the folder that holds math500/, gsm8k/ and so on")
    return PLACE
