"""The embedded server: llama.cpp on a small model, in a process of its own.

The concurrency follows the cores, and on a small machine that means one request at a time: the exams of one rationale
share most of their prompt, and one after the other on one slot they read it once (879 of about 940 tokens came from
the cache, with the 0.5B model and four exams; also when two rationales alternate, for a prompt that lost its slot is
kept in memory). Side by side on slots of their own they read it once each, and write at a fraction of the speed.
For the same reason the calls to several embedded servers of a run take turns (`agents.wiring`).

Greedy replies came out the same again, also after a restart; a sample with the same seed did as long as the cache
held the same, and not always after a restart. What makes a run repeatable is the call store.
"""

import hashlib
import importlib.util
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from agents.endpoints import embedded_process
from agents.endpoints.embedded_process import Options
from agents.endpoints.keeper import kept
from agents.endpoints.loopback import get_json
from agents.endpoints.notice import Notice, Notify
from agents.endpoints.served import Served
from agents.endpoints.weights import Weights
from lbt.errors import UnavailableError

CONTEXT_TOKENS = 8192
"""Of one slot: the longest exam prompt (about 1,000 tokens), a long rationale and a long reply fit with room."""
_CORES_OF_A_SLOT, _MOST_SLOTS = 4, 4
"""Measured on 2 cores only: there a second request at once gains nothing. Every slot takes memory for its context."""


@dataclass(frozen=True)
class Share:
    """What one embedded server may use of the machine."""

    threads: int
    slots: int


def share_of(cores: int) -> Share:
    """Decide what a server gets on a machine with `cores`: all of them as threads, since two seldom compute at once."""
    return Share(max(1, cores), min(_MOST_SLOTS, max(1, cores // _CORES_OF_A_SLOT)))


def check_installed() -> None:
    """Raise UnavailableError where llama.cpp's server is not installed: best known before anything is fetched."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise UnavailableError("local models need llama.cpp's server: pip install 'learning-by-teaching[local]'")


@asynccontextmanager
async def embedded(label: str, weights: Weights, share: Share, *, log: Path, notify: Notify) -> AsyncIterator[Served]:
    """Serve `weights` from a process of its own until the context is left.

    Raises:
        UnavailableError: the server is not installed or did not start; with the line of its log that says why.
    """
    options = Options(
        path=str(weights.path),
        alias=label,
        slots=share.slots,
        context_tokens=CONTEXT_TOKENS,
        threads=share.threads,
    )
    notify(Notice("server", f"{label}: loading {weights.path.name} ({weights.path.stat().st_size / 1e6:,.0f} MB)"))
    command = [sys.executable, "-P", embedded_process.__file__, json.dumps(options)]
    async with kept(label, command, log=log) as server:
        address = await server.announced()
        quantisation, template = _facts(label, await server.meanwhile(get_json(f"{address}/props")))
        chat = hashlib.sha256(template.encode()).hexdigest()
        yield Served(
            base_url=f"{address}/v1",
            model=label,
            identity=f"gguf sha256:{weights.sha256} {quantisation} template sha256:{chat}",
            concurrency=share.slots,
            ended=server.obituary,
            extra_body={"cache_prompt": True},
        )


def _facts(label: str, properties: JsonValue) -> tuple[str, str]:
    """Read quantisation and chat template from what the server says of itself."""
    match properties:
        case {"model_ftype": str(quantisation), "chat_template": str(template)} if template:
            return quantisation, template
        case _:
            raise UnavailableError(f"{label} has no chat template, so it cannot be asked")
