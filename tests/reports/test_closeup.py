"""A close-up on a terminal is coloured by us and by nobody else."""

import re
from io import StringIO

from rich.console import Console

from reports.closeup import program, show_answer
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
    show_answer(console, "rationale\x1b[2J", hostile, taught.grade, script.exchange())
    written = COLOURS.sub("", text_of(console))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)
    assert "[red]␛[2J" in written
