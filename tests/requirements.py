"""What some tests need from the machine: skipped without it, failed where `REQUIRE` names it.

`REQUIRE=docker,bubblewrap,process,models make test` is how CI makes sure that nothing is skipped in silence.
"""

import os

import pytest

KNOWN = frozenset({"docker", "bubblewrap", "process", "models", "vllm", "root", "libseccomp", "data", "peers", "train"})
"""The names `need` and `REQUIRE` accept: those of the markers, and `root`, `libseccomp`, `data`, `peers`, `train`."""

PREFIX = "needs "
"""How a skip made here begins; the closing summary of pytest groups by it."""


def required() -> frozenset[str]:
    """Read the names in `REQUIRE`; a skip for one of them is a failure.

    Raises:
        pytest.UsageError: a name is unknown.
    """
    names = frozenset(name.strip() for name in os.environ.get("REQUIRE", "").split(",") if name.strip())
    if unknown := names - KNOWN:
        raise pytest.UsageError(f"REQUIRE names {sorted(unknown)}; known are {sorted(KNOWN)}")
    return names


def need(name: str, available: bool, reason: str) -> None:
    """Go on where `available`; else skip the test, or fail it where `REQUIRE` holds `name`.

    Args:
        name: One of `KNOWN`.
        available: Whether the machine has it.
        reason: What is missing and, if short, what to do: "no engine answers".
    """
    if name not in KNOWN:
        raise ValueError(f"{name!r} is not one of {sorted(KNOWN)}")
    if available:
        return
    text = f"{PREFIX}{name}: {reason}"
    if name in required():
        pytest.fail(f"{text} (required here by REQUIRE)", pytrace=False)
    pytest.skip(text)
