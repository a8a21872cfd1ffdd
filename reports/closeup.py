"""Single parts of a run shown again: one problem, one rationale, one exam answer, each with its exact words.

Everything that models, problems and errors said is made safe on the way to the console.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from lbt.scoring import ProblemRow, RationaleRow
from lbt.selectors import Domain
from lbt.types import GREEDY, Answer, Grade, LessonRecord, Mark, Taught
from lbt.voters import classes_of
from reports.phrases import mark, result
from reports.tables import DASH, counted, duration, share
from reports.terminal import one_line, safe


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One call as it was made: what was asked and what came back, word by word."""

    endpoint: str
    sampling: str
    prompt: Sequence[tuple[str, str]]
    """Role and text of each message."""
    reasoning: str
    reply: str
    finish: str
    seconds: float


def show_problem(console: Console, record: LessonRecord, row: ProblemRow, *, faithful: bool = False) -> None:
    """Print one problem: its numbers, then a line per rationale; `faithful` as in `problem_row`."""
    console.print(Text(result(row)), soft_wrap=True)
    console.print(Padding(rationale_table(record, row, classes_of(record, faithful=faithful)), (1, 0)))
    exams = list(dict.fromkeys(one.problem for taught in record.rationales for one in taught.exam))
    console.print(Text(f"Exam problems, in order: {one_line(', '.join(exams), 2000)}"), soft_wrap=True)
    for line in written(record):
        console.print(Text(line), soft_wrap=True)
    if record.exams != "all":
        console.print(Text("A point is an exam that was not asked, as it could not matter any more."), soft_wrap=True)
    for line in failures(record):
        console.print(Text(line, style="yellow"), soft_wrap=True)


def written(record: LessonRecord) -> Iterator[str]:
    """Show the exam problems that the teacher wrote, which no dataset has, and their keys."""
    for problem in record.written:
        yield f"{one_line(problem.id, 60)}: {one_line(problem.statement, 1000)} [{one_line(problem.answer, SHOWN)}]"
    if record.unwritten:
        yield f"{counted(record.unwritten, 'exam problem')} more could not be used"


def rationale_table(record: LessonRecord, row: ProblemRow, classes: Sequence[int | None]) -> Table:
    """List the rationales with scores, exam marks and which of them won; the greedy answer last.

    Args:
        record: The lesson.
        row: Its line of the table.
        classes: Those that were voted on; empty where there was no vote.
    """
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    worth = ("Answer", "class", "right") if classes else ("V", "S", "S prefix")
    for header in ("Rationale", *worth, "LbT", *record.students, ""):
        left = header in ("Rationale", "Answer")
        table.add_column(one_line(header, 40), justify="left" if left else "right", overflow="fold")
    for i, rationale in enumerate(row.rationales):
        chosen = i in row.selected
        exams = (" ".join(map(mark, rationale.exam[name])) for name in record.students)
        worth = final_answer(record.rationales[i], classes[i]) if classes else scores(rationale)
        cells = (str(i + 1), *worth, score(rationale), *exams, "selected" if chosen else "")
        table.add_row(*cells, style="bold" if chosen else None)
    if record.greedy and (grade := record.greedy.final):
        value = record.greedy.final_answer
        own = (one_line(value.value if value else "", SHOWN), "") if classes else (mark(grade.v), share(grade.s))
        table.add_row("greedy", *own, mark(grade.s) if classes else share(grade.s_prefix))
    return table


SHOWN = 40
"""Characters of a final answer that the list of rationales has room for."""


def final_answer(taught: Taught, known: int | None) -> tuple[str, str, str]:
    """A rationale's final answer, the number of its class from 1, and whether it is right."""
    answer, grade = taught.final_answer, taught.final
    return (
        one_line(answer.value if answer else "", SHOWN),
        DASH if known is None else str(known + 1),
        mark(grade.s if grade else None),
    )


def scores(row: RationaleRow) -> tuple[str, str, str]:
    """V, S and prefix rate; what self-debug changed shows as `0 > 1`."""
    v, s = mark(row.v), share(row.s)
    if row.v_before is not None:
        v, s = f"{mark(row.v_before)} > {v}", f"{share(row.s_before)} > {s}"
    return v, s, share(row.s_prefix)


def score(row: RationaleRow) -> str:
    """The LbT score, or what it is at least and at most where the exam was raced."""
    if row.lbt is None and row.lbt_bounds:
        return " to ".join(map(share, row.lbt_bounds))
    return share(row.lbt)


def failures(record: LessonRecord) -> Iterator[str]:
    """Say what broke, and which replies had not the asked form."""
    if record.unposed:
        yield f"exam: missing: {one_line(record.unposed, 300)}"
    taught = [*record.rationales, *([record.greedy] if record.greedy else [])]
    for one in taught:
        if what := trouble(one.error, one.final_answer):
            yield f"{number(one.index)}: {what}"
        for sat in one.exam:
            if what := trouble(sat.error, sat.mended or sat.answer):
                yield f"{number(one.index)}, {one_line(sat.student, 60)} on {one_line(sat.problem, 60)}: {what}"


def trouble(error: str, answer: Answer | None) -> str:
    """Say why an answer is missing or unusable; nothing when it is neither."""
    if error:
        return f"missing: {one_line(error, 300)}"
    return "" if answer is None or answer.outcome == "ok" else answer.outcome.value


def number(index: int) -> str:
    """Name a rationale as the user counts: from 1."""
    return "greedy" if index == GREEDY else f"rationale {index + 1}"


def show_rationale(
    console: Console, taught: Taught, asked: Exchange | None, mended: Exchange | None, domain: Domain
) -> None:
    """Print one rationale: prompt, reply, program or final answer, verdict; the same again for its self-debug."""
    title = number(taught.index)
    show_answer(console, title, taught.answer, taught.grade, asked, domain)
    if taught.mended:
        show_answer(console, f"{title} after self-debug", taught.mended, taught.mended_grade, mended, domain)
    if taught.error:
        console.print(Text(f"missing: {one_line(taught.error, 1000)}", style="red"), soft_wrap=True)


def show_mark(console: Console, sat: Mark, asked: Exchange | None, mended: Exchange | None, domain: Domain) -> None:
    """Print one exam answer, as `show_rationale`."""
    title = f"{sat.student} on {sat.problem}" + (f", repetition {sat.repetition + 1}" if sat.repetition else "")
    if not sat.asked:
        heading(console, title)
        words(console, "not asked: the exams were raced, and it could not matter any more")
        return
    show_answer(console, title, sat.answer, sat.grade, asked, domain)
    if sat.mended:
        show_answer(console, f"{title} after self-debug", sat.mended, sat.mended_grade, mended, domain)
    if sat.error:
        console.print(Text(f"missing: {one_line(sat.error, 1000)}", style="red"), soft_wrap=True)


CALLED: Mapping[Domain, str] = {"code": "program", "math": "final answer"}
"""What a reply is to hold."""


def show_answer(
    console: Console,
    title: str,
    answer: Answer | None,
    grade: Grade | None,
    asked: Exchange | None,
    domain: Domain,
) -> None:
    """Print one reply with all that led to it and came of it."""
    if asked:
        show_exchange(console, title, asked)
    if answer:
        heading(console, f"{title}: {CALLED[domain]} ({formed(answer)})")
        if domain == "math":
            words(console, answer.value or "none")
        else:
            program(console, answer.code)
    heading(console, f"{title}: verdict")
    words(console, "none" if grade is None else verdict(grade, domain))


def formed(answer: Answer) -> str:
    """Say what form the reply had, and where what it should hold is from."""
    return answer.outcome.value if answer.unused is None else f"the earlier one; the reply: {answer.unused.value}"


def show_exchange(console: Console, title: str, asked: Exchange) -> None:
    """Print a call: every message of the prompt, then what came back."""
    for role, text in asked.prompt:
        heading(console, f"{title}: prompt, {role}")
        words(console, text)
    if asked.reasoning:
        heading(console, f"{title}: reasoning (shown to nobody)")
        words(console, asked.reasoning)
    how = f"{asked.endpoint}, {asked.sampling}, {duration(asked.seconds)}, ended by {asked.finish}"
    heading(console, f"{title}: reply of {how}")
    words(console, asked.reply)


def verdict(grade: Grade, domain: Domain) -> str:
    """Say what an answer is worth, and why; a final answer has no tests to tell of."""
    reason = f"\n{grade.reason}" if grade.reason else ""
    if domain == "math":
        return f"{grade.status}{reason}"
    numbers = f"{grade.status}; V {mark(grade.v)} (visible tests {share(grade.v_share)}), S {share(grade.s)}, "
    return f"{numbers}S prefix {share(grade.s_prefix)}{reason}"


def heading(console: Console, text: str) -> None:
    """Print a rule with a title: on a terminal as wide as it is, elsewhere short."""
    if console.is_terminal:
        console.print(Padding(Rule(Text(one_line(text, 300), style="bold"), align="left", style="dim"), (1, 0, 0, 0)))
    else:
        console.print(Text(f"\n--- {one_line(text, 300)}"), soft_wrap=True)


def words(console: Console, text: str) -> None:
    """Print text of a model, a problem or an error, line by line as it was written."""
    console.print(Text(safe(text)), soft_wrap=True)


def program(console: Console, code: str) -> None:
    """Print a program, in colours on a terminal only, so that a pipe gets the bare text."""
    if console.is_terminal and code:
        console.print(Syntax(safe(code), "python", background_color="default", word_wrap=True))
    else:
        words(console, code or "none")
