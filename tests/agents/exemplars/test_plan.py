"""An improvement run before it starts: what its options mean, which items are where, and how many calls it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.config import ImprovementConfig
from agents.exemplars.forecast import calls_of, forecast_lines, left, total
from agents.exemplars.plan import ImprovementPlan, plan_of
from agents.request import asked_for
from lbt.errors import ConfigError
from lbt.exemplars import folded
from lbt.types import Problem

REMOTE = {"teacher": "openai:gpt-4o-mini", "student": ("openai:gpt-4o-mini", "openai:gpt-4o")}


def planned(**options: Any) -> ImprovementPlan:  # noqa: ANN401 - as typed by a user
    asked = asked_for({"method": "m3", "dataset": "generalizations", **options})
    assert isinstance(asked, ImprovementConfig)
    return plan_of(asked)


def test_with_embedded_models_the_numbers_are_small_and_with_others_the_papers() -> None:
    small, paper = planned().sizes, planned(**REMOTE).sizes
    assert (small.current, small.new, small.iterations, small.exam, small.selection) == (2, 2, 2, 16, 192 // 6)
    assert (paper.current, paper.new, paper.iterations, paper.exam, paper.selection) == (4, 8, 5, 64, 2048 // 36)
    assert (paper.exemplars, paper.failures, paper.mixed) == (8, 4, 1)


def test_every_number_can_be_named() -> None:
    numbers = {"current_sets": 3, "new_sets": 5, "iterations": 4, "exam_items": 7, "exemplars": 6, "failures": 2}
    plan = planned(**numbers, mix=2, selection_calls=90, fresh_items=11, hold_out_items=13, originals="drop")
    sizes = plan.sizes
    assert (sizes.current, sizes.new, sizes.iterations, sizes.exam, sizes.exemplars, sizes.failures) == (
        3,
        5,
        4,
        7,
        6,
        2,
    )
    assert (sizes.mixed, sizes.selection, plan.fresh, len(plan.split.hold_out)) == (2, 90 // 15, 11, 13)


def test_the_calls_are_those_of_the_method() -> None:
    plan = planned(**REMOTE, repeats=2)
    students, current, new, selection = 2, 4, 8, 56
    held_out = len(plan.split.hold_out)
    assert calls_of(plan, 0) == {"write": 0, "evaluate": current * selection, "test": held_out}
    assert calls_of(plan, 3) == {
        "examine": students * current * 64,
        "reflect": current * new,
        "revise": current * new,
        "evaluate": current * (new + 1) * selection,
        "test": held_out,
    }
    assert calls_of(plan, 6) == {"rescore": current * plan.fresh, "test": held_out}
    each = sum(sum(calls_of(plan, number).values()) for number in range(7))
    assert total(left(plan, [])).total() == 2 * each


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({"init": "generate"}, 2),
        ({"init": "train"}, 0),
        ({"dataset": "families", "init": "train", "exemplars": 3}, 2 * 3),
        ({"dataset": "families", "init": "generate"}, 2),
    ],
)
def test_initial_sets_take_calls_where_the_teacher_writes_them(options: dict[str, Any], first: int) -> None:
    assert calls_of(planned(**options), 0)["write"] == first


def test_the_forecast_says_what_it_counts() -> None:
    lines = "\n".join(forecast_lines(planned(), []))
    assert "120 items train, 60 are held out" in lines
    assert "exactly, when every set can be used and is new" in lines
    short = "\n".join(forecast_lines(planned(**REMOTE), []))
    assert "at most: training items that a candidate shows are left out" in short
    assert short.count("student   openai:") == 2


def test_reflections_that_are_mixed_make_no_more_sets_than_there_are_mixtures() -> None:
    plan = planned(new_sets=3, mix=3, current_sets=2)
    assert (plan.revisions, plan.candidates) == (1, 2 * (1 + 1))
    assert calls_of(plan, 1)["revise"] == 2
    assert planned(new_sets=4, mix=2).revisions == 4


DATASETS = [
    {"dataset": "generalizations"},
    {"dataset": "families"},
    {"dataset": "game_theory"},
    {"dataset": "all_code"},
]


@pytest.mark.parametrize("options", DATASETS, ids=lambda options: options["dataset"])
def test_no_item_trains_and_tests(options: dict[str, Any]) -> None:
    split = planned(**options).split
    train, held_out = ({folded(one.statement) for one in part} for part in (split.train, split.hold_out))
    assert train
    assert held_out
    assert not train & held_out


def test_no_family_is_on_both_sides() -> None:
    split = planned(dataset="families").split

    def families(items: tuple[Problem, ...]) -> Iterator[str]:
        return (one.id.partition("/")[0] for one in items)

    assert not set(families(split.train)) & set(families(split.hold_out))
    assert len(split.hold_out) == 28
    assert len(split.train) == 4 * 42


def test_another_seed_holds_other_problems_out() -> None:
    one, other = planned(dataset="families").split, planned(dataset="families", seed=1).split
    assert {item.id for item in one.hold_out} != {item.id for item in other.hold_out}


def test_a_shipped_set_of_programs_is_held_out_whole_while_the_others_train() -> None:
    plan = planned(dataset="game_theory")
    assert len(plan.split.hold_out) == 5
    assert len(plan.split.train) == 20
    assert any("all of game_theory is held out" in note for note in plan.split.notes)
    divided = planned(dataset="all_code").split
    assert len(divided.hold_out) == 7
    assert len(divided.train) == 11


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"dataset": "families", "select_by": "f1"}, "--select-by f1 needs two classes"),
        ({"dataset": "families", "fresh_items": 167}, "leave too few"),
        ({"current_sets": 2, "selection_calls": 1}, "less than one for each of 6 candidates"),
        ({**REMOTE, "exemplars": 40}, "leave too few"),
        ({"mix": 5}, "--mix 5 needs as many --new-sets"),
        ({"exemplars": 1}, "--exemplars: input should be greater than 1"),
        ({"dataset": "nope"}, "unknown dataset 'nope'"),
        ({"dataset": "liar"}, "--data-dir"),
        ({"rationales": 4}, "--rationales is for --method m1"),
        ({"method": "m1", "exam_items": 4}, "--exam-items is for --method m3"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        planned(**options)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_texts_of_ones_own_need_a_task(tmp_path: Path) -> None:
    rows = [f"text {n} of class {n % 2},{'yes' if n % 2 else 'no'}" for n in range(60)]
    (tmp_path / "own.csv").write_text("text,label\n" + "\n".join(rows) + "\n")
    with pytest.raises(ConfigError, match="--task-file"):
        planned(dataset=str(tmp_path / "own.csv"))
    (tmp_path / "task.txt").write_text("Is the class odd? Answer Yes or No.\n")
    plan = planned(dataset=str(tmp_path / "own.csv"), task_file=tmp_path / "task.txt")
    assert plan.split.task == "Is the class odd? Answer Yes or No."
    assert (len(plan.split.train), len(plan.split.hold_out)) == (40, 20)
