"""Each analysis on programs and lessons whose answer is known."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.collected import AnswerOnly, Collection, ZeroShot, answers_of
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught
from leetcode_data.load import load
from leetcode_data.solutions import known_solutions
from reports.analyses.debugging import debugging
from reports.analyses.following import following
from reports.analyses.ranking import ranking, ranks_of_best, tau
from reports.analyses.sheet import Sheet
from reports.analyses.style import Style, similarity, style_of

MEMOISED = """\
from functools import lru_cache
class Solution:
    def f(self, n):
        @lru_cache(None)
        def go(i):
            return 1 if i < 2 else go(i - 1) + go(i - 2)
        return go(n)
"""
BY_DICT = """\
class Solution:
    def f(self, n, memo={}):
        if n in memo:
            return memo[n]
        memo[n] = 1 if n < 2 else self.f(n - 1) + self.f(n - 2)
        return memo[n]
"""
TABLE = """\
class Solution:
    def f(self, n):
        ways = [1, 1]
        for i in range(2, n + 1):
            ways.append(ways[i - 1] + ways[i - 2])
        return ways[n]
"""
RECURSION = "def f(n):\n    return 1 if n < 2 else f(n - 1) + f(n - 2)\n"
LOOP = "def f(n):\n    a = b = 1\n    for _ in range(n - 1):\n        a, b = b, a + b\n    return b\n"
FORMULA = "def f(n):\n    return n % 2 == 0\n"


@pytest.mark.parametrize(
    ("code", "style"),
    [
        (MEMOISED, Style.MEMOISED),
        (BY_DICT, Style.MEMOISED),
        (TABLE, Style.TABLE),
        (RECURSION, Style.RECURSION),
        (LOOP, Style.LOOP),
        (FORMULA, Style.FORMULA),
        ("def f(:", Style.UNREADABLE),
        ("x" * 10 + "\0", Style.UNREADABLE),
    ],
)
def test_a_style_is_what_one_sees_at_a_glance(code: str, style: Style) -> None:
    assert style_of(code) is style


def test_our_own_solutions_have_the_style_that_their_names_say() -> None:
    problems = [problem.id for name in ("game_theory", "first_steps") for problem in load(name).problems]
    top_down = {style_of(known_solutions(problem).good["top_down"]) for problem in problems}
    assert top_down == {Style.MEMOISED}
    bottom_up = [style_of(known_solutions(problem).good["bottom_up"]) for problem in problems]
    assert set(bottom_up) <= {Style.TABLE, Style.LOOP}
    assert bottom_up.count(Style.TABLE) >= len(problems) / 2


def test_names_do_not_matter_to_similarity_and_another_algorithm_does() -> None:
    assert similarity(TABLE, TABLE.replace("ways", "counts")) == 1.0
    assert similarity(TABLE, MEMOISED) < 0.7
    assert similarity("def f(:", TABLE) == 0.0


@given(st.lists(st.integers(0, 3), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_tau_is_symmetric_and_that_of_a_list_with_itself_is_one(scores: list[float], shuffle: random.Random) -> None:
    other = list(scores)
    shuffle.shuffle(other)
    assert tau(scores, other) == tau(other, scores)
    if len(set(scores)) > 1:
        assert tau(scores, scores) == pytest.approx(1)
        assert tau(scores, [-score for score in scores]) == pytest.approx(-1)


def test_tau_with_ties_is_tau_b_and_of_a_constant_it_is_undefined() -> None:
    assert tau([1, 2, 3, 4], [1, 1, 2, 2]) == pytest.approx(4 / (6 * 4) ** 0.5)
    assert tau([0.5, 0.5, 0.5], [1, 2, 3]) is None
    assert tau([], []) is None


def test_all_that_tie_for_the_best_exam_are_ranked() -> None:
    assert ranks_of_best([0.2, 0.9, 0.9, 0.1], [1.0, 0.5, 1.0, 1.0]) == "1, 3, 4"
    assert ranks_of_best([0.2, 0.9], [0.0, 1.0]) == "1"


def grade(v: float, s: float = 0.0, reason: str = "") -> Grade:
    return Grade(v=v, v_share=v, s=s, s_prefix=s, status="AC" if v else "RE", reason=reason)


def answer(code: str, call: str = "c") -> Answer:
    return Answer(call=call, outcome=Outcome.OK, code=code)


def mark(code: str, v: float, reason: str = "") -> Mark:
    return Mark(student="a", problem="q", answer=answer(code), grade=grade(v, v, reason))


def lesson(*rationales: Taught) -> LessonRecord:
    return LessonRecord(problem="p", students=("a",), rationales=rationales, complete=True)


def taught(code: str, v: float, exam: Sequence[Mark], s: float = 0.0, reason: str = "", index: int = 0) -> Taught:
    return Taught(index=index, answer=answer(code, f"c{index}"), grade=grade(v, s, reason), exam=tuple(exam))


def test_following_is_the_same_style_and_the_same_failure_and_ignoring_the_program_of_before(tmp_path: Path) -> None:
    index_error, type_error = "called with 1; RE: IndexError: list", "called with 1; RE: TypeError: int"
    exam = [
        mark(TABLE, 1),
        mark(TABLE, 0, index_error),
        mark(TABLE, 0, type_error),
        mark(RECURSION, 1),
        Mark(student="a", problem="q", answer=Answer(call="n", outcome=Outcome.NO_CODE), grade=grade(0)),
    ]
    record = lesson(taught(TABLE, 0, exam, reason=index_error))
    there = Collection(tmp_path)
    assert following([record], there, "rationale+answer").rows == [
        ("rationale+answer", "a", "5", "0.400", "0", "undefined"),
        ("answer-only", "a", "0", "undefined", "0", "undefined"),
    ]
    there.append(ZeroShot(problem="q", mark=mark(RECURSION.replace("f(n", "g(n"), 1)))
    there.append(AnswerOnly(problem="p", answers=answers_of(record), exams=((mark(LOOP, 1),),)))
    assert following([record], there, "rationale+answer").rows == [
        ("rationale+answer", "a", "5", "0.400", "5", "0.200"),
        ("answer-only", "a", "1", "0.000", "1", "0.000"),
    ]


def test_ranking_has_a_line_per_problem_and_what_is_undefined_says_so(tmp_path: Path) -> None:
    told = lesson(
        taught(TABLE, 1, [mark(TABLE, 1)], s=0.9, index=0),
        taught(LOOP, 0, [mark(TABLE, 0)], s=0.3, index=1),
        taught(LOOP, 0, [mark(TABLE, 0)], s=0.2, index=2),
    )
    tied = lesson(taught(TABLE, 1, [mark(TABLE, 1)], s=0.9), taught(LOOP, 0, [mark(TABLE, 1)], s=0.3, index=1))
    rows = ranking([told, tied], Collection(tmp_path), "rationale+answer").rows
    assert rows[0][:3] == ("rationale+answer", "a", "p")
    assert rows[0][3] == f"{2 / (3 * 2) ** 0.5:.3f}"
    assert rows[0][5:] == ("1", "1")
    assert rows[1][3:] == ("undefined", "undefined", "1, 2", "1, 2")


def test_of_several_students_there_is_a_row_for_each_and_one_for_all(tmp_path: Path) -> None:
    def both(a: float, b: float) -> list[Mark]:
        marks = [mark(TABLE, a), mark(LOOP, b).model_copy(update={"student": "b"})]
        return [one.model_copy(update={"mended": one.answer, "mended_grade": one.grade}) for one in marks]

    taught_twice = (taught(TABLE, 1, both(1, 0), s=0.9), taught(TABLE, 1, both(0, 0), s=0.3, index=1))
    record = lesson(*taught_twice).model_copy(update={"students": ("a", "b")})
    there = Collection(tmp_path)
    assert [row[1:4] for row in following([record], there, "none").rows[:3]] == [
        ("all students", "4", "0.500"),
        ("a", "2", "1.000"),
        ("b", "2", "0.000"),
    ]
    assert [row[:4] for row in ranking([record], there, "none").rows] == [
        ("none", "all students", "p", "1.000"),
        ("none", "a", "p", "1.000"),
        ("none", "b", "p", "undefined"),
    ]
    assert [row[:2] for row in debugging([record]).rows] == [("all students", "4"), ("a", "2"), ("b", "2")]


def test_what_is_no_python_has_no_style_to_follow(tmp_path: Path) -> None:
    record = lesson(taught("def f(:", 0, [mark("def g(:", 0)]))
    assert following([record], Collection(tmp_path), "answer").rows[0][2:4] == ("1", "0.000")


def test_debugging_counts_what_was_fixed_broken_and_left() -> None:
    fates = [(0, 1), (0, 1), (1, 0), (0, 0), (1, 1)]
    marks = [mark(TABLE, a).model_copy(update={"mended": answer(TABLE), "mended_grade": grade(b, b)}) for a, b in fates]
    (row,) = debugging([lesson(taught(TABLE, 1, marks))]).rows
    assert row == ("a", "5", "2", "1", "1", "1", "2", "1")
    assert debugging([lesson(taught(TABLE, 1, [mark(TABLE, 1)]))]).rows == []


def test_a_sheet_keeps_its_cells_apart_and_its_lines_whole() -> None:
    sheet = Sheet("x", "Title", ("a", "b"), [("one, two", "\x1b[31mred\n"), ("", "")], ("note",))
    assert "\x1b" not in sheet.text
    assert sheet.csv.splitlines()[1].startswith('"one, two"')
