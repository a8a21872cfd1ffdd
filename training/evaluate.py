"""`python -m training.evaluate --pairs DIR --model NAME=MODEL … -o EVAL`: how models do on held-out problems."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from agents.config import RunConfig
from agents.options import chosen, option
from lbt.cli import main, print_json
from lbt.errors import StepError
from reports.terminal import console, one_line
from training.comparison import markdown_held_out, plain_held_out
from training.records import read_pairs

OPTIONS = (
    "data_dir", "max_tokens", "sandbox", "calibrate", "reuse", "max_calls", "max_tokens_total", "max_cost", "prices",
    "concurrency", "rpm", "tpm", "timeout", "teacher_key_env", "vllm_arg",
)  # fmt: skip
"""Options of a run that this command has too; those that make answers are the run's unless given."""


VARIANTS = click.Option(
    ["--variants"],
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Variants of each held-out problem that are asked, too; mathematics only.",
)


def evaluate(
    pairs: Path,
    models: Sequence[str],
    out: Path,
    options: Mapping[str, Any],
    *,
    variants: int,
    as_json: bool,
    markdown: bool,
) -> int:
    """Ask the models, print the table and return the exit code. Raises LbtError where that cannot start or go on."""
    manifest = read_pairs(pairs)
    from training import evaluation  # what only asking needs takes seconds to load

    contestants = [evaluation.Contestant.of(text) for text in models]
    examination = evaluation.examination_of(manifest, options, variants)
    screen = console(stderr=as_json)
    code = evaluation.evaluate(examination, contestants, out, lambda text: screen.print(one_line(text), soft_wrap=True))
    if code in (0, StepError.exit_code):
        summary = evaluation.read_summary(out)
        if as_json:
            print_json(summary.model_dump(mode="json"))
        else:
            screen.print((markdown_held_out if markdown else plain_held_out)(summary), soft_wrap=True)
    return code


command = click.Command(
    "evaluate",
    params=[
        click.Option(
            ["--pairs"],
            type=click.Path(path_type=Path),
            required=True,
            help="Folder of pairs, from training.pairs: it says which problems are held out.",
        ),
        click.Option(
            ["--model", "models"],
            multiple=True,
            required=True,
            metavar="NAME=MODEL",
            help="A name in the table and a model: local:NAME_OR_FILE, vllm:DIR, openai:MODEL[@URL], scripted:FILE "
            "(repeatable). Models of one name count as one, trained from several seeds; the first is what the others "
            "are compared with.",
        ),
        click.Option(["-o", "out"], type=click.Path(path_type=Path), required=True, help="Folder of the evaluation."),
        VARIANTS,
        click.Option(["--json", "as_json"], is_flag=True, help="Print the summary as JSON."),
        click.Option(["--markdown"], is_flag=True, help="Print the table as Markdown."),
        *(option(name, RunConfig.model_fields[name]) for name in OPTIONS),
    ],
    callback=lambda pairs, models, out, variants, as_json, markdown, **_: evaluate(
        pairs,
        models,
        out,
        set_options(click.get_current_context()),
        variants=variants,
        as_json=as_json,
        markdown=markdown,
    ),
    help="Let models answer, greedily, the problems that nothing was trained on. The same command again asks only what "
    "is missing.",
)


def set_options(context: click.Context) -> dict[str, Any]:
    """The options of a run that were set."""
    return {name: value for name, value in chosen(context).items() if name in OPTIONS}


if __name__ == "__main__":
    main(command, "python -m training.evaluate")
