"""Runs inside the embedded server's own process: llama.cpp's OpenAI-compatible server on one model.

Started under a keeper as `python embedded_process.py OPTIONS`, OPTIONS being `Options` as JSON. It picks a free
port of the loopback itself and announces its address once the model is loaded.
"""

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from xllamacpp import CommonParams

PROMPT_CACHE_MIB = 512
"""Memory for the prompts of slots that were given to another prompt; they come back from there."""


class Options(TypedDict):
    """What the driver decides."""

    path: str
    """GGUF file."""
    alias: str
    """Name of the model in requests."""
    slots: int
    """Requests computed at once."""
    context_tokens: int
    """Of one slot: prompt and reply."""
    threads: int


def main(arguments: list[str]) -> None:
    """Serve until a signal ends the process."""
    # How often a thread looks before it sleeps at a barrier. Never looking costs a third of the speed, and looking
    # for long costs nine tenths once another program wants a core.
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    from xllamacpp import CommonParams, Server  # reads the environment, so not before

    options: Options = json.loads(arguments[0])
    server = Server(_parameters(CommonParams(), options))
    with os.fdopen(int(os.environ["LBT_ANNOUNCE"]), "w") as announce:
        announce.write(f"{server.listening_address}\n")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        signal.pause()


def _parameters(parameters: "CommonParams", options: Options) -> "CommonParams":
    """Fill llama.cpp's parameters; what is not named here is its default, but sampling has no taste of its own."""
    parameters.model.path = options["path"]
    parameters.model_alias = {options["alias"]}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.ui = False
    parameters.cors_origins = "http://127.0.0.1"  # pages in the user's browser are not to read replies
    parameters.n_parallel = options["slots"]
    parameters.n_ctx = options["slots"] * options["context_tokens"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = options["threads"]
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    parameters.sampling.top_k, parameters.sampling.top_p, parameters.sampling.min_p = 0, 1.0, 0.0
    return parameters


if __name__ == "__main__":
    main(sys.argv[1:])
