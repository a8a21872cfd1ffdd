"""The arms of a study: the model as it was, trained on correctness alone, and trained on LbT scores (M2)."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from agents.endpoints import embedded, vllm
from agents.options import flag
from lbt.errors import UnavailableError
from lbt.pairs import Score
from training import gguf_file
from training.examples import Data, Examples, fitting, longest_of
from training.folder import whole
from training.libraries import quiet
from training.lineage import beside
from training.output import CHECKPOINTS, TRAINING
from training.recipe import Recipe
from training.records import LINEAGE
from training.weights import GGUF, Start

UNTOUCHED, CORRECT, M2 = "untouched", "correct", "m2"
SCORES: Mapping[str, Score] = {CORRECT: "correct", M2: "lbt"}
"""Trained arm -> what its pairs are made by."""
PAIRS_OF = {CORRECT: "pairs-correct", M2: "pairs"}
"""Trained arm -> folder of its pairs in a study."""
MODELS = "models"


@dataclass(frozen=True)
class Trained:
    """One model of a study that is trained."""

    arm: str
    seed: int

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"{self.arm}-{self.seed}"


def trained(seeds: int) -> list[Trained]:
    """Every model that a study trains, seed by seed, so that a part of a study has all arms."""
    return [Trained(arm, seed) for seed in range(seeds) for arm in SCORES]


def is_there(folder: Path) -> bool:
    """Whether the model in a folder is whole."""
    return (folder / LINEAGE).is_file()


def training_command(one: Trained, study: Path, model: str, given: Mapping[str, str | int | float | bool]) -> list[str]:
    """The command that trains one model, or goes on with it; what cannot go on is cleared away.

    Args:
        one: The model.
        study: Folder of the study.
        model: Where training starts.
        given: Options of `python -m training.dpo` that are not its defaults.
    """
    folder = study / MODELS / one.name
    begun = (folder / CHECKPOINTS / TRAINING).is_file()
    if folder.exists() and not begun:
        shutil.rmtree(folder)
    words = ["--pairs", str(study / PAIRS_OF[one.arm]), "--model", model, "-o", str(folder), "--seed", str(one.seed)]
    for name, value in given.items():
        words += [flag(name)] if value is True else [flag(name), str(value)]
    return [sys.executable, "-m", "training.dpo", *words, *(["--resume"] if begun else [])]


def run_command(command: Sequence[str]) -> int:
    """Run a training in a process of its own, so that its memory is free again afterwards, and give its exit code.

    Raises:
        KeyboardInterrupt: SIGINT or SIGTERM came; the training was ended and can go on.
        UnavailableError: it was killed.
    """
    with _terminable(), subprocess.Popen(command) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            raise
    if code < 0:
        name = signal.Signals(-code).name
        raise UnavailableError(
            f"the training was killed ({name}), perhaps for want of memory; the same command goes on"
        )
    return code


@contextmanager
def _terminable() -> Iterator[None]:
    """Take SIGTERM for an interruption."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def convert(start: Start, folder: Path) -> None:
    """Put a start through all that its tuned models go through but training."""
    with whole(folder) as fresh, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        apart.submit(_converted, start, fresh).result()


def _converted(start: Start, folder: Path) -> None:
    """Load, save in fp32 and write back, in a process of its own, whose memory is free again afterwards."""
    with quiet():
        from training.weights import model_of, tokenizer_of

        if lineage := beside(start.path):
            (folder / LINEAGE).write_text(lineage.model_dump_json(indent=2) + "\n", encoding="utf-8")
        if start.kind == "folder":
            model_of(start).save_pretrained(folder)
            tokenizer_of(start).save_pretrained(folder)
            return
        saved = folder / "weights"
        model_of(start).save_pretrained(saved)
        gguf_file.write(start.path, saved, folder / GGUF)
        shutil.rmtree(saved)


def check_servable(start: Start) -> None:
    """Make sure that its tuned models can be written and served.

    Raises:
        ConfigError: it is a GGUF file of an architecture that cannot be written.
        UnavailableError: what serves them is missing.
    """
    if start.kind == "folder":
        vllm.check_installed()
        return
    embedded.check_installed()
    gguf_file.check(start.path)


def fits(start: Start, pairs: Path, recipe: Recipe) -> Examples:
    """The pairs to train on that are short enough. Raises ConfigError or DataError where the start takes no chat."""
    with quiet():
        from training.weights import config_of, tokenizer_of

        return fitting(Data.read(pairs).train, tokenizer_of(start), longest_of(config_of(start), recipe))


def served(folder: Path) -> str:
    """How the model in a folder is served: by the embedded server where it is a GGUF file, else by vLLM."""
    return f"local:{folder / GGUF}" if (folder / GGUF).is_file() else f"vllm:{folder}"


@dataclass(frozen=True)
class Hands:
    """What does the heavy parts of a study."""

    train: Callable[[Sequence[str]], int] = run_command
    """Runs the command of one training and gives its exit code."""
    convert: Callable[[Start, Path], None] = convert
    serve: Callable[[Path], str] = served
    """Folder of a model -> its spec."""
    check: Callable[[Start], None] = check_servable
    """Refuses a start whose tuned models could not be served."""
    fits: Callable[[Start, Path, Recipe], Examples] = fits
    """Start, folder of pairs, recipe -> those to train on that are short enough."""
