"""`python -m training.pairs RUN -o DIR`: preference pairs of an M1 run, to train its teacher on."""

import hashlib
import statistics
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import click

from lbt.cli import main
from lbt.errors import ConfigError
from lbt.pairs import PER_PROBLEM, THRESHOLD, Keep, Score, keep, pairs_of, widest
from lbt.records import Manifest, find
from reports.terminal import console, one_line
from training.card import card
from training.explanations import Explained, ExplainedRun
from training.folder import refuse_used, whole
from training.groups import group_of, held_out_of
from training.lineage import parsed, trained_on
from training.records import HELD_OUT, PAIRS, TRAIN, Counts, Lengths, Lineage, Origin, PairsManifest
from training.rows import Row, open_part, row_of, schema

PARTS = (TRAIN, HELD_OUT)
HELD_OUT_SHARE = 0.2
LACKING = {"incomplete": "incomplete", "unexamined": "without an exam"}
UNUSED = {"cut_off": "not whole", "mended": "changed by self-debug", "duplicates": "almost the same as another"}
"""Field of `Counts` -> why lessons, or answers, are left out."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How pairs are made."""

    score: Score = "lbt"
    threshold: float = THRESHOLD
    """In [0, 1); a pair needs a larger difference."""
    per_problem: int = PER_PROBLEM
    keep: Keep = "random"
    seed: int = 0
    """Of what is drawn: pairs and held-out groups."""
    held_out: float = HELD_OUT_SHARE
    """Share of the groups, in [0, 1)."""


@dataclass
class Tally:
    """What was written of one part, as far as it goes."""

    told: Counter[str] = field(default_factory=Counter)
    """Field of `Counts` -> how many."""
    chosen: "array[int]" = field(default_factory=lambda: array("q"))
    """Characters of each text."""
    rejected: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def counts(self) -> Counts:
        """What became pairs, and what did not."""
        return Counts.model_validate({name: self.told[name] for name in Counts.model_fields})

    def add(self, row: Row) -> None:
        """Count a pair that is kept."""
        self.told["kept"] += 1
        self.told["only_lbt"] += row["only_lbt"]
        self.chosen.append(len(row["chosen"][0]["content"]))
        self.rejected.append(len(row["rejected"][0]["content"]))


def make(place: Path, out: Path, rules: Rules, start: Lineage | None = None) -> PairsManifest:
    """Make the folder of pairs of a run, whole or not at all.

    Args:
        place: The run's directory.
        out: Where the folder will be.
        rules: How pairs are made.
        start: Lineage of the model that is to be trained, where it is not the run's teacher: what either was trained
            on is not held out.

    Raises:
        ConfigError: the run cannot give pairs by these rules, or `out` is not free.
        DataError: the record of the run is malformed.
        UnavailableError: pyarrow is not installed.
    """
    schema()
    refuse_used(out)
    run = ExplainedRun.read(place, rules.score)
    dataset = str(run.manifest.config["dataset"])
    groups = {problem: group_of(dataset, problem) for problem in run.places}
    origin = origin_of(run.manifest, dataset)
    trained = trained_on(parsed(origin.lineage), origin) | trained_on(start, origin)
    held_out = held_out_of(groups.values(), rules.held_out, rules.seed, trained)
    if rules.held_out and trained and trained.issuperset(groups.values()):
        raise ConfigError(
            f"the teacher of {place}, or the model to train, was trained on every group of its problems, so none can "
            f"be held out; make pairs of a run on other problems, or with --held-out 0"
        )
    with whole(out) as folder:
        tallies = write_rows(run, folder, rules, groups, held_out)
        made = PairsManifest(
            origin=origin,
            score=rules.score,
            threshold=rules.threshold,
            per_problem=rules.per_problem,
            keep=rules.keep,
            seed=rules.seed,
            held_out_share=rules.held_out,
            held_out=tuple(sorted(held_out)),
            problems=groups,
            parts={part: tally.counts for part, tally in tallies.items()},
            chosen=lengths_of(tallies[TRAIN].chosen),
            rejected=lengths_of(tallies[TRAIN].rejected),
            files={path.name: sha256(path) for path in sorted(folder.iterdir())},
        )
        (folder / "README.md").write_text(card(made), encoding="utf-8")
        (folder / PAIRS).write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return made


def write_rows(
    run: ExplainedRun, folder: Path, rules: Rules, groups: Mapping[str, str], held_out: frozenset[str]
) -> dict[str, Tally]:
    """Write the rows of both parts. Raises ConfigError where there is none to train on, and as `make`."""
    tallies = {part: Tally() for part in PARTS}
    largest = Fraction(0)

    def part_of(problem: str) -> str:
        return HELD_OUT if groups[problem] in held_out else TRAIN

    for problem in run.places.keys() - run.complete:
        tallies[part_of(problem)].told["incomplete"] += 1
    with ExitStack() as stack:
        writers = {part: stack.enter_context(open_part(folder, part)) for part in PARTS}
        for lesson in run.lessons():
            part = part_of(lesson.problem)
            largest = max(largest, widest([one.rated for one in lesson.explanations], rules.score))
            for row in rows_of(lesson, rules, groups[lesson.problem], tallies[part].told):
                writers[part].add(row)
                tallies[part].add(row)
    refuse_nothing(run.place, rules, [tally.told for tally in tallies.values()], largest)
    return tallies


def rows_of(lesson: Explained, rules: Rules, group: str, told: Counter[str]) -> Iterator[Row]:
    """Make the rows of a lesson, and count what it gave in `told`."""
    told.update(lesson.told)
    explanations = {one.rated.index: one for one in lesson.explanations}
    found = pairs_of((one.rated for one in lesson.explanations), score=rules.score, threshold=rules.threshold)
    told["found"] += len(found)
    for pair in keep(found, rules.per_problem, rules.keep, seed=rules.seed, problem=lesson.problem):
        yield row_of(pair, rules.score, lesson.problem, group, lesson.prompt, explanations)


def refuse_nothing(place: Path, rules: Rules, told: list[Counter[str]], largest: Fraction) -> None:
    """Refuse to make a folder without a pair to train on. Raises ConfigError."""
    train, both = told[0], told[0] + told[1]
    if not both["kept"]:
        usable = both["answers"] - both["cut_off"] - both["mended"] - both["duplicates"]
        raise ConfigError(
            f"no pair of {place} is above the threshold: of {both['answers']} answers {usable} can be used, two to one "
            f"problem differ by {float(largest):.3g} at most, and a pair needs more than {rules.threshold:g}"
        )
    if not train["kept"]:
        raise ConfigError(f"all {both['kept']} pairs of {place} are of groups that are held out; lower --held-out")


def origin_of(manifest: Manifest, dataset: str) -> Origin:
    """Say where pairs come from."""
    config = manifest.config
    teacher, students = str(config["teacher"]), config["student"]
    return Origin(
        started=manifest.started,
        dataset=dataset,
        teacher=teacher,
        students=tuple(map(str, students if isinstance(students, list) else [students])),
        identities=manifest.identities,
        commit=manifest.commit,
        data=manifest.data,
        judge=manifest.judge,
        config=config,
        lineage=manifest.lineage.get(teacher),
    )


def lengths_of(texts: "array[int]") -> Lengths | None:
    """Summarise lengths; None for none."""
    if not texts:
        return None
    return Lengths(mean=statistics.fmean(texts), median=statistics.median(texts), longest=max(texts))


def sha256(file: Path) -> str:
    """Hash a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def summary(made: PairsManifest, out: Path) -> Iterator[str]:
    """Tell a person what was made, in a few lines."""
    train, held_out = made.parts[TRAIN], made.parts[HELD_OUT]
    groups = f"{len(made.held_out)} of {len(set(made.problems.values()))} groups"
    yield f"{one_line(str(out))}: {train.kept} pairs to train on, {held_out.kept} held out ({groups})"
    both = Counter(train.model_dump()) + Counter(held_out.model_dump())
    yield f"lessons   {both['problems']}{left_out(both, LACKING)}"
    yield f"answers   {both['answers']}{left_out(both, UNUSED)}"
    yield f"pairs     {both['found']} above {made.threshold:g}; at most {made.per_problem} a problem, {made.keep}"
    only = f"{train.only_lbt} of those to train on ({train.only_lbt / train.kept:.0%})"
    yield f"only LbT  {only}: both answers are equally correct"
    for name, one in (("chosen", made.chosen), ("rejected", made.rejected)):
        if one:
            yield f"{name:9} {one.mean:.0f} characters on average, median {one.median:.0f}, longest {one.longest}"


def left_out(told: Counter[str], reasons: Mapping[str, str]) -> str:
    """Say how many were left out for each of some reasons."""
    said = [f"{told[name]} {reason}" for name, reason in reasons.items() if told[name]]
    return f"; left out: {', '.join(said)}" if said else ""


def share(_: click.Context, param: click.Parameter, value: float) -> float:
    """Check that an option is in [0, 1), and a number."""
    if not 0 <= value < 1:
        raise click.BadParameter(f"{value:g} is not in [0, 1)", param=param)
    return value


RULES = (
    click.Option(
        ["--threshold"], default=THRESHOLD, show_default=True, callback=share, help="A pair needs a larger difference."
    ),
    click.Option(
        ["--per-problem"], type=click.IntRange(min=1), default=PER_PROBLEM, show_default=True, help="Most pairs."
    ),
    click.Option(
        ["--keep"],
        type=click.Choice(get_args(Keep)),
        default="random",
        show_default=True,
        help="Which of too many: drawn, those that differ most, or so that no answer stands in many.",
    ),
    click.Option(
        ["--held-out"],
        default=HELD_OUT_SHARE,
        show_default=True,
        callback=share,
        help="Share of the groups of problems (families, indices, ids) that nothing is trained on.",
    ),
)
"""Options of what makes pairs, for a study as well."""


def call(run: str, out: Path, **rules: Any) -> None:  # noqa: ANN401 - the fields of Rules
    """Make the pairs that the command line asks for."""
    made = make(find(run), out, Rules(**rules))
    screen = console()
    for line in summary(made, out):
        screen.print(line, soft_wrap=True)


command = click.Command(
    "pairs",
    params=[
        click.Argument(["run"]),
        click.Option(
            ["-o", "out"], required=True, type=click.Path(path_type=Path), help="Folder to make; must not exist."
        ),
        click.Option(
            ["--score"],
            type=click.Choice(get_args(Score)),
            default="lbt",
            show_default=True,
            help="What an answer is worth: half correctness and half LbT score, or correctness alone (the baseline).",
        ),
        *RULES,
        click.Option(["--seed"], default=0, show_default=True, help="Of pairs and held-out groups that are drawn."),
    ],
    callback=call,
    help="Make preference pairs of the answers in RUN, a finished run's directory or `last`, as JSONL and Parquet.",
)


if __name__ == "__main__":
    main(command, "python -m training.pairs")
