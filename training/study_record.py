"""`study.json`: what a study was asked to be, and what came of it."""

from pathlib import Path
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from lbt.errors import ConfigError, DataError
from lbt.held_out import HeldOut
from lbt.pairs import Keep
from lbt.types import Value
from training.output import Result
from training.recipe import Recipe
from training.records import Counts, Lineage

STUDY = "study.json"
V = TypeVar("V", bound=Value)


class Asked(Value):
    """What a study that goes on must share with what it was."""

    started: str
    """When the run began, which tells it from others."""
    dataset: str
    model: str
    """That is trained, as it was named."""
    identity: str
    """Of its weights."""
    seeds: int
    """Models per trained arm."""
    threshold: float
    """Of pairs, as are the next two."""
    per_problem: int
    keep: Keep
    held_out: float
    """Share of the groups of problems that nothing is trained on."""
    variants: int
    """Of each held-out problem, asked besides it."""
    recipe: Recipe
    """Of every training, but for the seed."""
    max_tokens: int
    """Longest answer to a held-out problem."""


class Study(Value):
    """`study.json`."""

    asked: Asked
    pairs: dict[str, Counts]
    """Trained arm -> the pairs that it is trained on."""
    lineages: dict[str, Lineage] = {}
    """Trained model -> where its weights come from."""
    trainings: dict[str, Result] = {}
    """Trained model -> what its training did."""
    result: HeldOut | None = None
    """On the held-out problems; None while answers are missing."""


def agree(out: Path, was: Asked, now: Asked) -> None:
    """Refuse to go on with another study, naming the first difference. Raises ConfigError."""
    old, new = flat(was), flat(now)
    for name, value in old.items():
        if new[name] != value:
            raise ConfigError(f"{out} is another study: {name} was {value} and is {new[name]}; choose another -o")


def flat(asked: Asked) -> dict[str, JsonValue]:
    """What must agree, by the name that a user knows."""
    fields: dict[str, JsonValue] = asked.model_dump(mode="json", exclude={"model", "recipe"})
    recipe = asked.recipe.model_dump(mode="json", exclude={"seed"})
    return {name.replace("_", "-"): value for name, value in {**fields, **recipe}.items()}


def read(kind: type[V], file: Path) -> V:
    """Read a file that holds one value. Raises DataError where it is missing or malformed."""
    try:
        return kind.model_validate_json(file.read_bytes())
    except OSError as error:
        raise DataError(str(file), f"cannot be read ({error.strerror})") from None
    except ValidationError as error:
        raise DataError(str(file), error.errors()[0]["msg"]) from None
