"""Read rows of JSON: one a line, or one a file of a folder or of an archive, which is never unpacked to the disk."""

import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from lbt.cli import one_line
from lbt.errors import ConfigError, DataError

LONGEST: Final = 2**20
"""Bytes of one row: more is refused before it fills the memory."""
ARCHIVES: Final = (".tar.gz", ".tgz", ".tar")


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is blank")
    return text


Text = Annotated[str, AfterValidator(_said)]
"""Some text, more than blanks."""


class Published(BaseModel):
    """Fields of a published row that are used."""

    model_config = ConfigDict(frozen=True, extra="ignore")


R = TypeVar("R", bound=Published)


class Source(NamedTuple):
    """A collection, as someone who lacks its files must know it."""

    name: str
    """As it is called: `MATH-500`."""
    folder: str
    """Below the data folder."""
    published: str
    """Where its files come from."""

    def place(self, data_dir: Path | None) -> Path:
        """The folder that holds its files.

        Raises:
            ConfigError: there is none.
        """
        if data_dir is None:
            raise ConfigError(
                f"{self.name} is not part of this package: give the folder that holds {self.folder}/ with --data-dir "
                f"({self.published})"
            )
        if not (data_dir / self.folder).is_dir():
            raise self.missing(data_dir / self.folder)
        return data_dir / self.folder

    def missing(self, path: Path) -> ConfigError:
        """What to do about a file or folder that is not there."""
        return ConfigError(f"{self.name} needs {path}, which is not there; see --data-dir ({self.published})")


def json_lines(source: Source, path: Path, kind: type[R]) -> Iterator[tuple[int, R]]:
    """Read a file of one row a line, in its order, each with its line, from 1; blank ones are left out.

    Raises:
        ConfigError: there is no such file.
        DataError: it cannot be read or has no rows, or a line is no such row; names file and line.
    """
    if not path.is_file():
        raise source.missing(path)
    try:
        with path.open("rb") as file:
            line = rows = 0
            while data := file.readline(LONGEST + 1):
                line += 1
                if data.strip():
                    rows += 1
                    yield line, _row(str(path), data, kind, line)
    except OSError as error:
        raise DataError(str(path), f"cannot be read ({error.strerror})") from error
    if not rows:
        raise DataError(str(path), "is empty")


def json_files(place: Path, name: re.Pattern[str], kind: type[R]) -> Iterator[tuple[str, R]]:
    """Read the files of a folder or an archive that end in `name`; gives what of its path `name` matches, and the row.

    Raises:
        DataError: the archive or a file cannot be read or is no such row; names it.
    """
    for path, found, data in _archived(place, name) if place.is_file() else _unpacked(place, name):
        yield found, _row(path, data, kind)


def _unpacked(place: Path, name: re.Pattern[str]) -> Iterator[tuple[str, str, bytes]]:
    for path in sorted(place.rglob("*.json")):
        if found := name.search(path.relative_to(place).as_posix()):
            try:
                with path.open("rb") as file:
                    yield str(path), found[0], file.read(LONGEST + 1)
            except OSError as error:
                raise DataError(str(path), f"cannot be read ({error.strerror})") from error


def _archived(place: Path, name: re.Pattern[str]) -> Iterator[tuple[str, str, bytes]]:
    try:
        with tarfile.open(place, "r|*") as archive:
            for member in archive:
                found = name.search(member.name)
                file = archive.extractfile(member) if found and member.isfile() else None
                if found and file:
                    yield f"{place}: {member.name}", found[0], file.read(LONGEST + 1)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise DataError(str(place), "the archive is damaged") from error
    except OSError as error:
        raise DataError(str(place), f"cannot be read ({error.strerror or 'the archive is damaged'})") from error


def _row(place: str, data: bytes, kind: type[R], line: int | None = None) -> R:
    if len(data) > LONGEST:
        raise DataError(place, f"a row of more than {LONGEST // 2**20} MB", line)
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise DataError(place, one_line(f"{field}: {first['msg']}" if field else first["msg"]), line) from None
