"""The model that a training starts from: where its weights are and which they are.

A folder as transformers writes it, an id of the hub, a GGUF file, or a name that `local:` knows. A GGUF file is
dequantised; its tokenizer and chat template come with it.
"""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.endpoints.catalogue import meaning
from agents.endpoints.digests import digest_of
from agents.endpoints.notice import Notify, ignore
from agents.endpoints.weights import cache_folder, weights_of
from lbt.errors import ConfigError, UnavailableError
from training.libraries import Foreign
from training.records import LINEAGE

Kind = Literal["folder", "gguf"]
GGUF = "model.gguf"
"""In the folder of a model whose start was a GGUF file: its weights, rounded to 16 bits."""
CONFIG, ADAPTER = "config.json", "adapter_config.json"
CODE = {"trust_remote_code": False}
"""Else the libraries would ask the user, in the middle of a run, whether code that came with weights may run."""
_WEIGHTS = ("*.safetensors", "*.bin")
_OF_THE_HUB = ("*.safetensors", "*.json", "*.txt", "*.model", "*.jinja")
"""What is fetched of a repository: no pickled weights, no code."""


@dataclass(frozen=True, slots=True)
class Start:
    """Weights that are on this machine."""

    name: str
    """As it was named."""
    path: Path
    """The folder, or the GGUF file."""
    identity: str
    """`sha256:` of the file, or of the names and digests of the folder's files in order of name."""
    kind: Kind
    own: bool = False
    """Named by where it is."""
    exact: Path | None = None
    """Of a GGUF file that was trained here, the folder beside it that holds the weights before they were rounded."""

    @property
    def found(self) -> str:
        """Its name, but for a folder or file the whole path, which means the same from elsewhere."""
        return str(self.path) if self.own else self.name

    @property
    def source(self) -> tuple[Path, dict[str, str]]:
        """What transformers' `from_pretrained` is given."""
        if self.dequantised:
            return self.path.parent, {"gguf_file": self.path.name}
        return self.exact or self.path, {}

    @property
    def dequantised(self) -> bool:
        """Whether the weights are read from the GGUF file."""
        return self.kind == "gguf" and not self.exact


def start_of(model: str, notify: Notify = ignore) -> Start:
    """Find the model that a name means, and fetch it where it is not here.

    Args:
        model: A folder, a hub id, a GGUF file or a known name; `local:` or `vllm:` may stand before it.
        notify: Told about waiting and progress.

    Raises:
        ConfigError: it means no model, or what it means is none.
        UnavailableError: it cannot be fetched.
    """
    kind, colon, rest = model.partition(":")
    name = rest if colon and kind in ("local", "vllm") else model
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _of_folder(model, folder, own=True)
    if isinstance(there := meaning(name), tuple) and there[1] is None and kind != "local":
        return _of_folder(model, _snapshot(name))
    weights = asyncio.run(weights_of(name, notify))
    own = Path(name).expanduser().is_file()
    return Start(model, weights.path.absolute(), f"sha256:{weights.sha256}", "gguf", own, exact_of(weights.path))


def exact_of(file: Path) -> Path | None:
    """The folder with the weights that a GGUF file was rounded from, where it was trained here."""
    folder = file.parent
    there = file.name == GGUF and (folder / LINEAGE).is_file() and any(folder.glob("model*.safetensors"))
    return folder.resolve() if there else None


def _of_folder(name: str, folder: Path, *, own: bool = False) -> Start:
    if (folder / ADAPTER).is_file():
        raise ConfigError(f"--model: {folder} is an adapter, not a model; merge it into its model first")
    if not (folder / CONFIG).is_file():
        raise ConfigError(f"--model: {folder} is no model: it has no {CONFIG}")
    if not any(any(folder.glob(pattern)) for pattern in _WEIGHTS):
        raise ConfigError(f"--model: {folder} has no weights")
    return Start(name, folder.resolve(), f"sha256:{asyncio.run(folder_digest(folder))}", "folder", own)


async def folder_digest(folder: Path) -> str:
    """SHA-256 of what is in a folder, as a served folder is identified too."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.iterdir() if path.is_file()):
        total.update(f"{file.name} {await digest_of(file, cache_folder() / 'stamps')}\n".encode())
    return total.hexdigest()


def _snapshot(repository: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(repository, allow_patterns=list(_OF_THE_HUB)))
    except GatedRepoError:
        raise UnavailableError(f"--model: {repository} is behind a licence; accept it there and set HF_TOKEN") from None
    except RepositoryNotFoundError:
        raise ConfigError(f"--model: there is no {repository!r}, neither as a folder nor on the hub") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        why = "the hub cannot be reached" if isinstance(error, LocalEntryNotFoundError) else str(error).split("\n")[0]
        raise UnavailableError(f"--model: there is no folder {repository}, and it cannot be fetched: {why}") from None


def config_of(start: Start) -> Foreign:
    """Read the shape of a model, without its weights. Raises ConfigError where transformers does not know it."""
    from transformers import AutoConfig

    folder, file = start.source
    return _read(start, lambda: AutoConfig.from_pretrained(folder, **CODE, **file))


def tokenizer_of(start: Start) -> Foreign:
    """Read the tokenizer of a model, with its chat template.

    Raises:
        ConfigError: there is none, or it has no chat template.
    """
    from transformers import AutoTokenizer

    folder, file = start.source
    tokenizer = _read(start, lambda: AutoTokenizer.from_pretrained(folder, **CODE, **file))
    if not tokenizer.chat_template:
        raise ConfigError(
            f"--model: {start.name} has no chat template, so it teaches in no chat; take an instruct model"
        )
    if tokenizer.eos_token is None and tokenizer.pad_token is None:
        raise ConfigError(f"--model: the tokenizer of {start.name} has neither an end nor a padding token")
    return tokenizer


def model_of(start: Start, *, half: bool = False) -> Foreign:
    """Load the weights in fp32; `half` loads them in bf16.

    Raises:
        ConfigError: they do not fit the model's shape, or no file of them can be read.
    """
    import torch
    from transformers import AutoModelForCausalLM

    folder, file = start.source
    dtype = torch.bfloat16 if half else torch.float32
    model, loaded = _read(
        start,
        lambda: AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, output_loading_info=True, **CODE, **file),
    )
    if missing := sorted(loaded["missing_keys"]):  # the library would go on with random ones
        raise ConfigError(f"--model: the weights of {start.name} lack {missing[0]}")
    if start.dequantised:
        # What is dequantised is no quantised model any more, but transformers would refuse to train or to save it.
        for holder, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
            with suppress(AttributeError):
                delattr(holder, name)
    return model


def _read(start: Start, read: Foreign) -> Foreign:
    from safetensors import SafetensorError

    try:
        return read()
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ConfigError(f"--model: {start.name} cannot be read: {reason}") from None
