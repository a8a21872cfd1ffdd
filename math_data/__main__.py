"""`python -m math_data`: extract and compare final answers, fetch what is published."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import click

from lbt.cli import main
from lbt.errors import ConfigError
from math_data import answers
from math_data.answers import FINISHES
from math_data.equivalence import Rules, compare
from math_data.fetch import COLLECTIONS, fetch

_REASONING: Final = re.compile(r"<(/?)(?:think|thinking|reasoning)>", re.IGNORECASE)


@click.group(name="math_data")
def command() -> None:
    """Final answers of mathematics: when two of them are the same."""


@command.command()
@click.option("--pairs", type=click.File(encoding="utf-8-sig", errors="replace"), required=True, help='JSON lines {"a", "b"}; - is standard input.')  # fmt: skip # noqa: E501
@click.option("--rules", type=click.Choice(["ours", "paper"]), default="ours", show_default=True)
def equal(pairs: TextIO, rules: Rules) -> None:
    """Compare final answers: one line {"equal", "why"} for each pair, in their order.

    A malformed line is answered with {"error"}; the exit code is then 2.
    """
    _answer(pairs, lambda found: compare(*_texts(found, "a", "b"), rules)._asdict(), what="pairs")


@command.command()
@click.option("--replies", type=click.File(encoding="utf-8-sig", errors="replace"), required=True, help='JSON lines {"text", "finish"?}; - is standard input.')  # fmt: skip # noqa: E501
def extract(replies: TextIO) -> None:
    """Take the final answer out of replies: one line {"outcome", "value", "rationale"} for each, in their order.

    Reasoning (<think>) is no part of a reply; one that ends within it is cut off.

    A malformed line is answered with {"error"}; the exit code is then 2.
    """
    _answer(replies, _extracted, what="replies")


def _extracted(found: Mapping[str, Any]) -> dict[str, Any]:
    text, finish = _texts({"finish": "stop", **found}, "text", "finish")
    if finish not in FINISHES:
        raise ValueError(f"finish is none of {', '.join(FINISHES)}")
    said, ended = _without_reasoning(text)
    outcome, rationale, value = answers.extract(said, finish if ended or finish != "stop" else "length")
    return {"outcome": outcome.value, "value": value, "rationale": rationale}


def _without_reasoning(text: str) -> tuple[str, bool]:
    """What a reply says outside of its reasoning, as the endpoint would tell it; and whether its reasoning ended.

    What stands before a `</think>` that nothing opened is reasoning too: some chat templates open it in the prompt.
    """
    said, position, thinking = list[str](), 0, False
    for tag in _REASONING.finditer(text):
        closes = bool(tag[1])
        if not thinking:
            said.append(text[position : tag.start()])
            if closes:
                said.clear()
        position, thinking = tag.end(), not closes
    return "".join(said) + ("" if thinking else text[position:]), not thinking


@command.command("fetch")
@click.argument("collection", type=click.Choice(list(COLLECTIONS)))
@click.option("--data-dir", type=click.Path(path_type=Path), required=True, envvar="LBT_DATA_DIR", help="Where.")
def fetch_(collection: str, data_dir: Path) -> None:
    """Fetch the published files of a COLLECTION into its folder below --data-dir; needs the network."""
    for path in fetch(collection, data_dir):
        click.echo(str(path))


def _answer(lines: Iterable[str], answer: Callable[[Mapping[str, Any]], dict[str, Any]], *, what: str) -> None:
    """Print the answer to every line, in their order; raises ConfigError behind the last one if some are malformed."""
    answered = malformed = 0
    for line in lines:
        if not line.strip():
            continue
        answered += 1
        try:
            found = answer(_object(line))
        except ValueError as error:
            found = {"error": str(error)}
            malformed += 1
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    if malformed:
        raise ConfigError(f"{malformed} of {answered} lines are no {what}; their answers say why")


def _object(line: str) -> Mapping[str, Any]:
    """Read a line; ValueError says in one sentence what is wrong with it."""
    try:
        found = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} (character {error.pos + 1})") from None
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _texts(found: Mapping[str, Any], one: str, other: str) -> tuple[str, str]:
    if not isinstance(found.get(one), str) or not isinstance(found.get(other), str):
        raise ValueError(f'no object with the texts "{one}" and "{other}"')
    return found[one], found[other]


if __name__ == "__main__":
    main(command, "python -m math_data")
