"""What judges the answers of a run: a sandbox for programs, equivalence for final answers."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents.config import CommonConfig
from agents.domain import MATH, Domain
from agents.examiner import CodeJudge, Verdicts
from agents.math_examiner import MathJudge, sort_answers
from graphs.roles import Judge, Sort
from math_data.equivalence import RULES
from sandbox.judge import Sandbox, open_sandbox

EQUIVALENCE = "answer equivalence"
PUBLISHED = "the text rules of the paper's published code"


@dataclass(frozen=True, kw_only=True)
class OpenJudge:
    """An open judge, before it knows where verdicts are kept."""

    identity: str
    """What judges, and its version: changes whenever a verdict could."""
    seated: Callable[[Verdicts], Judge]
    """Makes the judge that keeps its verdicts there."""
    sort: Sort | None = None
    """Puts answers into classes, where they can be compared."""
    sandbox: Sandbox | None = None
    """Where programs run; None where nothing runs."""
    notes: tuple[str, ...] = ()
    """What a user should know of it, a line each."""

    @property
    def guarantees(self) -> Mapping[str, bool]:
        """Those of the sandbox, where there is one."""
        return self.sandbox.guarantees if self.sandbox else {}


@asynccontextmanager
async def open_judge(config: CommonConfig, domain: Domain) -> AsyncIterator[OpenJudge]:
    """Open what judges `domain` in a run. Raises as `sandbox.judge.open_sandbox`."""
    faithful = config.faithful
    if domain is MATH:
        rules = f"{PUBLISHED if faithful else EQUIVALENCE}, version {RULES}"
        yield OpenJudge(identity=rules, seated=lambda _: MathJudge("paper" if faithful else "ours"), sort=sort_answers)
        return
    async with open_sandbox(config.sandbox, calibrate=config.calibrate) as sandbox:
        yield OpenJudge(
            identity=f"{sandbox.title}, version {sandbox.version}",
            seated=lambda store: CodeJudge(sandbox, store, prefix=faithful),
            sandbox=sandbox,
            notes=tuple(sandbox_notes(config, sandbox)),
        )


def sandbox_notes(config: CommonConfig, sandbox: Sandbox) -> list[str]:
    """What is not as it always is with this sandbox."""
    stretched = f"time limits of programs are {sandbox.stretch:g} times the problems' own"
    passed_over = f"not the first choice of sandbox: {sandbox.passed_over}"
    return [*([stretched] if config.calibrate else []), *([passed_over] if sandbox.passed_over else [])]
