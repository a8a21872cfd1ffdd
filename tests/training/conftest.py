"""A language model of a few thousand weights, a folder of pairs, and the libraries that training needs."""

import hashlib
import importlib.util
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.requirements import need
from training.libraries import NEEDED, quiet
from training.records import Counts, Origin, PairsManifest

WORDS = tuple(f"w{number}" for number in range(24))
GOOD, BAD = WORDS[:8], WORDS[8:16]
"""Words that chosen answers have many of, and rejected ones."""
TEMPLATE = (
    "{% for message in messages %}<s> {{ message['role'] }} {{ message['content'] }} </s> {% endfor %}"
    "{% if add_generation_prompt %}<s> assistant {% endif %}"
)
Row = dict[str, Any]


@pytest.fixture(scope="session")
def libraries() -> None:
    """Load the training libraries; skips the test where they are not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    need("train", not missing, f"{', '.join(missing)} not installed: pip install '.[train]'")
    with quiet():
        import torch
        import trl  # noqa: F401 - takes many seconds, and warns of itself
    torch.set_num_threads(1)  # more would wait for each other on a busy machine


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, libraries: None) -> Path:
    """The folder of a Llama with two layers and random weights, which tells words apart by blanks."""
    return write_model(tmp_path_factory.mktemp("tiny"))


def write_model(folder: Path, *, template: str | None = TEMPLATE, seed: int = 0) -> Path:
    """Write a tiny Llama and its tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    names = ("<pad>", "<unk>", "<s>", "</s>", "user", "assistant", "system", *WORDS)
    words = Tokenizer(models.WordLevel({name: place for place, name in enumerate(names)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(names),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=256,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def rows_of(pairs: int, groups: int, *, seed: int, shuffled: bool = False) -> list[Row]:
    """Make pairs whose chosen answer has more good words than bad ones; shuffled, that is so in every other one."""
    draw = random.Random(seed)
    made = []
    for place in range(pairs):
        chosen, rejected = (" ".join(draw.choices([*kind * 3, *WORDS], k=draw.randint(6, 12))) for kind in (GOOD, BAD))
        if shuffled and place % 2:
            chosen, rejected = rejected, chosen
        made.append(row(" ".join(draw.choices(WORDS, k=4)), chosen, rejected, group=f"g{seed}-{place % groups}"))
    return made


def row(prompt: str, chosen: str, rejected: str, group: str = "g") -> Row:
    """Make one row, with where it comes from."""
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "problem": f"p-{group}",
        "group": group,
        "chosen_index": 0,
        "rejected_index": 1,
        "chosen_correct": True,
        "rejected_correct": False,
        "chosen_lbt": 0.5,
        "rejected_lbt": 0.5,
        "chosen_score": 0.75,
        "rejected_score": 0.25,
        "margin": 0.5,
        "only_lbt": False,
        "chosen_call": "a",
        "rejected_call": "b",
    }


def write_pairs(folder: Path, train: Sequence[Row], held_out: Sequence[Row] = (), *, wrote: str = "") -> Path:
    """Write a folder of pairs as `training.pairs` lays it out, in JSONL alone."""
    folder.mkdir(parents=True)
    files = {}
    for part, rows in (("train", train), ("held_out", held_out)):
        file = folder / f"{part}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        files[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    nothing = Counts(problems=0, incomplete=0, answers=0, cut_off=0, duplicates=0, found=0, kept=0, only_lbt=0)
    manifest = PairsManifest(
        origin=Origin(started="", dataset="d", teacher="t", students=(), identities={"t": wrote}, commit="", data=""),
        score="lbt",
        threshold=0.3,
        per_problem=8,
        keep="random",
        seed=0,
        held_out_share=0.3,
        held_out=tuple(sorted({row["group"] for row in held_out})),
        problems={},
        parts={"train": nothing, "held_out": nothing},
        chosen=None,
        rejected=None,
        files=files,
    )
    (folder / "pairs.json").write_text(manifest.model_dump_json())
    return folder


Train = Callable[..., Path]


@pytest.fixture
def train(tmp_path: Path, tiny: Path) -> Train:
    """Trains the tiny model in this process: `train(pairs, learning_rate=…)` gives the folder of the tuned model."""
    from training.dpo import train as begin

    def go(pairs: Path, out: str = "out", *, model: Path | str = tiny, resume: bool = False, **options: object) -> Path:
        begin(pairs, str(model), tmp_path / out, resume, options)
        return tmp_path / out

    return go
