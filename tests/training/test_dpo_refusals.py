"""What cannot be trained is refused in one sentence, before anything is written."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lbt.cli import main
from lbt.errors import ConfigError, DataError, LbtError, UnavailableError
from tests.processes import ROOT
from tests.training.conftest import TEMPLATE, Train, rows_of, write_model, write_pairs
from training.dpo import command


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    return write_pairs(tmp_path / "pairs", rows_of(4, 2, seed=1))


def refused(go: Callable[[], object], out: Path, kind: type[LbtError]) -> str:
    """What is said when it is refused; nothing is there then."""
    with pytest.raises(kind) as told:
        go()
    assert not out.exists()
    assert "\n" not in str(told.value)
    return str(told.value)


def test_folder_without_pairs(train: Train, tmp_path: Path) -> None:
    text = refused(lambda: train(tmp_path / "none"), tmp_path / "out", ConfigError)
    assert "make them with: python -m training.pairs" in text


def test_no_pair_to_train_on(train: Train, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", [], rows_of(4, 2, seed=1))
    assert "no pair to train on" in refused(lambda: train(pairs), tmp_path / "out", ConfigError)


def test_malformed_row_is_named_by_its_line(train: Train, pairs: Path, tmp_path: Path) -> None:
    with (pairs / "train.jsonl").open("a") as lines:
        lines.write('{"prompt": "text"}\n')
    assert "train.jsonl, line 5" in refused(lambda: train(pairs), tmp_path / "out", DataError)


def test_pairs_that_changed_since_they_were_made(train: Train, pairs: Path, tmp_path: Path) -> None:
    file = pairs / "train.jsonl"
    file.write_text(file.read_text().replace("w1", "w2"))
    assert "train.jsonl" in refused(lambda: train(pairs), tmp_path / "out", DataError)


@pytest.mark.parametrize("name", ["smollm-135", "no/such/folder", "none.gguf"])
def test_unknown_model(train: Train, pairs: Path, tmp_path: Path, name: str) -> None:
    assert name in refused(lambda: train(pairs, model=name), tmp_path / "out", ConfigError)


def test_model_that_is_nowhere(train: Train, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    text = refused(lambda: train(pairs, model="owner/nothing"), tmp_path / "out", UnavailableError)
    assert "owner/nothing" in text


def test_folder_that_is_no_model(train: Train, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    text = refused(lambda: train(pairs, model=tmp_path / "model"), tmp_path / "out", ConfigError)
    assert "has no config.json" in text


def test_adapter_that_is_no_model(train: Train, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "adapter_config.json").write_text("{}")
    text = refused(lambda: train(pairs, model=tmp_path / "model"), tmp_path / "out", ConfigError)
    assert "is an adapter" in text


def test_shape_that_is_unknown(train: Train, pairs: Path, tmp_path: Path, libraries: None) -> None:
    model = write_model(tmp_path / "model")
    (model / "config.json").write_text(json.dumps({"model_type": "nothing"}))
    assert "cannot be read" in refused(lambda: train(pairs, model=model), tmp_path / "out", ConfigError)


def test_tokenizer_without_chat_template(train: Train, pairs: Path, tmp_path: Path, libraries: None) -> None:
    model = write_model(tmp_path / "model", template=None)
    assert "has no chat template" in refused(lambda: train(pairs, model=model), tmp_path / "out", ConfigError)


def test_chat_template_that_refuses_such_chats(train: Train, pairs: Path, tmp_path: Path, libraries: None) -> None:
    model = write_model(tmp_path / "model", template="{{ raise_exception('only poems') }}")
    assert "only poems" in refused(lambda: train(pairs, model=model), tmp_path / "out", DataError)


def test_chat_template_that_writes_an_answered_prompt_otherwise(
    train: Train, pairs: Path, tmp_path: Path, libraries: None
) -> None:
    model = write_model(
        tmp_path / "model", template=TEMPLATE.replace("<s> assistant {% endif %}", "<s> w1 {% endif %}")
    )
    text = refused(lambda: train(pairs, model=model), tmp_path / "out", DataError)
    assert "renders a prompt otherwise once it is answered" in text


def test_all_pairs_are_too_long(train: Train, pairs: Path, tmp_path: Path) -> None:
    text = refused(lambda: train(pairs, max_length=10), tmp_path / "out", ConfigError)
    assert "more than 10 tokens" in text


def test_batch_that_does_not_divide(train: Train, pairs: Path, tmp_path: Path) -> None:
    text = refused(lambda: train(pairs, batch=16, micro_batch=3), tmp_path / "out", ConfigError)
    assert "no multiple" in text


def test_memory_that_does_not_suffice(
    train: Train, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.session.available_bytes", lambda: 10_000_000)
    text = refused(lambda: train(pairs), tmp_path / "out", UnavailableError)
    assert "0.0 GB are free" in text
    assert "--lora" in text


def test_disk_that_does_not_suffice(train: Train, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.session._SPARE_BYTES", 10**18)
    assert "make room" in refused(lambda: train(pairs), tmp_path / "out", UnavailableError)


def test_tracker_that_is_not_installed(
    train: Train, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "wandb" else object())
    text = refused(lambda: train(pairs, report_to="wandb"), tmp_path / "out", UnavailableError)
    assert "pip install wandb" in text


def test_libraries_that_are_not_installed(pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.dpo import train as begin

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    text = refused(
        lambda: begin(pairs, "smollm2-135m", tmp_path / "out", False, {}), tmp_path / "out", UnavailableError
    )
    assert "pip install '.[train]'" in text


def test_training_that_is_not_there_cannot_go_on(train: Train, pairs: Path, tmp_path: Path) -> None:
    text = refused(lambda: train(pairs, resume=True), tmp_path / "out", ConfigError)
    assert "no training in" in text


def test_folder_that_holds_something_is_left_as_it_is(train: Train, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("text")
    with pytest.raises(ConfigError, match="is not empty"):
        train(pairs)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine"]


def test_trained_model_is_not_trained_over(train: Train, pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "lineage.json").write_text("{}")
    with pytest.raises(ConfigError, match="holds a trained model already"):
        train(pairs)


def test_loss_that_is_no_number_leaves_no_model(train: Train, pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="smaller --learning-rate"):
        train(pairs, learning_rate=1e30, epochs=3)
    assert not list((tmp_path / "out").glob("*.safetensors"))
    assert not (tmp_path / "out" / "lineage.json").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--model m -o out", "--pairs is missing"),
        ("--pairs p -o out", "--model is missing"),
        ("--pairs p --model m -o out --beta 0", "--beta"),
        ("--pairs p --model m -o out --precision fp8", "fp8"),
    ],
)
def test_command_ends_with_one_sentence(
    words: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["dpo", *words.split()])
    with pytest.raises(SystemExit) as end:
        main(command, "dpo")
    assert end.value.code == 2
    assert told in capsys.readouterr().err
    assert not list(empty_folder.iterdir())


def test_ctrl_c_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], empty_folder: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.dpo.train", interrupted)
    monkeypatch.setattr(sys, "argv", ["dpo", *"--pairs p --model m -o out".split()])
    with pytest.raises(SystemExit) as end:
        main(command, "dpo")
    assert end.value.code == 130
    assert "--resume -o out" in capsys.readouterr().err


def test_help_needs_no_library() -> None:
    program = "import sys, training.dpo; print(sorted({'torch', 'trl', 'transformers', 'datasets'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
