"""Find out which guarantees hold on this machine, by trying to break them.

`self_test` is what a run does before it starts; `diagnose` is behind `python -m sandbox doctor`.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from lbt.errors import SandboxError, UnavailableError
from sandbox import guarantees
from sandbox.jobs import Judging
from sandbox.judge import Backend, open_sandbox
from sandbox.probes import Probe, Secrets, probes

BACKENDS: Final[tuple[Backend, ...]] = ("docker", "bubblewrap")


@dataclass(frozen=True)
class Finding:
    """Whether one guarantee holds here."""

    guarantee: str
    holds: bool
    why_not: str = ""

    @property
    def floor(self) -> bool:
        """Whether nothing is judged without it."""
        return self.guarantee in guarantees.ALWAYS


@dataclass(frozen=True)
class Report:
    """What holds in one sandbox."""

    sandbox: str
    """Its name, for example "bubblewrap as root"."""
    findings: tuple[Finding, ...]

    @property
    def lacking(self) -> list[Finding]:
        """What is missing of the floor; empty when the sandbox may be used."""
        return [finding for finding in self.findings if finding.floor and not finding.holds]


class Examined(Judging, Protocol):
    """What can be examined; `sandbox.judge.Sandbox` is the real one."""

    @property
    def name(self) -> str:
        """What kind it is."""
        ...


async def self_test(backend: Backend) -> Report:
    """Open a sandbox and examine it, in less than 3 seconds on an idle machine.

    Raises:
        UnavailableError: no sandbox of that kind is possible here, or it is below the floor; says what to do.
    """
    async with open_sandbox(backend) as sandbox:
        return await examine(sandbox)


async def examine(sandbox: Examined) -> Report:
    """Try to break each guarantee of an open sandbox.

    Raises:
        UnavailableError: it is below the floor, so nothing may be judged in it.
    """
    report = await inspect(sandbox)
    if report.lacking:
        missing = "; ".join(f"{finding.guarantee} ({finding.why_not})" for finding in report.lacking)
        raise UnavailableError(f"{report.sandbox} does not keep untrusted programs in here: {missing}")
    return report


async def inspect(sandbox: Examined) -> Report:
    """Try to break each guarantee of an open sandbox; says which hold, and judges nothing."""
    with _foreign_file() as path:
        todo = probes(Secrets(path))
        first = await asyncio.gather(*(_try(sandbox, probe) for probe in todo if not probe.everywhere))
        then = await asyncio.gather(*(_everywhere(sandbox, probe) for probe in todo if probe.everywhere))
    merged: dict[str, Finding] = {}
    for finding in (*first, *then):
        known = merged.get(finding.guarantee)
        merged[finding.guarantee] = finding if known is None or known.holds else known
    return Report(sandbox.name, tuple(merged.values()))


@contextmanager
def _foreign_file() -> Iterator[str]:
    """Make a file that every user of the host may read."""
    with tempfile.TemporaryDirectory(prefix="lbt-doctor-") as folder:
        os.chmod(folder, 0o755)
        path = Path(folder, "readable")
        path.write_text("a file of the host")
        path.chmod(0o644)
        yield str(path)


async def _everywhere(sandbox: Examined, probe: Probe) -> Finding:
    """Try on every worker: as many at once as there can be workers, twice."""
    findings = await asyncio.gather(*(_try(sandbox, probe) for _ in range(2 * (os.cpu_count() or 1))))
    return next((finding for finding in findings if not finding.holds), findings[0])


async def _try(sandbox: Examined, probe: Probe) -> Finding:
    try:
        verdict = await sandbox.judge(probe.program, probe.cases)
    except SandboxError as error:
        return Finding(probe.guarantee, False, f"the sandbox broke: {error.reason}")
    if verdict.status in probe.holds:
        return Finding(probe.guarantee, True)
    return Finding(probe.guarantee, False, " ".join(f"{verdict.status} {verdict.message}".split())[:200])


async def diagnose() -> dict[Backend, Report | UnavailableError]:
    """Examine every kind of sandbox, one after the other; an error where there can be none."""
    found: dict[Backend, Report | UnavailableError] = {}
    for backend in BACKENDS:
        try:
            async with open_sandbox(backend) as sandbox:
                found[backend] = await inspect(sandbox)
        except UnavailableError as error:
            found[backend] = error
    return found
