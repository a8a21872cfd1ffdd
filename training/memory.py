"""How much memory a training takes, told before anything is loaded.

The sum, in bytes, with P weights of which A are trained, L layers of width H, T tokens in flight (two texts per pair of
a micro-batch, both padded to the longest), and b bytes per number while computing (2 in bf16, 4 in fp32):

- weights: 4 P, in fp32; of LoRA's frozen weights b P, and 4 A;
- copies: 2 P where fp32 weights are computed with in bf16;
- gradients: 4 A;
- optimiser: 8 A, Adam's two moments in fp32;
- reference: 0, since its log-probabilities are computed once, by the start itself;
- activations: b T H per layer, and one layer's own (b T (8 H + 4 I + 2 heads), I its inner width), which is computed
  again on the way back; with --keep-activations every layer's own;
- head: logits of a tile of 1,024 tokens by 32,768 words, with its gradient, and the gradient of the head in fp32;
- libraries: 0.7 GB for torch and the others.

Of several processes each holds all of it, on a device of its own.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from lbt.errors import UnavailableError
from training.libraries import Foreign
from training.recipe import Recipe

LIBRARIES = 700_000_000
_TILE = 1024, 32768
_QUOTA = Path("/sys/fs/cgroup")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What of a model decides the memory."""

    weights: int
    layers: int
    width: int
    inner: int
    heads: int
    words: int
    """Size of the vocabulary."""
    adapters: int = 0
    """Weights of LoRA's adapters; 0 where all weights are trained."""

    @property
    def trained(self) -> int:
        """Weights that are changed."""
        return self.adapters or self.weights


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """Bytes, by what they are for."""

    weights: int
    copies: int
    gradients: int
    optimiser: int
    activations: int
    head: int
    libraries: int = LIBRARIES

    @property
    def total(self) -> int:
        """All of them at once."""
        return sum((self.weights, self.copies, self.gradients, self.optimiser, self.activations, self.head)) + (
            self.libraries
        )


def estimate(shape: Shape, recipe: Recipe, longest: int) -> Estimate:
    """Add up what a training takes.

    Args:
        shape: Of the model.
        recipe: How it is trained; its precision is settled.
        longest: Tokens of the longest text.
    """
    number = 2 if recipe.precision == "bf16" else 4
    tokens = 2 * recipe.micro_batch * longest
    own = number * tokens * (8 * shape.width + 4 * shape.inner + 2 * shape.heads)
    kept = shape.layers if recipe.keep_activations else 1
    tile = min(_TILE[0], tokens) * min(_TILE[1], shape.words)
    frozen = number * shape.weights + 4 * shape.adapters
    return Estimate(
        weights=frozen if shape.adapters else 4 * shape.weights,
        copies=2 * shape.weights if number == 2 and not shape.adapters else 0,
        gradients=4 * shape.trained,
        optimiser=8 * shape.trained,
        activations=number * tokens * shape.width * shape.layers + kept * own,
        head=2 * 4 * tile + (0 if shape.adapters else 4 * shape.words * shape.width),
    )


def shape_of(config: Foreign, rank: int) -> Shape:
    """Count a model's weights, without loading any, and those of adapters of a rank beside all its linear layers."""
    import torch
    from transformers import AutoModelForCausalLM

    text = config.get_text_config()
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    head = model.get_output_embeddings()
    linear = [part for part in model.modules() if isinstance(part, torch.nn.Linear) and part is not head]
    return Shape(
        weights=sum(weight.numel() for weight in model.parameters()),
        layers=text.num_hidden_layers,
        width=text.hidden_size,
        inner=getattr(text, "intermediate_size", None) or 4 * text.hidden_size,
        heads=text.num_attention_heads,
        words=text.vocab_size,
        adapters=sum(rank * (part.in_features + part.out_features) for part in linear),
    )


def available_bytes(quota: Path = _QUOTA) -> int:
    """Memory that a training may take: of the graphics card where there is one, else of the machine or container."""
    import psutil
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    free = int(psutil.virtual_memory().available)
    with contextlib.suppress(OSError, ValueError):  # no limit: there is no such file, or it says "max"
        limit, used = (int((quota / name).read_text()) for name in ("memory.max", "memory.current"))
        free = min(free, limit - used + _cached(quota))
    return free


def _cached(quota: Path) -> int:
    """Bytes of files that were read and may be forgotten; the kernel counts them as used."""
    with contextlib.suppress(OSError, ValueError):
        told = dict(line.split() for line in (quota / "memory.stat").read_text().splitlines())
        return int(told.get("inactive_file", 0))
    return 0


def check(needed: Estimate, available: int, shape: Shape) -> None:
    """Refuse a training that does not fit. Raises UnavailableError, which says what would take less."""
    if needed.total <= available:
        return
    less = "a smaller --max-length" if shape.adapters else "--lora 16, which trains adapters only"
    raise UnavailableError(
        f"training takes about {needed.total / 1e9:.1f} GB ({parts(needed)}) and {available / 1e9:.1f} GB are free; "
        f"try {less}, or a smaller model"
    )


def parts(needed: Estimate) -> str:
    """The largest parts of an estimate, in GB."""
    named = {"weights": needed.weights + needed.copies, "gradients": needed.gradients, "optimiser": needed.optimiser}
    named["activations"] = needed.activations + needed.head
    return ", ".join(f"{name} {size / 1e9:.1f}" for name, size in named.items())
