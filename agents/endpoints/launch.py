"""Start the server that a `local:` or `vllm:` spec names, and stop it at the end."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from agents.endpoints import vllm
from agents.endpoints.embedded import check_installed, embedded, share_of
from agents.endpoints.flags import flags_of
from agents.endpoints.notice import Notify, ignore
from agents.endpoints.served import Served
from agents.endpoints.spec import Spec
from agents.endpoints.weights import weights_of
from lbt.machine import usable_cores

__all__ = ["Served", "launch"]


@asynccontextmanager
async def launch(
    spec: Spec, *, log_dir: Path, vllm_args: Sequence[str] = (), notify: Notify = ignore
) -> AsyncIterator[Served]:
    """Serve the model of `spec` until the context is left.

    Args:
        spec: A `local:` or `vllm:` spec.
        log_dir: Folder for the server's log.
        vllm_args: Flags for a vLLM server, each `KEY=VALUE` or `KEY`.
        notify: Told about downloads and waiting.

    Raises:
        ConfigError: there is no such local model, or a flag is malformed.
        UnavailableError: weights, program, memory or disk space are missing; the sentence says which.
        ValueError: `spec` names no server to start.
    """
    log = log_dir / (re.sub(r"[^\w.-]+", "-", spec.label).strip("-")[-80:] + ".log")
    match spec.kind:
        case "local":
            check_installed()
            weights = await weights_of(spec.name, notify)
            server = embedded(spec.label, weights, share_of(usable_cores()), log=log, notify=notify)
        case "vllm":
            server = vllm.serving(spec, flags_of(vllm_args), log=log, notify=notify)
        case _:
            raise ValueError(f"{spec.label} is not started here")
    async with server as served:
        yield served
