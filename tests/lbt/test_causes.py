"""Error causes: shares of mistakes and their intervals, counted by hand, and the file that keeps them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.causes import CAUSES, Attribution, Diagnoses, Diagnosis, cause_table, rate, start_of
from lbt.errors import ConfigError, DataError
from lbt.exemplars import Exemplar, ExemplarSet, Failure, Iteration, Marked, Reflection, Sitting
from lbt.types import Usage

CALL = Usage(calls=1, prompt_tokens=10, completion_tokens=2)
PROMPTS = {"condense_text": "1", "attribute_text": "2"}


def one_set(name: str) -> ExemplarSet:
    return ExemplarSet(id=name, exemplars=(Exemplar(statement=name, answer="Yes"),))


def sitting(right: str, exemplars: str = "0.2") -> Sitting:
    """Items `i0`, `i1`… with these marks, each a digit; `h` is a half."""
    marks = tuple(Marked(f"i{place}", 0.5 if mark == "h" else float(mark)) for place, mark in enumerate(right))
    return Sitting(reader="teacher", exemplars=exemplars, marks=marks, usage=CALL)


def start(right: str, repeat: int = 0) -> Iteration:
    return Iteration(repeat=repeat, number=0, stage="initial", kept=(one_set("0.2"),), held_out=sitting(right))


def diagnosis(
    right: str,
    *attributed: tuple[int, ...] | None,
    wrong: str = "",
    best: str = "1.1",
    student: str = "small",
    repeat: int = 0,
) -> Diagnosis:
    """Attributions are those of the items that are 0 or a half in `wrong`."""
    items = [f"i{place}" for place, mark in enumerate(wrong) if mark != "1"]
    round_ = Iteration(
        repeat=repeat,
        number=1,
        stage="revised",
        exams=(Sitting(reader=student, exemplars="0.2", marks=(Marked("t", 0), Marked("u", 1)), usage=CALL),),
        failures=(Failure(student=student, exemplars="0.2", item="t", said="No", reason=""),),
        reflections=tuple(
            Reflection(exemplars="0.2", failures=(0,), text=text, call="", usage=CALL) for text in ("why", "")
        ),
        kept=(one_set(best),),
        held_out=sitting(right, best),
    )
    return Diagnosis(
        student=student,
        round=round_,
        causes=("long texts", "short texts") if attributed else (),
        condensed=("c",),
        condensing=CALL,
        attributions=tuple(
            Attribution(item=item, causes=causes, call="", usage=CALL)
            for item, causes in zip(items, attributed, strict=True)
        )
        if attributed
        else (),
        prompts=PROMPTS,
    )


def test_shares_are_those_counted_by_hand() -> None:
    before, after = "1000h01", "0101101"
    table = cause_table(start(before), diagnosis(after, (0,), (0, 1), (), (1,), None, wrong=before))
    both = [(row.mistakes.count, row.mistakes.of, row.removed.count, row.removed.of) for row in table.rows]
    assert both == [(2, 4, 1, 2), (2, 4, 1, 2)]
    assert (table.none.mistakes.count, table.none.removed.count) == (1, 1)
    assert (table.unread.count, table.unread.of) == (1, 5)
    assert (table.all.mistakes.count, table.all.mistakes.of) == (5, 7)
    assert (table.all.removed.count, table.all.removed.of) == (3, 5)
    assert (table.new.count, table.new.of) == (1, 2)
    assert (table.failed, table.reasons, table.revised) == ((1, 2), 1, "1.1")
    assert table.usage.calls == 1 + 2 + 1 + 1 + 5


def test_a_mark_in_between_is_a_mistake_before_and_after() -> None:
    table = cause_table(start("h1"), diagnosis("hh", (0,), wrong="h1"))
    assert (table.all.removed.count, table.new.count) == (0, 1)


def test_without_causes_or_a_revised_set_the_counts_of_all_mistakes_stay() -> None:
    table = cause_table(start("100"), diagnosis("100", best="0.2"))
    assert (table.causes, table.rows, table.revised) == ((), (), None)
    assert (table.none.mistakes.share, table.unread.interval) == (None, None)
    assert (table.all.mistakes.count, table.all.removed.count, table.new.count) == (2, 0, 0)


def test_a_diagnosis_of_other_items_is_refused() -> None:
    for wrong in (diagnosis("01", wrong="00"), diagnosis("011", (0,), wrong="011")):
        with pytest.raises(ValueError, match="not those of the initial set"):
            cause_table(start("101"), wrong)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1)],
)
def test_intervals_are_those_of_wilson(count: int, of: int, low: float, high: float) -> None:
    """Figures as `scipy.stats.binomtest(count, of).proportion_ci(method="wilson")` gives them."""
    assert rate(count, of).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_mirrors_that_of_the_others(counted: tuple[int, int]) -> None:
    count, of = counted
    one, other = rate(count, of), rate(of - count, of)
    assert one.interval
    assert other.interval
    assert one.share is not None
    assert 0 <= one.interval.low <= one.share <= one.interval.high <= 1
    assert one.interval.low == pytest.approx(1 - other.interval.high)


def test_more_observations_make_an_interval_narrower() -> None:
    widths = [found.high - found.low for of in (4, 40, 400) if (found := rate(of // 4, of).interval)]
    assert widths == sorted(widths, reverse=True)
    assert rate(0, 0).share is None


def test_lines_survive_a_crash_and_the_last_one_counts(tmp_path: Path) -> None:
    there = Diagnoses(tmp_path)
    first, second = diagnosis("101", (0,), wrong="101"), diagnosis("111", (1,), wrong="101")
    there.append(first)
    there.append(diagnosis("101", (0,), wrong="101", student="tiny"))
    there.append(diagnosis("101", (0,), wrong="101", repeat=1))
    with (tmp_path / CAUSES).open("a") as file:
        file.write('{"student": "sm')
    again = Diagnoses(tmp_path)
    assert again.of(0, "small") == first
    assert again.of(1, "tiny") is None
    again.append(second)
    assert Diagnoses(tmp_path).of(0, "small") == second
    assert len((tmp_path / CAUSES).read_text().splitlines()) == 4


def test_other_prompts_and_broken_lines_are_refused(tmp_path: Path) -> None:
    there = Diagnoses(tmp_path)
    there.agree({"condense_text": "another"})
    there.append(diagnosis("101", (0,), wrong="101"))
    there.agree(dict(PROMPTS))
    with pytest.raises(ConfigError, match="made with other prompts"):
        there.agree({**PROMPTS, "condense_text": "another"})
    (tmp_path / CAUSES).write_text("{}\n")
    with pytest.raises(DataError, match="line 1"):
        Diagnoses(tmp_path)


def test_the_start_of_a_repeat_is_its_iteration_0() -> None:
    one, other = start("1"), start("0", repeat=1)
    assert start_of([diagnosis("1").round, one, other], 1) == other
    assert start_of([diagnosis("1").round], 0) is None
