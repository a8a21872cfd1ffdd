"""`make` installs once, passes options on, and says in one sentence what is missing.

The interpreter is a stand-in that notes how it is called: nothing is installed here.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAND_IN = """#!/bin/sh
echo "$@" >> "{log}"
case "$*" in
  *"-m venv --clear "*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-m pip install"*) [ ! -e "{broken}" ] ;;
  *"import torch"*) [ -e "{torch}" ] ;;
esac
"""


class Clone:
    """A fresh clone in which every Python is a stand-in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.broken = folder / "clone", folder / "log", folder / "broken"
        self.folder.mkdir()
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, self.folder)
        shutil.copytree(ROOT / "constraints", self.folder / "constraints")
        self.python = folder / "python-stand-in"
        self.python.write_text(STAND_IN.format(log=self.log, broken=self.broken, torch=folder / "torch"))
        self.python.chmod(0o755)

    def make(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make as a newcomer does: what an outer make was given must not reach it."""
        outer = ("MAKE", "MFLAGS", "ARGS", "PYTHON")
        env = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
        return subprocess.run(
            ["make", *words], cwd=self.folder, env=env | variables, capture_output=True, text=True, check=False
        )

    def calls(self) -> list[str]:
        """What the stand-in was asked to do since the last look, probes left out."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line for line in lines if line.startswith("-m")]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_run_installs_hashed_local_dependencies_then_passes_options_on(clone: Clone) -> None:
    done = clone.make("run", f"PYTHON={clone.python}", "ARGS=--dataset first_steps --limit 1")
    assert done.returncode == 0, done.stderr
    assert clone.calls() == [
        "-m venv --clear .venv",
        "-m pip install --quiet --require-hashes -r constraints/local.txt",
        "-m pip install --quiet --no-deps --no-build-isolation --editable .",
        "-m agents.run --dataset first_steps --limit 1",
    ]


def test_second_run_installs_nothing(clone: Clone) -> None:
    clone.make("run", f"PYTHON={clone.python}")
    clone.calls()
    clone.make("run", f"PYTHON={clone.python}")
    assert clone.calls() == ["-m agents.run"]


def test_train_installs_torch_by_the_users_choice_before_the_rest(clone: Clone) -> None:
    done = clone.make("train", f"PYTHON={clone.python}", "TORCH=torch==2.13.0")
    assert done.returncode == 0, done.stderr
    assert clone.calls() == [
        "-m venv --clear .venv",
        "-m pip install --quiet torch==2.13.0",
        "-m pip install --quiet --require-hashes -r constraints/train.txt",
        "-m pip install --quiet --no-deps --no-build-isolation --editable .",
    ]


def test_train_keeps_a_torch_that_is_there(clone: Clone) -> None:
    (clone.folder.parent / "torch").touch()
    clone.make("train", f"PYTHON={clone.python}")
    assert not [call for call in clone.calls() if "torch" in call]


def test_changed_constraints_are_installed(clone: Clone) -> None:
    clone.make("run", f"PYTHON={clone.python}")
    clone.calls()
    with (clone.folder / "constraints" / "local.txt").open("a") as file:
        file.write("# newer\n")
    clone.make("run", f"PYTHON={clone.python}")
    assert "-m pip install --quiet --require-hashes -r constraints/local.txt" in clone.calls()


def test_failed_installation_is_tried_again(clone: Clone) -> None:
    clone.broken.touch()
    assert clone.make("test", f"PYTHON={clone.python}").returncode != 0
    assert "-m pytest" not in clone.calls()
    clone.broken.unlink()
    assert clone.make("test", f"PYTHON={clone.python}").returncode == 0
    assert clone.calls()[0] == "-m pip install --quiet --require-hashes -r constraints/dev.txt"


def test_unusable_python_is_named_in_one_sentence(clone: Clone) -> None:
    done = clone.make("run", "PYTHON=/nowhere/python")
    sentence, *rest = done.stderr.strip().splitlines()
    assert done.returncode == 2
    assert sentence.startswith("error: missing here: Python 3.11 to 3.14 with venv")
    assert all(line.startswith("make: ***") for line in rest)


def test_missing_git_is_named(clone: Clone, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("make", "sh", "cat", "cksum", "tr", "mkdir", "cp"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = clone.make("run", f"PYTHON={clone.python}", PATH=str(tools))
    assert done.stderr.splitlines()[0] == "error: missing here: git"


def test_help_lists_every_target(clone: Clone) -> None:
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    told = {line.split()[1] for line in clone.make().stdout.splitlines()}
    assert told == set(phony.split()[1:])
