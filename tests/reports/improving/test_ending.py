"""The sentences under the tables of M3 say what the tables cannot."""

from lbt.improvement import ImprovementSummary, summary_of_improvement
from reports.improving.ending import remarks, ways_on
from tests.reports.improving import script


def said(summary: ImprovementSummary) -> str:
    return "\n".join(remark.line for remark in [*remarks(summary, None), *ways_on(summary, script.RUN_DIR)])


def weak() -> ImprovementSummary:
    """A run whose best row answers 5 of 16 hold-out items right."""
    bad = [
        one.model_copy(update={"held_out": script.sitting("teacher", one.kept[0].id, 3 + one.number)})
        for one in script.records(1)
    ]
    return summary_of_improvement(bad, script.setting(1))


def test_a_constant_answer_that_scores_higher_is_a_warning() -> None:
    text = said(weak())
    assert "warning: always Yes scores higher: F1 0.720, 0.500 in the best row.\n" in text
    assert "warning: always Yes scores higher: accuracy 0.562, 0.312 in the best row.\n" in text


def test_without_one_there_is_no_such_warning() -> None:
    assert "scores higher" not in said(script.summary())
    assert "scores higher" not in said(script.of_programs())


def test_an_unfinished_run_says_what_is_missing_and_how_to_go_on() -> None:
    text = said(summary_of_improvement(script.records(2)[:5], script.setting()))
    assert "warning: 1 repeat of 2 not finished.\n" in text
    assert "Go on with: python -m agents.run --resume runs/20260101-120000-liar" in text
    assert "hold-out items:" not in text
    assert "foretold" not in text


def test_a_run_of_nothing_has_little_to_say() -> None:
    text = said(summary_of_improvement([], script.setting()))
    assert "2 repeats of 2 not finished" in text
    assert "Final set" not in text


def test_one_repeat_of_texts_is_tested_after_mcnemar_and_others_by_signs() -> None:
    assert "McNemar's exact test." in said(script.summary(1))
    assert "exact sign test." in said(script.summary(2))
    assert "exact sign test." in said(script.of_programs())


def test_both_figures_of_the_final_set_are_told() -> None:
    text = said(script.summary(1))
    assert (
        "Final set 1.1: F1 0.800 in the last selection, 0.800 the best of the last sets, on training items set aside, "
        "0.818 on the hold-out.\n"
    ) in text


def test_exemplars_that_are_hold_out_items_are_a_warning_and_none_is_not() -> None:
    assert "warning: Exemplars of the final set that are hold-out items: 1 of 4.\n" in said(script.summary(1))
    clean = script.setting(1).__class__(**{**vars(script.setting(1)), "hold_out_texts": ["other"] * 16})
    text = said(summary_of_improvement(script.records(1), clean))
    assert "\nExemplars of the final set that are hold-out items: 0 of 4.\n" in text


def test_calls_are_compared_with_the_forecast() -> None:
    assert "Calls foretold: 40; on record: 34.\n" in said(script.summary())


def test_few_hold_out_items_have_no_interval_and_the_legend_says_so() -> None:
    few = script.setting(1).__class__(**{**vars(script.setting(1)), "hold_out_texts": ["other"] * 9})
    assert "hold-out items none below 10." in said(summary_of_improvement(script.records(1), few))
