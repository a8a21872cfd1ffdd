"""Turn the sources of the problems into the data files: `python -m leetcode_data.build`.

The same sources give the same bytes on every machine and Python version. A file `<slug>.jsonl` has the
problem in its first line and one test in every other, visible ones first, hidden ones from small to large.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import click

from lbt.cli import main
from lbt.errors import DataError
from lbt.signature import parameters, signature_of
from lbt.types import Case
from leetcode_data.encoding import dump, pack
from leetcode_data.problems import DATASETS, SOURCES, Group
from leetcode_data.source import Args, Example, Source, accepts, callable_of

DATA: Final = Path(__file__).parent / "data"


def build(folder: Path = DATA) -> list[Path]:
    """Write every data file into `folder` and return the paths written.

    Raises:
        DataError: two references, or a reference and brute force, disagree.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in SOURCES.values():
        path = folder / f"{source.slug}.jsonl"
        path.write_text("".join(line + "\n" for line in lines(source)), encoding="utf-8", newline="\n")
        written.append(path)
    index = {name: {"about": one.about, "groups": [*map(_slugs, one.groups)]} for name, one in DATASETS.items()}
    (folder / "datasets.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8", newline="\n")
    return [*written, folder / "datasets.json"]


def _slugs(group: Group) -> dict[str, list[str]]:
    exam = {"exam": [one.slug for one in group.exam]} if group.exam else {}
    return {"problems": [one.slug for one in group.sources]} | exam


def lines(source: Source) -> Iterator[str]:
    """Yield the lines of one data file."""
    check_small_inputs(source)
    hidden = hidden_inputs(source)
    header = {
        "id": source.slug,
        "title": source.title,
        "number": source.number,
        "statement": statement(source),
        "starter": source.starter,
        "entry_point": source.entry_point,
        "checker": source.checker if isinstance(source.checker, str) else source.checker.model_dump(),
        "limits": source.limits.model_dump(),
        "constant_answer_passes": source.constant_answer_passes,
        "visible": len(source.examples),
        "hidden": len(hidden),
    }
    yield dump(header)
    for args in [*(example.args for example in source.examples), *hidden]:
        case = solved(source, args)
        yield dump({"args": [pack(arg) for arg in case.args], "expected": case.expected})


def hidden_inputs(source: Source) -> list[Args]:
    """Draw the inputs of the hidden tests: each once, no example among them, small to large."""
    seen = {dump(example.args) for example in source.examples}
    kept = []
    for args in source.inputs(Random(source.slug)):
        key = dump(args)
        if key not in seen:
            seen.add(key)
            kept.append(args)
    return sorted(kept, key=lambda args: source.size(*args))


def solved(source: Source, args: Args) -> Case:
    """Give the case of `args`, on whose answer both references agree, as the problem's checker sees it.

    Raises:
        DataError: they do not.
    """
    first, second = (callable_of(source.solutions.good[name], source.entry_point)(*args) for name in source.references)
    if not accepts(source, args, second, first):
        raise DataError(source.slug, f"references disagree on {dump(args)[:200]}: {first!r} and {second!r}")
    return Case(args=args, expected=first)


def check_small_inputs(source: Source) -> None:
    """Compare the references with brute force on all small inputs.

    Raises:
        DataError: they disagree.
    """
    for args in source.small():
        answer, tried = solved(source, args).expected, source.brute(*args)
        if not accepts(source, args, tried, answer):
            raise DataError(source.slug, f"brute force says {tried!r} on {dump(args)}, the references {answer!r}")


def statement(source: Source) -> str:
    """Compose the statement: description, examples, constraints."""
    parts = [source.description]
    parts += [_example(source, place, example) for place, example in enumerate(source.examples, 1)]
    parts.append("Constraints:\n" + "\n".join(f"- {constraint}" for constraint in source.constraints))
    return "\n\n".join(parts)


def _example(source: Source, place: int, example: Example) -> str:
    signature = signature_of(source.starter, source.entry_point)
    assert signature
    pairs = zip(parameters(signature), example.args, strict=True)
    call = ", ".join(f"{parameter.arg} = {value!r}" for parameter, value in pairs)
    answer = solved(source, example.args).expected
    why = f"\nExplanation: {example.why}" if example.why else ""
    return f"Example {place}:\nInput: {call}\nOutput: {answer!r}{why}"


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=DATA, help="Where to write; the package's own data.")
def command(folder: Path) -> None:
    """Write the data files from the sources of the problems, checking every answer twice."""
    for path in build(folder):
        click.echo(f"{path.name}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(command, "python -m leetcode_data.build")
