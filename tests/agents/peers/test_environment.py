"""The peers' environment: pinned, made once, whole or not there. Nothing is installed; a stand-in takes pip's place."""

import re
import sys
from pathlib import Path

import pytest

from agents.endpoints.notice import Notice
from agents.peers import environment
from lbt.errors import UnavailableError

PIP = '#!/bin/sh\necho "ERROR: {said}"\nexit {code}\n'


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LBT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def standing_in(folder: Path, monkeypatch: pytest.MonkeyPatch, *, said: str = "", code: int = 0) -> None:
    """Let `venv` make an interpreter that does nothing but what pip would say."""
    pip = folder / "pip"
    pip.write_text(PIP.format(said=said, code=code))
    python = folder / "python"
    make = f'mkdir -p "$3/bin" && cp "{pip}" "$3/bin/python" && chmod 755 "$3/bin/python"'
    python.write_text(f'#!/bin/sh\nif [ "$2" = venv ]; then {make}; else exec "{sys.executable}" "$@"; fi\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))


async def test_it_is_made_once_and_that_is_said_before(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(tmp_path, monkeypatch)
    told: list[Notice] = []
    first = await environment.python(told.append)
    assert first.exists()
    assert first == environment.interpreter()
    assert [notice.kind for notice in told] == ["peers"]
    assert str(cache) in told[0].text
    assert await environment.python(told.append) == first
    assert len(told) == 1


async def test_without_an_index_it_says_why_and_leaves_nothing(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(tmp_path, monkeypatch, said="No matching distribution found for dspy", code=1)
    with pytest.raises(UnavailableError, match=r"peers' environment cannot be made: .*No matching distribution"):
        await environment.python(lambda _: None)
    assert [path.suffix for path in cache.iterdir()] == [".log"]


async def test_a_cache_that_cannot_be_written_is_named(cache: Path) -> None:
    cache.write_text("a file is in the way")
    with pytest.raises(UnavailableError, match="LBT_CACHE_DIR"):
        await environment.python(lambda _: None)


def test_every_package_is_pinned_with_hashes_and_no_host_is_named() -> None:
    text = (Path(environment.__file__).parent / environment.PINNED).read_text()
    packages = re.findall(r"^([\w.-]+)==[\w.]+ ", text, re.MULTILINE)
    assert {"dspy", "gepa", "optuna"} <= set(packages)
    assert "://" not in text
    for line in re.sub(r"\\\n", "", text).splitlines():
        assert line.startswith("#") or re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]
