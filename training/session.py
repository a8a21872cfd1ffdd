"""Hold a training: what it takes, the start, the trainer, the model.

Reads from top to bottom as a training goes. Of several processes all compute; the first alone writes and prints.
"""

import gc
import json
import math
import re
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from accelerate import PartialState
from datasets import Dataset, load_from_disk
from pydantic import JsonValue

import agents.manifest
from agents.manifest import commit, version
from lbt.errors import ConfigError, UnavailableError
from lbt.records import append_line
from lbt.records import replace as write
from reports.tables import counted
from reports.terminal import one_line
from training import gguf_file
from training.examples import Data, Examples, Row, fitting, longest_of
from training.libraries import Foreign
from training.lineage import beside, check_unseen
from training.memory import available_bytes, check, estimate, shape_of
from training.metrics import METRICS, logged, rewind
from training.output import CHECKPOINTS, RESULT, Result, Training, begun, check_same, last_checkpoint
from training.preferences import changes
from training.progress import Counter, Recorder, Screen
from training.recipe import ALPHA_OF_RANK, CLIP, Recipe, steps_of
from training.records import LINEAGE, Lineage, Origin
from training.report import told
from training.trainer import PairTrainer, held_out_logs, merged, processes, settled, trainer_of
from training.weights import GGUF, Start, config_of, model_of, tokenizer_of

PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "safetensors", "gguf")
"""Distributions whose version can touch the weights."""
_SPARE_BYTES = 500_000_000
_NO_MEMORY = re.compile(r"out of memory|can't allocate memory", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A training that was asked for."""

    data: Data
    start: Start
    out: Path
    recipe: Recipe
    was: Training | None
    """What goes on; None for a new one."""
    report_to: str | None


@dataclass(frozen=True)
class Ready:
    """A training that can start."""

    asked: Asked
    recipe: Recipe
    """With its precision settled."""
    train: Examples
    held_out: Examples
    tokenizer: Foreign
    longest: int
    """Most tokens that a text may have: an option, but no more than the model takes."""

    @property
    def place(self) -> Path:
        """Where checkpoints and what goes with them are."""
        return self.asked.out / CHECKPOINTS


def hold(asked: Asked) -> None:
    """Train, and leave the model in its folder. Raises LbtError where that cannot start or go on."""
    state = PartialState()
    ready = prepared(asked)
    with ExitStack() as held:
        if state.is_main_process:
            held.enter_context(begun(asked.out, training_of(ready)))
            save_start(ready)
            save_pairs(ready)
        state.wait_for_everyone()
        screen = held.enter_context(Screen(shown=state.is_main_process))
        try:
            finished(ready, screen, state)
        except (RuntimeError, MemoryError) as error:
            if not isinstance(error, MemoryError) and not _NO_MEMORY.search(str(error)):
                raise
            advice = "a smaller --max-length, or --lora 16"
            raise UnavailableError(f"the memory ran out; start again with another -o and {advice}") from None


def prepared(asked: Asked) -> Ready:
    """Check all that a training needs before anything is written or loaded.

    Raises:
        ConfigError: the options do not fit each other, the model or the training that goes on; no pair fits.
        UnavailableError: memory or disk do not suffice.
    """
    if asked.start.kind == "gguf":
        gguf_file.check(asked.start.path)
    check_unseen(asked.start.name, beside(asked.start.path), asked.data.manifest)
    recipe = asked.recipe.model_copy(update={"precision": settled(asked.recipe.precision)})
    if recipe.batch % (together := recipe.micro_batch * processes()):
        raise ConfigError(f"--batch: {recipe.batch} is no multiple of the {together} pairs that are computed at once")
    config, tokenizer = config_of(asked.start), tokenizer_of(asked.start)
    longest = longest_of(config, recipe)
    train, held_out = (fitting(rows, tokenizer, longest) for rows in (asked.data.train, asked.data.held_out))
    if not train.rows:
        raise ConfigError(f"--max-length: all pairs have a text of more than {longest} tokens")
    ready = Ready(asked, recipe, train, held_out, tokenizer, longest)
    if asked.was:
        check_same(asked.out, asked.was, training_of(ready))
    shape = shape_of(config, recipe.lora)
    needed = estimate(shape, recipe, max(train.longest, held_out.longest))
    check(needed, available_bytes(), shape)
    check_disk(ready, shape.weights, shape.trained)
    return ready


def check_disk(ready: Ready, weights: int, trained: int) -> None:
    """Make sure that weights and checkpoints fit on the disk. Raises UnavailableError.

    Two checkpoints are there at once, each with the trained weights and two moments; beside them the model, and a
    dequantised start and a GGUF file where there is one.
    """
    of_gguf = 6 * weights if ready.asked.start.kind == "gguf" else 0
    needed = 2 * 12 * trained + 4 * weights + of_gguf + _SPARE_BYTES
    place = ready.asked.out.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if not ready.asked.was and free < needed:
        raise UnavailableError(
            f"checkpoints and weights take about {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free in {place}; "
            "make room, or choose another -o"
        )


def training_of(ready: Ready) -> Training:
    """Describe the training, so that it can go on."""
    asked = ready.asked
    return Training(
        pairs=str(asked.data.folder.absolute()),
        pairs_digest=asked.data.digest,
        model=asked.start.name,
        found=asked.start.found,
        exact=asked.start.exact is not None,
        identity=asked.start.identity,
        recipe=ready.recipe,
        processes=processes(),
        report_to=asked.report_to,
    )


def save_start(ready: Ready) -> None:
    """Dequantise a GGUF file once: reading it takes longer than all else before the first step."""
    folder, fresh = ready.place / "start", ready.place / "start.new"
    if not ready.asked.start.dequantised or folder.is_dir():
        return
    model_of(ready.asked.start).save_pretrained(fresh)
    ready.tokenizer.save_pretrained(fresh)
    fresh.rename(folder)


def save_pairs(ready: Ready) -> None:
    """Put the pairs where `datasets` keeps what it makes of them, for a training that goes on."""
    for part, examples in parts(ready).items():
        folder, fresh = ready.place / "pairs" / part, ready.place / "pairs" / f"{part}.new"
        if examples.rows and not folder.is_dir():
            Dataset.from_list([row.fields for row in examples.rows]).save_to_disk(fresh)
            fresh.rename(folder)


def parts(ready: Ready) -> dict[str, Examples]:
    """The pairs to train on and those to measure."""
    return {"train": ready.train, "held_out": ready.held_out}


def loadable(ready: Ready) -> Start:
    """The start as it is loaded: the folder that it was dequantised to."""
    start = ready.asked.start
    return replace(start, path=ready.place / "start", kind="folder") if start.dequantised else start


def finished(ready: Ready, screen: Screen, state: PartialState) -> None:
    """Train to the end and write the model."""
    began = time.monotonic()
    tell_start(ready, screen)
    trainer = open_trainer(ready, screen)
    checkpoint = last_checkpoint(ready.asked.out)
    metrics = ready.asked.out / METRICS
    if state.is_main_process:
        rewind(metrics, checkpoint[1] if checkpoint else -1)
        if not checkpoint and ready.held_out.rows:
            append_line(metrics, json.dumps({"step": 0} | held_out_logs(trainer.unmeasured(), ready.recipe)))
    trainer.train(resume_from_checkpoint=str(checkpoint[0]) if checkpoint else None)
    pairs = trainer.measured() if ready.held_out.rows else []
    steps = trainer.state.global_step
    if not all(math.isfinite(line["loss"]) for line in trainer.state.log_history if "loss" in line):
        raise ConfigError("the loss is no number any more; start again with a smaller --learning-rate and another -o")
    trainer.save_model(str(ready.place / "adapter" if ready.recipe.lora else ready.asked.out))
    if not state.is_main_process:
        return
    losses = [line["loss"] for line in logged(metrics) if "loss" in line]
    del trainer
    gc.collect()
    recipe = ready.recipe
    result = Result(
        steps=steps,
        pairs=len(ready.train.rows),
        held_out=len(pairs),
        groups=len({pair.group for pair in pairs}),
        left_out=ready.train.left_out + ready.held_out.left_out,
        loss_first=losses[0],
        loss_last=losses[-1],
        changes=changes(pairs, recipe.beta, recipe.nll_weight, seed=recipe.seed) if pairs else {},
        seconds=time.monotonic() - began,
    )
    write_model(ready, result)
    screen.line(told(result, ready.asked.out))


def tell_start(ready: Ready, screen: Screen) -> None:
    """Say what is trained on what."""
    recipe, train = ready.recipe, ready.train
    left_out = train.left_out + ready.held_out.left_out
    rest = f"; {counted(left_out, 'pair')} left out, longer than {ready.longest} tokens" if left_out else ""
    what = f"LoRA of rank {recipe.lora}" if recipe.lora else "all weights"
    screen.line(
        f"training {ready.asked.start.name} ({what}, {recipe.precision}, rate {recipe.rate:g}) on "
        f"{counted(len(train.rows), 'pair')} in {counted(steps_of(len(train.rows), recipe), 'step')}, "
        f"{len(ready.held_out.rows):,} held out{rest}"
    )
    origin = ready.asked.data.manifest.origin
    if not wrote(ready.asked.start, origin):
        screen.line(one_line(f"note: {origin.teacher} wrote these answers, not the model that is trained on them"))


def wrote(start: Start, origin: Origin) -> bool:
    """Whether a model is the one that wrote the answers, by its digest, or by its name where none was recorded."""
    written = origin.identities.get(origin.teacher, "")
    if "sha256:" in written:
        return start.identity in written
    return start.name.rpartition(":")[2] == origin.teacher.rpartition(":")[2]


def open_trainer(ready: Ready, screen: Screen) -> PairTrainer:
    """Load the start and set up its training."""
    recipe, rows = ready.recipe, ready.held_out.rows
    read = partial(load_from_disk, keep_in_memory=False)
    batches = sum(math.ceil(len(part.rows) / (recipe.micro_batch * processes())) for part in parts(ready).values())
    return trainer_of(
        model_of(loadable(ready), half=recipe.lora > 0 and recipe.precision == "bf16"),
        ready.tokenizer,
        read(ready.place / "pairs" / "train"),
        read(ready.place / "pairs" / "held_out") if rows else None,
        recipe,
        groups=groups_of(rows),
        place=ready.place,
        callback=Recorder(screen, ready.asked.out / METRICS),
        tick=Counter(screen, batches),
        report_to=ready.asked.report_to,
    )


def groups_of(rows: tuple[Row, ...]) -> list[str]:
    """The group of each pair."""
    return [row.group for row in rows]


def write_model(ready: Ready, result: Result) -> None:
    """Put the tuned model in its folder; the lineage comes last, then nothing is needed to go on any more."""
    out, start = ready.asked.out, ready.asked.start
    if ready.recipe.lora:
        merged(model_of(loadable(ready)), ready.place / "adapter").save_pretrained(out)
    ready.tokenizer.save_pretrained(out)
    (out / "training_args.bin").unlink(missing_ok=True)  # pickled, and of no use to anyone
    if start.kind == "gguf":
        gguf_file.write(start.path, out, out / GGUF)
    write(out / RESULT, result.model_dump_json(indent=2))
    write(out / LINEAGE, lineage_of(ready, result).model_dump_json(indent=2))
    shutil.rmtree(ready.place)


def lineage_of(ready: Ready, result: Result) -> Lineage:
    """Where the weights come from."""
    start = beside(ready.asked.start.path)
    told = start.model_dump(mode="json") if start else None
    return Lineage(
        pairs=ready.asked.data.manifest,
        start=ready.asked.start.name,
        start_identity=ready.asked.start.identity,
        of_start=told if told != ready.asked.data.manifest.origin.lineage else None,
        options=options_of(ready),
        seed=ready.recipe.seed,
        steps=result.steps,
        packages={name: found for name in PACKAGES if (found := version(name))},
        commit=commit(Path(agents.manifest.__file__).parent),
    )


def options_of(ready: Ready) -> dict[str, JsonValue]:
    """Every option of the training, with those that are not for a user to choose."""
    recipe = ready.recipe
    alpha: dict[str, JsonValue] = {"lora_alpha": ALPHA_OF_RANK * recipe.lora} if recipe.lora else {}
    return {
        **recipe.model_dump(mode="json"),
        "learning_rate": recipe.rate,
        "optimiser": "adamw",
        "schedule": "linear",
        "gradient_norm": CLIP,
        "processes": processes(),
        **alpha,
    }
