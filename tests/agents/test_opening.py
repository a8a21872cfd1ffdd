"""What a run says before its first call is true however its options came about."""

from types import SimpleNamespace
from typing import Any

import pytest

from agents.dry_run import forecast_lines, spending
from agents.endpoints.budget import Price
from agents.forecast import Tokens
from agents.opening import notes
from agents.plan import plan_of

PART = SimpleNamespace(judge="docker, version 1", commit="c1")
QUIET: Any = SimpleNamespace(notes=(), torn=0, manifest=SimpleNamespace(judge=PART.judge, commit="c1", part=PART))
"""A judge and a record of which there is nothing to say."""


@pytest.mark.parametrize("options", [{}, {"rationales": 4}], ids=["by default", "as asked for"])
def test_four_rationales_with_embedded_models_are_explained(options: dict[str, int]) -> None:
    found = list(notes(plan_of({"dataset": "first_steps"} | options), QUIET, QUIET))
    assert found == ["4 rationales are the default with embedded models; --rationales 8 is the paper's"]


def test_another_number_of_rationales_is_not() -> None:
    assert list(notes(plan_of({"dataset": "first_steps", "rationales": 5}), QUIET, QUIET)) == []


def test_a_resumed_run_tells_that_its_judge_or_its_code_is_another_now() -> None:
    now = SimpleNamespace(judge="bubblewrap as root, version 1", commit="")
    moved: Any = SimpleNamespace(torn=0, manifest=SimpleNamespace(judge=PART.judge, commit="c1", part=now))
    assert list(notes(plan_of({"dataset": "first_steps", "rationales": 5}), QUIET, moved)) == [
        "judge was docker, version 1 when the run began and is bubblewrap as root, version 1",
        "commit was c1 when the run began and is unknown",
    ]


def test_a_cost_has_no_currency_but_that_of_the_price_file() -> None:
    text = spending(Tokens(3, (1e6, 2e6), (0, 1e6)), Price(prompt=2, completion=5))
    assert text.endswith("0 to 1,000,000 of reply; cost 2.0000 to 9.0000")


def test_a_dry_run_counts_every_step_that_asks_a_model() -> None:
    lines = list(forecast_lines(plan_of({"dataset": "first_steps", "limit": 1, "self_debug": "teacher"})))
    assert lines[1] == "calls     26 at most (5 explain, 16 exam, 5 mend)"
