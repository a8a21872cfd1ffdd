"""README and docs say what is so: commands, options, targets, files and the drawn graph exist.

Renew the drawing with `python -m tests.test_docs`.
"""

import importlib
import importlib.util
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from langgraph.graph.state import CompiledStateGraph

from agents.options import FIELDS, chosen, configure
from agents.prompting import fingerprints
from graphs.exemplars import build_exemplars
from graphs.lesson import build_lesson
from lbt.improvement import ImprovementSummary
from lbt.records import SUMMARY, read_manifest
from lbt.scoring import Summary
from leetcode_data.load import load
from reports.improving.table import markdown_improvement
from reports.tables import markdown_table, plain_table

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "llms.txt")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
RESULTS = sorted(path.parent for path in (ROOT / "docs" / "results").glob("*/summary.json"))
ASKED = ("question_code", "explain_code", "exam_code")
"""The prompts of a run without self-debug."""
COMMANDS = (
    *("agents.run", "agents.show", "agents.collect", "agents.select", "agents.compare", "agents.causes"),
    *("training.pairs", "training.dpo", "training.evaluate", "training.study"),
    *("reports.analyses", "leetcode_data", "math_data", "sandbox", "benchmarks.references"),
)
"""Modules with a command; a page may call no other one of ours."""


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of `language` in `page`."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def command_lines() -> Iterator[tuple[Path, str]]:
    """Every line of every `sh` block, continued lines joined, comments and pipes cut."""
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if line.strip():
                    yield page, line


def module_and_arguments(line: str) -> tuple[str, list[str]] | None:
    """`python -m MODULE ARGUMENTS…` out of a shell line, if there is one of ours."""
    words = shlex.split(line, comments=True)
    if "-m" not in words or not words[words.index("-m") - 1].endswith("python"):
        return None
    module, *arguments = words[words.index("-m") + 1 :]
    ends = [i for i, word in enumerate(arguments) if word in ("|", ">", "<", "&&", ";")]
    return module, arguments[: min(ends, default=len(arguments))]


def command_of(module: str) -> click.Command:
    """The click command behind `python -m MODULE`."""
    package = importlib.util.find_spec(module)
    assert package is not None
    found = importlib.import_module(f"{module}.__main__" if package.submodule_search_locations else module)
    commands = [value for value in vars(found).values() if isinstance(value, click.Command)]
    groups = [value for value in commands if isinstance(value, click.Group)]
    return (groups or commands)[0]


def parse(command: click.Command, name: str, arguments: list[str]) -> None:
    """Parse `arguments` as the command would, without running anything. Raises click's errors."""
    with command.make_context(name, list(arguments)) as context:
        if isinstance(command, click.Group):
            found, sub, rest = command.resolve_command(context, arguments)
            assert found is not None
            assert sub is not None
            parse(sub, found, rest)


DRAWN: Mapping[Path, Callable[[], CompiledStateGraph[Any, Any, Any, Any]]] = {
    ROOT / "README.md": build_lesson,
    ROOT / "docs" / "exemplars.md": build_exemplars,
}
"""Pages with the drawing of a graph."""


def drawing(page: Path) -> str:
    """A graph as Mermaid."""
    return DRAWN[page]().get_graph(xray=1).draw_mermaid()


def renew() -> None:
    """Put the drawings as they are now into their pages."""
    for page in DRAWN:
        head, fence, tail = page.read_text().partition("```mermaid\n")
        page.write_text(head + fence + drawing(page) + tail[tail.index("```") :])


CALLS = [(page.name, *call) for page, line in command_lines() if (call := module_and_arguments(line))]


@pytest.mark.parametrize(("page", "module", "arguments"), CALLS, ids=[f"{p}:{m} {' '.join(a)}" for p, m, a in CALLS])
def test_every_command_that_is_told_parses(page: str, module: str, arguments: list[str], empty_folder: Path) -> None:
    assert module in COMMANDS, f"{page} calls {module}"
    (empty_folder / "configs").symlink_to(ROOT / "configs")
    for word in arguments:
        if re.fullmatch(r"[\w.-]+\.(yaml|jsonl|json|gguf|gz)", word):
            (empty_folder / word).touch()
    parse(command_of(module), module, arguments)


def test_every_make_target_that_is_told_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = {(page.name, target) for page in PAGES for target in re.findall(r"`make ([a-z]+)", page.read_text())}
    told |= {(page.name, target) for page, line in command_lines() for target in re.findall(r"\bmake ([a-z]+)", line)}
    assert ("README.md", "run") in told
    assert not {(page, target) for page, target in told if target not in targets}


def test_every_option_that_is_told_exists() -> None:
    known = {name.replace("_", "-") for name in FIELDS} | {"config", "help"}
    cells = re.findall(r"^\| (`--.*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    told = {name for cell in cells for name in re.findall(r"--([a-z-]+)", cell)}
    assert told
    assert told <= known


def test_defaults_in_the_table_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `--([a-z-]+)` \| `?([^`|]+?)`? \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    defaults = {name.replace("_", "-"): field.default for name, field in FIELDS.items()}
    compared = {name: told for name, told in rows if defaults.get(name) is not None}
    assert {"dataset", "teacher", "student", "seed"} <= set(compared)
    for name, told in compared.items():
        match defaults[name]:
            case bool(default):
                assert told == ("on" if default else "off"), name
            case (first, *_):
                assert told == str(first), name
            case default:
                assert told == str(default), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_file_and_folder_that_is_told_exists() -> None:
    paths = re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", (ROOT / "README.md").read_text())
    paths += re.findall(r"^- `?((?:[a-z_]+/)*[a-z_]+\.(?:py|md))", (ROOT / "llms.txt").read_text(), re.MULTILINE)
    assert "lbt/types.py" in paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", DRAWN, ids=lambda page: page.name)
def test_drawn_graph_is_the_one_that_runs(page: Path) -> None:
    assert blocks(page, "mermaid") == [drawing(page)], "if that is meant: python -m tests.test_docs"


@pytest.mark.parametrize("file", sorted((ROOT / "configs").rglob("*.yaml")), ids=lambda file: file.name)
def test_every_config_file_is_taken(file: Path) -> None:
    with command_of("agents.run").make_context("run", ["--config", str(file)]):
        options = chosen(click.get_current_context())
    assert set(options) == set(yaml.safe_load(file.read_text()))
    configure(options)


def test_there_is_a_preset_for_every_row_of_the_paper_s_tables() -> None:
    rows: Counter[str] = Counter()
    for file in (ROOT / "configs" / "paper").glob("*.yaml"):
        found = re.search(r": (table A?\d+|main table of mathematics) of arXiv 2406\.14629", file.read_text())
        assert found, file
        rows[found[1]] += 1
    assert rows == {
        "table 3": 5,
        "table 5": 6,
        "table A10": 4,
        **{f"table A{number}": 4 for number in (11, 12, 13, 14)},
        "table A16": 1,
        "main table of mathematics": 11,
    }


def table_of(folder: Path) -> str:
    """The table of a kept run, whatever its method."""
    text = (folder / SUMMARY).read_bytes()
    if json.loads(text)["method"] == "m3":
        return markdown_improvement(ImprovementSummary.model_validate_json(text))
    return markdown_table(Summary.model_validate_json(text))


@pytest.mark.parametrize("folder", RESULTS, ids=lambda folder: folder.name)
def test_tables_of_kept_runs_are_those_of_their_records(folder: Path) -> None:
    assert table_of(folder) in (ROOT / "docs" / "results" / "README.md").read_text()


def test_the_example_in_the_readme_is_a_kept_run_of_todays_prompts_and_problems() -> None:
    kept = ROOT / "docs" / "results" / "first_steps"
    summary = Summary.model_validate_json((kept / SUMMARY).read_bytes())
    assert plain_table(summary) in (ROOT / "README.md").read_text()
    run = read_manifest(kept)
    assert {name: run.prompts[name] for name in ASKED} == {name: fingerprints(*ASKED)[name] for name in ASKED}
    assert run.data == load("first_steps").fingerprint


if __name__ == "__main__":
    renew()
