"""Text for a terminal: made harmless, yet readable.

What a model, a problem file or an error says may hold escape sequences that move the cursor, retitle the
window, write the clipboard or hide text. `safe` shows every such character instead of sending it. Consoles
made by `console` read no markup either, so brackets in a reply stay brackets.

Not covered: text that only *reads* as something it is not, such as look-alike letters.
"""

import io
import os
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import IO

from rich.console import Console

SHOWN_AS_CODE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories never sent: controls, format characters (bidi, zero width), lone surrogates, what has no meaning
(private, unassigned), line and paragraph separators."""

STACKED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""More than four combining marks on one letter: they would cover the lines around."""


def safe(text: str) -> str:
    r"""Replace whatever could act on a terminal by a visible stand-in; line feeds and tabs stay.

    C0 controls become their pictures (`␛[31m`), all else that is unprintable its code (`\u202e`).
    Idempotent; text of ordinary letters comes back unchanged.
    """
    text = STACKED.sub(r"\1", text.replace("\r\n", "\n"))
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char in "\n\t" else visible(char) for char in text)


def visible(char: str) -> str:
    """Show one character: itself, or a stand-in when it is not meant to be seen."""
    if unicodedata.category(char) not in SHOWN_AS_CODE:
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str, limit: int = 200) -> str:
    """Make `text` safe and put it on one line of at most `limit` characters, ending in `…` where it was cut."""
    line = " ".join(safe(text[: 4 * limit]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def console(*, stderr: bool = False) -> Console:
    """Open a console that takes every string as it is: no markup, no emoji codes, no guessed colours.

    What the stream's encoding lacks is written as its code instead of raising.
    """
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def is_lively(stream: IO[str], environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether `stream` is a terminal on which lines can be redrawn."""
    return stream.isatty() and environ.get("TERM", "").lower() not in {"dumb", "unknown", ""}
