"""Run the test server: inside this process, on a thread of its own, or as a program of its own."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.server.app import Config, Counts, TestServer


@dataclass(frozen=True)
class Running:
    """A running server inside this process."""

    url: str
    """Its address, ending in `/v1`."""
    model: str
    counts: Counts

    @property
    def spec(self) -> str:
        """The spec of its model."""
        return f"openai:{self.model}@{self.url}"


@contextmanager
def serve(config: Config | None = None) -> Iterator[Running]:
    """Run a server on a thread while the block runs."""
    server = TestServer(config or Config())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner, port = asyncio.run_coroutine_threadsafe(start(server), loop).result(30)
    try:
        yield Running(f"http://127.0.0.1:{port}/v1", server.config.model, server.counts)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def start(server: TestServer, port: int = 0) -> tuple[web.AppRunner, int]:
    """Listen on the loopback; returns the runner and the port."""
    runner = web.AppRunner(server.app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, int(runner.addresses[0][1])


def nobody() -> str:
    """The spec of a server that is not there."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"openai:test@http://127.0.0.1:{found.getsockname()[1]}/v1"


@contextmanager
def spawn(*options: str) -> Iterator[str]:
    """Run a server as a program of its own while the block runs; gives its address, ending in `/v1`."""
    command = [sys.executable, "-m", "tests.server", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.kill()


def stats(url: str) -> dict[str, Any]:
    """What a server at `url` (ending in `/v1`) counted."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
