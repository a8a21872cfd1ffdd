"""A judge as `python -m leetcode_data verify` uses it, and a problem that is judged fast."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lbt.errors import UnavailableError
from leetcode_data.judging import Attempt, Judge, open_judge
from tests.leetcode_data.passing import PROBLEM, RIGHT
from tests.requirements import need


@contextmanager
def ready(backend: str) -> Iterator[Judge]:
    """A judge that stands ready; skips the test where its kind of sandbox cannot be had."""
    with open_judge(backend) as started:
        try:
            started.verdicts(PROBLEM, [Attempt(RIGHT, PROBLEM.visible)])
        except UnavailableError as error:
            need(backend, False, str(error))
        yield started


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """A judge in bubblewrap."""
    with ready("bubblewrap") as started:
        yield started


@pytest.fixture(scope="module")
def judge_in(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """A judge in the kind of sandbox that the test asks for."""
    with ready(request.param) as started:
        yield started
