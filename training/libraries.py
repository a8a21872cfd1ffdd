"""The training libraries: whether they are here, and how they keep quiet."""

import importlib.util
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lbt.errors import UnavailableError

Foreign = Any
"""Something of these libraries, which have no types, or none that hold."""
NEEDED = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
"""Modules without which nothing is trained."""
SETTINGS = {
    "HF_HUB_DISABLE_TELEMETRY": "1",  # TRL would tell the hub of every training
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TQDM_DISABLE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}
"""Variables that the libraries read when they are imported."""


def check_installed(what: str = "this") -> None:
    """Make sure that the training libraries are installed, without loading them.

    Args:
        what: What needs them, for the sentence.

    Raises:
        UnavailableError: one is missing.
    """
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise UnavailableError(f"{what} needs the training libraries: pip install '.[train]' ({missing[0]} is missing)")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the terminal to the project's own lines: no warning, bar or log line of a library while the block runs."""
    os.environ.update({name: os.environ.get(name, value) for name, value in SETTINGS.items()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import datasets
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        datasets.disable_progress_bars()
        for name in ("accelerate", "datasets", "huggingface_hub", "peft", "torch", "trl"):
            logging.getLogger(name).setLevel(logging.ERROR)
        yield
