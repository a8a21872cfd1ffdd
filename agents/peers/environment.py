"""The peers' own packages, in an environment of their own: DSPy needs other versions than ours of what we both need.

It is made once, from pinned versions and hashes (`environment.txt`), and kept in the user's cache folder. Which index
pip asks is the user's configuration of pip.
"""

import asyncio
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from agents.endpoints.keeper import kept, telling_line
from agents.endpoints.notice import Notice, Notify
from agents.endpoints.weights import cache_folder
from lbt.errors import UnavailableError

PINNED = "environment.txt"
SIZE_MB = 460
"""Of the environment on disk."""


def interpreter() -> Path:
    """Where the interpreter of the peers' environment is, or will be: other versions have another place."""
    state = hashlib.sha256(_pinned().read_bytes() + sys.version.encode()).hexdigest()[:12]
    return cache_folder() / f"peers-{state}" / "bin" / "python"


async def python(notify: Notify) -> Path:
    """Find that interpreter; makes the environment if it is not there yet, and says so before.

    Raises:
        UnavailableError: it cannot be made; the sentence says why.
    """
    found = interpreter()
    if found.exists():
        return found
    if importlib.util.find_spec("ensurepip") is None:
        raise UnavailableError("the peers' environment needs venv with pip (Debian: python3-venv)")
    place = found.parents[1]
    notify(Notice("peers", f"installing DSPy and GEPA with pip, once, in {place} ({SIZE_MB} MB)"))
    with as_file(_pinned()) as requirements:
        await _make(place, requirements)
    return found


def _pinned() -> Traversable:
    return files("agents.peers").joinpath(PINNED)


async def _make(place: Path, requirements: Path) -> None:
    """Make the environment beside its place and move it there, so that it is whole or not there."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="peers-", suffix=".unfinished", dir=place.parent))
    except OSError as error:
        where = f"{place.parent}: {error.strerror}; LBT_CACHE_DIR names another folder"
        raise UnavailableError(f"cannot keep the peers' environment in {where}") from None
    log = place.with_name(f"{place.name}.log")
    install = ["-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    try:
        await _run([sys.executable, "-m", "venv", str(unfinished)], log)
        await _run([str(unfinished / "bin" / "python"), *install, "--requirement", str(requirements)], log)
        if not place.exists():  # another run may have been faster
            os.rename(unfinished, place)
    finally:
        await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)


async def _run(command: list[str], log: Path) -> None:
    """Run one step under a keeper: neither Ctrl-C nor a killed run leaves it behind."""
    async with kept("pip", command, log=log) as step:
        code = await step.ended()
    if code != 0:
        raise UnavailableError(
            f"the peers' environment cannot be made: {await asyncio.to_thread(telling_line, log)} (log: {log})"
        )
