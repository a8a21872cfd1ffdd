"""The model hub as a source of GGUF files: look one up, fetch it, go on where an earlier attempt stopped.

`HF_ENDPOINT` names another hub. A hub that cannot be reached fails within seconds.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from pydantic import JsonValue

from agents.endpoints.download import Download, SourceError

CONNECT_S = 5.0
"""Longest wait for a connection, in seconds."""
_STALL_S = 60.0
_CHUNK = 1 << 20
_FAVOURITES = ("q4_k_m", "q4_k_s", "q4_0", "q4_1", "q5_k_m", "q8_0")
"""Quantisations to choose from a repository with many, the best first for a CPU."""


@dataclass(frozen=True)
class HubFile:
    """One file of a repository."""

    url: str
    name: str
    bytes: int | None
    sha256: str | None


def file_url(repository: str, file: str) -> str:
    """Make the address of a file's content."""
    return f"{_endpoint()}/{repository}/resolve/main/{file}"


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


async def look_up(repository: str, file: str | None) -> HubFile:
    """Find a GGUF file of `repository`: the one named, else the one that suits a CPU best.

    Raises:
        SourceError: the hub cannot be reached, or has no such repository or file.
    """
    async with _session() as session, _get(session, f"{_endpoint()}/api/models/{repository}?blobs=true") as response:
        try:
            listing: JsonValue = await response.json()
        except ValueError:
            raise SourceError(f"the hub's answer about {repository} cannot be read") from None
    entries = _entries(listing)
    name = file or _favourite(list(entries))
    if name is None or name not in entries:
        have = ", ".join(sorted(entries)) or "no GGUF file"
        raise SourceError(f"{repository} has {have}" + (f", not {file}" if file else ""))
    size, digest = entries[name]
    return HubFile(file_url(repository, name), name, size, digest)


def _entries(listing: JsonValue) -> dict[str, tuple[int | None, str | None]]:
    """Read name, size and digest of every whole GGUF file; split ones are left out."""
    found: dict[str, tuple[int | None, str | None]] = {}
    siblings = listing.get("siblings") if isinstance(listing, dict) else None
    for entry in siblings if isinstance(siblings, list) else ():
        match entry:
            case {"rfilename": str(name), "size": int(size), "lfs": {"sha256": str(digest)}} if _whole_gguf(name):
                found[name] = size, digest
            case {"rfilename": str(name)} if _whole_gguf(name):
                found[name] = None, None
    return found


def _whole_gguf(name: str) -> bool:
    plain = re.fullmatch(r"[\w.+/ -]+\.gguf", name, re.I) and ".." not in name
    return bool(plain) and not re.search(r"-\d{5}-of-\d{5}", name)


def _favourite(names: list[str]) -> str | None:
    for quantisation in _FAVOURITES:
        for name in sorted(names):
            if quantisation in name.lower():
                return name
    return min(names, default=None)


async def fetch(url: str, download: Download) -> None:
    """Append what is missing of `url` to the unfinished file.

    Raises:
        SourceError: the hub cannot be reached, refuses, or the connection broke; what came stays.
        OSError: the disk is full or the file cannot be written.
    """
    start = download.done
    if start and start == download.bytes:
        return
    headers = {"Range": f"bytes={start}-"} if start else {}
    async with _session() as session, _get(session, url, headers) as response:
        resumed = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        with download.partial.open("ab" if resumed else "wb") as file:
            done = start if resumed else 0
            async for chunk in response.content.iter_chunked(_CHUNK):
                done += file.write(chunk)
                download.progress(done)


def _session() -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_connect=CONNECT_S, sock_read=_STALL_S)
    return aiohttp.ClientSession(trust_env=True, timeout=timeout)


@asynccontextmanager
async def _get(
    session: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Open `url`; whatever goes wrong with the network, then or while reading, is `SourceError`."""
    try:
        async with session.get(url, headers=headers) as response:
            if response.status not in (200, 206):
                raise SourceError(f"the hub answered {response.status} for {url}")
            yield response
    except TimeoutError:
        raise SourceError("the hub did not answer in time") from None
    except aiohttp.ClientPayloadError:
        raise SourceError("the connection to the hub broke") from None
    except aiohttp.ClientError as error:
        raise SourceError(f"the hub cannot be reached ({type(error).__name__})") from None
