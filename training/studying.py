"""Hold a study: pairs, trainings, the start through the same conversion, answers, `study.json`.

Whatever is there already is kept, so a study goes on where it stopped, and a kill loses one training at most, which
itself goes on from its last checkpoint.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.config import RunConfig
from agents.endpoints.spec import parse_spec
from lbt.errors import ConfigError, StepError
from lbt.records import lock, read_manifest, replace
from lbt.resampling import FEWEST_PROBLEMS
from reports.tables import counted, percent
from training import evaluate
from training.arms import M2, MODELS, PAIRS_OF, SCORES, UNTOUCHED, Hands, Trained, is_there, trained, training_command
from training.dpo import recipe_of
from training.examples import Examples
from training.folder import whole
from training.libraries import check_installed
from training.lineage import beside
from training.output import RESULT, Result
from training.pairs import Rules, make
from training.recipe import Recipe
from training.records import LINEAGE, TRAIN, Lineage, PairsManifest, read_pairs
from training.study_record import STUDY, Asked, Study, agree, read
from training.weights import Start, start_of

EVALUATION = "evaluation"
FEWEST_PAIRS, LEAST_ONLY_LBT = 100, 0.2
"""Below, the arms would hardly differ: too little to learn from, or both learn the same."""
OF_TRAINING = tuple(name for name in Recipe.model_fields if name != "seed")
"""Options of `python -m training.dpo` that a study has too; it sets the seeds itself."""
Say = Callable[[str], None]
"""Tells the user one line; it is safe to print."""


@dataclass(frozen=True)
class Order:
    """A study as the user wants it."""

    run: Path
    out: Path
    model: str = ""
    """Empty: the teacher of the run."""
    seeds: int = 3
    rules: Rules = field(default_factory=Rules)
    """How pairs are made, but for the score."""
    variants: int = 0
    """Of each held-out problem, asked besides it."""
    force: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of training and evaluation, those that were given."""

    @property
    def of_training(self) -> dict[str, Any]:
        """Options of `python -m training.dpo`."""
        return {name: value for name, value in self.options.items() if name in OF_TRAINING}

    @property
    def of_evaluation(self) -> dict[str, Any]:
        """Options of `python -m training.evaluate`; the run's own where it had others than the defaults."""
        free = read_manifest(self.run).free
        kept = {name: value for name in ("data_dir",) if (value := free.get(name)) is not None}
        return kept | {name: value for name, value in self.options.items() if name in evaluate.OPTIONS}


def study(order: Order, say: Say, hands: Hands | None = None) -> int:
    """Hold a study, or go on with it, and return the exit code.

    Raises:
        ConfigError: the run gives too few pairs, or the folder holds another study.
        LbtError: a part cannot start or go on.
    """
    hands = hands or Hands()
    start = start_of(model_of_run(order), lambda notice: say(notice.text))
    asked = asked_for(order, start)
    if (order.out / STUDY).is_file():
        agree(order.out, read(Study, order.out / STUDY).asked, asked)
    else:
        begin(order, asked, start, hands)
    with lock(order.out):
        return held(order, start, say, hands)


def model_of_run(order: Order) -> str:
    """Name the model that is trained. Raises ConfigError where the run's teacher cannot be."""
    if order.model:
        return order.model
    teacher = str(read_manifest(order.run).config.get("teacher"))
    if parse_spec(teacher).kind not in ("local", "vllm"):
        raise ConfigError(f"{teacher}, the teacher of {order.run}, has no weights here; name a model with --model")
    return teacher


def asked_for(order: Order, start: Start) -> Asked:
    """Settle what makes the numbers of a study. Raises ConfigError."""
    was = read_manifest(order.run)
    tokens = order.options.get("max_tokens", was.config.get("max_tokens", RunConfig.model_fields["max_tokens"].default))
    return Asked(
        started=was.started,
        dataset=str(was.config.get("dataset")),
        model=start.name,
        identity=start.identity,
        seeds=order.seeds,
        threshold=order.rules.threshold,
        per_problem=order.rules.per_problem,
        keep=order.rules.keep,
        held_out=order.rules.held_out,
        variants=order.variants,
        recipe=recipe_of(order.of_training, None),
        max_tokens=int(str(tokens)),
    )


def begin(order: Order, asked: Asked, start: Start, hands: Hands) -> None:
    """Make the folder of a study with its pairs, whole or not at all. Raises ConfigError where it cannot be held."""
    check_installed("a study")
    hands.check(start)
    with whole(order.out) as fresh:
        made = both_pairs(order, fresh, beside(start.path))
        fit = {arm: hands.fits(start, fresh / PAIRS_OF[arm], asked.recipe) for arm in made}
        check_pairs(fit, made[M2], order)
        held_out_problems(made[M2], order)
        counts = {arm: one.parts[TRAIN] for arm, one in made.items()}
        (fresh / STUDY).write_text(Study(asked=asked, pairs=counts).model_dump_json(indent=2) + "\n", encoding="utf-8")


def both_pairs(order: Order, folder: Path, start: Lineage | None = None) -> dict[str, PairsManifest]:
    """Make the pairs of both trained arms, with the same problems held out: none that the start was trained on."""
    return {
        arm: make(order.run, folder / PAIRS_OF[arm], dataclasses.replace(order.rules, score=score), start)
        for arm, score in SCORES.items()
    }


def too_little(pairs: int, only_lbt: int, groups: int) -> str:
    """Say why a study would tell nothing; empty where it would.

    Args:
        pairs: Those by LbT score to train on.
        only_lbt: Of these, those thanks to LbT alone.
        groups: That are held out.
    """
    if pairs < FEWEST_PAIRS or only_lbt < LEAST_ONLY_LBT * pairs:
        share = f", {percent(only_lbt / pairs)} of them thanks to LbT alone" if pairs else ""
        return (
            f"{counted(pairs, 'pair')} to train on{share}: a study needs {FEWEST_PAIRS} pairs and "
            f"{percent(LEAST_ONLY_LBT)}"
        )
    if groups < FEWEST_PROBLEMS:
        return f"{counted(groups, 'held-out group')}: below {FEWEST_PROBLEMS} no difference has an interval"
    return ""


def check_pairs(fits: Mapping[str, Examples], pairs: PairsManifest, order: Order) -> None:
    """Refuse a study that would tell nothing, unless it is forced. Raises ConfigError."""
    if arm := next((arm for arm, fit in fits.items() if not fit.rows), ""):
        raise ConfigError(f"--max-length: all pairs of {order.run} for {arm} have a longer text")
    fit = fits[M2]
    only_lbt = sum(row.only_lbt for row in fit.rows)
    if not order.force and (reason := too_little(len(fit.rows), only_lbt, len(pairs.held_out))):
        longer = f" ({counted(fit.left_out, 'pair')} left out as too long)" if fit.left_out else ""
        raise ConfigError(f"{order.run} gives {reason}{longer}; --force holds it all the same")


def held_out_problems(pairs: PairsManifest, order: Order) -> int:
    """How many problems every model is asked. Raises as `training.evaluation.examination_of`."""
    from training.evaluation import examination_of  # what only asking needs takes seconds to load

    return len(examination_of(pairs, order.of_evaluation, order.variants).problems)


def held(order: Order, start: Start, say: Say, hands: Hands) -> int:
    """Train what is not trained yet, ask what is not asked yet, and write the result. Raises as `study`."""
    out, record = order.out, read(Study, order.out / STUDY)
    if record.result:
        return 0
    todo = trained(order.seeds)
    for number, one in enumerate(todo, start=1):
        if is_there(out / MODELS / one.name):
            continue
        say(f"training {one.name} ({number} of {len(todo)})")
        if code := hands.train(training_command(one, out, start.name, order.of_training)):
            return code
    code = asked_all(order, untouched(out, start, say, hands), todo, say, hands)
    if code not in (0, StepError.exit_code):
        return code
    from training.evaluation import read_summary

    record = record.model_copy(
        update={
            "lineages": {one.name: read(Lineage, out / MODELS / one.name / LINEAGE) for one in todo},
            "trainings": {one.name: read(Result, out / MODELS / one.name / RESULT) for one in todo},
            "result": read_summary(out / EVALUATION) if code == 0 else None,
        }
    )
    replace(out / STUDY, record.model_dump_json(indent=2))
    return code


def untouched(out: Path, start: Start, say: Say, hands: Hands) -> Path:
    """Folder of the start, in the form in which the tuned models are: rounding must not be taken for learning."""
    folder = out / MODELS / UNTOUCHED
    if not folder.is_dir():
        say(f"{UNTOUCHED}: {start.name} goes through the same conversion as the trained models")
        hands.convert(start, folder)
    return folder


def asked_all(order: Order, before: Path, todo: list[Trained], say: Say, hands: Hands) -> int:
    """Ask all models the held-out problems, and give the exit code."""
    from training.evaluation import Contestant, examination_of
    from training.evaluation import evaluate as ask

    after = [Contestant(arm, parse_spec(hands.serve(order.out / MODELS / one.name)))
             for arm in SCORES for one in todo if one.arm == arm]  # fmt: skip
    contestants = [Contestant(UNTOUCHED, parse_spec(hands.serve(before))), *after]
    examination = examination_of(read_pairs(order.out / PAIRS_OF[M2]), order.of_evaluation, order.variants)
    return ask(examination, contestants, order.out / EVALUATION, say)
