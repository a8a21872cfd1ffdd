"""How a model is trained: every option that makes its weights."""

import math
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lbt.types import Value

FULL_RATE, LORA_RATE = 5e-7, 5e-6
"""Of the paper, for all weights; and ten times as much for adapters, which is what TRL's own DPO recipes give, and what
Schulman et al. 2025 (LoRA Without Regret) found to be LoRA's best rate as a multiple of full training's."""
ALPHA_OF_RANK = 2
"""LoRA's scale: adapters count alpha / rank = 2 times, the usual choice."""
CLIP = 1.0
"""Norm to which a step's gradient is cut; TRL's default."""

Positive = Annotated[int, Field(gt=0)]
Precision = Literal["auto", "fp32", "bf16"]


class Recipe(Value):
    """Options of `python -m training.dpo`. The paper gives no optimiser and no schedule.

    Both are TRL's: AdamW without decay, a rate that falls to 0 in a straight line, no warm-up (a training of one epoch
    may have a handful of steps, and Adam's first step is no larger than its rate). Dropout is off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    epochs: Positive = 1
    """How often every pair is gone through."""
    batch: Positive = 16
    """Pairs per step."""
    micro_batch: Positive = 1
    """Pairs that are computed at once, on each device; the rest of a batch is accumulated. With more than one, long
    answers count more in the NLL term: it is a mean over the tokens of those computed at once."""
    beta: Annotated[float, Field(gt=0)] = 0.1
    """How much a departure from the start costs."""
    nll_weight: Annotated[float, Field(ge=0)] = 50.0
    """Weight of the chosen answer's negative log-likelihood per token, beside the weight 1 of DPO's own loss."""
    learning_rate: Annotated[float, Field(gt=0)] | None = None
    """Rate of the first step: the paper's 5e-7 when all weights are trained, and 5e-6 with --lora unless given."""
    lora: Annotated[int, Field(ge=0)] = 0
    """Rank of LoRA adapters beside all linear layers; they are merged into the weights in the end. 0 trains all
    weights."""
    max_length: Positive = 2048
    """Tokens of a prompt with an answer. Pairs with a longer text are left out, not cut: an answer without its end
    would teach never to come to one."""
    precision: Precision = "auto"
    """Of the computation; `auto` is bf16 on graphics cards that have it, else fp32. Trained weights, gradients and
    moments are always in fp32: a step of 5e-7 would be rounded away in bf16."""
    keep_activations: bool = False
    """Keep activations instead of computing them again on the way back: faster, and takes more memory."""
    save_steps: Positive | None = None
    """Steps between checkpoints; a tenth of all unless given."""
    eval_steps: Positive | None = None
    """Steps between measurements of the held-out pairs; a quarter of all unless given."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of the order of the pairs and of the adapters' first weights."""

    @property
    def rate(self) -> float:
        """Learning rate of the first step."""
        return self.learning_rate or (LORA_RATE if self.lora else FULL_RATE)


def steps_of(pairs: int, recipe: Recipe) -> int:
    """Steps of a whole training."""
    return recipe.epochs * math.ceil(pairs / recipe.batch)
