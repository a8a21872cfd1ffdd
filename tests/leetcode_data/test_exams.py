"""The exam of a rationale is all other problems of its dataset."""

import pytest

from leetcode_data.exams import exam_problems
from leetcode_data.load import datasets, load


@pytest.mark.parametrize("dataset", datasets())
def test_the_exam_is_every_problem_but_the_taught_one(dataset: str) -> None:
    problems = load(dataset)
    for teaching in problems:
        exam = exam_problems(problems, teaching.id)
        assert teaching not in exam
        assert {teaching.id, *(problem.id for problem in exam)} == {problem.id for problem in problems}


def test_a_problem_outside_the_dataset_has_no_exam() -> None:
    with pytest.raises(ValueError, match="'two-sum'"):
        exam_problems(load("game_theory"), "two-sum")
