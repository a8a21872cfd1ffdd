"""What displays say of a run in mathematics: its table, one problem closely, one answer."""

from lbt.scoring import Summary, problem_row, summarise
from lbt.types import Answer, LessonRecord, Outcome
from reports.closeup import show_answer, show_problem, verdict
from reports.ending import remarks
from reports.phrases import result
from reports.tables import markdown_table, plain_table, rich_table
from tests.reports import script
from tests.reports.script import screen, text_of
from tests.voting import grade, lesson


def decided() -> LessonRecord:
    return lesson([0, 1, 1, None], {0}, [[1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 1.0]], problem="one", level=3)


def tied() -> LessonRecord:
    return lesson([0, 1], {0}, [[1.0], [1.0]], problem="two", greedy=True)


def summary(*records: LessonRecord, faithful: bool = False) -> Summary:
    selected = [one.model_copy(update={"selected": (0,)}) for one in records]
    return summarise(selected, dataset="families", seed=0, asked=len(records), faithful=faithful)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_has_a_column_for_every_vote() -> None:
    head, _, one, two, mean = map(cells, markdown_table(summary(decided(), tied())).splitlines())
    assert head == [
        "Problem", "n", "Avg", "Greedy", "SC", "M1 (MAX)", "M1 (SUM)", "M1 (AVG)", "Oracle",
        "Exams passed", "Answers", "Votes",
    ]  # fmt: skip
    assert one == ["one", "4", "0.250", "0.000", "0.000", "1.000", "1.000", "1.000", "1.000", "0.625", "2", "1 of 4"]
    assert two == ["two", "2", "0.500", "1.000", *["0.500"] * 4, "1.000", "1.000", "2", "undecided"]
    assert mean[2:9] == ["0.375", "0.500", "0.250", "0.750", "0.750", "0.750", "1.000"]
    assert mean[-1] == "1 decided"


def test_an_incomplete_lesson_is_dashes_and_outside_the_means() -> None:
    lost = tied().model_copy(update={"complete": False})
    told = summary(decided(), lost)
    assert told.means["sc"] == 0
    assert told.complete == 1
    assert cells(markdown_table(told).splitlines()[3])[2:10] == ["-"] * 8


def test_the_table_of_programs_stays_as_it_is_beside_one_of_votes() -> None:
    assert "M1 (SUM)" not in plain_table(script.summary())
    assert "M1 (SUM)" in plain_table(summary(decided()))
    console = screen(80)
    console.print(rich_table(summary(decided()), 80))
    assert max(map(len, text_of(console).splitlines())) <= 80


def test_a_stored_table_of_before_votes_still_loads() -> None:
    old = script.summary().model_dump(mode="json")
    for row in old["problems"]:
        for name in ("subject", "level", "answers", "sc", "m1_sum", "m1_avg", "oracle"):
            del row[name]
    assert Summary.model_validate(old) == script.summary()


def test_sentences_under_the_table_are_those_of_votes() -> None:
    said = " ".join(remark.text for remark in remarks(summary(decided(), tied()), None))
    assert "several answers, so M1 (SUM) is their mean there" in said
    assert "without a final answer" in said
    assert "without code" not in said
    assert "V = 1" not in said
    published = " ".join(remark.text for remark in remarks(summary(tied(), faithful=True), None))
    assert "the one that appeared last wins" in published


def test_a_lesson_without_any_answer_is_no_tie_of_several() -> None:
    silent = lesson([None, None], set(), [[1.0], [0.0]], problem="three")
    said = [remark.text for remark in remarks(summary(silent), None)]
    assert "1 problem undecided: no rationale has a final answer to vote on." in said
    assert not any("several answers" in text for text in said)
    both = [remark.text for remark in remarks(summary(silent, tied()), None)]
    assert sum(text.startswith("1 problem undecided: ") for text in both) == 2


def test_a_dash_of_votes_is_an_exam_that_nobody_sat() -> None:
    bare = lesson([0, 1, 1], {1}, [(), (), ()], problem="bare")
    said = [remark.text for remark in remarks(summary(bare, decided()), None)]
    assert "1 problem without an exam (a dash): M1 equals SC there." in said
    (row,) = summary(bare).problems
    assert row.sc == row.m1_max == row.m1_sum == row.m1_avg == 1
    assert not any("dash" in remark.text for remark in remarks(summary(decided()), None))


def test_a_finished_problem_is_told_in_a_line() -> None:
    record = decided().model_copy(update={"selected": (0,)})
    said = result(problem_row(record))
    assert "SC 0.000, M1 (MAX) 1.000, M1 (SUM) 1.000" in said
    assert said.endswith("exams passed 0.625, 2 different answers, winning answer given by 1 of 4")


def test_one_problem_closely_lists_answers_classes_and_who_was_selected() -> None:
    record = decided().model_copy(update={"selected": (0,)})
    console = screen(terminal=False)
    show_problem(console, record, problem_row(record))
    lines = text_of(console).splitlines()
    first = next(line for line in lines if line.lstrip().startswith("1 "))
    assert first.split() == ["1", "answer", "0", "1", "1", "1.000", "1", "1", "selected"]
    fourth = next(line for line in lines if line.lstrip().startswith("4 "))
    assert fourth.split() == ["4", "-", "0", "1.000", "1", "1"]
    assert "S prefix" not in text_of(console)


def test_the_classes_of_a_close_up_are_those_that_were_voted_on() -> None:
    split = lesson([0, 0, 0, 1, 1], {0}, [[1.0]] * 5, texts=[0, 1, 2, 3, 3])
    for faithful, classes in ((False, "11122"), (True, "12344")):
        console = screen(terminal=False)
        show_problem(console, split, problem_row(split, faithful=faithful), faithful=faithful)
        lines = [line.split() for line in text_of(console).splitlines()]
        assert [line[3] for line in lines if line[1:2] == ["answer"] and line[0].isdigit()] == list(classes)


def test_a_final_answer_is_shown_as_it_was_written_and_cannot_command_the_terminal() -> None:
    console = screen(terminal=False)
    hostile = Answer(call="c", outcome=Outcome.OK, value="\\frac{1}{2}\x1b[2J")
    show_answer(console, "rationale 1", hostile, grade(1.0), None, "math")
    shown = text_of(console)
    assert "rationale 1: final answer (ok)" in shown
    assert "\\frac{1}{2}" in shown
    assert "\x1b" not in shown
    assert shown.rstrip().endswith("right")
    assert "tests" not in shown


def test_a_reply_without_an_answer_says_so() -> None:
    console = screen(terminal=False)
    show_answer(console, "greedy", Answer(call="c", outcome=Outcome.NO_ANSWER), grade(0.0), None, "math")
    assert "final answer (no_answer)\nnone" in text_of(console)


def test_a_reply_that_was_cut_off_is_told_in_the_words_of_its_domain() -> None:
    lost = Answer(call="c", outcome=Outcome.CUT_OFF)
    final, program = screen(terminal=False), screen(terminal=False)
    show_answer(final, "greedy", lost, grade(0.0), None, "math")
    show_answer(program, "greedy", lost, grade(0.0), None, "code")
    assert "final answer (cut_off)\nnone" in text_of(final)
    assert "visible tests" not in text_of(final)
    assert "program (cut_off)\nnone" in text_of(program)
    assert "visible tests" in text_of(program)


def test_a_verdict_on_a_program_tells_of_tests() -> None:
    assert verdict(grade(0.0), "code").startswith("wrong; V 0")
