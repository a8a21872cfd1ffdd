"""The published files, as in `tests.math_data`."""

from tests.math_data.conftest import published

__all__ = ["published"]
