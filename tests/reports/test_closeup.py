"""A close-up on a terminal is coloured by us and by nobody else."""

import re
from io import StringIO

from rich.console import Console

from lbt.scoring import problem_row
from lbt.types import MathProblem
from reports.closeup import program, show_answer, show_problem
from tests.reports import script
from tests.reports.script import screen, text_of

CODE = "def f(n):\n    return '[red]\x1b[2J\x9b8m\u202e'\n"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def coloured() -> Console:
    return Console(file=StringIO(), width=60, force_terminal=True, color_system="truecolor", markup=False, _environ={})


def test_a_program_is_highlighted_on_a_terminal_only() -> None:
    terminal, pipe = coloured(), screen(terminal=False)
    program(terminal, CODE)
    program(pipe, CODE)
    assert COLOURS.search(text_of(terminal))
    assert text_of(pipe) == "def f(n):\n    return '[red]␛[2J\\x9b8m\\u202e'\n\n"


def test_only_our_colours_reach_the_terminal() -> None:
    console = coloured()
    taught = script.records()[0].rationales[0]
    assert taught.answer is not None
    hostile = taught.answer.model_copy(update={"code": CODE})
    show_answer(console, "rationale\x1b[2J", hostile, taught.grade, script.exchange(), "code")
    written = COLOURS.sub("", text_of(console))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert "[red]␛[2J" in written


def test_what_the_teacher_wrote_is_shown_with_its_key_and_why_something_is_missing() -> None:
    problem = MathProblem(id="nim-game~1", title="", statement="What is\n$1 + 1$?\x1b[2J", answer="2")
    posed = script.records()[0].model_copy(update={"written": (problem,), "unwritten": 2})
    console = screen(200, terminal=False)
    show_problem(console, posed, problem_row(posed))
    assert re.search(r"nim-game~1: What is .?\$1 \+ 1\$\?.* \[2\]", text_of(console))
    assert "2 exam problems more could not be used" in text_of(console)
    assert "\x1b" not in text_of(console)
    broken = posed.model_copy(update={"complete": False, "written": (), "unwritten": 0, "unposed": script.BROKE})
    console = screen(200, terminal=False)
    show_problem(console, broken, problem_row(broken))
    assert f"exam: missing: {script.BROKE}" in text_of(console)
    assert "could not be used" not in text_of(console)
