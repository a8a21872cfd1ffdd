"""What M2 leaves on disk: the description of a folder of pairs, and the lineage of a model that was trained on them."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from lbt.errors import ConfigError, DataError
from lbt.pairs import Keep, Score
from lbt.types import Share, Value

PAIRS, LINEAGE = "pairs.json", "lineage.json"
TRAIN, HELD_OUT = "train", "held_out"
"""The two parts of a folder of pairs; each is `<part>.jsonl` and `<part>.parquet`."""


class Origin(Value):
    """The M1 run that pairs come from."""

    started: str
    """ISO 8601, UTC."""
    dataset: str
    teacher: str
    """Label of the model that wrote the answers."""
    students: tuple[str, ...]
    identities: dict[str, str]
    """Model label -> identity of its weights."""
    commit: str
    data: str
    """SHA-256 of the dataset."""
    judge: str = ""
    """Who marked: its version and backend."""
    config: dict[str, JsonValue] = {}
    """The options of the run, as its record has them: with them its problems can be had again."""
    lineage: JsonValue = None
    """Lineage of the teacher, where it was itself trained here."""


class Lengths(Value):
    """Lengths of the texts of one side of the pairs, in characters."""

    mean: float
    median: float
    longest: int


class Counts(Value):
    """What became pairs, and what did not."""

    problems: int
    """Complete lessons that were read."""
    incomplete: int
    """Lessons that lack a mark, left out."""
    answers: int
    """Answers of the complete lessons."""
    cut_off: int
    """Of these, left out because the reply is not whole."""
    unexamined: int = 0
    """Lessons without an exam, because none could be written, left out."""
    mended: int = 0
    """Of `answers`, left out because self-debug changed them: what was taught is no reply to the problem's prompt."""
    reasoned: int = 0
    """Of the answers that could be used, those whose model thought before it answered; no text has its thoughts."""
    duplicates: int
    """Of these, left out because another answer to the same problem reads almost the same."""
    found: int
    """Pairs above the threshold."""
    kept: int
    only_lbt: int
    """Of `kept`, those of two answers that are equally correct: correctness alone would not make them."""


class PairsManifest(Value):
    """`pairs.json`: how a folder of pairs was made."""

    origin: Origin
    score: Score
    threshold: Share
    per_problem: Annotated[int, Field(ge=1)]
    keep: Keep
    seed: int
    held_out_share: Share
    held_out: tuple[str, ...]
    """Names of the groups (families, indices, ids) whose problems nothing was trained on, sorted."""
    problems: dict[str, str]
    """Problem of the run -> its group."""
    parts: dict[str, Counts]
    """`train` and `held_out`."""
    chosen: Lengths | None
    """Of the pairs to train on; None where there are none."""
    rejected: Lengths | None
    files: dict[str, str]
    """File beside it -> SHA-256."""


class Lineage(Value):
    """`lineage.json` beside the weights: run -> pairs -> model. A run that this model teaches records it in turn."""

    pairs: PairsManifest
    start: str
    """The model that was trained, as it was named."""
    start_identity: str
    """Identity of its weights: `sha256:` of the file, or of the files of the folder in order of name."""
    of_start: JsonValue = None
    """Lineage of that model, where it was itself trained here; not that of the teacher of the pairs, which hold it."""
    options: dict[str, JsonValue]
    """Every option of the training, defaults included."""
    seed: int
    steps: int
    packages: dict[str, str]
    """Distribution -> version."""
    commit: str


def read_pairs(place: Path) -> PairsManifest:
    """Read the description of a folder of pairs.

    Raises:
        ConfigError: it is none.
        DataError: it is malformed.
    """
    file = place / PAIRS
    if not file.is_file():
        raise ConfigError(f"no pairs in {place}; make them with: python -m training.pairs RUN -o {place}")
    try:
        return PairsManifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(str(file), f"not a description of pairs: {error.errors()[0]['msg']}") from None
