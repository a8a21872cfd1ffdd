import pytest
from tests.requirements import need
@pytest.mark.parametrize("i", range(3))
def test_a(i: int) -> None:
    need("docker", False, "no engine answers")
def test_b() -> None:
    need("models", False, "run make run first")
