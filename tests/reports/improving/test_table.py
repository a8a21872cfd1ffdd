"""The tables of M3 show a dash where a number is undefined, never a zero."""

from lbt.improvement import ImprovementSummary, summary_of_improvement
from reports.improving.table import hold_out_lines, lines_so_far, training_lines
from tests.reports.improving import script


def uncompared() -> ImprovementSummary:
    """A run of which only an iteration is there that compared nothing and wrote nothing."""
    bare = script.iteration(0, 0).model_copy(update={"scored": (), "scores": (), "drafts": ()})
    return summary_of_improvement([bare], script.setting(1))


def test_a_set_that_was_not_compared_has_dashes_for_its_training_score() -> None:
    head, row = training_lines(uncompared())
    told = dict(zip(head, row, strict=True))
    assert (told["F1"], told["gap"], told["drafts"]) == ("-", "-", "-")


def test_iteration_0_has_gained_nothing_that_could_be_told() -> None:
    *_, row = hold_out_lines(uncompared())
    assert row == ("iteration 0", "0.696", "0.500", "0.348", "-", "-")


def test_items_that_are_no_texts_have_no_column_of_f1() -> None:
    head, *rows = lines_so_far(script.of_programs().each, macro=True)
    assert head == ("Iteration", "best", "training", "accuracy", "drafts")
    assert rows[1] == ("1", "1.1", "0.800", "0.625", "2/0/1/1")


def test_before_the_first_iteration_there_is_no_table() -> None:
    assert lines_so_far([], macro=True) == []
