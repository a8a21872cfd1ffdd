"""`python -m training.dpo --pairs DIR --model MODEL -o OUT`: train a model on preference pairs (M2).

DPO with an NLL term, as the paper trains (`training.recipe` says what of it the paper leaves open, `training.trainer`
the loss, `training.memory` what it takes). OUT becomes a Hugging Face folder with the tuned weights in fp32 (a step of
5e-7 would be rounded away in bf16), the tokenizer, `metrics.jsonl`, `result.json` and `lineage.json`, and `model.gguf`
where the start was a GGUF file. Killed or interrupted, it goes on with `--resume -o OUT` from the last checkpoint.

Several graphics cards: `accelerate launch -m training.dpo …`. The batch stays what it is, shared among the processes;
the first of them alone writes and prints.
"""

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from agents.options import flag, option
from lbt.cli import main
from lbt.errors import ConfigError, UnavailableError
from reports.terminal import one_line
from training.examples import Data
from training.libraries import check_installed, quiet
from training.output import Training, check_new, read_training
from training.recipe import Recipe
from training.weights import start_of


def train(pairs: Path | None, model: str | None, out: Path, resume: bool, options: Mapping[str, Any]) -> None:
    """Check what can be checked without the libraries, then train. Raises LbtError."""
    was = read_training(out) if resume else None
    if not resume:
        check_new(out)
    folder = pairs or (Path(was.pairs) if was else None)
    name = model or (was.found or was.model if was else None)
    if folder is None or name is None:
        raise ConfigError(f"{'--pairs' if folder is None else '--model'} is missing")
    report_to = options.get("report_to", was.report_to if was else None)
    recipe = recipe_of({key: value for key, value in options.items() if key != "report_to"}, was)
    data = Data.read(folder)
    check_installed("training")
    if report_to:
        check_reporter(report_to)
    start = start_of(name, lambda notice: print(one_line(notice.text), flush=True))
    if was and not model:
        start = replace(start, name=was.model)
    with quiet():
        from training.session import Asked, hold  # what only training needs takes many seconds to load

        hold(Asked(data, start, out, recipe, was, report_to))


def check_reporter(name: str) -> None:
    """Make sure that a tracker is installed. Raises UnavailableError."""
    if importlib.util.find_spec(name) is None:
        raise UnavailableError(f"--report-to {name} needs it: pip install {name}")


def recipe_of(options: Mapping[str, Any], was: Training | None) -> Recipe:
    """The options that were given, on top of those of the training that goes on. Raises ConfigError."""
    try:
        return Recipe(**((was.recipe.model_dump() if was else {}) | dict(options)))
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{flag(str(first['loc'][0]))}: {first['msg'].lower()}, not {first['input']!r}") from None


def call(pairs: Path | None, model: str | None, out: Path, resume: bool, **_: object) -> None:
    """Train with the options that were set."""
    context = click.get_current_context()
    default = click.core.ParameterSource.DEFAULT
    names = (*Recipe.model_fields, "report_to")
    options = {name: context.params[name] for name in names if context.get_parameter_source(name) is not default}
    try:
        train(pairs, model, out, resume, options)
    except KeyboardInterrupt:
        print(f"stopped; go on with: python -m training.dpo --resume -o {out}", file=sys.stderr)
        raise


command = click.Command(
    "dpo",
    params=[
        click.Option(["--pairs"], type=click.Path(path_type=Path), help="Folder of pairs, from training.pairs."),
        click.Option(
            ["--model"], help="Where to start: a folder, a hub id, a GGUF file, or a known name as qwen2.5-coder-0.5b."
        ),
        click.Option(["-o", "out"], type=click.Path(path_type=Path), required=True, help="Folder of the tuned model."),
        click.Option(["--resume"], is_flag=True, help="Go on with the training in OUT; its options need not be given."),
        click.Option(
            ["--report-to"], type=click.Choice(["wandb", "tensorboard"]), help="Also report there, where installed."
        ),
        *(option(name, field) for name, field in Recipe.model_fields.items()),
    ],
    callback=call,
    help="Train a model to prefer the answers that taught better.",
)


if __name__ == "__main__":
    main(command, "python -m training.dpo")
