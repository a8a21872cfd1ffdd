"""`python -m agents.select RUN`: what other ways of choosing would have handed in, of the same answers; no calls."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from agents.cast import placeless
from agents.endpoints.budget import Price, load_prices, price_of
from agents.endpoints.catalogue import canonical
from agents.endpoints.spec import parse_spec
from agents.outlay import TEACHER, outlays
from lbt.cli import main, meant
from lbt.collected import Collection, Matched
from lbt.comparison import GREEDY, MATCHED, ORACLE, Compared, candidates_of, compare
from lbt.errors import ConfigError
from lbt.evidence import Evidence
from lbt.records import find, read_lessons, read_manifest
from lbt.scoring import mean
from lbt.selectors import RANDOM, Selector, selectors
from lbt.types import LessonRecord
from reports.selection import as_fields, markdown_selection, plain_selection
from reports.tables import OWN_LEVELS, PAPER_DATASETS
from reports.terminal import console

WHOLE = "--exams all"
"""What a run has to be held with for selectors that need every exam's score."""


@click.command(name="select")
@click.argument("run")
@click.option("--by", default="", help="Only these rows, with commas between them; all of them unless given.")
@click.option(
    "--prices", type=click.Path(path_type=Path), help="Price file (YAML); the one that is shipped unless given."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the comparison as JSON, with what is chosen of each problem."
)
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
def command(run: str, by: str, prices: Path | None, as_json: bool, markdown: bool) -> None:
    """Compare ways to choose among the answers of RUN, a run's directory or `last`.

    Rows that need more than the run has are empty until `python -m agents.collect` has asked for it.
    """
    place = find(run)
    config, lessons = read_manifest(place).config, tuple(read_lessons(place).values())
    records = [record for record in lessons if record.complete]
    if not records:
        raise ConfigError(f"{place} has no finished lesson to choose from")
    there = Collection(place)
    rows = compared(records, there, picked(by, records[0].students), seed=int(str(config.get("seed", 0))))
    spent = outlays(records, there, prices_of(config, load_prices(prices)))
    if as_json:
        json.dump(as_fields(rows, spent, records), sys.stdout, indent=2)
        print()
        return
    screen = console()
    table = markdown_selection if markdown else plain_selection
    screen.print(table(rows, spent, lessons, place), soft_wrap=True)
    if config.get("dataset") in PAPER_DATASETS:
        screen.print(f"\n{OWN_LEVELS}", soft_wrap=True)


def picked(by: str, students: Sequence[str]) -> list[str]:
    """Names of the rows that were asked for, with the random choice they are compared with. Raises ConfigError."""
    names = [*(selector.name for selector in selectors(students)), GREEDY, MATCHED, ORACLE]
    asked = list(dict.fromkeys(name.strip() for name in by.split(",") if name.strip()))
    for name in asked:
        if name not in names:
            hint = meant(name, names) or f" (there are {', '.join(names)})"
            raise ConfigError(f"--by: no selector {name!r}{hint}")
    return [RANDOM.name, *asked] if asked else names


def compared(
    records: Sequence[LessonRecord], there: Collection, names: Sequence[str], *, seed: int
) -> tuple[Compared, ...]:
    """Compare the rows of these names, and the oracle, on the finished lessons of a run."""
    asked = [selector for selector in selectors(records[0].students) if selector.name in names]
    evidence = [there.evidence(record) for record in records]
    raced = any(record.exams != "all" for record in records)
    missing = {selector.name: lack for selector in asked if (lack := lacking(selector, evidence, raced=raced))}
    fixed = {GREEDY: [greedy(record) for record in records], MATCHED: [matched(record, there) for record in records]}
    if MATCHED in names and None in fixed[MATCHED]:
        missing[MATCHED] = MATCHED
    return compare(
        [candidates_of(record, one) for record, one in zip(records, evidence, strict=True)],
        asked,
        {name: each for name, each in fixed.items() if name in names and name not in missing},
        missing,
        seed=seed,
        raced=raced,
    )


def lacking(selector: Selector, evidence: Sequence[Sequence[Evidence]], *, raced: bool) -> str:
    """What a selector lacks on some lesson: exams that were not raced, or what can be collected."""
    if selector.whole_exams and raced:
        return WHOLE
    unscored = selector.needs and any(score is None for row in evidence for score in selector.score(row))
    return selector.needs if unscored else ""


def greedy(record: LessonRecord) -> float | None:
    """S-score of the greedy answer."""
    grade = record.greedy.final if record.greedy else None
    return grade.s if grade else None


def matched(record: LessonRecord, there: Collection) -> float | None:
    """Mean S-score of a teacher with solved problems; None where that was not collected."""
    line = there.of(Matched, record)
    return mean(grade.s for one in line.taught if (grade := one.final)) if line else None


def prices_of(config: Mapping[str, object], prices: Mapping[str, Price]) -> Mapping[str, Price]:
    """Price of the teacher, under that word, and of each student, under its name; nothing where it is not known."""
    students = config["student"]
    named = [canonical(parse_spec(str(text))) for text in (students if isinstance(students, list) else [students])]
    specs = {TEACHER: canonical(parse_spec(str(config["teacher"]))), **{placeless(spec): spec for spec in named}}
    return {name: price for name, spec in specs.items() if (price := price_of(spec, prices)) is not None}


if __name__ == "__main__":
    main(command, "python -m agents.select")
