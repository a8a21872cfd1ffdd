"""Make the two parts of a set of texts, and tell what is odd about them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lbt.errors import ConfigError
from lbt.exemplars import folded
from lbt.split import Split, fingerprint
from lbt.types import TextProblem


def split(
    name: str, task: str, train: Sequence[TextProblem], hold_out: Sequence[TextProblem], notes: Sequence[str] = ()
) -> Split[TextProblem]:
    """Put a set together; texts in both parts, or with both labels, are kept and told.

    Raises:
        ConfigError: a part has no text of one of the labels, so that nothing could be learnt or measured.
    """
    for part, items in (("training part", train), ("hold-out", hold_out)):
        for label, word in ((True, "Yes"), (False, "No")):
            if not any(item.label is label for item in items):
                raise ConfigError(f"{name} cannot be used: no text of its {part} has the label {word}")
    return Split(
        name=name,
        task=task,
        train=tuple(train),
        hold_out=tuple(hold_out),
        fingerprint=fingerprint(task, train, hold_out),
        notes=(*notes, *_told(train, hold_out)),
    )


def apart(train: Sequence[TextProblem], hold_out: Sequence[TextProblem]) -> list[TextProblem]:
    """The items of `train` whose texts are not in `hold_out`."""
    tested = {folded(item.statement) for item in hold_out}
    return [item for item in train if folded(item.statement) not in tested]


def _told(train: Sequence[TextProblem], hold_out: Sequence[TextProblem]) -> Iterator[str]:
    if shared := len(hold_out) - len(apart(hold_out, train)):
        yield f"texts of the hold-out that are also in the training part: {shared} of {len(hold_out)}"
    labels: defaultdict[str, set[bool]] = defaultdict(set)
    for item in (*train, *hold_out):
        labels[folded(item.statement)].add(item.label)
    if unsure := sum(len(found) > 1 for found in labels.values()):
        yield f"texts that occur with both labels: {unsure}"
