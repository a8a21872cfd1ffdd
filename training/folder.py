"""A folder that is there whole or not at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lbt.errors import ConfigError


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a folder to write in that takes the place of `out` when the block ends, with all of it on the disk.

    Until then, and for good where the block raises, `out` is as it was. What is written lies beside it, hidden, so it
    is on the same disk; what a killed process leaves there is cleared by the next one that makes `out`.

    Raises:
        ConfigError: `out` is there already and is no empty folder, cannot be made here, or another process makes it.
    """
    out = Path(os.path.abspath(out))  # not resolved: a link must not be followed to something else
    beside = out.parent / f".{out.name}.new"
    refuse_used(out)
    with ExitStack() as held:
        try:
            beside.mkdir(parents=True, exist_ok=True)
            held.enter_context(_alone(beside, out))
        except OSError as error:
            raise ConfigError(f"cannot write {out} ({error.strerror}); choose another -o") from None
        try:
            _clear(beside)
            yield beside
            for path in (*beside.rglob("*"), beside):
                _sync(path)
            refuse_used(out)
            beside.rename(out)
            _sync(out.parent)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise


def refuse_used(out: Path) -> None:
    """Refuse to write where something is. Raises ConfigError."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ConfigError(f"-o: {out} is there already and is no folder; choose another")
    if out.is_dir() and any(out.iterdir()):
        raise ConfigError(f"-o: {out} is there already; choose another, or remove it")


@contextmanager
def _alone(beside: Path, out: Path) -> Iterator[None]:
    """Hold a folder for one process; the kernel lets go of it when the process ends, however it ends."""
    handle = os.open(beside, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            still = beside.stat().st_ino == os.fstat(handle).st_ino  # whoever held it may just have put it in place
        except (BlockingIOError, FileNotFoundError):
            still = False
        if not still:
            raise ConfigError(f"another process is making {out}; wait for it or choose another -o")
        yield
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
