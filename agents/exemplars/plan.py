"""What an improvement run will do, settled before anything is started."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Final

from agents.cast import Cast, teacher_sampling
from agents.config import ImprovementConfig
from agents.endpoints.calls import Sampling
from agents.exemplars.kinds import CODE, MATH, TEXT, TEXT_AS_PUBLISHED, Kind
from agents.exemplars.splits import split_of
from agents.manifest import Recipe
from agents.prompting import fingerprints
from graphs.exemplar_roles import Sizes
from graphs.training import Training
from lbt.errors import ConfigError
from lbt.split import Split
from lbt.types import CodeProblem, MathProblem, Problem

PAPER: Final[Mapping[str, int]] = {
    "current_sets": 4, "new_sets": 8, "iterations": 5, "exam_items": 64, "selection_calls": 2048,
    "hold_out_items": 3000,
}  # fmt: skip
"""The defaults, which are the numbers of the paper and of its published code."""
EMBEDDED: Final[Mapping[str, int]] = {
    "current_sets": 2, "new_sets": 2, "iterations": 2, "exam_items": 16, "selection_calls": 192,
    "hold_out_items": 100,
}  # fmt: skip
"""Those with embedded models only: minutes instead of hours."""
TEXTS, WORKED = 8, 2
"""Exemplars of a set: labelled texts, or problems with their solutions."""
LEAST_COMPARED: Final = 4
"""Training items that the initial sets leave at least to be compared on."""


@dataclass(frozen=True, kw_only=True)
class ImprovementPlan:
    """An improvement run before it starts."""

    config: ImprovementConfig
    """Settled: the defaults that depend on others are filled in."""
    cast: Cast
    split: Split[Problem]
    kind: Kind

    sizes: Sizes
    """How much of everything."""
    fresh: int
    """Training items that are set aside for the final stage."""

    @property
    def candidates(self) -> int:
        """Sets that compete in an iteration, when every new one can be used."""
        return competing(self.config, self.sizes.current, self.sizes.new)

    @property
    def revisions(self) -> int:
        """Sets that are written per current set and iteration."""
        return mixed(self.config, self.sizes.new)

    @cached_property
    def open_items(self) -> int:
        """Training items that are not set aside; those that read alike count once."""
        return self.training(0).open_items

    def training(self, repeat: int) -> Training:
        """The training items of one repeat."""
        return Training(
            items=self.split.train,
            seed=self.config.seed,
            repeat=repeat,
            fresh=self.fresh,
            statement=self.kind.statement,
        )

    @property
    def recipe(self) -> Recipe:
        """What the record of the run is told by."""
        return Recipe(
            config=self.config,
            dataset=f"m3-{self.split.name}",
            prompts=fingerprints(*self.kind.prompts),
            data=self.split.fingerprint,
        )

    @property
    def writing(self) -> Sampling:
        """How sets and reflections are sampled."""
        return teacher_sampling(self.config)

    @property
    def teacher_reading(self) -> Sampling:
        """How the teacher answers items."""
        return self._reading(self.config.max_tokens)

    @property
    def student_reading(self) -> Sampling:
        """How students do."""
        return self._reading(self.config.student_max_tokens or self.config.max_tokens)

    def _reading(self, max_tokens: int) -> Sampling:
        tokens = self.config.label_tokens if self.kind.name == "text" else max_tokens
        return Sampling(temperature=0.0, top_p=1.0, max_tokens=tokens)


def plan_of(config: ImprovementConfig) -> ImprovementPlan:
    """Settle what the user asked for.

    Raises:
        ConfigError: an option, dataset or model cannot be, or options contradict each other.
        DataError: the dataset is malformed.
    """
    cast = Cast.of(config)
    defaults = EMBEDDED if cast.embedded else PAPER
    numbers = {name: getattr(config, name) or number for name, number in defaults.items()}
    split = split_of(config.model_copy(update={"hold_out_items": numbers["hold_out_items"]}))
    kind = kind_of(split.train[0], faithful=config.faithful)
    texts = kind.name == "text"
    share = numbers["selection_calls"] // numbers["current_sets"]
    numbers["fresh_items"] = config.fresh_items or max(1, min(share, len(split.train) // 4))
    numbers["exemplars"] = config.exemplars or (TEXTS if texts else WORKED)
    numbers["student_max_tokens"] = config.student_max_tokens or config.max_tokens
    plan = ImprovementPlan(
        config=config.model_copy(update=numbers | {"select_by": config.select_by or ("f1" if texts else "accuracy")}),
        cast=cast,
        split=split,
        kind=kind,
        sizes=sizes_of(config, numbers),
        fresh=numbers["fresh_items"],
    )
    agree(plan)
    return plan


def sizes_of(config: ImprovementConfig, numbers: Mapping[str, int]) -> Sizes:
    """How much of everything: options that may be left out come from `numbers`."""
    current, new = numbers["current_sets"], numbers["new_sets"]
    sample = numbers["selection_calls"] // max(1, competing(config, current, new))
    return Sizes(
        current=current,
        exemplars=numbers["exemplars"],
        iterations=numbers["iterations"],
        new=new,
        exam=numbers["exam_items"],
        failures=config.failures,
        mixed=config.mix,
        selection=None if config.select_on == "full" else sample,
    )


def competing(config: ImprovementConfig, current: int, new: int) -> int:
    """Sets that compete in an iteration: the new ones of each current set and, where it is kept, the set itself."""
    return current * (mixed(config, new) + (config.originals == "keep"))


def mixed(config: ImprovementConfig, new: int) -> int:
    """Revisions of a set: one per reflection, or as many mixtures of them as there are different ones."""
    return min(new, comb(new, config.mix))


def kind_of(item: Problem, *, faithful: bool) -> Kind:
    """The kind of an item: a dataset has one."""
    match item:
        case MathProblem():
            return MATH
        case CodeProblem():
            return CODE
    return TEXT_AS_PUBLISHED if faithful else TEXT


def agree(plan: ImprovementPlan) -> None:
    """Refuse what contradicts itself or the dataset. Raises ConfigError."""
    config, sizes = plan.config, plan.sizes
    if plan.kind.name != "text" and config.select_by != "accuracy":
        raise ConfigError(f"--select-by {config.select_by} needs two classes, and {config.dataset} has none")
    if config.task_file and plan.kind.name != "text":
        raise ConfigError(f"--task-file is what texts are asked, and {config.dataset} has none; leave it out")
    if config.mix > sizes.new:
        raise ConfigError(f"--mix {config.mix} needs as many --new-sets at least")
    if sizes.selection == 0:
        raise ConfigError(
            f"--selection-calls {config.selection_calls} is less than one for each of {plan.candidates} candidates"
        )
    shown, rarer = sizes.current * sizes.exemplars, plan.training(0).fewest()
    if plan.open_items < shown + LEAST_COMPARED or rarer < sizes.exemplars:
        raise ConfigError(
            f"{config.dataset} has {len(plan.split.train)} training items, {rarer} of the rarer class; --fresh-items "
            f"{plan.fresh}, --current-sets {sizes.current} and --exemplars {sizes.exemplars} leave too few"
        )
