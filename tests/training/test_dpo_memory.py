"""The memory of a training, told before anything is loaded."""

from pathlib import Path

import pytest

from lbt.errors import UnavailableError
from training.libraries import quiet
from training.memory import LIBRARIES, Shape, available_bytes, check, estimate, shape_of
from training.recipe import Recipe

SHAPE = Shape(weights=1_000_000, layers=4, width=100, inner=400, heads=5, words=1000)


def test_all_weights_are_held_four_times_in_fp32() -> None:
    needed = estimate(SHAPE, Recipe(precision="fp32"), 50)
    assert (needed.weights, needed.gradients, needed.optimiser) == (4_000_000, 4_000_000, 8_000_000)
    assert needed.copies == 0
    own = 4 * 100 * (8 * 100 + 4 * 400 + 2 * 5)  # two texts of 50 tokens
    assert needed.activations == 4 * 100 * 100 * 4 + own
    assert needed.head == 2 * 4 * 100 * 1000 + 4 * 1000 * 100
    assert needed.total == 4_000_000 * 4 + needed.activations + needed.head + LIBRARIES


def test_bf16_adds_copies_and_halves_activations() -> None:
    full, half = (estimate(SHAPE, Recipe(precision=name), 50) for name in ("fp32", "bf16"))
    assert half.copies == 2_000_000
    assert 2 * half.activations == full.activations


def test_adapters_take_a_fraction() -> None:
    needed = estimate(
        Shape(weights=1_000_000, layers=4, width=100, inner=400, heads=5, words=1000, adapters=10_000),
        Recipe(precision="bf16", lora=8),
        50,
    )
    assert (needed.weights, needed.gradients, needed.optimiser) == (2_040_000, 40_000, 80_000)


def test_kept_activations_are_of_every_layer() -> None:
    less, more = (estimate(SHAPE, Recipe(precision="fp32", keep_activations=kept), 50) for kept in (False, True))
    assert more.activations - less.activations == 3 * 4 * 100 * (8 * 100 + 4 * 400 + 2 * 5)


def test_longer_texts_and_more_of_them_take_more() -> None:
    one, longer, more = (
        estimate(SHAPE, Recipe(precision="fp32", micro_batch=pairs), tokens).total
        for pairs, tokens in ((1, 50), (1, 100), (2, 50))
    )
    assert one < longer == more


def test_what_does_not_fit_is_refused_with_what_would() -> None:
    needed = estimate(SHAPE, Recipe(precision="fp32"), 50)
    check(needed, needed.total, SHAPE)
    with pytest.raises(UnavailableError, match="--lora 16"):
        check(needed, needed.total - 1, SHAPE)


def test_shape_of_a_model_is_counted_without_its_weights(tiny: Path) -> None:
    from peft import get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM

    from training.trainer import adapters

    config = AutoConfig.from_pretrained(tiny)
    shape = shape_of(config, 4)
    model = AutoModelForCausalLM.from_pretrained(tiny)
    assert shape.weights == sum(weight.numel() for weight in model.parameters())
    assert (shape.layers, shape.width, shape.inner, shape.heads) == (2, 32, 64, 2)
    with quiet():
        tuned = get_peft_model(model, adapters(Recipe(lora=4)))
    assert shape.trained == sum(weight.numel() for weight in tuned.parameters() if weight.requires_grad)
    assert shape_of(config, 0).trained == shape.weights


def test_memory_of_a_container_counts(tmp_path: Path, libraries: None) -> None:
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert available_bytes(tmp_path) == 2_000_000
    (tmp_path / "memory.stat").write_text("anon 100000\ninactive_file 700000\nactive_file 5\n")
    assert available_bytes(tmp_path) == 2_700_000  # of files that were read, and may be forgotten
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(tmp_path) > 2_000_000
