"""Where the files of published sets are looked for."""

from pathlib import Path
from typing import NamedTuple

from lbt.errors import ConfigError


class Source(NamedTuple):
    """A published set, as someone who lacks its files must know it."""

    name: str
    """As it is called: `LIAR`."""
    folder: str
    """Below the data folder."""
    files: tuple[str, ...]
    origin: str
    """Where its files come from."""

    def places(self, data_dir: Path | None) -> tuple[Path, ...]:
        """Find `files`, in `folder` of the data folder or in that itself.

        Raises:
            ConfigError: there is no data folder, or a file is not there; says which.
        """
        if data_dir is None:
            raise ConfigError(
                f"{self.name} is not part of this package: give the folder that holds {self.folder}/ with --data-dir "
                f"({self.origin})"
            )
        place = data_dir / self.folder
        if not place.is_dir() and any((data_dir / name).is_file() for name in self.files):
            place = data_dir
        if not place.is_dir():
            raise ConfigError(f"{self.name} needs {place}, which is not there; see --data-dir ({self.origin})")
        if missing := [name for name in self.files if not (place / name).is_file()]:
            raise ConfigError(f"{self.name} needs {', '.join(missing)} in {place}; see --data-dir ({self.origin})")
        return tuple(place / name for name in self.files)
