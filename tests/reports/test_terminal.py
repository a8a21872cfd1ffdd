"""No text of a model acts on a terminal, and none becomes unreadable."""

import sys
import unicodedata
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.terminal import SHOWN_AS_CODE, console, is_lively, one_line, safe
from tests.reports.script import screen, text_of

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
NASTY = st.text(st.sampled_from("\x00\x07\x08\x1b\x9b\x9d\x7f\r\n\t[]m;?\u202e\u2066\u200b\u2028\ud800\u0301ab é漢"))


@settings(deadline=None)
@given(ANY_TEXT | NASTY)
def test_nothing_that_acts_is_left(text: str) -> None:
    acting = {char for char in safe(text) if unicodedata.category(char) in SHOWN_AS_CODE}
    assert acting <= {"\n", "\t"}


@settings(deadline=None)
@given(ANY_TEXT | NASTY)
def test_safe_text_stays_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_is_untouched(text: str) -> None:
    assert safe(text) == text


@settings(deadline=None)
@given(ANY_TEXT | NASTY, st.integers(2, 50))
def test_one_line_is_one_short_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;cm0gLXJm\x07", "␛]52;c;cm0gLXJm␇"),
        ("\x9b2J", "\\x9b2J"),
        ("del\x7f", "del␡"),
        ("over\rwritten", "over␍written"),
        ("dos\r\nlines\r\n", "dos\nlines\n"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone\udc80", "lone\\udc80"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 4),
        ("[bold]no markup[/bold] :smile:", "[bold]no markup[/bold] :smile:"),
        ("def f():\n\treturn 'ñ漢😀'", "def f():\n\treturn 'ñ漢😀'"),
    ],
)
def test_what_is_hidden_is_shown(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_consoles_read_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("[red]x[/red] :smile: [link=file:///]y", soft_wrap=True)
    assert capsys.readouterr().out == "[red]x[/red] :smile: [link=file:///]y\n"


def test_the_scripts_screen_is_set_as_the_product_sets_its_own() -> None:
    ours = screen()
    ours.print("[red]x[/red] :smile:")
    assert text_of(ours) == "[red]x[/red] :smile:\n"


def test_a_poor_encoding_gets_codes_instead_of_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    bytes_out = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(bytes_out, encoding="ascii"))
    console().print(safe("漢 \x1b"), soft_wrap=True)
    sys.stdout.flush()
    assert bytes_out.getvalue() == b"\\u6f22 \\u241b\n"


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "lively"), [("xterm-256color", True), ("dumb", False), ("", False)])
def test_only_a_terminal_that_can_redraw_is_lively(term: str, lively: bool) -> None:
    assert is_lively(Terminal(), {"TERM": term}) is lively
    assert not is_lively(StringIO(), {"TERM": term})
