"""The folder of a model in training: `checkpoints/` with what is needed to go on, gone when the model is there.

It holds `training.json` (what is trained, and how), `start/` (a dequantised start), `pairs/` (tokens and the start's
log-probabilities) and `checkpoint-N/`. A model is there, whole, when `lineage.json` is.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue, ValidationError

from lbt.errors import ConfigError, DataError
from lbt.records import lock, replace
from lbt.types import Value
from training.preferences import Change
from training.recipe import Recipe
from training.records import LINEAGE

CHECKPOINTS, TRAINING, RESULT = "checkpoints", "training.json", "result.json"
STATE = "trainer_state.json"
"""What a checkpoint's writing ends with."""


class Training(Value):
    """`training.json`: what a training that is resumed must share with what it was."""

    pairs: str
    """Folder of the pairs."""
    pairs_digest: str
    """SHA-256 of its description, which holds those of its files."""
    model: str
    """As it was named."""
    found: str = ""
    """The whole path of a folder or file, so that it is found from elsewhere; else as it was named."""
    identity: str
    """Of its weights."""
    recipe: Recipe
    """Its precision is settled."""
    processes: int
    """That train together."""
    exact: bool = False
    """Whether the weights were those that a GGUF file was rounded from."""
    report_to: str | None = None
    """Where it reports besides."""


class Result(Value):
    """`result.json`: what a training did."""

    steps: int
    pairs: int
    """That were trained on."""
    held_out: int
    """That were measured."""
    groups: int
    """Of the held-out pairs."""
    left_out: int
    """Pairs of both parts with a text that is too long."""
    loss_first: float
    """Of the first step, mean over its pairs."""
    loss_last: float
    changes: dict[str, Change]
    """Of the held-out pairs: `margin`, `accuracy`, `ranking`, `nll`, `loss`; empty where there are none."""
    seconds: float
    """Of the training, since it was resumed for the last time."""


def check_new(out: Path) -> None:
    """Make sure that nothing is in a folder. Raises ConfigError."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ConfigError(f"-o: {out} is there already and is no folder; choose another")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if (out / LINEAGE).is_file():
        raise ConfigError(f"-o: {out} holds a trained model already; choose another")
    if (out / CHECKPOINTS / TRAINING).is_file():
        raise ConfigError(f"-o: {out} holds a training that has not ended; --resume goes on with it")
    raise ConfigError(f"-o: {out} is not empty; choose another")


def read_training(out: Path) -> Training:
    """Read what is trained in a folder.

    Raises:
        ConfigError: it holds none that could go on.
        DataError: what it holds is malformed.
    """
    if (out / LINEAGE).is_file():
        raise ConfigError(f"--resume: the training in {out} has ended; the model is there")
    file = out / CHECKPOINTS / TRAINING
    if not file.is_file():
        raise ConfigError(f"--resume: no training in {out}; start one without --resume")
    try:
        return Training.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(str(file), error.errors()[0]["msg"]) from None


def check_same(out: Path, was: Training, now: Training) -> None:
    """Refuse to go on with another training, naming the first difference. Raises ConfigError."""
    old, new = flat(was), flat(now)
    name = next((name for name in old if old[name] != new[name]), None)
    if name is not None:
        what = f"{name} was {json.dumps(old[name])} and is {json.dumps(new[name])}"
        raise ConfigError(f"{out} was another training: {what}; start a new one for that")


def flat(training: Training) -> dict[str, JsonValue]:
    """What must agree, by the name that a user knows."""
    recipe: dict[str, JsonValue] = training.recipe.model_dump(mode="json")
    what: dict[str, JsonValue] = {"pairs": training.pairs_digest, "model": training.identity}
    options = {name.replace("_", "-"): value for name, value in recipe.items()}
    what["unrounded weights"] = training.exact
    return {**what, "processes": training.processes, **options}


@contextmanager
def begun(out: Path, training: Training) -> Iterator[None]:
    """Hold the folder of a training, made where it is not there. Raises ConfigError where that cannot be."""
    try:
        (out / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write {out} ({error.strerror}); choose another -o") from None
    with lock(out / CHECKPOINTS):
        replace(out / CHECKPOINTS / TRAINING, training.model_dump_json(indent=2))
        yield


def last_checkpoint(out: Path) -> tuple[Path, int] | None:
    """The latest whole checkpoint and its step; what was being written when the process died is removed."""
    found: list[tuple[int, Path]] = []
    for folder in (out / CHECKPOINTS).glob("checkpoint-*"):
        try:
            found.append((int(json.loads((folder / STATE).read_bytes())["global_step"]), folder))
        except (OSError, ValueError, KeyError):
            shutil.rmtree(folder, ignore_errors=True)
    if not found:
        return None
    step, folder = max(found)
    return folder, step
