"""The table of M3: means and standard errors over repeats, differences to iteration 0, both figures of the last set."""

from random import Random
from statistics import fmean, stdev

import pytest

from lbt.classification import baselines
from lbt.exemplars import Draft, Exemplar, ExemplarSet, Failure, Fate, Iteration, Marked, Reflection, Sitting
from lbt.improvement import ImprovementSummary, Setting, summary_of_improvement
from lbt.iterations import Drafts, Failed, IterationRow, iteration_row
from lbt.types import Usage

LABELS = [True] * 12 + [False] * 8
TEXTS = [f"Text number {k}" for k in range(20)]
CALL = Usage(calls=1, prompt_tokens=10, completion_tokens=2)


def one_set(name: str, *statements: str) -> ExemplarSet:
    return ExemplarSet(id=name, exemplars=tuple(Exemplar(statement=one, answer="Yes") for one in statements))


def sitting(reader: str, exemplars: str, right: int, *, neither: int = 0, texts: bool = True) -> Sitting:
    """The first `right` answers are right, the last `neither` of the others claim no class."""
    marks = []
    for place, label in enumerate(LABELS):
        said = label if place < right else None if place >= len(LABELS) - neither else not label
        given = (label, said) if texts else (None, None)
        marks.append(Marked(f"i{place}", float(place < right), *given))
    return Sitting(reader=reader, exemplars=exemplars, marks=tuple(marks), usage=CALL)


def failures(student: str, count: int) -> tuple[Failure, ...]:
    return tuple(Failure(student=student, exemplars="0.1", item=f"i{k}", said="No", reason="") for k in range(count))


def draft(fate: Fate, fault: str = "") -> Draft:
    return Draft(written=None if fate == "malformed" else one_set("1.9", "x"), fault=fault, fate=fate, usage=CALL)


def iterations(repeat: int, right: tuple[int, ...], *, texts: bool = True, final: bool = True) -> list[Iteration]:
    """Iterations 0 to n-2 and the final one, which hands in the second best set of the one before."""
    found = []
    for number, held in enumerate(right):
        last = final and number == len(right) - 1
        names = [f"{number - last}.{k}" for k in (1, 2)]
        sets = [one_set(name, "text  NUMBER 3", f"my own {name}") for name in names]
        order = (sets[1],) if last else (sets[0], sets[1])
        found.append(
            Iteration(
                repeat=repeat,
                number=number,
                stage="final" if last else "revised" if number else "initial",
                exams=(sitting("small", "0.1", 15), sitting("tiny", "0.1", 5)) if number and not last else (),
                failures=(*failures("small", 5), *failures("tiny", 15)) if number and not last else (),
                reflections=(Reflection(exemplars="0.1", failures=(0,), text="why", call="", usage=CALL),),
                drafts=() if last else (draft("new"), draft("repeated", "7 exemplars"), draft("malformed", "no set")),
                scored=tuple(sitting("teacher", name, 10, texts=texts) for name in names),
                scores=(0.5, 0.875) if last else (0.75, 0.625),
                kept=order,
                held_out=sitting("teacher", order[0].id, held, neither=2, texts=texts),
            )
        )
    return found


def setting(repeats: int = 2, *, texts: bool = True) -> Setting:
    return Setting(
        dataset="own",
        select_by="accuracy",
        iterations=1,
        repeats=repeats,
        seed=0,
        training=[True, True, False] if texts else (),
        hold_out=LABELS if texts else (),
        hold_out_texts=TEXTS,
        forecast=500,
    )


RUN = [*iterations(0, (10, 14, 16)), *iterations(1, (8, 16, 12))]


def summary() -> ImprovementSummary:
    return summary_of_improvement(RUN, setting())


def test_an_iteration_is_reduced_to_its_numbers() -> None:
    row = iteration_row(RUN[1])
    assert (row.best, row.train, row.accuracy) == ("1.1", 0.75, 14 / 20)
    assert row.counts == (12, 4, 0, 2, 0, 2)
    assert row.f1 == pytest.approx(24 / 28)
    assert row.drafts == Drafts(new=1, repeated=1, malformed=1, repaired=1)
    assert row.drafts.written == 3
    assert row.failures == {"small": Failed(5, 20), "tiny": Failed(15, 20)}
    assert row.usage == sum([CALL] * 9, Usage())


def test_a_set_that_was_not_compared_has_no_training_score() -> None:
    bare = RUN[0].model_copy(update={"scored": (), "scores": ()})
    row = iteration_row(bare)
    assert row.train is None
    table = summary_of_improvement([bare], setting())
    assert (table.rows[0].train, table.rows[0].gap) == (None, None)


def test_rows_are_means_over_repeats_with_their_standard_error() -> None:
    first, second, last = summary().rows
    assert [row.name for row in (first, second, last)] == ["0", "1", "final"]
    assert second.accuracy.each == (0.7, 0.8)
    assert second.accuracy.mean == pytest.approx(0.75)
    assert second.accuracy.standard_error == pytest.approx(stdev([0.7, 0.8]) / 2**0.5)
    assert second.f1 is not None
    assert second.f1.mean == pytest.approx(fmean(iteration_row(one).f1 or 0 for one in (RUN[1], RUN[4])))
    assert second.neither == pytest.approx(0.1)
    assert second.train is not None
    assert second.gap is not None
    assert second.train.mean == 0.75
    assert second.gap.mean == pytest.approx(0)
    assert second.drafts == Drafts(new=2, repeated=2, malformed=2, repaired=2)
    assert second.failures == {"small": Failed(10, 40), "tiny": Failed(30, 40)}


def test_one_repeat_has_no_standard_error() -> None:
    table = summary_of_improvement(RUN[:3], setting(1))
    assert all(row.accuracy.standard_error is None for row in table.rows)


def test_differences_are_to_iteration_0_of_the_same_repeat() -> None:
    first, second, last = summary().rows
    assert (first.differences, first.signs, first.p) == ({}, None, None)
    assert second.differences["accuracy"].mean == pytest.approx((0.2 + 0.4) / 2)
    assert set(last.differences) == {"f1", "accuracy", "macro_f1"}
    interval = second.differences["accuracy"].interval
    assert interval is not None
    assert 0 < interval.low < 0.3 < interval.high
    assert second.signs == (8, 12, 0)
    assert second.p == pytest.approx(2 / 2**8)


def test_p_of_iterations_is_adjusted_for_their_number_and_that_of_the_final_set_is_not() -> None:
    run = iterations(0, (10, 14, 15, 16, 14))
    rows = summary_of_improvement(run, setting(1)).rows
    assert [row.p for row in rows[1:]] == pytest.approx([0.125, 2 * 0.0625, 3 * 0.03125, 0.125])


def test_calls_add_up_from_row_to_row() -> None:
    table = summary()
    calls = [row.usage.calls for row in table.rows]
    assert [row.so_far.calls for row in table.rows] == [calls[0], sum(calls[:2]), sum(calls)]
    assert table.usage == table.rows[-1].so_far
    assert table.forecast == 500


def test_a_run_under_way_has_rows_of_the_repeats_that_are_there() -> None:
    table = summary_of_improvement(RUN[:5], setting())
    assert [row.repeats for row in table.rows] == [2, 2, 1]
    assert (table.finished, table.ended) == (1, False)
    assert table.rows[2].differences["accuracy"].mean == pytest.approx(0.3)


def test_overlap_is_told_when_all_repeats_have_ended_and_not_before() -> None:
    before = summary_of_improvement(RUN[:5], setting())
    assert [row.overlap for row in before.rows] == [None] * 3
    assert [one.overlap for one in before.finals] == [None]
    after = summary()
    assert after.ended
    assert [row.overlap for row in after.rows] == [(2, 4)] * 3
    assert [one.overlap for one in after.finals] == [(1, 2)] * 2


def test_both_figures_of_the_set_that_is_handed_in() -> None:
    final, other = summary().finals
    assert (final.repeat, final.best, final.selected, final.fresh) == (0, "1.2", 0.625, 0.875)
    assert (final.accuracy, other.accuracy) == (0.8, 0.6)


def test_items_that_are_no_texts_have_accuracy_alone() -> None:
    run = iterations(0, (10, 14, 16), texts=False)
    table = summary_of_improvement(run, setting(1, texts=False))
    assert (table.metrics, table.baselines) == (("accuracy",), ())
    row = table.rows[1]
    assert (row.f1, row.macro_f1, row.neither, list(row.differences)) == (None, None, None, ["accuracy"])
    assert row.accuracy.mean == 0.7
    assert table.beaten_by("accuracy") is None
    assert table.best_row("f1") is None


def test_a_constant_answer_that_beats_every_row_is_found() -> None:
    table = summary()
    assert table.baselines == baselines(LABELS, [True, True, False])
    assert table.beaten_by("accuracy") is None  # always Yes has 0.6, and 0.75 is reached
    assert table.beaten_by("macro_f1") is None
    weak = summary_of_improvement(iterations(0, (4, 5, 6)), setting(1))
    beaten = weak.beaten_by("f1")
    assert beaten is not None
    assert (beaten.name, round(beaten.f1, 3)) == ("always Yes", 0.75)
    best = weak.best_row("f1")
    assert best is not None
    assert best.name == "final"


def test_nothing_on_record_is_an_empty_table() -> None:
    table = summary_of_improvement([], setting())
    assert (table.rows, table.finals, table.finished) == ((), (), 0)
    assert table.beaten_by("f1") is None


def test_the_order_of_the_records_does_not_matter() -> None:
    mixed = list(RUN)
    Random(1).shuffle(mixed)
    assert summary_of_improvement(mixed, setting()) == summary()


def test_repeats_with_other_items_are_refused() -> None:
    odd = RUN[1].held_out
    other = odd.model_copy(update={"marks": (odd.marks[0]._replace(item="strange"), *odd.marks[1:])})
    run = [RUN[0], RUN[1].model_copy(update={"held_out": other})]
    with pytest.raises(ValueError, match="the same items"):
        summary_of_improvement(run, setting())


def test_the_summary_survives_json() -> None:
    table = summary()
    assert ImprovementSummary.model_validate_json(table.model_dump_json()) == table
    row = iteration_row(RUN[1])
    assert IterationRow.model_validate_json(row.model_dump_json()) == row
