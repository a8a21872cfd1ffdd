"""The problems by dataset, one module each: statement, examples, inputs of the tests, known solutions."""

from collections.abc import Mapping
from dataclasses import dataclass

from leetcode_data.problems import (
    ant_hills,
    coin_jar,
    lamp_oil,
    pond_lilies,
    predict_the_winner,
    rabbit_pairs,
    stone_game,
    stone_game_ii,
    stone_game_iii,
    stone_game_iv,
)
from leetcode_data.source import Source


@dataclass(frozen=True)
class Dataset:
    """Problems that are each other's exam."""

    about: str
    """One line for `python -m leetcode_data list`."""
    sources: tuple[Source, ...]


DATASETS: Mapping[str, Dataset] = {
    "game_theory": Dataset(
        "LeetCode's game theory study plan, the five problems of the paper",
        (
            predict_the_winner.SOURCE,
            stone_game.SOURCE,
            stone_game_ii.SOURCE,
            stone_game_iii.SOURCE,
            stone_game_iv.SOURCE,
        ),
    ),
    "first_steps": Dataset(
        "five easy recurrences of our own, for small models and quick starts",
        (
            pond_lilies.SOURCE,
            rabbit_pairs.SOURCE,
            coin_jar.SOURCE,
            ant_hills.SOURCE,
            lamp_oil.SOURCE,
        ),
    ),
}


def source(slug: str) -> Source:
    """Return what was written down about `slug`.

    Raises:
        KeyError: there is no such problem.
    """
    return {one.slug: one for dataset in DATASETS.values() for one in dataset.sources}[slug]
