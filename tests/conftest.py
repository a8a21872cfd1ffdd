"""What holds for every test: no network, a clean environment, a home of its own.

- Sockets are blocked. `@pytest.mark.loopback` (and `vllm`) opens 127.0.0.1, ::1 and localhost; `models` opens all,
  because weights may have to be fetched. Unix sockets are always open: event loops and Docker use them.
- No `LBT_*`, `OPENAI_*`, proxy or tracing variable of the developer reaches a test; HOME and the XDG folders are empty
  temporary ones. Tests marked `models` keep the real cache folder, where the weights are.
- What a test needs from the machine goes through `tests.requirements.need`; the closing summary names what was
  not tested.
"""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
import pytest_socket
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.requirements import PREFIX, need, required

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
DROPPED = ("LBT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_", "XDG_")
DROPPED_WHOLE = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})

settings.register_profile("calm", deadline=None, max_examples=60)  # a busy machine fails nothing
settings.load_profile("calm")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt `REQUIRE` before any test runs; keep hypothesis's examples with pytest's cache."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and all they start
    required()
    set_hypothesis_home_dir(config.rootpath / ".pytest_cache" / "hypothesis")


@pytest.fixture(autouse=True)
def clean_environment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give the test an environment without the developer's settings."""
    with_weights = request.node.get_closest_marker("models") is not None
    cache = platformdirs.user_cache_dir()
    for name in list(os.environ):
        if with_weights and name == "LBT_CACHE_DIR":
            continue
        if name.startswith(DROPPED) or name.lower() in DROPPED_WHOLE:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", cache if with_weights else str(home / ".cache"))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")


@pytest.fixture(autouse=True)
def blocked_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Block sockets as far as the test's markers do not open them."""
    marks = {mark.name for mark in request.node.iter_markers()}
    if "models" in marks:
        yield
        return
    if marks & {"loopback", "vllm"}:
        pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
    pytest_socket._remove_restrictions()


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, as someone does who installed the wheel."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 480 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=480k", "tmpfs", str(place)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True).returncode
    need("root", mounted, "only root, and not in every container, can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested, and why."""
    missing: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        _, _, reason = report.longrepr
        reason = reason.removeprefix("Skipped: ")
        if reason.startswith(PREFIX):
            missing[reason] += 1
    if missing:
        terminalreporter.section("not tested here")
    for reason, tests in sorted(missing.items()):
        terminalreporter.line(f"{tests} {'test' if tests == 1 else 'tests'} skipped: {reason}")
