"""No variant of a problem is on the other side of the split."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from math_data import families
from training.groups import group_of, held_out_of

NAMES = st.sets(st.text(min_size=1, max_size=4), max_size=30)


@pytest.mark.parametrize(
    ("dataset", "problem", "group"),
    [
        ("families", "base_conversion", "base_conversion"),
        ("families", "base_conversion/3", "base_conversion"),
        ("math181", "test/algebra/12", "test/algebra/12"),
        ("math1564", "test/algebra/12@Dec-2023", "test/algebra/12"),
        ("gsm8k_variants", "test/7@varbench-2", "test/7"),
        ("gsm8k_variants", "test/7@gsm-plus-31", "test/7"),
        ("game_theory", "stone-game-ii", "stone-game-ii"),
        ("my/problems", "HumanEval/0", "HumanEval/0"),
        ("my/problems", "mail@home", "mail@home"),
    ],
)
def test_the_group_is_what_variants_share(dataset: str, problem: str, group: str) -> None:
    assert group_of(dataset, problem) == group


def test_every_family_is_a_group_with_its_exam() -> None:
    found = families.load(3)
    for problem in found.problems:
        assert {group_of("families", one.id) for one in (problem, *found.exams[problem.id])} == {problem.id}
    assert len({group_of("families", problem.id) for problem in found.problems}) == len(found.problems)


@given(NAMES, st.floats(0, 0.99), st.integers(0, 5))
def test_about_the_share_is_held_out_and_never_all(names: set[str], share: float, seed: int) -> None:
    drawn = held_out_of([*names, *names], share, seed)
    assert drawn <= names
    assert drawn == held_out_of(reversed(sorted(names)), share, seed)
    assert len(drawn) < len(names) or not names
    if share == 0 or len(names) < 2:
        assert not drawn
    else:
        assert drawn
        assert abs(len(drawn) - share * len(names)) <= 1


@given(NAMES, st.text(min_size=5, max_size=6), st.integers(0, 5))
def test_a_further_group_puts_at_most_one_other_on_the_other_side(names: set[str], more: str, seed: int) -> None:
    assert len((held_out_of(names, 0.2, seed) ^ held_out_of([*names, more], 0.2, seed)) - {more}) <= 1


def test_another_seed_draws_others() -> None:
    names = [str(number) for number in range(40)]
    assert held_out_of(names, 0.2, 0) != held_out_of(names, 0.2, 1)


def test_a_name_that_is_a_path_is_a_set_of_one_s_own(tmp_path: Path) -> None:
    assert group_of(str(tmp_path / "families"), "a/1") == "a/1"
