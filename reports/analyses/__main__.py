"""`python -m reports.analyses RUN… [ANALYSIS…]`: print analyses of finished lessons, and write each as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import click
from pydantic import JsonValue

from lbt.cli import main
from lbt.collected import Collection
from lbt.errors import ConfigError
from lbt.racing import need_whole_exams
from lbt.records import find, lessons_of, read_manifest, replace, writable
from lbt.types import Exams, LessonRecord
from reports.analyses.agreeing import agreeing
from reports.analyses.breakdown import breakdown
from reports.analyses.curve import curve_sheet
from reports.analyses.debugging import debugging
from reports.analyses.digest import Digest, digest
from reports.analyses.following import following
from reports.analyses.ranking import ranking
from reports.analyses.sheet import Sheet
from reports.finished import heading
from reports.tables import OWN_LEVELS, PAPER_DATASETS
from reports.terminal import console, one_line

ANALYSES = "analyses"
"""Folder of the CSV files, in the run's directory."""

OF_PROGRAMS, OF_VOTES = ("following", "debugging", "ranking"), ("curve", "breakdown", "agreement")
"""The analyses of each domain, in the order in which they are printed."""


@click.command(name="analyses")
@click.argument("words", nargs=-1, required=True, metavar="RUN… [ANALYSIS…]")
def command(words: tuple[str, ...]) -> None:
    """Analyse RUN, a run's directory or `last`; several for comparison, such as similar and dissimilar exams.

    ANALYSIS is following, debugging or ranking of programs, curve, breakdown or agreement in mathematics; all of them
    unless given. A directory with such a name is written ./curve.
    """
    asked = [word for word in words if word in (*OF_PROGRAMS, *OF_VOTES)]
    runs = [word for word in words if word not in asked]
    if not runs:
        raise click.UsageError("name a run, or `last`, before the analysis")
    for run in runs:
        analyse(find(run), asked)


def analyse(place: Path, asked: Sequence[str]) -> None:
    """Print the analyses of one run and write them beside it. Raises ConfigError where there is nothing to analyse."""
    screen, run = console(), Run.read(place)
    chosen = run.chosen(asked)
    screen.print(f"{heading(run.lessons, place)}\n", soft_wrap=True)
    if run.config.get("dataset") in PAPER_DATASETS:
        screen.print(f"{OWN_LEVELS}\n", soft_wrap=True)
    for name in chosen:
        sheet = run.sheet(name)
        screen.print(f"{sheet.text}\n", soft_wrap=True)
        with writable(place):
            (place / ANALYSES).mkdir(exist_ok=True)
            replace(place / ANALYSES / f"{sheet.name}.csv", sheet.csv.rstrip("\n"))
    screen.print(f"CSV: {one_line(str(place / ANALYSES))}\n", soft_wrap=True)


class Held(NamedTuple):
    """What the heading tells of a lesson."""

    complete: bool
    exams: Exams


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run to analyse: its finished lessons, whole where answers are programs, else what analyses of votes need."""

    place: Path
    config: Mapping[str, JsonValue]
    there: Collection
    lessons: Sequence[Held]
    """Incomplete ones too."""
    records: Sequence[LessonRecord]
    digests: Sequence[Digest]

    @classmethod
    def read(cls, place: Path) -> "Run":
        """Read a run. Raises ConfigError where no lesson is finished, DataError where a line is malformed."""
        config, there = read_manifest(place).config, Collection(place)
        faithful = config.get("faithful") is True
        lessons: dict[str, Held] = {}
        kept: dict[str, LessonRecord | Digest] = {}
        for record in lessons_of(place):
            lessons[record.problem] = Held(record.complete, record.exams)
            kept.pop(record.problem, None)
            if record.complete:
                kept[record.problem] = digest(record, there, faithful=faithful) if record.classes else record
        if not kept:
            raise ConfigError(f"{place} has no finished lesson to analyse")
        return cls(
            place=place,
            config=config,
            there=there,
            lessons=tuple(lessons.values()),
            records=[one for one in kept.values() if isinstance(one, LessonRecord)],
            digests=[one for one in kept.values() if isinstance(one, Digest)],
        )

    def chosen(self, asked: Sequence[str]) -> Sequence[str]:
        """The analyses that were asked for, or all. Raises ConfigError for one of another domain."""
        kinds = OF_VOTES if self.digests else OF_PROGRAMS
        for name in asked:
            if name not in kinds:
                raise ConfigError(f"{name} is no analysis of {self.place}; there are {', '.join(kinds)}")
        return asked or kinds

    def sheet(self, name: str) -> Sheet:
        """Make one analysis. Raises ConfigError where raced exams do not allow it."""
        seed, faithful = int(str(self.config.get("seed", 0))), self.config.get("faithful") is True
        taught_with = str(self.config.get("teach_with", "rationale+answer"))
        match name:
            case "following":
                return following(self.records, self.there, taught_with)
            case "debugging":
                return debugging(self.records)
            case "curve":
                return curve_sheet(self.digests, seed=seed, faithful=faithful)
            case "breakdown":
                return breakdown(self.digests)
            case "agreement":
                return agreeing(self.digests)
        need_whole_exams(self.records, "Kendall's tau")
        return ranking(self.records, self.there, taught_with)


if __name__ == "__main__":
    main(command, "python -m reports.analyses")
