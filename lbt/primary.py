"""The primary comparison: the one that was named before the run, so that its p-value needs no adjustment."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lbt.cli import meant
from lbt.comparison import UNCOMPARED, Compared, interval_of
from lbt.errors import ConfigError
from lbt.resampling import Interval, Signs, signs
from lbt.scoring import mean
from lbt.types import Value


class Primary(NamedTuple):
    """Two rows to compare."""

    ours: str
    theirs: str

    def with_reference(self, reference: str) -> str:
        """The row whose comparison with `reference` this is; empty where it is another comparison."""
        if reference not in self:
            return ""
        return self.theirs if self.ours == reference else self.ours


def primary_of(text: str, names: Sequence[str]) -> Primary | None:
    """Read `lbt-sum vs sc`; None for an empty text.

    Args:
        text: Two names with `vs` between them.
        names: The rows that there are: `lbt.comparison.row_names`.

    Raises:
        ConfigError: it is of another form, or a name is not one of the rows that can be compared.
    """
    if not text:
        return None
    ours, vs, theirs = (word.strip() for word in text.partition(" vs "))
    if not (ours and vs and theirs) or ours == theirs:
        raise ConfigError(f"--primary {text!r} does not name two ways to choose, as in 'lbt-sum vs sc'")
    for name in (ours, theirs):
        _check(name, [one for one in names if one not in UNCOMPARED])
    return Primary(ours, theirs)


def _check(name: str, names: Sequence[str]) -> None:
    if name not in names:
        hint = meant(name, names) or f" (there are {', '.join(names)})"
        raise ConfigError(f"--primary: no selector {name!r} to compare{hint}")


class Finding(Value):
    """The primary comparison on the problems on which both rows are defined."""

    ours: str
    theirs: str
    difference: float | None
    """Mean of S-score of `ours` less that of `theirs`; None where a row lacks something."""
    signs: Signs
    """On how many problems `ours` is better, as good and worse."""
    p: float
    """Exact sign test, not adjusted; McNemar's where every S-score is 0 or 1."""
    interval: Interval | None
    """95 % of the difference, problems resampled; None below 10 problems."""
    missing: str = ""
    """What a row lacks."""


def finding_of(primary: Primary, rows: Iterable[Compared], *, seed: int) -> Finding:
    """Compare the two rows, which are among `rows`, as was said before the run."""
    found = {row.name: row for row in rows}
    ours, theirs = found[primary.ours], found[primary.theirs]
    pairs = [(a, b) for a, b in zip(ours.each, theirs.each, strict=True) if a is not None and b is not None]
    counted = signs(ours.each, theirs.each)
    return Finding(
        ours=ours.name,
        theirs=theirs.name,
        difference=mean(a - b for a, b in pairs),
        signs=counted,
        p=counted.p,
        interval=interval_of(ours.each, theirs.each, seed=seed),
        missing=ours.missing or theirs.missing,
    )
