"""What a model has seen: the groups of problems that it, or any before it in its line, was trained on.

A model that was trained on a problem must not be measured on it, not even when that was two trainings ago. Lineages are
recorded beside weights (`lineage.json`) and in runs and pairs, each with those before it.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import JsonValue, ValidationError

from lbt.errors import ConfigError
from training.groups import same_groups
from training.records import LINEAGE, Lineage, Origin, PairsManifest


def parsed(told: JsonValue) -> Lineage | None:
    """A lineage as another record holds it; None where there is none, or one that was not written here."""
    try:
        return Lineage.model_validate(told)
    except ValidationError:
        return None


def beside(weights: Path) -> Lineage | None:
    """The lineage beside a model, a folder or a file; None where there is none, or one that was not written here."""
    try:
        place = weights.resolve(strict=True)
        return Lineage.model_validate_json(((place if place.is_dir() else place.parent) / LINEAGE).read_bytes())
    except (OSError, ValidationError):
        return None


def trained_on(lineage: Lineage | None, origin: Origin) -> frozenset[str]:
    """Groups of the dataset of `origin` that were trained on in a line, of the model and of those that taught it."""
    if lineage is None:
        return frozenset()
    pairs = lineage.pairs
    here = pairs.origin.data == origin.data or same_groups(pairs.origin.dataset, origin.dataset)
    seen = frozenset(pairs.problems.values()) - frozenset(pairs.held_out) if here else frozenset[str]()
    earlier = (parsed(lineage.of_start), parsed(pairs.origin.lineage))
    return seen.union(*(trained_on(one, origin) for one in earlier))


def check_unseen(model: str, lineage: Lineage | None, pairs: PairsManifest) -> None:
    """Refuse to measure a model on what it was trained on. Raises ConfigError."""
    if seen := trained_on(lineage, pairs.origin) & frozenset(pairs.held_out):
        raise ConfigError(
            f"{model} was trained on {some(sorted(seen))} before, which these pairs hold out; make pairs with the "
            f"--seed and --held-out of that training, or of other problems"
        )


def some(names: Iterable[str]) -> str:
    """The first of some names, and how many there are besides."""
    first, *others = names
    return f"{first!r} and {len(others)} more" if others else repr(first)
