"""`python -m benchmarks [NAME …]`, and so `make bench`: measure, print tables, fail when a target is missed."""

import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks.figures import Findings, machine
from lbt.cli import main
from lbt.errors import LbtError

NAMES = (
    *("overhead", "throughput", "peers", "mixed", "load"),
    *("schedule", "racing", "selection", "equality", "math_scale", "pairs"),
)
"""The modules, in the order in which they are run; each has `measure() -> Findings`."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings there too."
)
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables there too.")
def bench(names: tuple[str, ...], json_file: Path | None, markdown: Path | None) -> None:
    """Measure judging and scheduling, all of it or NAMES; an idle machine, please. Fails when a target is missed."""
    found = []
    for name in names or NAMES:
        began = time.monotonic()
        click.echo(f"{name}: measuring", err=True)
        found.append(_measure(name) if len(names) == 1 else _apart(name))
        click.echo(f"{name}: {time.monotonic() - began:.0f} s", err=True)
        if len(names) == 1 or found[-1].failure:
            click.echo(found[-1].markdown)
    if json_file:
        json_file.write_text(json.dumps([one.model_dump(mode="json") for one in found], indent=2) + "\n")
    if markdown:
        markdown.write_text("\n".join(one.markdown for one in found))
    missed = [target.sentence for one in found for target in one.targets if not target.met]
    for sentence in missed:
        click.echo(sentence, err=True)
    if not all(one.met for one in found):
        sys.exit(1)


def _measure(name: str) -> Findings:
    before = machine()
    try:
        found = importlib.import_module(f"benchmarks.{name}").measure()
    except LbtError as error:
        return Findings(benchmark=name, machine=before, failure=str(error))
    assert isinstance(found, Findings)
    return found


def _apart(name: str) -> Findings:
    """Measure in a process of its own, so that no benchmark meets what another one left."""
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "findings.json")
        ended = subprocess.run([sys.executable, "-m", "benchmarks", name, "--json", str(file)], check=False)
        if not file.exists():
            return Findings(benchmark=name, machine=before, failure=f"it ended with exit code {ended.returncode}")
        (found,) = json.loads(file.read_text())
        return Findings.model_validate_json(json.dumps(found))


if __name__ == "__main__":
    main(bench, "python -m benchmarks")
