"""Tests reach no network and no setting of the developer's, and what the machine lacks is never skipped in silence."""

import os
import socket
from pathlib import Path

import platformdirs
import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from tests.requirements import need, required

ELSEWHERE = "192.0.2.1"
"""An address reserved for documentation; it is refused before anything is sent."""


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_sockets_are_blocked() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_names_are_not_looked_up() -> None:
    with pytest.raises(SocketBlockedError):
        socket.getaddrinfo("localhost", 80)


@pytest.mark.loopback
@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_loopback_marker_opens_loopback_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection((ELSEWHERE, 80))


def test_environment_is_clean() -> None:
    assert [name for name in os.environ if name.startswith(("LBT_", "OPENAI_"))] == []
    assert os.environ["LANGSMITH_TRACING"] == "false"


def test_home_is_empty_and_caches_lie_in_it() -> None:
    assert list(Path.home().iterdir()) == []
    assert Path(platformdirs.user_cache_dir()).is_relative_to(Path.home())


def test_what_is_lacking_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE", "bubblewrap")
    with pytest.raises(pytest.skip.Exception, match=r"^needs docker: no engine answers$"):
        need("docker", False, "no engine answers")


def test_what_is_required_and_lacking_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE", "bubblewrap, docker")
    with pytest.raises(pytest.fail.Exception, match="no engine answers"):
        need("docker", False, "no engine answers")


def test_what_is_there_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE", "docker")
    need("docker", True, "")


def test_misspelt_requirement_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE", "dokcer")
    with pytest.raises(pytest.UsageError, match="dokcer"):
        required()
