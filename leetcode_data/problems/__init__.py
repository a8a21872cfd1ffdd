"""The problems by dataset, one module each: statement, examples, inputs of the tests, known solutions."""

from collections.abc import Mapping
from dataclasses import dataclass

from leetcode_data.problems import (
    apple_row,
    beehives,
    concert_days,
    dark_lamps,
    never_three,
    predict_the_winner,
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
        "five easy take-or-skip problems of our own, for small models and quick starts",
        (
            apple_row.SOURCE,
            concert_days.SOURCE,
            beehives.SOURCE,
            dark_lamps.SOURCE,
            never_three.SOURCE,
        ),
    ),
}


def source(slug: str) -> Source:
    """Return what was written down about `slug`.

    Raises:
        KeyError: there is no such problem.
    """
    return {one.slug: one for dataset in DATASETS.values() for one in dataset.sources}[slug]
