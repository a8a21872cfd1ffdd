"""`python -m agents.select RUN`: what other ways of choosing would have handed in, of the same answers; no calls."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from agents.cast import placeless
from agents.endpoints.budget import Price, load_prices, price_of
from agents.endpoints.catalogue import canonical
from agents.endpoints.spec import parse_spec
from agents.equal_cost import equal_cost, equal_cost_sheet
from agents.stored import StoredRun
from lbt.cli import main, meant, print_json
from lbt.comparison import FIXED, MATCHED, MATCHED_GREEDY, MATCHED_SC, ORACLE, ZERO_SHOT, Compared, compare
from lbt.errors import ConfigError
from lbt.primary import finding_of
from lbt.records import find, read_manifest
from lbt.types import TEACHER
from reports.selection import Comparison, as_fields, markdown_selection, plain_selection
from reports.tables import OWN_LEVELS, PAPER_DATASETS
from reports.terminal import console

BESIDE = {MATCHED: "matched", MATCHED_SC: "matched", MATCHED_GREEDY: "matched", ZERO_SHOT: "zero-shot"}
"""Row without a selector -> what has to be collected for it."""


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
@click.option(
    "--equal-cost",
    "matched_outlay",
    is_flag=True,
    help="Compare votes with self-consistency where both cost the same calls, tokens or money.",
)
def command(run: str, by: str, prices: Path | None, as_json: bool, markdown: bool, matched_outlay: bool) -> None:
    """Compare ways to choose among the answers of RUN, a run's directory or `last`.

    Rows that need more than the run has are empty until `python -m agents.collect` has asked for it.
    """
    place = find(run)
    stored = StoredRun.read(place, prices_of(read_manifest(place).config, load_prices(prices)))
    names = picked(by, stored)
    if matched_outlay:
        print_equal_cost(stored, names, as_json=as_json, markdown=markdown)
        return
    rows = compared(stored, names)
    told = Comparison(
        rows=rows,
        reference=stored.reference,
        primary=finding_of(stored.primary, rows, seed=stored.seed) if stored.primary else None,
        outlays=stored.outlays,
        lessons=stored.lessons,
        run=stored.place,
    )
    if as_json:
        print_json(as_fields(told))
        return
    screen = console()
    screen.print((markdown_selection if markdown else plain_selection)(told), soft_wrap=True)
    if stored.config.get("dataset") in PAPER_DATASETS:
        screen.print(f"\n{OWN_LEVELS}", soft_wrap=True)


def print_equal_cost(stored: StoredRun, names: Sequence[str], *, as_json: bool, markdown: bool) -> None:
    """Print the comparison at equal outlay. Raises ConfigError where there is none."""
    rows = equal_cost(stored, names)
    if as_json:
        print_json({"reference": stored.reference, "rows": [row.model_dump(mode="json") for row in rows]})
        return
    sheet = equal_cost_sheet(rows)
    console().print(sheet.markdown if markdown else sheet.text, soft_wrap=True)


def picked(by: str, stored: StoredRun) -> list[str]:
    """Names of the rows that were asked for, with those that they are compared with. Raises ConfigError."""
    asked = list(dict.fromkeys(name.strip() for name in by.split(",") if name.strip()))
    for name in asked:
        if name not in stored.names:
            hint = meant(name, stored.names) or f" (there are {', '.join(stored.names)})"
            raise ConfigError(f"--by: no selector {name!r}{hint}")
    return [stored.reference, *(stored.primary or ()), *asked] if asked else list(stored.names)


def compared(stored: StoredRun, names: Sequence[str]) -> tuple[Compared, ...]:
    """Compare the rows of these names, and the oracle, on the finished lessons of a run."""
    asked = [selector for selector in stored.selectors if selector.name in names]
    missing = {selector.name: lack for selector in asked if (lack := stored.lacking(selector))}
    fixed = {
        name: [lesson.fixed[name] for lesson in stored.complete]
        for name in FIXED[stored.domain]
        if name in names and name != ORACLE
    }
    lacking = frozenset[str]().union(*(lesson.uncollected for lesson in stored.complete))
    missing |= {name: BESIDE[name] for name in fixed if name in lacking}
    return compare(
        stored.candidates,
        asked,
        {name: each for name, each in fixed.items() if name not in missing},
        missing,
        reference=stored.reference,
        primary=stored.primary.with_reference(stored.reference) if stored.primary else "",
        seed=stored.seed,
        raced=stored.raced,
    )


def prices_of(config: Mapping[str, object], prices: Mapping[str, Price]) -> Mapping[str, Price]:
    """Price of the teacher, under that word, and of each student, under its name; nothing where it is not known."""
    students = config["student"]
    named = [canonical(parse_spec(str(text))) for text in (students if isinstance(students, list) else [students])]
    specs = {TEACHER: canonical(parse_spec(str(config["teacher"]))), **{placeless(spec): spec for spec in named}}
    return {name: price for name, spec in specs.items() if (price := price_of(spec, prices)) is not None}


if __name__ == "__main__":
    main(command, "python -m agents.select")
