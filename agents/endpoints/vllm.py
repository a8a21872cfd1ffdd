"""A vLLM server of this run's own: `vllm serve` with prefix caching and the sampling that requests ask for.

`LBT_VLLM` names another command, to which model and flags are added: `/path/to/vllm serve`, or
`/path/to/python -m vllm.entrypoints.openai.api_server`.
"""

import asyncio
import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from agents.endpoints.digests import digest_of
from agents.endpoints.keeper import kept, keyless, telling_line
from agents.endpoints.notice import Notice, Notify
from agents.endpoints.served import Served
from agents.endpoints.spec import Spec
from agents.endpoints.weights import cache_folder
from lbt.errors import ConfigError, UnavailableError

CONCURRENCY = 256
"""vLLM batches by itself; this only keeps the driver's queue, with its priorities, from emptying into the server's."""
START_S = 1800.0
"""Longest start: weights may have to be downloaded and compiled for."""
_POLL_S = 0.5
_TELL_S = 30.0
_MODULE = "vllm.entrypoints.openai.api_server"
_HUB_TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_MISSING = "vLLM is not installed here: pip install 'learning-by-teaching[vllm]', or name its command in LBT_VLLM"


@asynccontextmanager
async def serving(spec: Spec, flags: Mapping[str, str | None], *, log: Path, notify: Notify) -> AsyncIterator[Served]:
    """Serve the model of `spec` until the context is left.

    Raises:
        UnavailableError: vLLM is not installed or did not start; with the line of its log that says why.
    """
    command = await _command(log)
    with _Reservation() as port:
        arguments = _arguments(command, spec.name, port, flags)
        notify(Notice("server", f"{spec.label}: starting {shlex.join(command)} (log: {log})"))
        async with kept(spec.label, [*command, *arguments], log=log, environment=_environment()) as server:
            base = f"http://127.0.0.1:{port}"
            await server.meanwhile(_healthy(f"{base}/health", spec.label, log, notify))
            yield Served(
                base_url=f"{base}/v1",
                model=spec.name,
                identity=await _identity(spec.name, flags),
                concurrency=CONCURRENCY,
                ended=server.obituary,
            )


def check_installed() -> None:
    """Raise UnavailableError where vLLM cannot be found, without starting it; ConfigError where LBT_VLLM is wrong."""
    if chosen := os.environ.get("LBT_VLLM"):
        _chosen(chosen)
    elif not _program() and not importlib.util.find_spec("vllm"):
        raise UnavailableError(_MISSING)


def _program() -> str | None:
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return shutil.which("vllm", path=os.pathsep.join(folders))


async def _command(log: Path) -> list[str]:
    """Find how vLLM is started here: as the user says, else `vllm serve`, else its module in this Python."""
    if chosen := os.environ.get("LBT_VLLM"):
        return _chosen(chosen)
    program = _program()
    if program and await _runs([program, "--version"], log):
        return [program, "serve"]
    # Some builds for CPUs have metadata under another name, and there the command fails where the module works.
    if importlib.util.find_spec("vllm"):
        return [sys.executable, "-m", _MODULE]
    if program:
        raise UnavailableError(f"{program} does not work: {telling_line(log)}; LBT_VLLM names another command")
    raise UnavailableError(_MISSING)


def _chosen(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ConfigError(f"LBT_VLLM cannot be read as a command: {error}") from None
    if not words or not shutil.which(words[0]):
        raise UnavailableError(f"LBT_VLLM names {words[0] if words else ''!r}, which is no program here")
    return words


async def _runs(command: Sequence[str], log: Path) -> bool:
    async with kept("vllm", command, log=log) as process:
        return await process.ended() == 0


def _arguments(command: Sequence[str], model: str, port: int, flags: Mapping[str, str | None]) -> list[str]:
    """Make the arguments; flags of the user win, but for those that the run sets itself."""
    ours: dict[str, str | None] = {
        "enable-prefix-caching": None,
        "enable-prompt-tokens-details": None,  # tells how much of a prompt came from the cache
        "generation-config": "vllm",
    }
    wanted = {key: value for key, value in ours.items() if f"no-{key}" not in flags} | dict(flags)
    wanted |= {"served-model-name": model, "host": "127.0.0.1", "port": str(port)}
    words = [word for key, value in wanted.items() for word in ([f"--{key}"] if value is None else [f"--{key}", value])]
    return [model, *words] if command[-1] == "serve" else ["--model", model, *words]


def _environment() -> dict[str, str]:
    """No key but the model hub's, for weights behind one; and no statistics are sent."""
    hub = {name: os.environ[name] for name in _HUB_TOKENS if name in os.environ}
    return {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", **keyless(), **hub}


class _Reservation:
    """A port that no other process is given while this is open, and on which the server may still listen.

    The socket is bound and never listens: Linux lets a second one with SO_REUSEADDR have the same port then.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def __enter__(self) -> int:
        self._socket.bind(("127.0.0.1", 0))
        port: int = self._socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._socket.close()


async def _healthy(url: str, label: str, log: Path, notify: Notify) -> None:
    """Wait until the server answers; say now and then that it still starts."""
    began = told = time.monotonic()
    while not await _answers(url):
        now = time.monotonic()
        if now - began > START_S:
            raise UnavailableError(f"{label} did not answer within {START_S / 60:.0f} minutes (log: {log})")
        if now - told > _TELL_S:
            told = now
            notify(Notice("server", f"{label}: still starting after {now - began:.0f} s (log: {log})"))
        await asyncio.sleep(_POLL_S)


async def _answers(url: str) -> bool:
    timeout = aiohttp.ClientTimeout(total=5)
    with suppress(aiohttp.ClientError, TimeoutError):
        async with aiohttp.ClientSession(trust_env=False, timeout=timeout) as session, session.get(url) as response:
            return response.status == 200
    return False


_WEIGHT_FLAGS = ("dtype", "quantization", "revision", "tokenizer", "tokenizer-revision", "chat-template", "load-format",
                 "kv-cache-dtype", "hf-overrides", "lora-modules", "max-model-len")  # fmt: skip
"""Flags that change what the model answers; others change only how fast."""


async def _identity(model: str, flags: Mapping[str, str | None]) -> str:
    """Name what answers: a folder by its content, a hub id with its revision, both with the flags that matter."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        named = f"folder sha256:{await _folder_digest(folder)}"
    else:
        named = f"{model} revision:{flags.get('revision') or _fetched_revision(model)}"
    changed = [f"{key}={flags[key]}" for key in _WEIGHT_FLAGS if key in flags]
    return " ".join(["vllm", named, *changed])


async def _folder_digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        total.update(f"{file.name} {await digest_of(file, cache_folder() / 'stamps')}\n".encode())
    return total.hexdigest()


def _fetched_revision(model: str) -> str:
    """Commit that the hub's own cache holds for `model`, or `main` where that cannot be told."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache/huggingface").expanduser()
    hub = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    try:
        return (hub / f"models--{model.replace('/', '--')}" / "refs/main").read_text().strip()
    except OSError:
        return "main"
