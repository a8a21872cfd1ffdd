"""The loss is the formula of the paper, worked out here by hand from the logits of the untouched library's model."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.training.conftest import Row, Train, row, rows_of, write_pairs
from training.libraries import Foreign
from training.metrics import logged
from training.recipe import Recipe

BETA, NLL = 0.1, 50.0
PAIRS = [row("w1 w2", "w3 w4 w5 w6 w7", "w8"), row("w9", "w10", "w11 w12 w13"), row("w1 w1 w1", "w2 w3", "w4 w5")]


def spoken(model: Foreign, tokenizer: Foreign, pair: Row, side: str) -> list[float]:
    """Log-probability of each token of an answer, its end among them, after the prompt."""
    import torch

    prompt = tokenizer.apply_chat_template(pair["prompt"], add_generation_prompt=True, return_dict=False)
    whole = tokenizer.apply_chat_template([*pair["prompt"], *pair[side]], return_dict=False)
    assert whole[: len(prompt)] == prompt
    with torch.no_grad():
        logits = model(torch.tensor([whole])).logits[0]
    logs = torch.log_softmax(logits.double(), dim=-1)
    return [float(logs[place - 1, whole[place]]) for place in range(len(prompt), len(whole))]


def by_hand(now: Foreign, start: Foreign, tokenizer: Foreign, pairs: Sequence[Row]) -> float:
    """-log sigmoid of the margin, mean over pairs, and 50 times the NLL of the chosen answers, mean over tokens."""
    dpo, tokens = [], []
    for pair in pairs:
        gains = [
            sum(spoken(now, tokenizer, pair, side)) - sum(spoken(start, tokenizer, pair, side))
            for side in ("chosen", "rejected")
        ]
        dpo.append(-math.log(1 / (1 + math.exp(-BETA * (gains[0] - gains[1])))))
        tokens += spoken(now, tokenizer, pair, "chosen")
    return math.fsum(dpo) / len(dpo) - NLL * math.fsum(tokens) / len(tokens)


@pytest.mark.parametrize("together", [1, 3])
def test_loss_of_a_changed_model_is_the_formula(tiny: Path, tmp_path: Path, together: int) -> None:
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback

    from training.libraries import quiet
    from training.trainer import trainer_of

    columns = [{name: pair[name] for name in ("prompt", "chosen", "rejected")} for pair in PAIRS]
    recipe = Recipe(micro_batch=together, batch=3, precision="fp32")
    with quiet():
        start, now = (AutoModelForCausalLM.from_pretrained(tiny) for _ in range(2))
        tokenizer = AutoTokenizer.from_pretrained(tiny)
        trainer = trainer_of(
            now,
            tokenizer,
            Dataset.from_list(columns),
            Dataset.from_list(columns),
            recipe,
            groups=["a", "b", "c"],
            place=tmp_path,
            callback=TrainerCallback(),
            tick=lambda: None,
        )
        assert trainer._measured() == trainer.unmeasured()  # the start is as it says of itself
        torch.manual_seed(1)
        for weight in now.parameters():
            weight.data += 0.05 * torch.randn_like(weight)
        batches = [trainer.compute_loss(now, batch).item() for batch in trainer.get_eval_dataloader()]
    parts = [PAIRS] if together == 3 else [[pair] for pair in PAIRS]
    assert batches == pytest.approx([by_hand(now, start, tokenizer, part) for part in parts], rel=1e-5)
    assert by_hand(now, start, tokenizer, PAIRS) != pytest.approx(by_hand(start, start, tokenizer, PAIRS), rel=1e-3)


def test_loss_of_a_step_is_the_mean_over_its_pairs(train: Train, tiny: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    rows = rows_of(16, 4, seed=3)
    out = train(write_pairs(tmp_path / "pairs", rows))
    start, tokenizer = AutoModelForCausalLM.from_pretrained(tiny), AutoTokenizer.from_pretrained(tiny)
    expected = math.fsum(by_hand(start, start, tokenizer, [pair]) for pair in rows) / len(rows)
    assert logged(out / "metrics.jsonl")[0]["loss"] == pytest.approx(expected, rel=1e-5)
