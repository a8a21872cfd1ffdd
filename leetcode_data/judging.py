"""Have programs judged by the public command `python -m sandbox judge`, in a process of its own.

What this package shares with the sandbox's is the form of jobs and verdicts, nothing else.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from lbt.errors import ConfigError, LbtError, StepError, UnavailableError
from lbt.signature import annotation_of
from lbt.types import Case, CodeProblem, Limits, Verdict

_KINDS: dict[int, type[LbtError]] = {kind.exit_code: kind for kind in (ConfigError, UnavailableError)}
"""What the judge's exit code means; any other one is a judge that broke."""


@dataclass(frozen=True)
class Attempt:
    """One program, to be judged on some tests of a problem."""

    code: str
    cases: Sequence[Case]
    limits: Limits | None = None
    """The problem's own where None."""


class Judge:
    """A judge that runs; see `open_judge`."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: IO[bytes], judged: Callable[[], None]) -> None:
        self._process, self._said, self._judged = process, said, judged
        self._stopped = False

    def verdicts(self, problem: CodeProblem, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Judge `attempts` at `problem`, several at once; their verdicts in the same order.

        Raises:
            LbtError: one of them could not be judged. Nothing is said of the others: no verdict is half believed.
        """
        with ThreadPoolExecutor(1) as feeder:  # the judge waits for readers of its verdicts, and we for it
            feeding = feeder.submit(self._feed, problem, attempts)
            try:
                found = []
                for attempt in range(len(attempts)):
                    answer = self._answer()
                    if "error" in answer:
                        self._stopped = True
                        feeding.add_done_callback(lambda _: self.close())
                        self._fail(f"{problem.id}: {answer['error']}")
                    if answer.pop("id") != attempt:
                        raise StepError(f"{problem.id}: the judge's answers are out of order")
                    found.append(Verdict.model_validate(answer))
                    self._judged()
            except BaseException:
                self._process.kill()  # else the feeder would wait for a judge to which nobody listens
                raise
        return found

    def _feed(self, problem: CodeProblem, attempts: Sequence[Attempt]) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the judge ended: whoever reads its answers finds out why
            for place, attempt in enumerate(attempts):
                if self._stopped:
                    return
                self._process.stdin.write(_job(place, problem, attempt))
                self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            self._fail()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Say that no more programs come; the judge ends when those under way are judged."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _fail(self, why: str = "") -> NoReturn:
        """Raise what the judge's end means: it says it itself, unless `why` is nearer to the cause."""
        assert self._process.stdout is not None
        for _ in self._process.stdout:  # what was already under way
            pass
        code = self._process.wait()
        self._said.seek(0)
        last = self._said.read().decode(errors="replace").strip().rpartition("\n")[2].removeprefix("error: ")
        kind = _KINDS.get(code, StepError)
        raise kind(why or last or f"the judge ended without a word, with exit code {code}")


@contextmanager
def open_judge(backend: str = "auto", judged: Callable[[], None] = lambda: None) -> Iterator[Judge]:
    """Start a judge; it ends with the context.

    Args:
        backend: As `python -m sandbox judge --backend` has it.
        judged: Is called after every verdict.
    """
    command = [sys.executable, "-m", "sandbox", "judge", "--jobs", "-", "--backend", backend]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said) as process,
    ):
        judge = Judge(process, said, judged)
        try:
            yield judge
        finally:
            judge.close()


def _job(place: int, problem: CodeProblem, attempt: Attempt) -> bytes:
    """Write one line of the judge's input."""
    limits = attempt.limits or problem.limits
    fields = problem.model_dump(mode="json", include={"mode", "checker", "shape"}) | {
        "entry_point": problem.entry_point if problem.mode == "function" else "",
        "id": place,
        "code": attempt.code,
        "annotation": annotation_of(problem.starter, problem.entry_point) if problem.mode == "function" else "",
        "limits": limits.model_dump(mode="json"),
    }
    tests = b",".join(b'{"args":%b,"expected":%b}' % (case.args_json, case.expected_json) for case in attempt.cases)
    return b'%b,"tests":[%b]}\n' % (json.dumps(fields)[:-1].encode(), tests)
