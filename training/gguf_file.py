"""Write tuned weights as a GGUF file again: the tensors of a Hugging Face folder in the frame of their start.

Matrices are in F16, norms and biases in F32. At the paper's learning rate Adam moves a weight by 5e-7 a step at most,
so by some 1e-5 in an epoch. Near 0.03, where most weights are, numbers in F16 are 2e-5 apart; in 8 bits with one scale
for 32 weights (Q8_0) it is about 1e-3, which would round away most of what was learnt. For the same reason an untouched
model goes through here too before it is compared with its tuned ones: else the quantisation of its own file would be
taken for learning.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lbt.errors import ConfigError, UnavailableError
from lbt.records import sync

if TYPE_CHECKING:
    import numpy as np
    from gguf import GGUFReader, GGUFWriter
    from numpy.typing import NDArray

ARCHITECTURES = ("llama", "qwen2")
"""What the tensors of other architectures are called, and in which order their rows stand, is not known here."""
TIED = "output.weight"
"""Absent where a model reads and writes with the same embedding."""
COMPUTED = "rope_freqs.weight"
"""No weight but a table that follows from the hyperparameters: kept as it is."""
_OWN_KEYS = ("GGUF.", "general.architecture", "general.file_type")
"""What the writer says itself."""


@dataclass(frozen=True)
class Source:
    """One tensor of the new file, and where it comes from."""

    name: str
    """In the file that is written."""
    weight: str
    """In the tuned folder."""
    shape: tuple[int, ...]
    """Rows first, as in the folder."""
    heads: int
    """Attention heads whose rows are reordered; 0 where they stay as they are."""


def check(start: Path) -> None:
    """Make sure that a tuned model can be written as this file is. Raises ConfigError for another architecture."""
    _architecture(_read(start), start)


def _architecture(reader: "GGUFReader", start: Path) -> str:
    architecture = str(_value(reader, "general.architecture"))
    if architecture not in ARCHITECTURES:
        raise ConfigError(f"{start} is of architecture {architecture!r}; only {' and '.join(ARCHITECTURES)} are tuned")
    return architecture


def write(start: Path, tuned: Path, out: Path) -> None:
    """Write the weights of `tuned` with all that `start` says of itself: tokenizer, chat template, hyperparameters.

    Args:
        start: The GGUF file that was tuned.
        tuned: Hugging Face folder with the tuned weights as safetensors.
        out: The file to write; it is there whole or not at all.

    Raises:
        ConfigError: `start` is of an architecture that is not known here, or a tensor does not fit it.
        UnavailableError: the training libraries are not installed.
    """
    try:
        import gguf
        from safetensors import safe_open
    except ModuleNotFoundError as missing:
        raise UnavailableError(
            f"writing a GGUF file needs the training libraries ({missing.name}): pip install '.[train]'"
        ) from None
    reader = _read(start)
    architecture = _architecture(reader, start)
    with ExitStack() as stack:
        weights: dict[str, Any] = {}
        for file in sorted(tuned.glob("model*.safetensors")):
            opened: Any = stack.enter_context(safe_open(file, framework="pt"))
            weights |= dict.fromkeys(opened.keys(), opened)
        if not weights:
            raise ConfigError(f"{tuned} holds no weights (model*.safetensors)")
        sources = list(_sources(reader, architecture, weights, tuned))
        fresh = out.with_suffix(".new")
        try:
            writer = gguf.GGUFWriter(fresh, architecture)
            stack.callback(writer.close)
            _describe(reader, writer)
            _fill(writer, reader, sources, weights, tuned)
            with fresh.open("rb") as written:
                sync(written)
            fresh.replace(out)
        finally:
            fresh.unlink(missing_ok=True)


def _read(start: Path) -> "GGUFReader":
    import gguf

    try:
        return gguf.GGUFReader(start)
    except (OSError, ValueError, IndexError) as error:
        raise ConfigError(f"cannot read {start} as a GGUF file ({' '.join(str(error).split())})") from None


def _value(reader: "GGUFReader", key: str) -> Any:  # noqa: ANN401 - whatever type the file gives it
    field = reader.get_field(key)
    if field is None:
        raise ConfigError(f"a GGUF file without {key} cannot be tuned")
    return field.contents()


def _sources(reader: "GGUFReader", architecture: str, weights: Mapping[str, Any], tuned: Path) -> Iterator[Source]:
    """Find the place of every tuned tensor. Raises ConfigError where one does not fit, or one is missing."""
    import gguf

    arch = next(number for number, name in gguf.MODEL_ARCH_NAMES.items() if name == architecture)
    layers = int(_value(reader, f"{architecture}.block_count"))
    heads = int(_value(reader, f"{architecture}.attention.head_count"))
    key_heads = reader.get_field(f"{architecture}.attention.head_count_kv")
    per_kind = {"attn_q": heads, "attn_k": int(key_heads.contents()) if key_heads else heads}
    shapes = {tensor.name: tuple(map(int, reversed(tensor.shape))) for tensor in reader.tensors}
    shapes.setdefault(TIED, shapes.get("token_embd.weight", ()))
    names = gguf.get_tensor_name_map(arch, layers)
    missing = set(shapes) - {TIED, COMPUTED}
    for weight, file in weights.items():
        name = names.get_name(weight, try_suffixes=(".weight", ".bias"))
        shape = tuple(file.get_slice(weight).get_shape())
        if name is None or name not in shapes:
            raise ConfigError(f"{tuned} has a tensor that its start has not: {weight}")
        if shape != shapes[name]:
            raise ConfigError(f"{tuned}: {weight} has the shape {shape}, and that of its start is {shapes[name]}")
        missing.discard(name)
        kind = name.split(".")[-2] if architecture == "llama" else ""
        yield Source(name, weight, shape, per_kind.get(kind, 0))
    if missing:
        raise ConfigError(f"{tuned} lacks a tensor that its start has: {min(missing)}")


def _describe(reader: "GGUFReader", writer: "GGUFWriter") -> None:
    """Copy all that the start says of itself, but for its file type."""
    import gguf

    for field in reader.fields.values():
        if field.name.startswith(_OWN_KEYS):
            continue
        value, kind = field.contents(), field.types[0]
        if kind is gguf.GGUFValueType.ARRAY and not len(value):  # an empty list cannot be written
            continue
        inner = field.types[-1] if kind is gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, value, kind, sub_type=inner)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def _fill(
    writer: "GGUFWriter", reader: "GGUFReader", sources: list[Source], weights: Mapping[str, Any], tuned: Path
) -> None:
    """Write the tensors, one in memory at a time."""
    import numpy as np

    kept = [tensor for tensor in reader.tensors if tensor.name == COMPUTED]
    kinds = [np.dtype(np.float16 if len(source.shape) > 1 else np.float32) for source in sources]
    for source, kind in zip(sources, kinds, strict=True):
        size = int(np.prod(source.shape)) * kind.itemsize
        writer.add_tensor_info(source.name, source.shape, kind, size)
    for tensor in kept:
        writer.add_tensor_info(tensor.name, tensor.data.shape, tensor.data.dtype, tensor.data.nbytes)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for source, kind in zip(sources, kinds, strict=True):
        values = weights[source.weight].get_tensor(source.weight).float().numpy()
        with np.errstate(over="ignore"):  # said below, by name
            written = reordered(values, source.heads).astype(kind)
        if not np.isfinite(written).all():
            raise ConfigError(f"{tuned}: {source.weight} holds numbers that are not finite in {kind}; train it again")
        writer.write_tensor_data(np.ascontiguousarray(written))
    for tensor in kept:
        writer.write_tensor_data(tensor.data)
    writer.close()


def reordered(rows: "NDArray[np.float32]", heads: int) -> "NDArray[np.float32]":
    """Put the rows of a query or key projection in the order in which llama.cpp turns them.

    Hugging Face rotates the first half of a head with its second half, llama.cpp each row with the next one, so the two
    halves of every head are interleaved.

    Args:
        rows: Shape (heads × size of a head, …).
        heads: How many there are; 0 leaves the rows as they are.
    """
    if not heads:
        return rows
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
