"""What `python -m leetcode_data verify` does: look a suite through, then prove it in the sandbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import click

from lbt.errors import DataError
from lbt.types import CodeProblem, Status
from leetcode_data import proving
from leetcode_data.display import Progress, printable, table
from leetcode_data.exams import choose
from leetcode_data.judging import Judge, open_judge
from leetcode_data.own import OwnSet
from leetcode_data.own_verify import own_faults, own_row
from leetcode_data.problems import source
from leetcode_data.proving import Proof, prove
from leetcode_data.schema import OwnProblem
from leetcode_data.source import BadSolution
from leetcode_data.verify import composition, faults, row, small_cases

ENDED: Final = "known programs end as promised"

_FAILS: Final = frozenset(Status) - {Status.AC}
"""How a bad program of your own may end: it is not asked in which way it is bad."""


@dataclass
class Findings:
    """Faults by where they are."""

    place: str
    """The file or folder that errors name, where it is not the problem's own."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(problem, one sentence)."""

    def refuse(self) -> None:
        """Print all faults, each after its problem. Raises DataError for the first, if there is one."""
        for slug, fault in self.faults:
            click.echo(printable(f"{slug}: {fault}"))
        if self.faults:
            slug, fault = self.faults[0]
            more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
            raise DataError(self.place or f"{slug}.jsonl", f"{slug}: {fault}{more}" if self.place else f"{fault}{more}")


def verify_shipped(problems: Sequence[CodeProblem], *, backend: str, quick: bool) -> None:
    """Verify problems of ours. Raises DataError for the first that is not as promised."""
    table([row(problem, composition(source(problem.id), problem)) for problem in problems])
    Findings("", [(one.id, fault) for one in problems for fault in faults(source(one.id), one)]).refuse()
    click.echo("all tests agree with both references, and the small ones with brute force")
    if not quick:
        _show_proofs(_prove([_shipped(problem) for problem in problems], backend), "")
        click.echo(f"{ENDED}; every mutant fails a hidden test, is right on all small inputs or is known")


def verify_own(found: OwnSet, *, backend: str, quick: bool) -> None:
    """Verify a set of your own. Raises DataError for the first problem that is off."""
    place = str(found.path)
    table([own_row(problem) for problem in found.problems])
    for reason in found.left_out:
        click.echo(printable(f"left out: {reason}"))
    Findings(place, [(one.id, fault) for one in found.problems for fault in own_faults(one)]).refuse()
    if len(found.problems) > 1:
        choose(place, found.problems)
    known = [problem for problem in found.problems if problem.references or problem.bad]
    if quick or not known:
        click.echo("nothing is wrong, as far as can be told without running a program")
        return
    _show_proofs(_prove([_own(problem) for problem in known], backend), place)
    click.echo(f"{ENDED}; every mutant fails a hidden test or is listed as a survivor")


Proving = tuple[CodeProblem, Callable[[Judge], Proof]]


def _shipped(problem: CodeProblem) -> Proving:
    origin = source(problem.id)
    known = origin.solutions

    def proof(judge: Judge) -> Proof:
        small = small_cases(origin)
        references = origin.references
        return prove(judge, problem, known.good, known.bad, references=references, small=small, untold=known.untold)

    return problem, proof


def _own(problem: OwnProblem) -> Proving:
    posed = problem.posed
    bad = {name: BadSolution(code, _FAILS) for name, code in problem.bad.items()}
    good = problem.references
    return posed, lambda judge: prove(judge, posed, good, bad, references=good)


def _prove(provings: Sequence[Proving], backend: str) -> list[Proof]:
    proofs, progress = [], Progress()
    with open_judge(backend, progress.step) as judge:
        for problem, proof in provings:
            progress.start(printable(problem.id))
            proofs.append(proof(judge))
    progress.end()
    return proofs


def _show_proofs(proofs: Sequence[Proof], place: str) -> None:
    table([proving.row(proof) for proof in proofs])
    Findings(place, [(proof.problem.id, fault) for proof in proofs for fault in proof.faults]).refuse()
