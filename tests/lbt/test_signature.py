"""What a starter says of its entry point, however it ends."""

import pytest

from lbt.signature import annotation_of, parameters, signature_of


@pytest.mark.parametrize("end", ["", " ", "  # fill it in", "\n        # fill it in\n", "\n        pass", " ..."])
def test_a_signature_is_read_with_or_without_a_body(end: str) -> None:
    starter = f"class Solution:\n    def area(self, a: int, b: int = 1) -> List[float]:{end}"
    signature = signature_of(starter, "Solution.area")
    assert signature is not None
    assert [parameter.arg for parameter in parameters(signature)] == ["a", "b"]
    assert annotation_of(starter, "Solution.area") == "List[float]"


@pytest.mark.parametrize("entry_point", ["area", "Solution.volume", "Other.area", ""])
def test_a_starter_that_defines_another_function_says_nothing(entry_point: str) -> None:
    assert signature_of("class Solution:\n    def area(self):", entry_point) is None
    assert annotation_of("class Solution:\n    def area(self):", entry_point) == ""


def test_a_starter_that_is_no_python_says_nothing() -> None:
    assert annotation_of("area(a, b) {", "area") == ""
