"""What a run does to the interpreter ends with it."""

import gc

import pytest

from agents.session import rarely_collected


def test_cycles_are_looked_for_less_often_and_afterwards_as_before() -> None:
    before = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_a_run_that_breaks_leaves_it_as_it_was_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="no"), rarely_collected():
        raise ValueError("no")
    assert gc.get_threshold() == before
