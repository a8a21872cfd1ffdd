"""A stand-in for vLLM: a `vllm` command that serves the test server, with an engine in a session of its own.

`install(folder)` puts the command into `folder`. `STAND_IN` in its environment says how it behaves: `serve` (or not
set), `crash` while starting, `slow` to be healthy, `hang` at every call, or `broken` like a build whose command does
not work. Each start adds a line to the file `STAND_IN_RECORD`: arguments, process ids and names in the environment.
"""

import asyncio
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).parents[3]


def install(folder: Path) -> Path:
    """Put the command into `folder`, for a PATH; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "vllm"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tests.agents.endpoints.stand_in "$@"\n'
    )
    program.chmod(0o755)
    return program


def starts(record: Path) -> list[dict[str, Any]]:
    """Read what each start of the command wrote into `record`."""
    return [json.loads(line) for line in record.read_text().splitlines()]


def main(arguments: list[str]) -> None:
    """Be `vllm --version` or `vllm serve MODEL …`."""
    behaviour = os.environ.get("STAND_IN", "serve")
    if behaviour == "broken":
        sys.exit("PackageNotFoundError: No package metadata was found for vllm")
    if arguments == ["--version"]:
        print("0.0")
        return
    engine = subprocess.Popen(["sleep", "600"], start_new_session=True)
    if record := os.environ.get("STAND_IN_RECORD"):
        facts = {"arguments": arguments, "pids": [os.getpid(), engine.pid], "environment": list(os.environ)}
        with Path(record).open("a") as lines:
            lines.write(json.dumps(facts) + "\n")
    if behaviour == "crash":
        sys.exit("ValueError: the model does not fit\nRuntimeError: Engine core failed. See root cause above.")
    flags = dict(pairwise(arguments))
    asyncio.run(_serve(flags["--served-model-name"], int(flags["--port"]), behaviour))


async def _serve(model: str, port: int, behaviour: str) -> None:
    from tests.server.app import Config, TestServer
    from tests.server.faults import Rule

    hangs = (Rule(fault="hang", first=None),) if behaviour == "hang" else ()
    app = TestServer(Config(model=model, faults=hangs)).app()
    asked = 0
    if hangs:
        print("CUDA error: out of memory", flush=True)

    async def health(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=503 if behaviour == "slow" and asked < 3 else 200)

    app.router.add_get("/health", health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
