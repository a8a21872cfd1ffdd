"""Training moves what it should, whatever happens on the way, and leaves a model with its lineage."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lbt.errors import ConfigError
from tests.processes import ROOT
from tests.training.conftest import Train, rows_of, write_pairs
from tests.training.tiny import CHAT, write_tiny
from training.libraries import Foreign
from training.metrics import logged
from training.output import Result
from training.records import Lineage, Origin
from training.weights import Start, start_of

FAST = {"learning_rate": 3e-3, "nll_weight": 1.0}
"""Random weights learn with this in a few steps."""
GROUPS = 12


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Pairs that show a preference, and others of other groups to measure it on."""
    return write_pairs(tmp_path / "pairs", rows_of(64, GROUPS, seed=1), rows_of(36, GROUPS, seed=2))


def result_of(out: Path) -> Result:
    return Result.model_validate_json((out / "result.json").read_bytes())


def lineage_of(out: Path) -> Lineage:
    return Lineage.model_validate_json((out / "lineage.json").read_bytes())


def weights_of(out: Path) -> Mapping[str, Foreign]:
    from safetensors.torch import load_file

    weights: Mapping[str, Foreign] = load_file(out / "model.safetensors")
    return weights


def distance(one: Path, other: Path) -> float:
    """The largest difference of a weight."""
    mine, others = weights_of(one), weights_of(other)
    assert mine.keys() == others.keys()
    return max(float((mine[name] - others[name]).abs().max()) for name in mine)


def test_margin_and_accuracy_of_held_out_pairs_rise(train: Train, pairs: Path) -> None:
    changes = result_of(train(pairs, **FAST)).changes
    assert (changes["margin"].before, changes["accuracy"].before) == (0, 0.5)
    for name in ("margin", "accuracy"):
        interval = changes[name].interval
        assert interval is not None
        assert interval.low > 0


def test_shuffled_preferences_teach_nothing(train: Train, tmp_path: Path) -> None:
    rows = rows_of(64, GROUPS, seed=1, shuffled=True)
    changes = result_of(train(write_pairs(tmp_path / "s", rows, rows_of(36, GROUPS, seed=2)), **FAST)).changes
    for name in ("margin", "accuracy"):
        interval = changes[name].interval
        assert interval is not None
        assert interval.low <= 0


def test_adapters_learn_too_and_are_merged(train: Train, pairs: Path, tiny: Path) -> None:
    out = train(pairs, lora=4, learning_rate=3e-2, nll_weight=1.0)
    interval = result_of(out).changes["margin"].interval
    assert interval is not None
    assert interval.low > 0
    assert not list(out.glob("adapter*"))
    assert weights_of(out).keys() == weights_of(tiny).keys()
    assert distance(out, tiny) > 1e-3
    assert lineage_of(out).options["lora_alpha"] == 8


def test_what_is_left_is_the_model_and_where_it_comes_from(train: Train, pairs: Path, tiny: Path) -> None:
    out = train(pairs, **FAST, seed=5)
    names = {file.name for file in out.iterdir()}
    assert {"model.safetensors", "config.json", "tokenizer.json", "chat_template.jinja"} <= names
    assert not names & {"checkpoints", "training_args.bin", "README.md"}
    lineage = lineage_of(out)
    assert (lineage.seed, lineage.steps, lineage.start) == (5, 4, str(tiny))
    assert lineage.start_identity.startswith("sha256:")
    assert (lineage.options["learning_rate"], lineage.options["batch"]) == (3e-3, 16)
    lines = logged(out / "metrics.jsonl")
    assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
    assert [line["step"] for line in lines if "held_out_margin" in line] == [0, 1, 2, 3, 4]


def test_paper_step_is_not_rounded_away(train: Train, pairs: Path, tiny: Path) -> None:
    out = train(pairs)
    assert lineage_of(out).options["learning_rate"] == 5e-7
    assert 0 < distance(out, tiny) < 4 * 5e-7 * 1.01


def test_bf16_computes_with_weights_that_stay_in_fp32(train: Train, pairs: Path, tiny: Path) -> None:
    out = train(pairs, precision="bf16")
    assert {str(weight.dtype) for weight in weights_of(out).values()} == {"torch.float32"}
    assert 0 < distance(out, tiny) < 4 * 5e-7 * 1.01


def test_same_seed_same_weights_and_another_seed_others(train: Train, pairs: Path) -> None:
    one, again, other = (train(pairs, f"out{place}", **FAST, seed=seed) for place, seed in enumerate((1, 1, 2)))
    assert distance(one, again) == 0
    assert distance(one, other) > 1e-5


def test_interrupted_training_goes_on_to_the_same_weights(
    train: Train, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.progress import Recorder

    unbroken = train(pairs, "unbroken", **FAST, save_steps=1)
    real = Recorder.on_log

    def interrupted(self: Foreign, args: Foreign, state: Foreign, *rest: Foreign, **named: Foreign) -> None:
        if state.global_step == 3:
            raise KeyboardInterrupt
        real(self, args, state, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "on_log", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(pairs, **FAST, save_steps=1)
    broken = tmp_path / "out"
    assert not (broken / "lineage.json").exists()
    with pytest.raises(ConfigError, match="--resume goes on with it"):
        train(pairs, **FAST)
    with pytest.raises(ConfigError, match=r"learning-rate was 0\.003 and is 0\.001"):
        train(pairs, resume=True, learning_rate=1e-3)
    torn = broken / "checkpoints" / "checkpoint-3"
    torn.mkdir(exist_ok=True)
    (torn / "trainer_state.json").write_text('{"global_')
    train(pairs, resume=True)
    assert distance(broken, unbroken) < 1e-6
    assert [line["step"] for line in logged(broken / "metrics.jsonl") if "loss" in line] == [1, 2, 3, 4]
    with pytest.raises(ConfigError, match="has ended"):
        train(pairs, resume=True)


KILLED = """
import os, signal, sys
from training.libraries import quiet
with quiet():
    import torch
    from training.progress import Recorder
torch.set_num_threads(1)
real = Recorder.on_log
def on_log(self, args, state, *rest, **named):
    if state.global_step == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, args, state, *rest, **named)
Recorder.on_log = on_log
sys.argv[0] = "dpo"
from training.dpo import command
command()
"""


@pytest.mark.slow
def test_killed_training_goes_on_to_the_same_weights(train: Train, pairs: Path, tiny: Path, tmp_path: Path) -> None:
    unbroken = train(pairs, "unbroken", **FAST, save_steps=1)
    out = tmp_path / "killed"
    options = ["--learning-rate", "3e-3", "--nll-weight", "1", "--save-steps", "1"]
    asked = ["--pairs", str(pairs), "--model", str(tiny), "-o", str(out), *options]
    ended = subprocess.run([sys.executable, "-c", KILLED, *asked], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert [file.name for file in (out / "checkpoints").glob("checkpoint-*")] == ["checkpoint-2"]
    train(pairs, "killed", resume=True)
    assert distance(out, unbroken) < 1e-6


@pytest.mark.slow
def test_command_trains_and_says_so_in_its_own_lines_alone(pairs: Path, tiny: Path, tmp_path: Path) -> None:
    asked = ["--pairs", str(pairs), "--model", str(tiny), "-o", str(tmp_path / "out"), "--nll-weight", "1"]
    ended = subprocess.run(
        [sys.executable, "-m", "training.dpo", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    first, *middle, _last = ended.stdout.splitlines()
    assert first.startswith("training ")
    assert "  reward margin" in ended.stdout
    assert {line.split()[0] for line in middle} <= {
        "note:",
        "log-probabilities",
        "step",
        "4",
        "36",
        *"reward preference chosen NLL".split(),
    }


def test_gguf_file_is_tuned_and_written_as_one_again(train: Train, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    start = write_tiny(tmp_path / "tiny.gguf")
    pairs = write_pairs(tmp_path / "pairs", rows_of(4, 2, seed=1))
    out = train(pairs, model=start)
    assert (out / "model.gguf").read_bytes()[:4] == b"GGUF"
    assert AutoTokenizer.from_pretrained(out).chat_template == CHAT
    assert "quantization_config" not in json.loads((out / "config.json").read_text())
    assert lineage_of(out).start == str(start)


def test_it_is_said_when_another_model_wrote_the_answers(
    train: Train, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, own = rows_of(16, GROUPS, seed=1), f"vllm {start_of(str(tiny)).identity} flags"
    train(write_pairs(tmp_path / "own", rows, wrote=own), "a", **FAST)
    assert "wrote these answers" not in capsys.readouterr().out
    train(write_pairs(tmp_path / "others", rows, wrote="vllm sha256:0 flags"), "b", **FAST)
    assert "note: t wrote these answers, not the model that is trained on them" in capsys.readouterr().out


def test_without_a_digest_a_model_is_known_by_its_name(libraries: None) -> None:
    from training.session import wrote

    start = Start("vllm:owner/model", Path(), "sha256:1", "folder")
    said = {"started": "", "dataset": "d", "students": (), "commit": "", "data": ""}
    for teacher, identity, same in (
        ("vllm:owner/model", "vllm owner/model revision:abc", True),
        ("openai:gpt", "", False),
        ("vllm:owner/model", "vllm folder sha256:2", False),
    ):
        origin = Origin.model_validate({**said, "teacher": teacher, "identities": {teacher: identity}})
        assert wrote(start, origin) is same
