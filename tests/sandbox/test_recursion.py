"""How deep a program may recurse, on whatever Python runs these tests, without any box."""

import subprocess
import sys

import pytest

from sandbox.backends import payload

PROBE = """
import functools, sys, threading
from sandbox.harness import environment, recursion
def go():
    recursion.lift_c_limit()
    @functools.cache
    def plain(n): return 0 if n == 0 else plain(n - 1) + 1
    @functools.cache
    def within(n): return 0 if n == 0 else max(within(m) for m in (n - 1,)) + 1
    def endless(n): return endless(n) + 1
    print(plain(100_000), within(100_000))
    try:
        endless(0)
    except RecursionError:
        print("RecursionError")
threading.stack_size(environment.STACK_BYTES)
thread = threading.Thread(target=go)
thread.start()
thread.join()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="boxes run Linux")
def test_honest_recursion_goes_to_a_depth_of_100_000_and_endless_recursion_raises() -> None:
    environment = payload.ENVIRONMENT | {"PYTHONPATH": str(payload.source_root())}
    done = subprocess.run([sys.executable, "-S", "-c", PROBE], env=environment, capture_output=True, text=True)
    assert (done.stdout.split(), done.returncode) == (["100000", "100000", "RecursionError"], 0), done.stderr
