"""`python -m reports.analyses RUN…`: print every analysis of finished lessons, and write each as CSV beside the run."""

from collections.abc import Iterator, Sequence

import click

from lbt.cli import main
from lbt.collected import Collection
from lbt.errors import ConfigError
from lbt.racing import need_whole_exams
from lbt.records import find, read_lessons, read_manifest, replace, writable
from lbt.types import LessonRecord
from reports.analyses.debugging import debugging
from reports.analyses.following import following
from reports.analyses.ranking import ranking
from reports.analyses.sheet import Sheet
from reports.finished import finished, heading
from reports.terminal import console, one_line

ANALYSES = "analyses"
"""Folder of the CSV files, in the run's directory."""


@click.command(name="analyses")
@click.argument("runs", nargs=-1, required=True, metavar="RUN…")
def command(runs: tuple[str, ...]) -> None:
    """Analyse RUN, a run's directory or `last`; several for comparison, such as similar and dissimilar exams."""
    screen = console()
    for run in runs:
        place = find(run)
        taught_with = str(read_manifest(place).config.get("teach_with", "rationale+answer"))
        lessons = tuple(read_lessons(place).values())
        if not finished(lessons):
            raise ConfigError(f"{place} has no finished lesson to analyse")
        screen.print(f"{heading(lessons, place)}\n", soft_wrap=True)
        for sheet in sheets([record for record in lessons if record.complete], Collection(place), taught_with):
            screen.print(f"{sheet.text}\n", soft_wrap=True)
            with writable(place):
                (place / ANALYSES).mkdir(exist_ok=True)
                replace(place / ANALYSES / f"{sheet.name}.csv", sheet.csv.rstrip("\n"))
        screen.print(f"CSV: {one_line(str(place / ANALYSES))}\n", soft_wrap=True)


def sheets(records: Sequence[LessonRecord], there: Collection, taught_with: str) -> Iterator[Sheet]:
    """Make every analysis of one run. Raises ConfigError at the first that raced exams do not allow."""
    yield following(records, there, taught_with)
    yield debugging(records)
    need_whole_exams(records, "Kendall's tau")
    yield ranking(records, there, taught_with)


if __name__ == "__main__":
    main(command, "python -m reports.analyses")
