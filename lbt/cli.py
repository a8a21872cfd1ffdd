"""How every command of the project ends: one sentence and an exit code, never a traceback for a user's mistake."""

import difflib
import errno
import json
import sys
from collections.abc import Iterable
from typing import NoReturn

import click

from lbt.errors import LbtError

INTERRUPTED = 130
UNREAD = 141
"""Whoever read the output has left, as `head` does: the code that a shell gives to a program ended by SIGPIPE."""


def main(command: click.Command, prog_name: str) -> NoReturn:
    """Run `command` and leave with the exit code of `lbt.errors`; a bug keeps its traceback."""
    output = sys.stdout
    try:
        result = command.main(prog_name=prog_name, standalone_mode=False)
    except click.exceptions.Exit as stop:
        leave(stop.exit_code)
    except (click.Abort, KeyboardInterrupt):
        leave(INTERRUPTED, "interrupted")
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        leave(error.exit_code)
    except click.ClickException as error:
        leave(error.exit_code, one_line(error.format_message()))
    except LbtError as error:
        leave(error.exit_code, one_line(str(error)))
    except SystemExit as stop:  # click and rich leave like this when nobody reads; click puts another output in place
        unread = isinstance(stop.__context__, BrokenPipeError) or sys.stdout is not output
        raise SystemExit(UNREAD if unread else stop.code) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(UNREAD) from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        leave(3, f"the disk is full ({error.filename or error.strerror}); free some space, then resume")
    leave(result if isinstance(result, int) else 0)


def leave(exit_code: int, sentence: str = "") -> NoReturn:
    """Print `error: sentence`, if there is one, and exit."""
    if sentence:
        print(f"error: {sentence}", file=sys.stderr)
    raise SystemExit(exit_code)


def meant(name: str, names: Iterable[str]) -> str:
    """Hint at the one of `names` that was probably meant."""
    close = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def one_line(text: str) -> str:
    """Fold a message into one printable line: it may quote what a file or a server said."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def print_json(value: object) -> None:
    """Print JSON in ASCII, which is safe on any terminal."""
    json.dump(value, sys.stdout, indent=2)
    print()
