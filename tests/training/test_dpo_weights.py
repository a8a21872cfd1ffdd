"""The start of a training: which weights a name means, and that they are whole."""

import shutil
from pathlib import Path

import pytest

from lbt.errors import ConfigError
from tests.training.tiny import CHAT, write_tiny
from training.weights import model_of, start_of, tokenizer_of


def test_folder_is_known_by_what_is_in_it(tiny: Path, tmp_path: Path) -> None:
    same = Path(shutil.copytree(tiny, tmp_path / "same"))
    assert start_of(str(tiny)).identity == start_of(f"vllm:{same}").identity
    weights = same / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert start_of(str(tiny)).identity != start_of(str(same)).identity


def test_gguf_file_becomes_a_model_that_can_be_saved(tmp_path: Path, libraries: None) -> None:
    from transformers import AutoModelForCausalLM

    start = start_of(f"local:{write_tiny(tmp_path / 'tiny.gguf')}")
    assert start.kind == "gguf"
    model, tokenizer = model_of(start), tokenizer_of(start)
    assert tokenizer.chat_template == CHAT
    assert str(model.dtype) == "torch.float32"
    model.save_pretrained(tmp_path / "saved")
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "saved").state_dict()
    assert all((again[name] == weight).all() for name, weight in model.state_dict().items())


def test_training_goes_on_from_weights_before_they_were_rounded(tiny: Path, tmp_path: Path) -> None:
    tuned = Path(shutil.copytree(tiny, tmp_path / "tuned"))
    file = write_tiny(tuned / "model.gguf")
    assert start_of(f"local:{file}").dequantised  # who knows what lies beside it
    (tuned / "lineage.json").write_text("{}")
    start = start_of(f"local:{file}")
    assert (start.kind, start.path, start.exact) == ("gguf", file, tuned)
    kept, loaded = model_of(start_of(str(tiny))).state_dict(), model_of(start).state_dict()
    assert all((loaded[name] == weight).all() for name, weight in kept.items())
    assert start_of(str(Path(shutil.copy(file, tuned / "other.gguf")))).dequantised


@pytest.mark.parametrize("prefix", ["", "vllm:"])
def test_a_training_finds_its_start_again_from_elsewhere(
    prefix: str, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny, tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    start = start_of(f"{prefix}model")
    monkeypatch.chdir("/")
    assert start_of(start.found).identity == start.identity


def test_weights_that_lack_some_are_refused(tiny: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    model = Path(shutil.copytree(tiny, tmp_path / "model"))
    weights = load_file(model / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigError, match=r"lack model\.layers\.1\.mlp\.up_proj\.weight"):
        model_of(start_of(str(model)))


def test_weights_that_are_no_weights_are_refused(tiny: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(tiny, tmp_path / "model"))
    (model / "model.safetensors").write_text("nothing")
    with pytest.raises(ConfigError, match="cannot be read"):
        model_of(start_of(str(model)))


def test_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_text("nothing")
    with pytest.raises(ConfigError, match="is not a GGUF file"):
        start_of(str(tmp_path / "x.gguf"))
