"""Which items train exemplars and which test them, of texts, mathematics and programs.

No problem is on both sides, and the variants of a problem are where it is. Shipped sets of programs are small, so the
one that is named is held out whole while the other shipped problems train, as long as those are enough.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import leetcode_data.load
import math_data.load
import text_data.load
from agents.config import ImprovementConfig
from lbt.errors import ConfigError
from lbt.problem_set import ProblemSet
from lbt.split import Split, fingerprint
from lbt.types import Problem
from text_data.own import SUFFIXES

HOLD_OUT: Final = 0.4
"""Share of the problems that is held out where a set has no parts of its own."""
FIRST_LINE: Final = 1_000_000
"""Bytes of a first line that are looked at."""
FEWEST: Final = 10
"""Training items, below which nothing can be learnt and chosen."""


@dataclass(frozen=True)
class Side:
    """Problems, each with its variants."""

    problems: Sequence[Problem]
    variants: Mapping[str, Sequence[Problem]]

    @property
    def items(self) -> tuple[Problem, ...]:
        """Every problem once, those that are variants of several too."""
        each = (one for problem in self.problems for one in (problem, *self.variants.get(problem.id, ())))
        return tuple({one.id: one for one in each}.values())


def split_of(config: ImprovementConfig) -> Split[Problem]:
    """Read the dataset of a run in two parts, the hold-out as large as the run wants it.

    Raises:
        ConfigError: there is no such dataset, or it is too small.
        DataError: it is malformed.
    """
    found = whole(config)
    if len(found.train) < FEWEST or not found.hold_out:
        raise ConfigError(f"{config.dataset} has {len(found.train)} training items; {FEWEST} are the fewest")
    most = config.hold_out_items
    if most is None or len(found.hold_out) <= most:
        return found
    hold_out = sampled(found.hold_out, most, Random(f"{config.seed} hold-out"))
    return made(found.name, found.task, found.train, hold_out, found.notes)


def whole(config: ImprovementConfig) -> Split[Problem]:
    """The two parts as they are. Raises as `split_of`."""
    name = config.dataset
    if name in math_data.load.DATASETS:
        dataset = math_data.load.load(name, config.data_dir, seed=config.seed)
        return divided(dataset.name, Side(dataset.problems, dataset.exams), config.seed, dataset.notes)
    if name in leetcode_data.load.datasets():
        return of_programs(leetcode_data.load.load(name), config.seed)
    if name in text_data.load.DATASETS or config.task_file or holds_texts(Path(name)):
        return text_data.load.load(name, config.data_dir, task_file=config.task_file, seed=config.seed)
    own = leetcode_data.load.load(name)
    return divided(own.name, Side(own.problems, {}), config.seed, own.notes)


def holds_texts(path: Path) -> bool:
    """Whether a file, or a folder with a training part, looks like texts with labels of the user's own."""
    files = [path] if path.is_file() else [one for one in path.glob("train.*") if one.suffix in SUFFIXES]
    return any(one.suffix == ".csv" or begins_with_a_label(one) for one in files)


def begins_with_a_label(path: Path) -> bool:
    """Whether the first of JSON lines has a text and a label."""
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(FIRST_LINE))
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and {"text", "label"} <= set(first)


def of_programs(dataset: ProblemSet[Problem], seed: int) -> Split[Problem]:
    """Hold a shipped set of programs out, or divide it where the others are too few to train on."""
    held = {problem.id for problem in dataset.problems}
    others = {
        problem.id: problem
        for name in leetcode_data.load.datasets()
        for problem in leetcode_data.load.load(name).problems
        if problem.id not in held
    }
    if len(others) < FEWEST:
        return divided(dataset.name, Side(dataset.problems, {}), seed, dataset.notes)
    note = f"all of {dataset.name} is held out; the {len(others)} other shipped problems train"
    return made(dataset.name, "", tuple(others.values()), dataset.problems, (*dataset.notes, note))


def divided(name: str, side: Side, seed: int, notes: Iterable[str]) -> Split[Problem]:
    """Hold a part of the problems out, drawn by seed; their variants neither train nor test."""
    count = round(HOLD_OUT * len(side.problems))
    hold_out = sampled(side.problems, count, Random(f"{seed} hold-out"))
    held = {problem.id for problem in hold_out}
    train = Side([problem for problem in side.problems if problem.id not in held], side.variants)
    note = f"{count} of {len(side.problems)} problems are held out, drawn by seed; variants of the others train, too"
    return made(name, "", train.items, hold_out, (*notes, note))


def sampled(items: Sequence[Problem], count: int, random: Random) -> tuple[Problem, ...]:
    """Draw some, in the order in which they stand."""
    return tuple(items[place] for place in sorted(random.sample(range(len(items)), count)))


def made(
    name: str, task: str, train: Sequence[Problem], hold_out: Sequence[Problem], notes: Iterable[str]
) -> Split[Problem]:
    """Put two parts together."""
    return Split(
        name=name,
        task=task,
        train=tuple(train),
        hold_out=tuple(hold_out),
        fingerprint=fingerprint(task, train, hold_out),
        notes=tuple(notes),
    )
