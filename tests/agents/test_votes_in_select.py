"""`agents.select` on stored runs in mathematics whose votes are known by hand; nobody is asked anything."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from agents.select import command
from lbt.collected import Collection, Matched, Opinion, SelfEvaluation, ZeroShot, answers_of
from lbt.errors import ConfigError
from lbt.scoring import problem_row
from lbt.types import GREEDY, LessonRecord, Mark, Taught, Usage
from tests.voting import answered, grade, lesson, store, taught

RATIONALES, EXAMS = 5, 2


def by_sum(problem: str) -> LessonRecord:
    """The minority is right and teaches better; its text is written in two ways."""
    exams = [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    return lesson([0, 0, 1, 1, 1], {0}, exams, problem=problem, texts=[0, 1, 2, 2, 2], greedy=True)


def by_count(problem: str) -> LessonRecord:
    """The majority is right and teaches worse."""
    exams = [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    return lesson([0, 0, 1, 1, 1], {1}, exams, problem=problem)


def records() -> list[LessonRecord]:
    """Eight problems that exams solve, three that only the majority does, and one that both do."""
    both = lesson([0, 0, 0, 1, 1], {0}, [[1.0, 1.0]] * 5, problem="both")
    return [*(by_sum(f"sum{k}") for k in range(8)), *(by_count(f"count{k}") for k in range(3)), both]


def select(run: Path, *words: str) -> str:
    done = CliRunner().invoke(command, [str(run), *words], catch_exceptions=False, standalone_mode=False)
    return done.output


def rows(run: Path, *words: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(select(run, "--json", *words))["rows"]}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return store(tmp_path / "run", records(), primary="lbt-sum vs sc")


def test_votes_are_compared_with_self_consistency(run: Path) -> None:
    found = rows(run)
    assert found["sc"]["s"] == pytest.approx(4 / 12)
    assert found["lbt-sum"]["s"] == pytest.approx(9 / 12)
    assert found["oracle"]["s"] == 1
    assert found["greedy"]["s"] == pytest.approx(8 / 12)
    assert found["random"]["s"] == pytest.approx((8 * 2 / 5 + 3 * 3 / 5 + 3 / 5) / 12)
    assert found["lbt-sum"]["signs"] == [8, 1, 3]
    assert found["lbt-sum"]["selected"][0] == [0]
    assert found["sc"]["signs"] is None
    assert json.loads(select(run, "--json"))["reference"] == "sc"
    assert {"v", "mbr", "codet", "lbt", "matched"}.isdisjoint(found)


def test_the_effect_of_comparing_texts_is_shown(run: Path) -> None:
    found = rows(run)
    assert found["lbt-sum-text"]["each"][0] == 1  # 1 of the first text against 1/2 of each of the others
    assert found["lbt-max-text"]["s"] == found["lbt-max"]["s"]
    split = lesson([0, 0, 0, 1, 1], {0}, [[1.0]] * 5, texts=[0, 1, 2, 3, 3])
    texts = rows(store(run.parent / "split", [split]))
    assert (texts["sc"]["s"], texts["sc-text"]["s"]) == (1, 0)


def test_the_primary_comparison_comes_first_and_unadjusted(run: Path) -> None:
    shown = select(run)
    p = 2 * (1 + 11 + 55 + 165) / 2**11
    line = next(line for line in shown.splitlines() if line)
    assert line.startswith("12 problems of")
    primary = next(one for one in shown.splitlines() if one.startswith("Primary comparison"))
    assert shown.index("Primary comparison") < shown.index("Selector")
    assert "lbt-sum vs sc: +0.417 (95 %: " in primary
    assert f"better on 8, as good on 1, worse on 3 problems; p {p:.3f}, exact and not adjusted" in primary
    assert rows(run)["lbt-sum"]["p"] == pytest.approx(p)
    assert rows(run)["lbt-max"]["p"] > p
    assert "McNemar" in shown
    assert "Holm-adjusted, but for the primary comparison" in shown
    assert json.loads(select(run, "--json"))["primary"]["p"] == pytest.approx(p)
    assert "| lbt-sum |" in select(run, "--markdown")


def test_without_a_primary_comparison_none_is_told(tmp_path: Path) -> None:
    run = store(tmp_path / "run", records())
    assert "Primary" not in select(run)
    assert json.loads(select(run, "--json"))["primary"] is None


def test_rows_that_were_asked_for_come_with_those_that_they_are_compared_with(run: Path) -> None:
    assert list(rows(run, "--by", "lbt-avg")) == ["sc", "lbt-sum", "lbt-avg", "oracle"]


def test_a_run_whose_primary_comparison_names_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no selector 'lbt-summ'"):
        select(store(tmp_path / "run", records(), primary="lbt-summ vs sc"))


def test_rows_of_programs_are_no_rows_of_votes(run: Path) -> None:
    with pytest.raises(ConfigError, match="no selector 'codet'"):
        select(run, "--by", "codet")


def test_what_was_not_collected_is_said_and_what_was_is_compared(run: Path) -> None:
    lacking = {name: row["missing"] for name, row in rows(run).items() if row["missing"]}
    assert lacking == {
        **dict.fromkeys(("self-eval-max", "self-eval-sum", "self-eval-avg"), "self-eval"),
        **dict.fromkeys(("matched-sc", "matched-greedy"), "matched"),
        "zero-shot": "zero-shot",
    }
    collect(run, records())
    found = rows(run)
    assert not any(row["missing"] for row in found.values())
    assert found["self-eval-sum"]["s"] == pytest.approx(9 / 12)  # always the first class
    assert found["self-eval-max"]["s"] == pytest.approx(9 / 12)
    assert found["matched-sc"]["s"] == 0
    assert found["matched-greedy"]["s"] == 1
    assert found["zero-shot"]["s"] == pytest.approx(0.5)
    assert (found["zero-shot"]["signs"], found["zero-shot"]["interval"]) == (None, None)
    assert found["matched-sc"]["signs"] == [0, 8, 4]
    calls = {name: row["calls"] for name, row in found.items()}
    assert calls["sc"] == calls["sc-text"] == calls["oracle"] == 12 * RATIONALES
    assert calls["lbt-sum"] == calls["lbt-max-text"] == 12 * RATIONALES * (1 + EXAMS)
    assert calls["self-eval-sum"] == 12 * RATIONALES * 2
    assert (calls["matched-sc"], calls["matched-greedy"]) == (12 * 3, 12)
    assert calls["zero-shot"] == EXAMS  # all lessons have the same exam problems, so each is asked once


def collect(run: Path, lessons: list[LessonRecord]) -> None:
    """Opinions that like the first class; solved exams that mislead a sampling teacher; students that know one exam."""
    there = Collection(run)
    for record in lessons:
        opinions = tuple(
            Opinion(call="o", score=0.9 if kind == 0 else 0.5, usage=Usage(calls=1)) for kind in record.classes
        )
        there.append(SelfEvaluation(problem=record.problem, answers=answers_of(record), opinions=opinions))
        samples = tuple(taught(k, kind, kind == 0, []) for k, kind in enumerate((1, 0, 1)))
        greedy = Taught(index=GREEDY, answer=answered("g", "0"), grade=grade(1.0))
        there.append(Matched(problem=record.problem, taught=samples, greedy=greedy, classes=(1, 0, 1)))
    for k in range(EXAMS):
        mark = Mark(student="a", problem=f"q{k}", answer=answered("z", "1"), grade=grade(float(k == 0)))
        there.append(ZeroShot(problem=f"q{k}", mark=mark))


def test_as_published_rows_are_those_of_the_run_s_table(tmp_path: Path) -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [[1.0]] * 5, texts=[0, 1, 2, 3, 3])
    run = store(tmp_path / "run", [split], faithful=True)
    found, table = rows(run), problem_row(split, faithful=True)
    assert (found["sc"]["s"], found["lbt-sum"]["s"]) == (table.sc, table.m1_sum) == (0, 0)
    assert (found["lbt-max"]["s"], found["lbt-avg"]["s"]) == (table.m1_max, table.m1_avg)
    assert not any("-text" in name for name in found)
    assert "answers compared as texts" in select(run)
    told = json.loads(select(run, "--equal-cost", "--json"))
    assert {row["selector"] for row in told["rows"]} == {"lbt-max", "lbt-sum", "lbt-avg"}
    with pytest.raises(ConfigError, match="no selector 'sc-text'"):
        select(run, "--by", "sc-text")


def test_a_random_choice_is_no_comparison_of_many(run: Path) -> None:
    found = rows(run)
    assert (found["random"]["signs"], found["random"]["p"], found["random"]["interval"]) == (None, None, None)
    assert found["random"]["s"] is not None
    assert found["lbt-avg"]["p"] is not None


def test_mcnemar_is_named_only_where_every_answer_is_right_or_wrong(tmp_path: Path, run: Path) -> None:
    assert "p: McNemar's exact test, which is the sign test, Holm-adjusted" in select(run)
    halves = store(tmp_path / "halves", [*records(), lesson([0, 1], {0}, [[1.0], [1.0]], problem="tied")])
    assert "McNemar" not in select(halves)
    assert "p: exact sign test, Holm-adjusted" in select(halves)


def test_as_published_the_later_of_two_tied_classes_wins(tmp_path: Path) -> None:
    tied = [lesson([0, 1], {0}, [[1.0], [1.0]])]
    ours, published = (rows(store(tmp_path / str(how), tied, faithful=how)) for how in (False, True))
    assert (ours["sc"]["s"], published["sc"]["s"]) == (0.5, 0)


def test_raced_exams_leave_votes_by_count_only(tmp_path: Path) -> None:
    record = by_sum("p")
    marks = tuple(mark.model_copy(update={"asked": False, "grade": None}) for mark in record.rationales[4].exam)
    rationales = (*record.rationales[:4], record.rationales[4].model_copy(update={"exam": marks}))
    raced = record.model_copy(update={"exams": "adaptive", "rationales": rationales})
    found = rows(store(tmp_path / "run", [raced]))
    assert found["sc"]["s"] == 0
    assert found["lbt-sum"]["missing"] == "--exams all"


def test_at_equal_calls_self_consistency_gets_as_many_samples_as_the_exams_cost(run: Path) -> None:
    told = json.loads(select(run, "--equal-cost", "--by", "lbt-sum", "--json"))
    calls = [row for row in told["rows"] if row["currency"] == "calls"]
    # A rationale with two exams costs three calls: five samples pay for one of them.
    assert [(row["rationales"], row["bought"], row["samples"]) for row in calls] == [(1, 3, 3), (5, 15, 5)]
    assert [row["amount"] for row in calls] == [3, 15]
    assert calls[1]["s"] == [pytest.approx(9 / 12), 0]
    assert calls[1]["s_sc"] == [pytest.approx(4 / 12), 0]
    assert calls[1]["difference"] == pytest.approx(5 / 12)
    assert calls[1]["interval"][0] < 5 / 12 < calls[1]["interval"][1]
    assert {row["currency"] for row in told["rows"]} == {"calls", "tokens"}  # nobody's price is known


def test_what_writing_an_exam_takes_is_paid_once_however_many_rationales_there_are(tmp_path: Path) -> None:
    written = [one.model_copy(update={"posing": {"teacher": Usage(calls=1, prompt_tokens=5)}}) for one in records()]
    told = json.loads(select(store(tmp_path / "run", written), "--equal-cost", "--by", "lbt-sum", "--json"))
    calls = [row for row in told["rows"] if row["currency"] == "calls"]
    assert [(row["rationales"], row["amount"], row["bought"]) for row in calls] == [(1, 1 + 3, 4), (5, 1 + 15, 16)]


def test_where_the_cap_binds_it_is_said(run: Path) -> None:
    shown = select(run, "--equal-cost")
    assert "5 (of 15)" in shown
    assert "sc had less than its share" in shown
    assert "| lbt-max | calls |" in select(run, "--equal-cost", "--markdown")
    assert "self-eval" not in shown


def test_money_is_compared_where_every_price_is_known(tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("nobody: {prompt: 1, completion: 2}\n")
    run = store(tmp_path / "run", [lesson([0, 1], {0}, [{"openai:nobody": [1.0]}, {"openai:nobody": [0.0]}])])
    told = json.loads(select(run, "--equal-cost", "--by", "lbt-sum", "--json", "--prices", str(prices)))
    assert {row["currency"] for row in told["rows"]} == {"calls", "tokens", "money"}


@pytest.mark.parametrize(
    ("exams", "said"), [("all", "no vote of .* costs more than sc"), ("adaptive", "exams of p were raced")]
)
def test_what_cannot_be_compared_at_equal_outlay_is_refused(tmp_path: Path, exams: str, said: str) -> None:
    run = store(tmp_path / "run", [by_sum("p").model_copy(update={"exams": exams})])
    with pytest.raises(ConfigError, match=said):
        select(run, "--equal-cost", "--by", "sc")


def test_programs_are_not_compared_at_equal_outlay(tmp_path: Path) -> None:
    run = store(tmp_path / "run", [by_sum("p").model_copy(update={"classes": (), "texts": ()})])
    with pytest.raises(ConfigError, match="cannot be voted on"):
        select(run, "--equal-cost")


def test_a_run_without_a_finished_lesson_is_refused(tmp_path: Path) -> None:
    run = store(tmp_path / "run", [by_sum("p").model_copy(update={"complete": False})])
    with pytest.raises((ConfigError, click.ClickException), match="no finished lesson"):
        select(run)
