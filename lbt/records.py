"""A run's directory: `run.json`, `lessons.jsonl`, `summary.json` (and `calls.db`, which the endpoints keep).

`lessons.jsonl` is append-only, one line per finished problem, on disk before the next step; a problem
that is repaired gets a second line, and the last one counts. A run that improves exemplars has
`iterations.jsonl` in its place, one line per finished iteration. One writer at a time holds the lock.
What a power cut tears is the last line only; the next writer truncates it.
"""

import errno
import fcntl
import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import JsonValue, ValidationError

from lbt.errors import ConfigError, DataError
from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.scoring import Reduced, Summary, reduced
from lbt.types import LessonRecord, Value

T = TypeVar("T")

MANIFEST, LESSONS, ITERATIONS, SUMMARY, CALLS = (
    "run.json", "lessons.jsonl", "iterations.jsonl", "summary.json", "calls.db",
)  # fmt: skip


class Part(Value):
    """With what one part of a run was made that may be another when it is resumed."""

    started: str
    """ISO 8601, UTC."""
    judge: str
    """Version of the judge and backend's name."""
    commit: str
    packages: dict[str, str]
    python: str
    machine: str


class Manifest(Value):
    """`run.json`: what the run is, so that its numbers can be understood and repeated."""

    started: str
    """ISO 8601, UTC."""
    config: dict[str, JsonValue]
    """Every option that makes the numbers, defaults included; specs without credentials."""
    free: dict[str, JsonValue] = {}
    """Options that may be others when the run is resumed: limits, pace, names of key variables."""
    identities: dict[str, str] = {}
    """Model label -> identity of its weights, as the endpoint tells it."""
    lineage: dict[str, JsonValue] = {}
    """Model label -> how it was trained here: the run and the pairs before it."""
    prompts: dict[str, str]
    """Prompt file -> SHA-256."""
    data: str
    """SHA-256 of the dataset."""
    judge: str
    """Version of the judge and backend's name."""
    commit: str
    """git commit of the code, empty outside a checkout; a trailing `+` says it had changes."""
    packages: dict[str, str]
    """Distribution -> version."""
    python: str
    machine: str
    resumed: tuple[Part, ...] = ()
    """The later parts of a resumed run; what stands above is of the first."""

    @property
    def part(self) -> Part:
        """The part that is under way, or was the last."""
        return self.resumed[-1] if self.resumed else Part(**{name: getattr(self, name) for name in Part.model_fields})


MUST_AGREE = ("config", "prompts", "data")
"""Parts of the manifest that a resumed run must share with the first; the rest may differ."""


class RunDirectory:
    """The one writer of a run's record. Made by `create` or `reopen`."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path, self.manifest = path, manifest
        self.torn = truncate_torn_line(path / LESSONS) + truncate_torn_line(path / ITERATIONS)
        """Bytes of a half-written last line that was cut away, left by a crash."""
        self.lessons = reduced_lessons(path, manifest)
        """The finished lessons, by problem; whole they would fill the memory."""

    @property
    def calls(self) -> Path:
        """Where the call store lies."""
        return self.path / CALLS

    def append(self, record: LessonRecord) -> Reduced:
        """Put one finished lesson on disk."""
        append_line(self.path / LESSONS, record.model_dump_json())
        kept = self.lessons[record.problem] = reduced(record, faithful=is_faithful(self.manifest))
        return kept

    def append_iteration(self, iteration: Iteration) -> None:
        """Put one finished iteration on disk."""
        append_line(self.path / ITERATIONS, iteration.model_dump_json())

    def identify(self, identities: Mapping[str, str]) -> None:
        """Write `run.json`, once it is known which weights answer: a run begins where its models do.

        Raises:
            ConfigError: another model answers under the same name than when the run began.
        """
        same_models(self.path, self.manifest, identities)
        self.manifest = self.manifest.model_copy(update={"identities": self.manifest.identities | dict(identities)})
        replace(self.path / MANIFEST, self.manifest.model_dump_json(indent=2))

    def summarise(self, summary: Summary | ImprovementSummary) -> None:
        """Write `summary.json`, whole or not at all."""
        replace(self.path / SUMMARY, summary.model_dump_json(indent=2))


@contextmanager
def create(path: Path, manifest: Manifest) -> Iterator[RunDirectory]:
    """Make a new run directory and hold its lock; it is a run, for `reopen` and `find`, once it is identified.

    Raises:
        ConfigError: it exists and holds a run, or cannot be written.
    """
    with writable(path):
        path.mkdir(parents=True, exist_ok=True)
    with lock(path):
        if (path / MANIFEST).exists():
            raise ConfigError(f"{path} holds a run already; --resume {path} goes on with it")
        yield RunDirectory(path, manifest)


@contextmanager
def reopen(path: Path, manifest: Callable[[Manifest], Manifest]) -> Iterator[RunDirectory]:
    """Hold the lock of an existing run and go on with it.

    Args:
        path: The run's directory.
        manifest: What the run would be now, given what it was.

    Raises:
        ConfigError: no run is there, another process writes in it, or it was another run.
        DataError: a line of its record, not the last, is malformed.
    """
    read_manifest(path)
    with lock(path):
        was = read_manifest(path)
        now = manifest(was)
        agree(path, was, now)
        yield RunDirectory(path, was.model_copy(update={"free": now.free, "resumed": (*was.resumed, now.part)}))


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a run directory for one writer; the kernel releases it when the process ends, however it ends."""
    with ExitStack() as held:
        with writable(path):
            file = held.enter_context((path / ".lock").open("w"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"another process is writing in {path}; wait for it or stop it") from None
        yield


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Say what to do when the directory of a run cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise ConfigError(f"cannot write in {path} ({error.strerror}); choose another --run-dir") from error


def same_models(path: Path, was: Manifest, identities: Mapping[str, str]) -> None:
    """Refuse to go on with other weights under the same name. Raises ConfigError."""
    for label, known in was.identities.items():
        if identities.get(label, known) != known:
            raise ConfigError(f"{label} is another model now than when {path} began; start a new run for it")


def agree(path: Path, was: Manifest, now: Manifest) -> None:
    """Refuse to mix two different runs in one record, naming the first difference."""
    for part in MUST_AGREE:
        old, new = getattr(was, part), getattr(now, part)
        if old == new:
            continue
        if isinstance(old, dict):
            name = next((key for key in sorted({*old, *new}) if old.get(key) != new.get(key)), None)
            if name is None:  # an option that this version has added, not given
                continue
            what = f"{name} was {json.dumps(old.get(name))} and is {json.dumps(new.get(name))}"
            raise ConfigError(f"{path} was another run: {part}: {what}; start a new run for that")
        raise ConfigError(f"{path} was another run: its {part} have changed since; start a new run")


def read_manifest(path: Path) -> Manifest:
    """Read `run.json`.

    Raises:
        ConfigError: there is none.
        DataError: it is not one.
    """
    if not (path / MANIFEST).exists():
        raise ConfigError(f"no run in {path}; give the directory of one, or `last`")
    try:
        return Manifest.model_validate_json((path / MANIFEST).read_bytes())
    except ValidationError as error:
        raise DataError(str(path / MANIFEST), f"not a run's manifest: {error.errors()[0]['msg']}") from None


def read_lessons(path: Path) -> dict[str, LessonRecord]:
    """Read the finished lessons of a run, by problem, the last line of each. Raises as `lessons_of`."""
    return {record.problem: record for record in lessons_of(path)}


def reduced_lessons(path: Path, manifest: Manifest) -> dict[str, Reduced]:
    """Read what the table of a run needs of its lessons, by problem, the last line of each. Raises as `lessons_of`."""
    faithful = is_faithful(manifest)
    return {record.problem: reduced(record, faithful=faithful) for record in lessons_of(path)}


def is_faithful(manifest: Manifest) -> bool:
    """Whether a run does as the paper's published code."""
    return manifest.config.get("faithful") is True


def lessons_of(path: Path) -> Iterator[LessonRecord]:
    """Read the finished lessons of a run one by one, those too that were repaired later; a torn last line is left out.

    Raises:
        DataError: a line that is not the last is malformed.
    """
    return read_lines(path / LESSONS, LessonRecord.model_validate_json)


def iterations_of(path: Path) -> Iterator[Iteration]:
    """Read the finished iterations of a run one by one, as they were finished; a torn last line is left out.

    Raises:
        DataError: a line that is not the last is malformed.
    """
    return read_lines(path / ITERATIONS, Iteration.model_validate_json)


def read_lines(file: Path, parse: Callable[[bytes], T]) -> Iterator[T]:
    """Read the lines of a file, if there is one; what follows the last newline is torn and left out.

    Raises:
        DataError: a line is malformed.
    """
    if not file.exists():
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield parse(line)
            except ValidationError as error:
                raise DataError(str(file), error.errors()[0]["msg"], number) from None


def complete(lessons: Mapping[str, Reduced]) -> set[str]:
    """Name the problems whose lesson lacks no mark."""
    return {name for name, lesson in lessons.items() if lesson.complete}


def append_line(file: Path, line: str) -> None:
    """Put one line on disk; a failed write leaves no half of it behind."""
    rest = memoryview(line.encode() + b"\n")
    with file.open("ab", buffering=0) as out:  # a buffer would try its rest again when it closes
        end = out.tell()
        try:
            while rest:
                rest = rest[out.write(rest) :]
            os.fsync(out.fileno())
        except OSError:
            os.truncate(out.fileno(), end)
            raise


def truncate_torn_line(file: Path) -> int:
    """Cut what follows the last newline, a line that was being written when the power went; returns its bytes."""
    if not file.exists():
        return 0
    with file.open("rb") as lines:
        last = deque(lines, maxlen=1)
    if torn := sum(len(line) for line in last if not line.endswith(b"\n")):
        os.truncate(file, file.stat().st_size - torn)
    return torn


def replace(file: Path, text: str) -> None:
    """Write a small file so that a reader, or a crash, sees the old or the new one, never half."""
    fresh = file.with_suffix(".new")
    try:
        with fresh.open("w", encoding="utf-8") as out:
            out.write(text + "\n")
            sync(out)
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def sync(file: IO[Any]) -> None:
    """Put what was written on the disk."""
    file.flush()
    os.fsync(file.fileno())


def find(run: str, runs: Path = Path("runs")) -> Path:
    """Resolve a run's name: a directory, or `last` for the newest under `runs`.

    Raises:
        ConfigError: there is none.
    """
    if run != "last":
        return Path(run)
    found: list[tuple[str, Path]] = []
    for file in runs.glob(f"*/{MANIFEST}"):
        with suppress(DataError):  # one that cannot be read must not hide the others
            found.append((read_manifest(file.parent).started, file.parent))
    if not found:
        raise ConfigError(f"no run yet under {runs}/; start one, or give its directory")
    return max(found)[1]
