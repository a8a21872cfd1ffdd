"""The wheel works by itself: installed in an empty environment, used from an empty folder.

Its dependencies are those of the environment that runs the tests; the checkout cannot be imported there.
"""

import itertools
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lbt.errors import UnavailableError
from tests.requirements import need

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SCRIPT = """- reply: |
    1. Nothing is known.

    ```python
    class Solution:
        pass
    ```
"""


@dataclass(frozen=True)
class Installation:
    """An environment that holds the wheel."""

    bin: Path
    wheel: Path

    def run(self, *words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, away from the checkout."""
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(
            [self.bin / words[0], *words[1:]], cwd=cwd, env=inherited | env, capture_output=True, text=True, check=False
        )


def work(*words: str | Path) -> None:
    """Run a module of this environment; what it says on failure is the failure."""
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Build the wheel and install it, without the network."""
    folder = tmp_path_factory.mktemp("installed")
    work("build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    work("pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    # A folder that a .pth names is searched, but its own .pth files (the checkout's among them) are not read.
    (site,) = (folder / "env" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return Installation(python.parent, wheel)


def test_wheel_holds_what_a_run_needs_and_no_tests(installed: Installation) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {
        "lbt",
        "leetcode_data",
        "math_data",
        "text_data",
        "sandbox",
        "graphs",
        "agents",
        "reports",
        "training",
    }
    for needed in (
        "agents/prompts/explain_code.jinja",
        "agents/prices.yaml",
        "leetcode_data/data/datasets.json",
        "text_data/shipped/generalizations.jsonl",
        "sandbox/Dockerfile",
        "sandbox/harness/zygote.py",
        "sandbox/seccomp/job-x86_64.bpf",
        "lbt/py.typed",
    ):
        assert needed in names
    assert {name.split("/")[0] for name in names if name.endswith("/py.typed")} == tops
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_wheel_is_what_is_imported(installed: Installation, empty_folder: Path) -> None:
    places = "import agents, lbt, sandbox; print(agents.__file__, lbt.__file__, sandbox.__file__)"
    done = installed.run("python", "-c", places, cwd=empty_folder)
    assert done.returncode == 0, done.stderr
    assert all(place.startswith(str(installed.bin.parent)) for place in done.stdout.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-m", "agents.run", "--help"), "--rationales"),
        (("-m", "agents.show", "--help"), "Usage"),
        (("-m", "leetcode_data", "list"), "first_steps"),
        (("-m", "sandbox", "--help"), "doctor"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_commands_work_from_an_empty_folder(
    words: tuple[str, ...], says: str, installed: Installation, empty_folder: Path
) -> None:
    done = installed.run("python", *words, cwd=empty_folder)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
    assert list(empty_folder.iterdir()) == []


def test_dry_run_from_an_empty_folder_makes_nothing(installed: Installation, empty_folder: Path) -> None:
    (empty_folder / "script.yaml").write_text(SCRIPT)
    scripted = ("--teacher", "scripted:script.yaml", "--student", "scripted:script.yaml")
    done = installed.run("python", "-m", "agents.run", *scripted, "--dry-run", cwd=empty_folder)
    assert done.returncode == 0, done.stderr
    assert "calls" in done.stdout
    assert [path.name for path in empty_folder.iterdir()] == ["script.yaml"]


@pytest.mark.bubblewrap
def test_run_from_an_empty_folder_keeps_its_record_there(installed: Installation, empty_folder: Path) -> None:
    (empty_folder / "script.yaml").write_text(SCRIPT)
    scripted = ("--teacher", "scripted:script.yaml", "--student", "scripted:script.yaml")
    small = ("--limit", "1", "--rationales", "2", "--sandbox", "bubblewrap")
    done = installed.run("python", "-m", "agents.run", *scripted, *small, cwd=empty_folder)
    need("bubblewrap", done.returncode != UnavailableError.exit_code, done.stderr.strip())
    assert done.returncode == 0, done.stderr
    (record,) = (empty_folder / "runs").iterdir()
    assert {"run.json", "calls.db", "lessons.jsonl", "summary.json"} <= {path.name for path in record.iterdir()}


@pytest.mark.parametrize(("command", "typed", "offered"), [
    ("lbt-run", "--ratio", "--rationales"),
    ("lbt-show", "--js", "--json"),
    ("lbt-collect", "--dry", "--dry-run"),
    ("lbt-select", "--mark", "--markdown"),
    ("lbt-compare", "--ta", "--task"),
    ("lbt-causes", "--re", "--repeat"),
    ("lbt-analyses", "--he", "--help"),
    ("lbt-data", "ver", "verify"),
    ("lbt-math", "eq", "equal"),
    ("lbt-sandbox", "doc", "doctor"),
])  # fmt: skip
def test_installed_commands_complete(
    command: str, typed: str, offered: str, installed: Installation, empty_folder: Path
) -> None:
    variable = f"_{command.upper().replace('-', '_')}_COMPLETE"
    words = {variable: "bash_complete", "COMP_WORDS": f"{command} {typed}", "COMP_CWORD": "1"}
    done = installed.run(command, cwd=empty_folder, **words)
    assert offered in [line.partition(",")[2] for line in done.stdout.splitlines()], done.stderr


def pinned(name: str) -> dict[str, str]:
    """Versions in constraints/NAME.txt by canonical name."""
    lines = (ROOT / "constraints" / f"{name}.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if line and line[0] not in " #"]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize("name", ["base", "local", "dev", "train"])
def test_constraints_name_no_place(name: str) -> None:
    text = (ROOT / "constraints" / f"{name}.txt").read_text()
    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []


@pytest.mark.parametrize("name", ["base", "local", "dev", "train"])
def test_every_constraint_is_exact_and_hashed(name: str) -> None:
    text = (ROOT / "constraints" / f"{name}.txt").read_text()
    entries = [entry for entry in text.split("\n") if entry and entry[0] not in " #"]
    assert all("==" in entry and entry.endswith("\\") for entry in entries)
    assert text.count("\\\n    --hash=sha256:") >= len(entries)


@pytest.mark.parametrize(("name", "extras"), [("base", []), ("local", ["local"]), ("dev", ["local", "dev"])])
def test_constraints_fit_the_bounds_of_the_project(name: str, extras: list[str]) -> None:
    wanted = PROJECT["dependencies"] + [line for extra in extras for line in PROJECT["optional-dependencies"][extra]]
    pins = pinned(name)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement


def test_constraints_agree_with_each_other() -> None:
    base, local, dev, train = map(pinned, ("base", "local", "dev", "train"))
    assert base.items() <= local.items() <= dev.items()
    assert local.items() <= train.items()
    assert all(dev.get(name, version) == version for name, version in train.items())


def test_training_is_pinned_but_for_torch_whose_build_the_machine_decides() -> None:
    bounds = {Requirement(line).name: Requirement(line).specifier for line in PROJECT["optional-dependencies"]["train"]}
    pins = pinned("train")
    assert "torch" not in pins
    assert {name for name, bound in bounds.items() if not bound.contains(pins.get(name, "0"))} == {"torch"}


@pytest.mark.parametrize(("name", "requirement"), [("dev", "coverage[toml]"), ("train", "fsspec[http]")])
def test_what_is_needed_with_an_extra_is_pinned_with_it(name: str, requirement: str) -> None:
    lines = (ROOT / "constraints" / f"{name}.txt").read_text().splitlines()
    assert [line for line in lines if line.startswith(f"{requirement}==")]


def test_every_dependency_has_an_upper_bound() -> None:
    wanted = [*PROJECT["dependencies"], *itertools.chain(*PROJECT["optional-dependencies"].values())]
    for requirement in map(Requirement, wanted):
        assert any(bound.operator in ("<", "<=", "==", "~=") for bound in requirement.specifier), requirement
