"""SHA-256 of large files, computed once: a stamp remembers it until the file changes."""

import asyncio
import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path


async def digest_of(path: Path, stamps: Path) -> str:
    """Compute the SHA-256 of `path`, or recall it from the folder `stamps` while size and time are the same.

    A file keeps its stamp when it is renamed.

    Raises:
        OSError: the file cannot be read. A stamp that cannot be kept is no error.
    """
    stat = path.stat()
    state = [stat.st_size, stat.st_mtime_ns]
    stamp = stamps / f"{stat.st_dev}-{stat.st_ino}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(stamp.read_text())
        if kept["state"] == state:
            return str(kept["sha256"])
    digest = await asyncio.to_thread(_compute, path)
    with suppress(OSError):
        stamps.mkdir(parents=True, exist_ok=True)
        fresh = stamp.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"path": str(path.resolve()), "state": state, "sha256": digest}))
        fresh.replace(stamp)
    return digest


def _compute(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
