"""What an improvement run will do, settled before anything is started."""

from collections.abc import Mapping
from dataclasses import dataclass
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
LABEL_TOKENS: Final = 4
"""Longest reply of who labels a text, as in the published code."""


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
    def open_items(self) -> int:
        """Training items that are not set aside."""
        return len(self.split.train) - self.fresh

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
        tokens = LABEL_TOKENS if self.kind.name == "text" else max_tokens
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
    numbers["fresh_items"] = config.fresh_items or min(share, len(split.train) // 4)
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
    sample = max(1, numbers["selection_calls"] // competing(config, current, new))
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
    return current * (new + (config.originals == "keep"))


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
    if plan.open_items < sizes.exemplars + 2:
        raise ConfigError(
            f"{config.dataset} has {len(plan.split.train)} training items; --fresh-items {plan.fresh} "
            f"and --exemplars {sizes.exemplars} leave too few"
        )
