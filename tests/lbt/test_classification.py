"""Counts and scores of Yes and No agree with scikit-learn; what claims no class is wrong and no false alarm."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from lbt.classification import METRICS, Confusion, SelectBy, baselines, confusion, scored
from lbt.exemplars import Marked

ANSWERS = st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])), min_size=1, max_size=40)
LIAR_TEST = [True] * 250 + [False] * 211
LIAR_DEV_AND_TEST = [True] * 513 + [False] * 380


def marks_of(answers: Sequence[tuple[bool, bool | None]]) -> list[Marked]:
    return [Marked(str(k), float(said is label), label, said) for k, (label, said) in enumerate(answers)]


@given(ANSWERS)
@example([(False, False)])
@example([(False, None)])
@example([(True, None)])
@example([(True, True)])
def test_scores_are_those_of_scikit_learn(answers: list[tuple[bool, bool | None]]) -> None:
    labels = [int(label) for label, _ in answers]
    said = [2 if one is None else int(one) for _, one in answers]
    found = confusion(marks_of(answers))
    only_yes = {"labels": [1], "average": "macro", "zero_division": 0.0}
    assert found.f1 == pytest.approx(f1_score(labels, said, **only_yes))
    assert found.precision == pytest.approx(precision_score(labels, said, **only_yes))
    assert found.recall == pytest.approx(recall_score(labels, said, **only_yes))
    assert found.accuracy == pytest.approx(accuracy_score(labels, said))
    both = f1_score(labels, said, labels=[0, 1], average="macro", zero_division=0.0)
    assert found.macro_f1 == pytest.approx(both)
    assert found.total == len(answers)


@given(ANSWERS)
def test_no_answer_is_never_better_than_the_right_one_nor_than_the_wrong_one_in_accuracy(
    answers: list[tuple[bool, bool | None]],
) -> None:
    (label, _), *rest = answers
    right, wrong, neither = (confusion(marks_of([(label, said), *rest])) for said in (label, not label, None))
    assert neither.accuracy == wrong.accuracy < right.accuracy
    assert neither.f1 <= right.f1
    assert neither.macro_f1 <= right.macro_f1


def test_neither_is_a_miss_of_a_yes_and_no_false_alarm_on_a_no() -> None:
    missed = Confusion(tp=3, fp=1, tn=4, neither_yes=2)
    assert (missed.precision, missed.recall) == (3 / 4, 3 / 5)
    unsaid = Confusion(tp=3, fp=1, tn=4, neither_no=2)
    assert unsaid.f1 == Confusion(tp=3, fp=1, tn=4).f1
    assert unsaid.f1_of_no == 2 * 4 / (2 * 4 + 1 + 2)
    assert unsaid.accuracy == 7 / 10
    assert unsaid.neither == 2 / 10


def test_without_a_positive_f1_is_0_and_accuracy_tells() -> None:
    assert confusion(marks_of([(False, False)] * 3)) == Confusion(tn=3)
    assert (Confusion(tn=3).f1, Confusion(tn=3).accuracy, Confusion(tn=3).macro_f1) == (0, 1, 0.5)


@pytest.mark.parametrize("by", METRICS)
def test_a_sample_of_texts_is_scored_by_what_was_asked(by: SelectBy) -> None:
    marks = marks_of([(True, True)] * 6 + [(False, True)] * 3 + [(False, False)])
    assert scored(marks, by) == pytest.approx({"f1": 0.8, "accuracy": 0.7, "macro_f1": 0.6}[by])


def test_items_that_are_no_texts_have_their_mean_mark() -> None:
    assert scored([Marked("a", 1.0), Marked("b", 0.5), Marked("c", 0.0)], "accuracy") == 0.5


@pytest.mark.parametrize("by", ["f1", "macro_f1"])
def test_items_that_are_no_texts_have_no_f1(by: SelectBy) -> None:
    with pytest.raises(ValueError, match=f"no {by}, only accuracy"):
        scored([Marked("a", 1.0)], by)


def test_texts_and_other_items_do_not_mix() -> None:
    with pytest.raises(ValueError, match="item 'b' has no class"):
        scored([Marked("a", 1.0, True, True), Marked("b", 1.0)], "accuracy")


def test_nothing_has_no_score() -> None:
    with pytest.raises(ValueError, match="no marks"):
        scored([], "accuracy")


@pytest.mark.parametrize(("labels", "f1", "accuracy"), [(LIAR_TEST, 70.3, 54.2), (LIAR_DEV_AND_TEST, 73.0, 57.4)])
def test_always_yes_on_liar_is_known(labels: list[bool], f1: float, accuracy: float) -> None:
    yes, no, majority = baselines(labels, [True] * 1998 + [False] * 1683)
    assert (round(100 * yes.f1, 1), round(100 * yes.accuracy, 1)) == (f1, accuracy)
    assert no.f1 == 0
    assert no.accuracy == pytest.approx(1 - yes.accuracy)
    assert (majority.says, majority.f1, majority.macro_f1) == (True, yes.f1, yes.f1 / 2)


def test_the_majority_is_that_of_the_training_items() -> None:
    *_, majority = baselines([True, True, False], [False, False, True])
    assert (majority.name, majority.says, majority.accuracy) == ("majority of the training items", False, 1 / 3)
    *_, tied = baselines([True], [False, True])
    assert tied.says


def test_without_training_items_there_is_no_majority() -> None:
    assert [one.name for one in baselines([True, False], [])] == ["always Yes", "always No"]


@given(st.lists(st.booleans(), min_size=1), st.lists(st.booleans()))
def test_a_constant_answer_scores_as_if_a_model_had_given_it(hold_out: list[bool], training: list[bool]) -> None:
    for one in baselines(hold_out, training):
        marks = marks_of([(label, one.says) for label in hold_out])
        assert all(one.score(by) == scored(marks, by) for by in METRICS)
