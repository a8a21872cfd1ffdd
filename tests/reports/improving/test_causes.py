"""The table of error causes as it is printed: honest about what is few, missing or hostile."""

import io
from typing import Any

import pytest
from rich.console import Console

from lbt.causes import CauseRow, CauseTable, rate
from lbt.iterations import Failed
from lbt.types import Usage
from reports.improving.causes import print_causes


def row(mistakes: tuple[int, int], removed: int) -> CauseRow:
    return CauseRow(mistakes=rate(*mistakes), removed=rate(removed, mistakes[0]))


def table(**changes: Any) -> CauseTable:  # noqa: ANN401 - fields of many types
    values: dict[str, Any] = {
        "student": "openai:small",
        "repeat": 0,
        "start": "0.2",
        "revised": "1.7",
        "failed": Failed(20, 64),
        "reasons": 8,
        "causes": ("Several speakers talk.", "Context is missing."),
        "rows": (row((30, 58), 3), row((40, 58), 0)),
        "none": row((4, 58), 1),
        "unread": rate(2, 60),
        "all": row((60, 200), 6),
        "new": rate(7, 140),
        "usage": Usage(calls=500, prompt_tokens=9000, completion_tokens=700),
    }
    return CauseTable.model_validate(values | changes)


def printed(*tables: CauseTable, plain: bool = True, width: int = 80) -> str:
    out = io.StringIO()
    print_causes(Console(file=out, width=width, markup=False, highlight=False, color_system=None), tables, plain=plain)
    return out.getvalue()


@pytest.mark.parametrize("plain", [True, False])
def test_every_cause_stands_with_its_counts_shares_and_intervals(plain: bool) -> None:
    text = printed(table(), plain=plain)
    assert "20 of 64 items failed with set 0.2; 8 reasons, 2 causes." in text
    assert "1  Several speakers talk." in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for name, numbers in (
        ("cause 1", "30 of 58 0.517 0.392 to 0.641 3 of 30 0.100 0.035 to 0.256"),
        ("cause 2", "40 of 58 0.690 0.562 to 0.794 0 of 40 0.000 0.000 to 0.088"),
        ("none of them", "4 of 58 0.069"),
        ("unreadable", "2 of 60 0.033"),
        ("all", "60 of 200 0.300 0.241 to 0.367 6 of 60 0.100 0.047 to 0.201"),
        ("new ones", "7 of 140 0.050"),
    ):
        line = next(line for line in lines if line.startswith(name))
        assert numbers in line
    assert "warning" not in text
    assert "Calls behind the table: 500" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"all": row((29, 200), 2)}, "warning: Only 29 mistakes"),
        ({"revised": None}, "warning: No revised set could be used"),
        ({"causes": (), "rows": ()}, "warning: No cause: the teacher was asked twice"),
        ({"causes": (), "rows": (), "reasons": 0}, "warning: No cause: no reflection on the failures"),
        ({"causes": (), "rows": (), "reasons": 0, "failed": Failed(0, 64)}, "No cause: the student failed on nothing."),
    ],
)
def test_what_the_table_cannot_say_stands_below_it(changes: dict[str, Any], said: str) -> None:
    text = printed(table(**changes))
    assert said in text
    assert ("unreadable" in text) == ("causes" not in changes)


def test_every_student_has_a_table_and_what_holds_for_all_is_said_once() -> None:
    text = printed(table(), table(student="openai:other"))
    assert text.index("openai:small") < text.index("openai:other")
    assert text.count("compare each cause with all mistakes") == 1
    assert printed() == ""


def test_causes_cannot_act_on_the_terminal() -> None:
    text = printed(table(causes=("Long \x1b[31m texts\nand [bold]more[/bold]",), student="a\x1b]0;title\x07b"))
    assert "\x1b" not in text
    assert "texts and [bold]more[/bold]" in text
