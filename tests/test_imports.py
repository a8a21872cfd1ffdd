"""The import contract holds, and `agents` is ours (another distribution has a package of that name)."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import agents

ROOT = Path(__file__).parents[1]


def test_agents_is_this_projects_package() -> None:
    assert Path(str(agents.__file__)).parent == ROOT / "agents"


def test_import_contract_holds(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0, capfd.readouterr().out
