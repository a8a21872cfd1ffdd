"""Let a peer improve its prompt within a budget of calls, and mark what it says of the hold-out."""

import asyncio
import json
import os
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from agents.asking import Asker
from agents.endpoints.calls import Sampling
from agents.endpoints.keeper import kept
from agents.endpoints.notice import Notice, Notify, ignore
from agents.peers import runner
from agents.peers.gateway import Gateway
from lbt.errors import UnavailableError
from lbt.exemplars import Exemplar, Marked
from lbt.types import TextProblem, Value

Peer = Literal["random search", "miprov2", "gepa"]
TITLES: Final[Mapping[Peer, str]] = {
    "random search": "DSPy BootstrapFewShotWithRandomSearch",
    "miprov2": "DSPy MIPROv2",
    "gepa": "GEPA",
}
Ending = Literal["whole", "cut", "nothing"]
"""The peer came to its own end; the budget came first, and the best until then counts; nothing was compared by then."""
NOTES: Final[Mapping[Ending, str]] = {
    "whole": "",
    "cut": "cut off by the budget: the best prompt until then",
    "nothing": "not finished within the budget",
}
LABELS = {"Yes": True, "No": False}


@dataclass(frozen=True, kw_only=True)
class Contest:
    """What is the same for all peers."""

    task: str
    """The sentence that says what is asked of a text; its answer is Yes or No."""
    train: Sequence[TextProblem]
    """At most half of them serve for comparing prompts; peers need ten at least."""
    held_out: Sequence[TextProblem]
    budget: int
    """Calls for everything but the hold-out."""
    sampling: Sampling
    """`max_tokens` is the longest reply; answers are greedy, and what is to differ is sampled as each peer likes."""
    seed: int
    concurrency: int
    """Calls at once."""


class PeerResult(Value):
    """How a peer did."""

    peer: Peer
    version: str
    """Its packages, as `dspy 3.4.1, gepa 0.1.4`."""
    budget: int
    calls: int
    """Of the budget, those that were made; never more."""
    refused: int
    """Calls beyond the budget that were tried."""
    held_out_calls: int
    failed: int
    """Calls that the endpoint could not answer; to a peer such an item is wrong."""
    sizes: Mapping[str, int]
    """Its settings, chosen for the budget; empty where the budget allows none."""
    ending: Ending
    instruction: str
    """The prompt it found; empty where it found none."""
    demonstrations: tuple[Exemplar, ...]
    marks: tuple[Marked, ...]
    """Of the hold-out, in its order; empty where no prompt was found."""

    @property
    def note(self) -> str:
        """What a reader of its figures must know, in one line; mostly nothing."""
        failed = f"{self.failed} calls failed" if self.failed else ""
        return "; ".join(filter(None, (NOTES[self.ending], failed)))


class Shown(Value):
    """A demonstration, as the runner writes it."""

    text: str
    answer: str


class Found(Value):
    """What the runner writes."""

    versions: Mapping[str, str]
    sizes: Mapping[str, int]
    ending: Ending
    instruction: str
    demonstrations: tuple[Shown, ...]
    answers: Mapping[str, Literal["Yes", "No"] | None]


async def run_peer(
    peer: Peer, contest: Contest, asker: Asker, *, python: Path, folder: Path, notify: Notify = ignore
) -> PeerResult:
    """Run one peer.

    Equal questions are answered from the call store of `asker`, so a contest that was stopped goes on when it is run
    again. Of a peer that is cut off, the last few calls depend on which of those under way came first.

    Args:
        peer: Which.
        contest: Items, budget and the rest that all peers share.
        asker: The model.
        python: Interpreter of the peers' environment, from `agents.peers.environment`.
        folder: For its job, its result and its log; made where it is missing.
        notify: Told how far it is. May quote the peer: hostile text.

    Raises:
        UnavailableError: the peer broke, with the telling line of its log; or the model cannot be reached any more.
        BudgetError: the run itself may not ask any more.
    """
    gateway = Gateway(asker, budget=contest.budget, sampling=contest.sampling, seed=contest.seed)
    folder.mkdir(parents=True, exist_ok=True)
    job, result = folder / "job.json", folder / "result.json"
    result.unlink(missing_ok=True)
    async with gateway.open() as address:
        job.write_text(json.dumps(_job(peer, contest, address)), encoding="utf-8")
        command = [str(python), "-I", runner.__file__, str(job.absolute()), str(result.absolute())]
        log, environment = folder / "peer.log", _environment(folder, gateway.key)
        async with kept(TITLES[peer], command, log=log, environment=environment) as process:
            while (line := await _unless_stopped(process.announced(), gateway)) != "done":
                notify(Notice("peer", f"{TITLES[peer]}: {line} ({gateway.optimising.calls} of {contest.budget} calls)"))
    return _result(peer, contest, gateway, _read(peer, result))


def _job(peer: Peer, contest: Contest, address: str) -> dict[str, Any]:
    """What the runner is told; not the labels of the hold-out."""
    answers = {label: answer for answer, label in LABELS.items()}
    return {
        "peer": peer,
        "address": address,
        "task": contest.task,
        "train": [{"text": item.statement, "answer": answers[item.label]} for item in contest.train],
        "held_out": [{"id": item.id, "text": item.statement} for item in contest.held_out],
        "budget": contest.budget,
        "max_tokens": contest.sampling.max_tokens,
        "seed": contest.seed,
        "concurrency": contest.concurrency,
    }


def _environment(folder: Path, key: str) -> dict[str, str]:
    """No key to any model, no proxy, no home where settings or caches of the user's are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder.absolute()),
        "LANG": "C.UTF-8",
        "LITELLM_LOCAL_MODEL_COST_MAP": "true",  # or DSPy fetches a list of prices
        "LBT_GATEWAY_KEY": key,
    }


async def _unless_stopped(line: Coroutine[Any, Any, str], gateway: Gateway) -> str:
    """The next line of the peer, or what stopped the gateway."""
    tasks = asyncio.create_task(line), asyncio.create_task(gateway.stopped())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        gateway.check()
        return await tasks[0]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read(peer: Peer, result: Path) -> Found:
    try:
        return Found.model_validate_json(result.read_bytes())
    except (OSError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise UnavailableError(f"{TITLES[peer]} left no result that can be read ({first})") from None


def _result(peer: Peer, contest: Contest, gateway: Gateway, found: Found) -> PeerResult:
    return PeerResult(
        peer=peer,
        version=", ".join(f"{name} {version}" for name, version in found.versions.items()),
        budget=contest.budget,
        calls=gateway.optimising.calls,
        refused=gateway.optimising.refused,
        held_out_calls=gateway.held_out.calls,
        failed=gateway.optimising.failed + gateway.held_out.failed,
        sizes=found.sizes,
        ending=found.ending,
        instruction=found.instruction,
        demonstrations=tuple(Exemplar(statement=shown.text, answer=shown.answer) for shown in found.demonstrations),
        marks=tuple(_mark(item, found) for item in contest.held_out) if found.ending != "nothing" else (),
    )


def _mark(item: TextProblem, found: Found) -> Marked:
    answer = found.answers.get(item.id)
    said = LABELS[answer] if answer else None
    return Marked(item=item.id, mark=float(said is item.label), label=item.label, said=said)
