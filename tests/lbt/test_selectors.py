"""Every selector chooses by what it says it does, and none of them by a hidden test of the problem itself."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.comparison import ORACLE, Candidate, candidates_of, chosen, compare
from lbt.evidence import Evidence, evidence_of
from lbt.selectors import RANDOM, Selector, selectors
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught

ALL = {one.name: one for one in selectors(("a", "b"))}


def pick(name: str, evidence: Sequence[Evidence]) -> tuple[int, ...]:
    return ALL[name].choose(evidence)


def test_random_is_any_answer_and_the_v_filter_any_that_passes_the_visible_tests() -> None:
    evidence = [Evidence(v=1), Evidence(v=0), Evidence(v=1)]
    assert pick("random", evidence) == (0, 1, 2)
    assert pick("v", evidence) == (0, 2)
    assert pick("v", [Evidence(v=0)]) == ()


def test_by_exam_the_highest_score_wins_whatever_the_answer_s_own_tests_say() -> None:
    evidence = [Evidence(v=0, exam={"v": 0.75, "s": 0.1}), Evidence(v=1, exam={"v": 0.5, "s": 0.9})]
    assert pick("lbt", evidence) == (0,)
    assert pick("lbt-s", evidence) == (1,)
    assert pick("lbt+v1", evidence) == (1,)


def test_each_student_of_several_has_a_row_of_its_own() -> None:
    evidence = [Evidence(v=1, exam_of={"a": 1, "b": 0}), Evidence(v=1, exam_of={"a": 0, "b": 1})]
    assert (pick("lbt[a]", evidence), pick("lbt[b]", evidence)) == ((0,), (1,))
    assert not any("[" in one.name for one in selectors(("a",)))


def test_the_largest_cluster_of_equal_outputs_wins_and_answering_nothing_is_no_cluster() -> None:
    outputs = [("x", "y"), ("x", "z"), ("x", "y"), (None, None), (None, None), (None, None)]
    assert pick("mbr", [Evidence(v=0, answers=one) for one in outputs]) == (0, 2)
    filtered = [Evidence(v=float(place == 1), answers=one) for place, one in enumerate(outputs)]
    assert pick("mbr+v1", filtered) == (1,)


def test_dual_agreement_weighs_how_many_agree_with_on_how_much() -> None:
    agrees = [(True, False, False), (True, False, False), (True, True, True), (False, False, False)]
    assert pick("codet", [Evidence(v=0, agrees=one) for one in agrees]) == (2,)  # 2 × 1 against 1 × 3
    assert pick("codet", [Evidence(v=0, agrees=one) for one in [*agrees, agrees[0], agrees[0]]]) == (0, 1, 4, 5)


def test_the_teacher_s_own_opinion_wins() -> None:
    opinions = (0.2, 0.9, 0.9)
    assert pick("self-eval", [Evidence(v=0, self_evaluation=one) for one in opinions]) == (1, 2)


def test_without_what_was_not_collected_nothing_is_chosen() -> None:
    assert [pick(name, [Evidence(v=1)]) for name in ("lbt", "mbr", "codet", "self-eval")] == [()] * 4


shares = st.integers(0, 10).map(lambda tenths: tenths / 10)


def grade(v: float, s: float) -> Grade:
    return Grade(v=v, v_share=v, s=s, s_prefix=s, status="AC")


@st.composite
def lessons(draw: st.DrawFn) -> LessonRecord:
    """Complete lessons of two students."""
    exams = draw(st.integers(1, 3))

    def mark(student: str, problem: int) -> Mark:
        given = grade(float(draw(st.booleans())), draw(shares))
        return Mark(student=student, problem=str(problem), grade=given)

    def taught(index: int) -> Taught:
        sat = tuple(mark(student, problem) for student in "ab" for problem in range(exams))
        answer = Answer(call=f"call{index}", outcome=Outcome.OK, code="x")
        return Taught(index=index, answer=answer, grade=grade(float(draw(st.booleans())), draw(shares)), exam=sat)

    rationales = tuple(taught(index) for index in range(draw(st.integers(1, 6))))
    return LessonRecord(problem="p", students=("a", "b"), rationales=rationales, complete=True)


@given(lessons(), st.randoms(use_true_random=False), st.data())
def test_hidden_tests_of_the_problem_move_the_oracle_and_no_selector(
    lesson: LessonRecord, random: object, data: st.DataObject
) -> None:
    collected = [
        {
            "answers": data.draw(st.tuples(st.sampled_from(["x", "y", None]))),
            "agrees": data.draw(st.tuples(st.booleans(), st.booleans())),
            "self_evaluation": data.draw(shares),
        }
        for _ in lesson.rationales
    ]
    scores = data.draw(st.permutations([one.grade.s for one in lesson.rationales if one.grade]))
    regraded = [
        one.model_copy(update={"grade": one.grade.model_copy(update={"s": s, "s_prefix": s, "reason": f"{s}"})})
        for one, s in zip(lesson.rationales, scores, strict=True)
        if one.grade
    ]
    permuted = lesson.model_copy(update={"rationales": tuple(regraded)})

    def rows(record: LessonRecord) -> list[Candidate]:
        evidence = [one.model_copy(update=more) for one, more in zip(evidence_of(record), collected, strict=True)]
        return candidates_of(record, evidence)

    for selector in ALL.values():
        assert chosen(selector, rows(lesson)) == chosen(selector, rows(permuted)), selector.name


@given(lessons(), shares)
def test_hidden_tests_of_the_exam_move_only_what_is_named_after_them(lesson: LessonRecord, s: float) -> None:
    def flattened(mark: Mark) -> Mark:
        assert mark.grade
        return mark.model_copy(update={"grade": mark.grade.model_copy(update={"s": s, "s_prefix": s})})

    flat = [one.model_copy(update={"exam": tuple(map(flattened, one.exam))}) for one in lesson.rationales]
    changed = evidence_of(lesson.model_copy(update={"rationales": tuple(flat)}))
    for selector in ALL.values():
        if not selector.name.startswith("lbt-s") or "share" in selector.name:
            assert selector.choose(evidence_of(lesson)) == selector.choose(changed), selector.name


@given(st.lists(lessons(), min_size=1, max_size=3))
def test_the_oracle_is_never_worse_and_random_is_the_mean(records: list[LessonRecord]) -> None:
    rows = compare(
        [candidates_of(record, evidence_of(record)) for record in records],
        [RANDOM, ALL["v"], ALL["lbt"], ALL["lbt+v1"]],
        {},
        {},
        seed=0,
    )
    found = {row.name: row for row in rows}
    for place, record in enumerate(records):
        scores = [one.grade.s for one in record.rationales if one.grade]
        assert found["random"].each[place] == pytest.approx(sum(scores) / len(scores))
        assert found[ORACLE].each[place] == max(scores)
        assert all((row.each[place] or 0) <= max(scores) + 1e-12 for row in rows)


def test_a_selector_that_lacks_something_says_what_and_the_others_do_without() -> None:
    records = [LessonRecord(problem="p", students=("a",), complete=True, rationales=(taught_once(1), taught_once(0)))]
    rows = compare(
        [candidates_of(one, evidence_of(one)) for one in records], [RANDOM, ALL["mbr"]], {}, {"mbr": "mbr"}, seed=0
    )
    assert {row.name: (row.s, row.missing) for row in rows} == {
        "random": (0.5, ""),
        "oracle": (1.0, ""),
        "mbr": (None, "mbr"),
    }


def test_raced_exams_tell_who_won_and_no_score() -> None:
    rationales = tuple(taught_once(s).model_copy(update={"index": place}) for place, s in enumerate((0.1, 0.9, 0.5)))
    graded = [one.model_copy(update={"grade": grade(float(place > 0), 0.3)}) for place, one in enumerate(rationales)]
    raced = LessonRecord(
        problem="p",
        students=("a",),
        complete=True,
        rationales=tuple(graded),
        exams="adaptive",
        selected=(0,),
        selected_v1=(2,),
    )
    evidence = evidence_of(raced)
    assert ALL["lbt"].choose(evidence) == (0,)
    assert ALL["lbt+v1"].choose(evidence) == (2,)
    assert ALL["lbt-s"].choose(evidence) == ALL["lbt[a]"].choose(evidence) == ()
    assert all(one.whole_exams for one in ALL.values() if one.name.startswith(("lbt-", "lbt[")))


def taught_once(s: float) -> Taught:
    answer = Answer(call=str(s), outcome=Outcome.OK, code="x")
    return Taught(
        index=int(s), answer=answer, grade=grade(1, s), exam=(Mark(student="a", problem="q", grade=grade(s, s)),)
    )


def test_names_are_each_other_s_only_once() -> None:
    everything: Sequence[Selector] = selectors(("a", "b"))
    assert len({one.name for one in everything}) == len(everything)
    assert all(one.about for one in everything)
