"""The installed commands of training, `lbt-pairs` and its like: the modules' own, for shells that complete."""

from typing import NoReturn

from lbt.cli import main


def pairs() -> NoReturn:
    """Be `python -m training.pairs`."""
    from training.pairs import command

    main(command, "lbt-pairs")


def dpo() -> NoReturn:
    """Be `python -m training.dpo`."""
    from training.dpo import command

    main(command, "lbt-dpo")


def evaluate() -> NoReturn:
    """Be `python -m training.evaluate`."""
    from training.evaluate import command

    main(command, "lbt-evaluate")


def study() -> NoReturn:
    """Be `python -m training.study`."""
    from training.study import command

    main(command, "lbt-study")
