"""The peers' side without their packages: how a budget becomes settings, and where it may connect."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.peers import runner

ANSWERS, ITEMS = st.integers(0, 20_000), st.integers(0, 2_000)


@given(ANSWERS, ITEMS)
@example(31, 300)
def test_a_random_search_fits_its_budget(answers: int, items: int) -> None:
    sizes = runner.random_search(answers, items)
    if sizes is None:
        assert answers < 30 or items < runner.LEAST
        return
    validation, candidates = sizes["validation"], sizes["candidates"]
    assert runner.LEAST <= validation <= min(items, runner.MOST)
    assert candidates >= 1
    assert (candidates + 3) * validation + runner.BOOTSTRAPPED * (candidates + 1) <= answers


def test_a_random_search_has_dspys_number_of_candidates_as_soon_as_it_can() -> None:
    assert runner.random_search(470, 150) == {"validation": 20, "candidates": 16}
    assert runner.random_search(2_000, 150) == {"validation": 100, "candidates": 16}
    assert runner.random_search(8_000, 150) == {"validation": 150, "candidates": 48}


@given(ANSWERS, ITEMS)
def test_mipro_fits_its_budget(answers: int, items: int) -> None:
    sizes = runner.mipro(answers, items)
    if sizes is None:
        assert answers < 60 or items < runner.LEAST
        return
    validation, trials, candidates = sizes["validation"], sizes["trials"], sizes["candidates"]
    assert runner.LEAST <= validation <= min(items, runner.MOST)
    demonstrations, instructions = runner.BOOTSTRAPPED * (candidates - 2), 11 + 3 * candidates
    if not sizes["minibatch"]:
        evaluated = (trials + 1) * validation
    else:
        assert sizes["minibatch"] < validation, "DSPy refuses larger ones"
        full = math.ceil(trials / runner.FULL_EVERY) * (validation - runner.MINIBATCH)
        evaluated = validation + trials * runner.MINIBATCH + full
    assert demonstrations + instructions + evaluated <= answers


def test_mipro_grows_from_one_preset_of_dspy_to_the_next() -> None:
    sizes = [runner.mipro(answers, 300) for answers in (100, 400, 1_500, 5_000)]
    assert [size and size["candidates"] for size in sizes] == [3, 6, 12, 18]


@given(ANSWERS, ITEMS)
def test_gepa_can_accept_a_candidate_at_least(answers: int, items: int) -> None:
    sizes = runner.gepa(answers, items)
    if sizes is None:
        assert answers < 20 or items < runner.LEAST
        return
    assert runner.LEAST <= sizes["validation"] <= min(items, runner.MOST)
    assert 2 * sizes["validation"] + 2 * runner.REFLECTED <= answers


def test_the_runner_imports_nothing_of_this_project() -> None:
    source = Path(runner.__file__).read_text()
    ours = ("lbt", "agents", "graphs", "reports", "text_data")
    assert not any(f"{word} {name}" in source for word in ("import", "from") for name in ours)


@pytest.mark.parametrize(
    ("attempt", "refused"),
    [
        ("socket.socket().connect(('127.0.0.1', 2))", True),
        ("socket.getaddrinfo('example.org', 80)", True),
        ("socket.getaddrinfo('127.0.0.1', 1)", False),
    ],
)
def test_connections_elsewhere_are_refused(attempt: str, refused: bool) -> None:
    prelude = "import runpy, socket, sys; there = runpy.run_path(sys.argv[1]); there['stay_at']('http://127.0.0.1:1')"
    command = [sys.executable, "-I", "-c", f"{prelude}; {attempt}", runner.__file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ("was refused" in done.stderr) is refused, done.stderr
