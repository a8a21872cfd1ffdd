"""`python -m training.study RUN -o STUDY`: the paper's Table 4 from one M1 run, with intervals.

Three arms answer the problems that nothing was trained on: the teacher as it was, trained on which answers are right
(DPO on correctness alone), and trained on LbT scores (M2), the latter two from several seeds. STUDY holds the pairs of
both, `models/`, `evaluation/` and `study.json`. The same command again goes on; without RUN it tells what came of
STUDY.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from agents.config import RunConfig
from agents.options import chosen, flag, option
from lbt.cli import main
from lbt.errors import ConfigError, StepError
from lbt.held_out import HeldOut
from lbt.records import find
from reports.tables import counted, percent
from reports.terminal import console, one_line
from training import evaluate
from training.arms import M2, SCORES
from training.comparison import markdown_held_out, plain_held_out
from training.dpo import recipe_of
from training.pairs import RULES, Rules
from training.recipe import Recipe, steps_of
from training.records import TRAIN
from training.report import row
from training.study_record import STUDY, Study, read
from training.studying import EVALUATION, OF_TRAINING, Order, both_pairs, held_out_problems, study, too_little

PAPER = (
    "Paper, Table 4 (arXiv 2406.14629; MATH500, greedy, one training, no interval): untouched 29.0, correct 30.4, m2 "
    "32.2"
)


def forecast_lines(order: Order) -> Iterator[str]:
    """Say what a study would take, without beginning it. Raises as `study`."""
    with tempfile.TemporaryDirectory() as folder:
        made = both_pairs(order, Path(folder))
    recipe = recipe_of(order.of_training, None)
    for arm, one in made.items():
        counts = one.parts[TRAIN]
        steps = steps_of(counts.kept, recipe)
        only = f", {percent(counts.only_lbt / counts.kept)} thanks to LbT alone" if arm == M2 else ""
        training = f"{counted(order.seeds, 'training')} of {counted(steps, 'step')} each at most"
        yield f"{arm}: {counted(counts.kept, 'pair')}{only}; {training}"
    problems, models = held_out_problems(made[M2], order), 1 + len(SCORES) * order.seeds
    held = f"{counted(problems, 'held-out problem')} of {counted(len(made[M2].held_out), 'group')}"
    yield f"{held}, {models} models: {problems * models:,} calls"
    counts = made[M2].parts[TRAIN]
    if reason := too_little(counts.kept, counts.only_lbt, len(made[M2].held_out)):
        yield f"refused without --force: {reason}"


def table(out: Path, *, markdown: bool) -> str:
    """What came of a study, for a terminal or in Markdown.

    Raises:
        ConfigError: there is none, or nothing has come of it yet.
        DataError: a file of it is malformed.
    """
    if not (out / STUDY).is_file():
        raise ConfigError(f"no study in {out}; hold one with: python -m training.study RUN -o {out}")
    record = read(Study, out / STUDY)
    told = record.result or unfinished(out)
    lines = [(markdown_held_out if markdown else plain_held_out)(told), "", PAPER]
    for name, result in record.trainings.items():
        made = f"{counted(result.steps, 'step')} on {counted(result.pairs, 'pair')}"
        lines += ["", f"{name}: {made}; {counted(result.held_out, 'held-out pair')}, before -> after:"]
        lines += [row(which, result.changes[which]) for which in ("margin", "accuracy") if which in result.changes]
    return "\n".join(lines)


def unfinished(out: Path) -> HeldOut:
    """What the held-out problems tell so far. Raises as `table`."""
    from training.evaluation import read_summary  # what only asking needs takes seconds to load

    return read_summary(out / EVALUATION)


def call(run: str | None, out: Path, model: str, seeds: int, **given: Any) -> int:  # noqa: ANN401 - as declared below
    """Hold the study that the command line asks for, or tell of one."""
    context = click.get_current_context()
    options = chosen(context)
    if run is None:
        typed = {name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
        if others := typed - {"out", "markdown"}:
            raise ConfigError(f"{flag(min(others))} needs the RUN that the study is made from")
        console().print(table(out, markdown=given["markdown"]), soft_wrap=True)
        return 0
    passed_on = {name: value for name, value in options.items() if name in (*OF_TRAINING, *evaluate.OPTIONS)}
    rules = Rules(**{option.name: given[option.name] for option in RULES if option.name})
    order = Order(find(run), out, model, seeds, rules, given["variants"], given["force"], passed_on)
    screen = console()

    def say(text: str) -> None:
        screen.print(one_line(text), soft_wrap=True)

    if given["dry_run"]:
        for line in forecast_lines(order):
            say(line)
        return 0
    code = study(order, say)
    if code in (0, StepError.exit_code):
        screen.print(table(out, markdown=given["markdown"]), soft_wrap=True)
    return code


command = click.Command(
    "study",
    params=[
        click.Argument(["run"], required=False),
        click.Option(["-o", "out"], type=click.Path(path_type=Path), required=True, help="Folder of the study."),
        click.Option(
            ["--model"], default="", help="What is trained, as for training.dpo; the run's teacher unless given."
        ),
        click.Option(
            ["--seeds"], type=click.IntRange(min=1), default=3, show_default=True, help="Models per trained arm."
        ),
        *RULES,
        evaluate.VARIANTS,
        click.Option(["--force"], is_flag=True, help="Hold it though there are too few pairs to tell anything."),
        click.Option(["--dry-run"], is_flag=True, help="Tell pairs, steps and calls, and begin nothing."),
        click.Option(["--markdown"], is_flag=True, help="Print the table as Markdown."),
        *(option(name, Recipe.model_fields[name]) for name in OF_TRAINING),
        *(option(name, RunConfig.model_fields[name]) for name in evaluate.OPTIONS),
    ],
    callback=call,
    help="Train the teacher of RUN, a finished run's directory or `last`, on correctness alone and on LbT scores, and "
    "compare both with what it was on held-out problems. The same command goes on where it stopped; without RUN it "
    "tells what came of STUDY.",
)


if __name__ == "__main__":
    main(command, "python -m training.study")
