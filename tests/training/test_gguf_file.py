"""Tuned weights as a GGUF file: nothing is lost on the way there and back, and what does not fit is refused."""

import importlib.util
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agents.endpoints.embedded import embedded, share_of
from agents.endpoints.notice import ignore
from agents.endpoints.weights import Weights, weights_of
from lbt.errors import ConfigError, UnavailableError
from tests.requirements import need
from tests.training.tiny import LAYERS, write_tiny
from training.gguf_file import write
from training.libraries import quiet
from training.weights import Start, model_of, tokenizer_of

pytestmark = pytest.mark.usefixtures("libraries")


def loaded(file: Path) -> Any:  # noqa: ANN401 - a model of transformers
    with quiet():
        return model_of(Start(file.name, file, "", "gguf"))


def saved(file: Path, folder: Path) -> Path:
    """The weights of a GGUF file as a Hugging Face folder."""
    loaded(file).save_pretrained(folder)
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "start.gguf")


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_what_is_written_loads_as_what_was_tuned(tmp_path: Path, architecture: str, tied: bool) -> None:
    import torch

    start = write_tiny(tmp_path / "start.gguf", architecture, tied=tied)
    tuned = loaded(start)
    with torch.no_grad():
        for name, weight in tuned.named_parameters():
            torch.manual_seed(len(name))
            weight.add_(torch.randn_like(weight) * 0.01)
    tuned.save_pretrained(tmp_path / "tuned")
    write(start, tmp_path / "tuned", tmp_path / "out.gguf")
    again = dict(loaded(tmp_path / "out.gguf").state_dict())
    assert again.keys() == tuned.state_dict().keys()
    for name, weight in tuned.state_dict().items():
        expected = weight if weight.dim() == 1 else weight.half().float()
        assert torch.equal(again[name], expected), name


def test_all_that_the_start_says_of_itself_is_kept_but_its_file_type(tmp_path: Path) -> None:
    import gguf

    start = write_tiny(tmp_path / "start.gguf", table=True)
    saved_without_table = saved(write_tiny(tmp_path / "plain.gguf"), tmp_path / "tuned")
    write(start, saved_without_table, tmp_path / "out.gguf")
    before, after = gguf.GGUFReader(start), gguf.GGUFReader(tmp_path / "out.gguf")
    ours = ("GGUF.", "general.file_type")
    said = [
        {name: one.contents() for name, one in file.fields.items() if not name.startswith(ours)}
        for file in (before, after)
    ]
    assert said[0] == said[1]
    assert after.fields["general.file_type"].contents() == gguf.LlamaFileType.MOSTLY_F16
    assert {tensor.name for tensor in after.tensors} == {tensor.name for tensor in before.tensors}
    kinds = {tensor.name: tensor.tensor_type.name for tensor in after.tensors}
    assert kinds["blk.0.attn_q.weight"] == kinds["token_embd.weight"] == "F16"
    assert kinds["blk.0.attn_norm.weight"] == kinds["rope_freqs.weight"] == "F32"
    tables = [next(t.data for t in file.tensors if t.name == "rope_freqs.weight") for file in (before, after)]
    assert (tables[0] == tables[1]).all()


def changed(folder: Path, change: str) -> Path:
    """Do something to the weights of a folder."""
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    weights, name = load_file(file), f"model.layers.{LAYERS - 1}.self_attn.q_proj.weight"
    match change:
        case "lacks":
            del weights[name]
        case "more":
            weights["model.layers.0.mlp.router.weight"] = weights[name].clone()
        case "layers":
            weights[f"model.layers.{LAYERS}.self_attn.q_proj.weight"] = weights[name].clone()
        case "shape":
            weights[name] = weights[name][:, :-1].contiguous()
        case "nan":
            weights[name][0, 0] = float("nan")
        case "large":
            weights[name][0, 0] = 1e6
    save_file(weights, file, {"format": "pt"})
    return folder


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("lacks", r"lacks a tensor that its start has: blk\.1\.attn_q\.weight"),
        ("more", r"has a tensor that its start has not: model\.layers\.0\.mlp\.router\.weight"),
        ("layers", r"has a tensor that its start has not: model\.layers\.2"),
        ("shape", r"q_proj\.weight has the shape \(64, 63\), and that of its start is \(64, 64\)"),
        ("nan", r"q_proj\.weight holds numbers that are not finite"),
        ("large", r"q_proj\.weight holds numbers that are not finite in float16"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(
    tmp_path: Path, start: Path, change: str, sentence: str
) -> None:
    tuned = changed(saved(start, tmp_path / "tuned"), change)
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigError, match=sentence):
        write(start, tuned, tmp_path / "out" / "model.gguf")
    assert not list((tmp_path / "out").iterdir())


def test_an_earlier_file_stays_where_the_new_one_fails(tmp_path: Path, start: Path) -> None:
    tuned = changed(saved(start, tmp_path / "tuned"), "nan")
    out = tmp_path / "out.gguf"
    out.write_text("earlier")
    with pytest.raises(ConfigError):
        write(start, tuned, out)
    assert out.read_text() == "earlier"


def test_other_architectures_are_refused_by_name(tmp_path: Path, start: Path) -> None:
    other = write_tiny(tmp_path / "other.gguf", "gemma")
    with pytest.raises(ConfigError, match="architecture 'gemma'; only llama and qwen2"):
        write(other, saved(start, tmp_path / "tuned"), tmp_path / "out.gguf")


def test_a_folder_without_weights_and_a_file_that_is_none_are_refused(tmp_path: Path, start: Path) -> None:
    with pytest.raises(ConfigError, match="holds no weights"):
        write(start, tmp_path, tmp_path / "out.gguf")
    (tmp_path / "text.gguf").write_text("no model at all, but long enough to be looked at")
    with pytest.raises(ConfigError, match="as a GGUF file"):
        write(tmp_path / "text.gguf", tmp_path, tmp_path / "out.gguf")


QUESTIONS = ("What is the capital of France?", "Count from one to five.", "What colour is the sky?", "What is 2 + 3?")
TOKENS = 12


async def served(file: Path, log: Path) -> list[str]:
    """What a file answers, greedily, from the embedded server."""
    answers = []
    async with (
        embedded("local:tuned", Weights(file, "0" * 64), share_of(2), log=log, notify=ignore) as server,
        aiohttp.ClientSession() as session,
    ):
        assert " F16 " in server.identity
        for question in QUESTIONS:
            body = {"model": server.model, "messages": asked(question), "temperature": 0.0, "max_tokens": TOKENS}
            async with session.post(f"{server.base_url}/chat/completions", json=body) as response:
                answers.append(str((await response.json())["choices"][0]["message"]["content"]))
    return answers


def generated(folder: Path) -> list[str]:
    """What a folder answers, greedily, in transformers."""
    start = Start(folder.name, folder, "", "folder")
    with quiet():
        model, tokenizer = model_of(start), tokenizer_of(start)
        answers = []
        for question in QUESTIONS:
            inputs = tokenizer.apply_chat_template(
                asked(question), add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
            tokens = model.generate(**inputs, max_new_tokens=TOKENS, do_sample=False)
            answers.append(tokenizer.decode(tokens[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True))
    return answers


def asked(question: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}]


@pytest.mark.models
@pytest.mark.slow
async def test_real_weights_are_served_as_transformers_has_them(tmp_path: Path) -> None:
    """Word by word, where two words are not about equally likely: the one computes in F16, the other in fp32.

    The file that they come from is no measure: its 4-bit weights are multiplied with 8-bit activations, and it answers
    otherwise. That is why a study sends the untouched model through here, too.
    """
    need("models", importlib.util.find_spec("xllamacpp") is not None, "xllamacpp is not installed")
    try:
        weights = await weights_of("smollm2-135m", ignore)
    except UnavailableError as error:
        need("models", False, str(error))
        raise
    start, tuned = Start("smollm2", weights.path, "", "gguf"), tmp_path / "tuned"
    with quiet():
        model_of(start).save_pretrained(tuned)
        tokenizer_of(start).save_pretrained(tuned)
    write(weights.path, tuned, tmp_path / "model.gguf")
    ours, theirs = await served(tmp_path / "model.gguf", tmp_path / "log"), generated(tuned)
    assert sum(a == b for a, b in zip(ours, theirs, strict=True)) >= len(QUESTIONS) - 1, (ours, theirs)
