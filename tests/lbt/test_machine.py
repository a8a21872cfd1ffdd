"""What the machine gives to this process."""

from pathlib import Path

import pytest

from lbt.machine import usable_cores


@pytest.mark.parametrize(
    ("quota", "cores"), [("100000 100000", 1), ("50000 100000", 1), ("99900000 100000", None), ("max 100000", None)]
)
def test_no_more_cores_are_used_than_a_container_allows(quota: str, cores: int | None, tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert usable_cores(tmp_path / "cpu.max") == (cores or usable_cores(tmp_path / "none"))
