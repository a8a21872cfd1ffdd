"""The call store: every reply and every verdict of a run, in one SQLite file of the run directory.

A value is written with `INSERT OR IGNORE`, and the stored one is the one that is used: who comes second gets what the
first one stored. What is asked for together is one transaction (`agents.endpoints.batches`). A reply is in the file
before anybody sees it, so kill -9 loses only calls in flight. (WAL with `synchronous=NORMAL`: a power cut may lose the
last moments, never the file.)

Requests and completions are JSON, deflated, and a request against the first of its role: what all prompts of a role
say is stored once. Stores of the version before hold text; they are read as they are, and gone on with.

An earlier store (`--reuse`) is read where this one knows nothing, and never written; its calls and verdicts are
copied, the calls marked as replayed.
"""

import sqlite3
import zlib
from pathlib import Path
from typing import Any, NoReturn, Self

from agents.endpoints.batches import Batches
from agents.endpoints.calls import Completion, Request
from lbt.errors import DataError, LbtError, UnavailableError
from lbt.types import Value, Verdict

Row = tuple[Any, ...]
_VERSION = 3
_READABLE = (2, _VERSION)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS calls (key TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, request BLOB NOT NULL,
    completion BLOB NOT NULL, started REAL NOT NULL, ended REAL NOT NULL, replayed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS patterns (role TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, request TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, verdict TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS probes (key TEXT PRIMARY KEY, probe TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""
_CALL = "endpoint, request, completion, started, ended, replayed"
_SIZES = ("PRAGMA page_size = 16384", "PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 2048")
"""For hundreds of thousands of calls: their keys come in no order, so SQLite's 2 MB of cache would miss most pages of
the index. The page size counts in a new file only."""
_MADE = """SELECT endpoint, count(*), sum(json_extract(inflated(completion), '$.prompt_tokens')),
    sum(json_extract(inflated(completion), '$.completion_tokens')) FROM calls WHERE NOT replayed GROUP BY endpoint"""
_GET_CALL = f"SELECT {_CALL} FROM calls WHERE key = ?"
_PUT_PATTERN = "INSERT OR IGNORE INTO patterns VALUES (?, ?, ?)"
_PUT_CALL = f"INSERT OR IGNORE INTO calls (key, {_CALL}) VALUES (?, ?, ?, ?, ?, ?, ?)"


class StoredCall(Value):
    """One call as it was made."""

    key: str
    endpoint: str
    """Label of the endpoint that answered."""
    request: Request
    completion: Completion
    started: float
    """Unix time, in seconds, when the request that was answered was sent."""
    ended: float
    """Unix time, in seconds, when its reply was complete."""
    replayed: bool = False
    """Copied from an earlier store instead of asked."""


class CallStore:
    """An open call store. Its coroutines may be used from one event loop at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection, earlier: "CallStore | None" = None) -> None:
        self.path = path
        self._connection = connection
        self._earlier = earlier
        self._batches = Batches(connection)

    @classmethod
    def open(cls, path: Path, reuse: Path | None = None) -> Self:
        """Open the store at `path`, or make it; `reuse` is an earlier one to copy from.

        Raises:
            DataError: `path` or `reuse` is no call store.
            UnavailableError: it cannot be written here.
        """
        earlier = cls.read(reuse) if reuse else None
        return cls(path, _connect(path, f"{path.absolute().as_uri()}?mode=rwc", prepare=True), earlier)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open an existing store for reading only. Raises as `open`."""
        if not path.is_file():
            raise DataError(str(path), "there is no call store")
        return cls(path, _connect(path, f"{path.absolute().as_uri()}?mode=ro", prepare=False))

    async def aclose(self) -> None:
        """Finish what is under way and close the file."""
        await self._batches.aclose()
        self.close()

    def close(self) -> None:
        """Like `aclose`, where there is no event loop."""
        self._batches.close()
        self._connection.close()
        if self._earlier:
            self._earlier.close()

    async def get(self, key: str) -> StoredCall | None:
        """The call with `key`, copied from the earlier store where only that one has it. Raises as `put`."""
        return await self._batches.run(lambda: self.look_up(key) or self._copy(key))

    async def put(self, call: StoredCall) -> StoredCall:
        """Store `call` unless its key is there; returns what is stored, which is the one to use.

        Raises:
            UnavailableError: the disk is full or cannot be written; what was stored before is still there.
        """
        return await self._batches.run(lambda: self._put(call))

    async def get_verdict(self, key: str) -> Verdict | None:
        """The verdict with `key`, copied from the earlier store where only that one has it. Raises as `put`."""
        return await self._batches.run(lambda: self._look_up_verdict(key) or self._copy_verdict(key))

    async def put_verdict(self, key: str, verdict: Verdict) -> Verdict:
        """Store `verdict` unless `key` is there; returns what is stored. Raises as `put`."""
        return await self._batches.run(lambda: self._put_verdict(key, verdict))

    async def get_probe(self, key: str) -> str | None:
        """What the probing with `key` found, so that a resumed run does not probe again."""
        return await self._batches.run(lambda: self._one("SELECT probe FROM probes WHERE key = ?", key))

    async def put_probe(self, key: str, probe: str) -> None:
        """Store what a probing found. Raises as `put`."""
        await self._batches.run(lambda: self._write("INSERT OR REPLACE INTO probes VALUES (?, ?)", key, probe))

    def look_up(self, key: str) -> StoredCall | None:
        """The call with `key` in this store: for programs without an event loop."""
        row = self._select(_GET_CALL, key)
        return None if row is None else self._call(key, row)

    def count(self) -> int:
        """How many calls are stored."""
        return int((self._select("SELECT count(*) FROM calls") or (0,))[0])

    def made(self) -> dict[str, tuple[int, int, int]]:
        """Endpoint -> calls that were made for this store, tokens of their prompts, tokens of their replies."""
        return {name: (calls, read, written) for name, calls, read, written in self._connection.execute(_MADE)}

    def _copy(self, key: str) -> StoredCall | None:
        call = self._earlier.look_up(key) if self._earlier else None
        return call and self._put(call.model_copy(update={"replayed": True}))

    def _put(self, call: StoredCall) -> StoredCall:
        request, completion = self._deflated(call.request), deflated(call.completion.model_dump_json())
        row = (call.endpoint, request, completion, call.started, call.ended, int(call.replayed))
        if self._write(_PUT_CALL, call.key, *row):
            return call
        stored = self.look_up(call.key)
        assert stored is not None, "an ignored insert means the key is there"
        return stored

    def _deflated(self, request: Request) -> bytes:
        """A request as it is stored. The database is asked each time, as a transaction may have been rolled back."""
        role, text = request.place.role, request.model_dump_json()
        self._write(_PUT_PATTERN, role, zlib.adler32(text.encode()), text)
        pattern = self._one("SELECT request FROM patterns WHERE role = ?", role)
        return deflated(text, pattern or "")

    def _call(self, key: str, row: Row) -> StoredCall:
        endpoint, request, completion, started, ended, replayed = row
        name = pattern_of(request)
        pattern = None if name is None else self._one("SELECT request FROM patterns WHERE id = ?", name)
        return StoredCall(
            key=key,
            endpoint=endpoint,
            request=Request.model_validate_json(inflated(request, pattern or "")),
            completion=Completion.model_validate_json(inflated(completion)),
            started=started,
            ended=ended,
            replayed=bool(replayed),
        )

    def _look_up_verdict(self, key: str) -> Verdict | None:
        text = self._one("SELECT verdict FROM verdicts WHERE key = ?", key)
        return None if text is None else Verdict.model_validate_json(text)

    def _copy_verdict(self, key: str) -> Verdict | None:
        verdict = self._earlier._look_up_verdict(key) if self._earlier else None
        return verdict and self._put_verdict(key, verdict)

    def _put_verdict(self, key: str, verdict: Verdict) -> Verdict:
        if self._write("INSERT OR IGNORE INTO verdicts VALUES (?, ?)", key, verdict.model_dump_json()):
            return verdict
        stored = self._look_up_verdict(key)
        assert stored is not None, "an ignored insert means the key is there"
        return stored

    def _one(self, statement: str, key: str | int) -> str | None:
        row = self._select(statement, key)
        return None if row is None else str(row[0])

    def _select(self, statement: str, *values: object) -> Row | None:
        try:
            row: Row | None = self._connection.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            _fail(self.path, error)
        return row

    def _write(self, statement: str, *values: object) -> bool:
        """Run one writing statement; whether it changed anything."""
        try:
            return self._connection.execute(statement, values).rowcount > 0
        except sqlite3.Error as error:
            _fail(self.path, error)


def deflated(text: str, pattern: str = "") -> bytes:
    """Text as it is stored; what it shares with `pattern` takes next to no place."""
    deflate = zlib.compressobj(level=1, zdict=pattern.encode())  # a higher level costs time and saves 1 %
    return deflate.compress(text.encode()) + deflate.flush()


def inflated(stored: bytes | str, pattern: str = "") -> str:
    """The text of what is stored, by this version or the one before."""
    if isinstance(stored, str):
        return stored
    return zlib.decompressobj(zdict=pattern.encode()).decompress(stored).decode()


def pattern_of(stored: bytes | str) -> int | None:
    """The Adler-32 of the pattern that `stored` is deflated against, which zlib writes after its head (RFC 1950)."""
    if isinstance(stored, str) or not stored[1] & 0x20:
        return None
    return int.from_bytes(stored[2:6])


def _connect(path: Path, uri: str, *, prepare: bool) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            _check(path, connection, prepare=prepare)
        except (sqlite3.Error, LbtError):
            connection.close()
            raise
    except sqlite3.Error as error:
        _fail(path, error)
    return connection


def _check(path: Path, connection: sqlite3.Connection, *, prepare: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version not in ((0, *_READABLE) if prepare else _READABLE):
        raise DataError(str(path), f"not a call store of this version of the program (it says {version})")
    connection.create_function("inflated", 1, inflated, deterministic=True)
    for size in _SIZES:
        connection.execute(size)
    if prepare:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)


def _fail(path: Path, error: sqlite3.Error) -> NoReturn:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
        raise UnavailableError(
            f"the disk of {path} is full or broken ({error}): free some space, then resume; what is stored stays"
        ) from error
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        raise DataError(str(path), f"not a call store ({error})") from error
    raise UnavailableError(f"the call store {path} cannot be used here ({error})") from error
