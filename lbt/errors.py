"""Every error the project raises on purpose.

LbtError
├── ConfigError       the run cannot start: the user must change something   (exit 2, one sentence)
├── DataError         a dataset file is missing or malformed: file and line   (exit 2)
├── UnavailableError  no sandbox, endpoint, credentials or disk space         (exit 3)
├── BudgetError       a limit on cost, calls or tokens, or a quota, is reached (exit 4, resumable)
└── StepError         one step failed: a missing mark, the run goes on        (exit 5 at the end)
    ├── EndpointError    the model endpoint refused or broke, after retries
    └── SandboxError     the judge broke; never: the judged code is wrong

Anything else that escapes is a bug (exit 1). An interrupted run exits with 130.
"""

from typing import ClassVar


class LbtError(Exception):
    """What the project raises on purpose; its text is one sentence that says what to do."""

    exit_code: ClassVar[int] = 1


class ConfigError(LbtError):
    """The run cannot start as asked: the user must change an option, a file or the environment."""

    exit_code = 2


class DataError(LbtError):
    """A dataset file is missing or malformed; names the file and, where there is one, the line."""

    exit_code = 2

    def __init__(self, file: str, reason: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class UnavailableError(LbtError):
    """Something the run needs is not there: sandbox, endpoint, credentials, disk space."""

    exit_code = 3


class BudgetError(LbtError):
    """A limit on calls, tokens or cost, or the endpoint's own quota, is reached; the run can be resumed."""

    exit_code = 4


class StepError(LbtError):
    """One step failed; it leaves a missing mark and the run goes on."""

    exit_code = 5


class EndpointError(StepError):
    """A model endpoint refused or broke, after its retries."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(f"endpoint {endpoint} failed: {reason}")
        self.endpoint, self.reason = endpoint, reason


class SandboxError(StepError):
    """The judge could not run the program; says nothing about the program itself."""

    def __init__(self, worker: str, reason: str) -> None:
        super().__init__(f"sandbox {worker} could not judge: {reason}")
        self.worker, self.reason = worker, reason
