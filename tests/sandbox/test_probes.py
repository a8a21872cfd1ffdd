"""A probe that cannot see says so: it does not report that a promise is kept."""

import os
import subprocess
import sys
from typing import Any

import pytest

from sandbox.probes import EXPECTED, NAMESPACES

LINKS = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("pid", "mnt", "net", "ipc", "uts")}


def shared(unreadable: bool, name: str) -> list[str]:
    """Run the probe here, where every namespace is shared with the host, but pretend another name."""
    there = os.stat("/")
    found: dict[str, Any] = {}
    exec(NAMESPACES, found)
    links = {"nothing/" + kind: link for kind, link in LINKS.items()} if unreadable else LINKS
    return sorted(found["probe"](links, [there.st_dev, there.st_ino], name))


def test_shared_namespaces_are_seen() -> None:
    assert shared(False, os.uname().nodename) == sorted(LINKS)


def test_namespaces_whose_links_cannot_be_read_do_not_pass_for_separate() -> None:
    assert {"mnt", "uts"} <= set(shared(True, os.uname().nodename))
    assert "uts" not in shared(True, "another name")


def scanned(main: str) -> "subprocess.CompletedProcess[str]":
    """Run the probe as the start of a program of its own."""
    return subprocess.run([sys.executable, "-c", EXPECTED + main], capture_output=True, text=True, timeout=120)


def test_a_secret_in_memory_is_found() -> None:
    main = "kept = 'expected-' + '0' * 32\nprint(probe('planted-' + '1' * 32))"
    assert scanned(main).stdout.strip() == "expected-" + "0" * 32


@pytest.mark.parametrize("blind", ["scan = lambda starts: []", "_libc.mincore = lambda *_: -1"])
def test_a_scan_that_does_not_find_what_is_there_is_an_error(blind: str) -> None:
    done = scanned(f"{blind}\nprobe('planted-' + '1' * 32)")
    assert done.returncode == 1
    assert "Error" in done.stderr
