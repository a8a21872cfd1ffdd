"""The arithmetic against the paper's rules and against brute force."""

import math
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.scoring import form, graders, lbt_score, problem_row, summarise
from lbt.selection import best
from lbt.types import GREEDY, Answer, Grade, LessonRecord, Mark, Outcome, Taught, Usage

marks = st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=6), min_size=1, max_size=3)


def grade(v: float, s: float = 0.0) -> Grade:
    return Grade(v=v, v_share=v, s=s, s_prefix=s, status="AC")


def taught(index: int, v: float, s: float, exam: Sequence[float | None], student: str = "a") -> Taught:
    sat = tuple(
        Mark(
            student=student, problem=f"q{i}", grade=None if mark is None else grade(mark), error="gone" * (mark is None)
        )
        for i, mark in enumerate(exam)
    )
    answer = Answer(call=f"t{index}", outcome=Outcome.OK, code="x", usage=Usage(calls=1))
    return Taught(index=index, answer=answer, grade=grade(v, s), exam=sat)


def lesson(*rationales: Taught, complete: bool = True, greedy: float = 0.25) -> LessonRecord:
    return LessonRecord(
        problem="p", students=("a",), rationales=rationales, greedy=taught(GREEDY, 1, greedy, ()), complete=complete
    )


@given(marks)
def test_lbt_score_is_the_mean_of_the_students_means(exam: list[list[float]]) -> None:
    means = [sum(row) / len(row) for row in exam]
    assert math.isclose(lbt_score(exam), sum(means) / len(means))
    assert 0 <= lbt_score(exam) <= 1


def row_of(length: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.sampled_from((0.0, 1.0)), min_size=length, max_size=length)


passes = st.integers(1, 12).flatmap(lambda exams: st.lists(row_of(exams), min_size=1, max_size=4))


@given(passes)
def test_equally_many_passes_are_equal_scores(exam: list[list[float]]) -> None:
    asked = sum(map(len, exam))
    assert lbt_score(exam) == float(Fraction(int(sum(map(sum, exam))), asked))
    assert lbt_score(exam) == lbt_score([row[::-1] for row in exam[::-1]])


def test_a_tie_of_several_students_does_not_break_on_rounding() -> None:
    assert lbt_score([[1, 0, 0, 0, 0], [1, 1, 0, 0, 0]]) == lbt_score([[1, 1, 1, 0, 0], [0] * 5])


@pytest.mark.parametrize("exam", [[], [[]], [[1.0], []]])
def test_lbt_score_of_nothing_is_refused(exam: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="every student"):
        lbt_score(exam)


@given(st.lists(st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0]))))
def test_the_winning_tie_is_every_index_with_the_highest_score(scores: list[float | None]) -> None:
    known = [score for score in scores if score is not None]
    expected = tuple(i for i, score in enumerate(scores) if known and score == max(known))
    assert best(scores, range(len(scores))) == expected


def test_ties_are_averaged_and_v1_is_filtered_before_the_maximum() -> None:
    row = problem_row(
        lesson(
            taught(0, v=1, s=0.8, exam=[1, 0]),
            taught(1, v=0, s=0.2, exam=[1, 1]),
            taught(2, v=0, s=0.6, exam=[1, 1]),
            taught(3, v=1, s=0.4, exam=[0, 1]),
        )
    )
    assert row.avg == pytest.approx(0.5)
    assert row.m1_max == pytest.approx(0.4)
    assert row.avg_v1 == pytest.approx(0.6)
    assert row.m1_max_v1 == pytest.approx(0.6)
    assert (row.greedy, row.levels, row.decided) == (0.25, 2, True)
    assert row.exam_pass_rate == pytest.approx(6 / 8)


def test_without_a_v1_answer_the_filtered_metrics_are_dashes() -> None:
    row = problem_row(lesson(taught(0, v=0, s=0.5, exam=[0])))
    assert (row.avg_v1, row.m1_max_v1) == (None, None)


def test_when_all_scores_tie_max_equals_the_average_and_says_undecided() -> None:
    row = problem_row(lesson(taught(0, 1, 0.1, [0, 0]), taught(1, 1, 0.7, [0, 0])))
    assert row.decided is False
    assert row.m1_max == row.avg == pytest.approx(0.4)


def test_an_incomplete_lesson_has_no_metric_and_no_mean_over_a_partial_exam() -> None:
    row = problem_row(lesson(taught(0, 1, 0.9, [1, None]), taught(1, 1, 0.9, [1, 1]), complete=False))
    assert (row.avg, row.m1_max, row.avg_v1, row.m1_max_v1, row.greedy, row.exam_pass_rate) == (None,) * 6
    assert row.missing == 1
    assert [one.lbt for one in row.rationales] == [None, 1.0]


def test_the_means_leave_incomplete_problems_out_and_count_them() -> None:
    whole = lesson(taught(0, 1, 0.5, [1]))
    partial = lesson(taught(0, 1, 1.0, [None]), complete=False).model_copy(update={"problem": "p2"})
    summary = summarise([whole, partial], dataset="d", seed=0, asked=3)
    assert (summary.complete, summary.asked) == (1, 3)
    assert summary.means["avg"] == 0.5


def test_format_failures_are_counted_by_kind() -> None:
    answers = [Answer(call="", outcome=outcome) for outcome in (Outcome.OK, Outcome.CUT_OFF, Outcome.CUT_OFF)]
    counted = form([*answers, None])
    assert (counted.replies, counted.failures) == (3, {"cut_off": 2})
    assert counted.rates["cut_off"] == pytest.approx(2 / 3)


def test_a_model_that_marks_exams_is_counted_and_a_key_is_not() -> None:
    by_key = Mark(student="a", problem="x", grade=grade(1, 1))
    silent = grade(0, 0).model_copy(update={"usage": Usage(calls=1), "status": "no_verdict"})
    by_model = [
        by_key.model_copy(update={"grade": one})
        for one in (silent, grade(1, 1).model_copy(update={"usage": Usage(calls=1)}))
    ]
    assert graders([by_key]) == {}
    assert graders([by_key, *by_model])["grader"].rates == {"no_verdict": 0.5}


def test_after_self_debug_the_mended_grade_counts_and_the_first_is_kept() -> None:
    first = taught(0, v=0, s=0.1, exam=[0])
    mended = first.model_copy(update={"mended": first.answer, "mended_grade": grade(1, 0.9)})
    row = problem_row(lesson(mended)).rationales[0]
    assert (row.v_before, row.s_before, row.v, row.s) == (0, 0.1, 1, 0.9)


def test_a_raced_lesson_keeps_its_winners_and_says_what_is_unknown() -> None:
    def unasked(one: Taught, *seats: int) -> Taught:
        marks = (
            Mark(student="a", problem=mark.problem, asked=False) if k in seats else mark for k, mark in marked(one)
        )
        return one.model_copy(update={"exam": tuple(marks)})

    def marked(one: Taught) -> list[tuple[int, Mark]]:
        sat = Answer(call="", outcome=Outcome.OK, code="x")
        return [(k, mark.model_copy(update={"answer": sat})) for k, mark in enumerate(one.exam)]

    rationales = (
        unasked(taught(0, v=0, s=0.8, exam=[1, 1, 0])),
        unasked(taught(1, v=1, s=0.4, exam=[0, 0, 1]), 2),
        unasked(taught(2, v=0, s=0.1, exam=[0, 0, 1]), 1, 2),
    )
    raced = lesson(*rationales).model_copy(update={"exams": "adaptive", "selected": (0,), "selected_v1": (1,)})
    row = problem_row(raced)
    assert row.avg == pytest.approx(1.3 / 3)
    assert (row.m1_max, row.m1_max_v1, row.missing) == (0.8, 0.4, 0)
    assert (row.levels, row.exam_pass_rate, row.decided, row.exams_asked) == (None, None, True, 6 / 9)
    assert [one.lbt for one in row.rationales] == [2 / 3, None, None]
    assert row.rationales[1].lbt_bounds == (0.0, 1 / 3)
    assert [str(mark) for mark in row.rationales[2].exam["a"]] == ["0.0", "unasked", "unasked"]
    summary = summarise([raced], dataset="d", seed=0, asked=1)
    assert (summary.exams, summary.exams_asked) == ("adaptive", 6 / 9)
