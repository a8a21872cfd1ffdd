"""Checkers for problems with several right answers: trusted functions, named by the problem's data.

A checker runs on the trusted side with a value that hostile code made up, so it must look at types
before it computes; an exception in it is a wrong answer.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from pydantic import JsonValue

from lbt.errors import ConfigError
from lbt.types import Checker, NamedChecker
from sandbox.codec import Returned

Check = Callable[[tuple[JsonValue, ...], JsonValue, Returned], bool]
"""(arguments of the test, expected value, returned value) -> is it right?"""

CHECKERS: Final[Mapping[str, Check]] = {}
"""All checkers by name."""


def require(checker: Checker) -> None:
    """Make sure `checker` exists, before anything is run.

    Raises:
        ConfigError: it is named and no checker has that name.
    """
    if isinstance(checker, NamedChecker) and checker.named not in CHECKERS:
        near = get_close_matches(checker.named, CHECKERS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(CHECKERS) or 'none'}"
        raise ConfigError(f"there is no checker named {checker.named!r}{hint}")
