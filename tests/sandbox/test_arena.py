"""The arena itself: it does not wait for ever, does not go out of step, and takes no mistake for a success."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.conformance.attack import HONEST, fails
from tests.processes import alive
from tests.sandbox import arena as arenas
from tests.sandbox import starting
from tests.sandbox.arena import Arena
from tests.sandbox.starting import Standing, started

SILENT = "import sys\nfor line in sys.stdin: pass"
ECHO = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"


@contextmanager
def judge(program: str) -> Iterator[Arena]:
    """Pretend a judge."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield Arena("bubblewrap as a user", process)
        finally:
            process.kill()


def test_a_judge_that_says_nothing_is_ended_and_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arenas, "PATIENCE_S", 0.05)
    with judge(SILENT) as silent:
        with pytest.raises(TimeoutError, match="said nothing"):
            started(silent)
        assert not alive(silent.process.pid)


def test_the_next_test_gets_a_new_judge_where_one_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "open_arena", lambda kind: judge(ECHO))
    with Standing("bubblewrap as a user") as standing:
        first = standing.arena()
        assert standing.arena() is first
        first.process.kill()
        first.process.wait()
        second = standing.arena()
        assert second is not first
        assert second.verdicts(HONEST)[0]["id"] == "honest"


@pytest.mark.parametrize("mistake", ["nothing_of_that_name", "os.nothing_of_that_name", "len()"])
def test_a_mistake_in_an_attack_does_not_pass_for_a_failed_one(mistake: str) -> None:
    found: dict[str, object] = {}
    exec(fails("mistake", mistake).code, found)
    with pytest.raises((NameError, AttributeError, TypeError)):
        found["attack"](3)  # type: ignore[operator]  # the program defines it


def test_an_attack_that_fails_is_answered_honestly() -> None:
    found: dict[str, object] = {}
    exec(fails("failing", "open('/nowhere/file')", "[1][False]").code, found)
    assert found["attack"](3) == ["[1][False]"]  # type: ignore[operator]  # the program defines it


def test_a_judge_without_boxes_does_not_pass_for_a_clean_one() -> None:
    with judge(SILENT) as boxless:
        assert boxless.boxes() == {}
        assert not boxless.alone()
        assert os.getpid() not in boxless.pids()
