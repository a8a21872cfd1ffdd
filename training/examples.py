"""The pairs of a folder, as they are trained on: rows, and how many tokens their texts have."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lbt.errors import ConfigError, DataError
from lbt.records import read_lines
from training.libraries import Foreign
from training.recipe import Recipe
from training.records import HELD_OUT, PAIRS, TRAIN, PairsManifest, read_pairs


class Message(BaseModel):
    """One turn of a chat."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: Literal["system", "user", "assistant"]
    content: str


class Row(BaseModel):
    """What training needs of a row; where it comes from is for the reader of the folder."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: tuple[Message, ...]
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    group: str
    only_lbt: bool

    @property
    def fields(self) -> dict[str, Any]:
        """The columns that TRL reads."""
        return self.model_dump(mode="json", include={"prompt", "chosen", "rejected"})


@dataclass(frozen=True, slots=True)
class Data:
    """A folder of pairs with something to train on."""

    folder: Path
    manifest: PairsManifest
    digest: str
    """SHA-256 of the manifest."""
    train: tuple[Row, ...]
    held_out: tuple[Row, ...]

    @classmethod
    def read(cls, folder: Path) -> "Data":
        """Read a folder.

        Raises:
            ConfigError: it holds no pairs.
            DataError: a file of it is missing or malformed.
        """
        manifest = read_pairs(folder)
        digest = digest_of(folder / PAIRS)
        train, held_out = (tuple(read_rows(folder / f"{part}.jsonl", manifest)) for part in (TRAIN, HELD_OUT))
        if not train:
            raise ConfigError(f"--pairs: {folder} has no pair to train on")
        return cls(folder, manifest, digest, train, held_out)


@dataclass(frozen=True, slots=True)
class Examples:
    """The pairs of one part that fit."""

    rows: tuple[Row, ...]
    left_out: int
    """Pairs with a text that is too long."""
    longest: int
    """Tokens of the longest text that is left; 0 where there is none."""


def read_rows(file: Path, manifest: PairsManifest) -> list[Row]:
    """Read `<part>.jsonl`.

    Raises:
        DataError: there is none, a line is no pair, or it is not what the manifest describes.
    """
    if not file.is_file():
        raise DataError(str(file), "is missing")
    rows = list(read_lines(file, Row.model_validate_json))
    if manifest.files.get(file.name) != digest_of(file):
        raise DataError(str(file), f"has changed since {PAIRS} was written: what was trained on could not be told")
    return rows


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def fitting(rows: Sequence[Row], tokenizer: Foreign, longest: int) -> Examples:
    """Leave out the pairs of which a text has more than `longest` tokens with its prompt.

    Raises:
        DataError: the chat template does not take such a chat, or renders its prompt otherwise once it is answered.
    """
    lengths = [max(length(row.fields, side, tokenizer) for side in ("chosen", "rejected")) for row in rows]
    kept = [(row, tokens) for row, tokens in zip(rows, lengths, strict=True) if tokens <= longest]
    return Examples(
        tuple(row for row, _ in kept), len(rows) - len(kept), max((tokens for _, tokens in kept), default=0)
    )


def longest_of(config: Foreign, recipe: Recipe) -> int:
    """Most tokens that a text may have."""
    return min(recipe.max_length, getattr(config.get_text_config(), "max_position_embeddings", recipe.max_length))


def length(row: Mapping[str, Any], side: str, tokenizer: Foreign) -> int:
    """Tokens of a prompt with one of its answers."""
    from jinja2 import TemplateError

    render, chat = partial(tokenizer.apply_chat_template, tokenize=False), [*row["prompt"], *row[side]]
    try:
        asked, whole = render(row["prompt"], add_generation_prompt=True), render(chat)
        tokens = tokenizer.apply_chat_template(chat, tokenize=True, return_dict=False)
    except TemplateError as error:
        raise DataError("chat template", f"it does not take these pairs: {error}") from None
    if not whole.startswith(asked):  # a part of the prompt would be trained on
        raise DataError("chat template", "it renders a prompt otherwise once it is answered; train another model")
    return len(tokens)
