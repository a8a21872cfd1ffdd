"""Processes that compare: killed when they are late, replaced when they are gone, ended with whoever started them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from lbt.errors import UnavailableError
from math_data import workers
from math_data.equivalence import compare
from math_data.sameness import Comparison
from math_data.workers import GAVE_UP, Pool
from tests.processes import ROOT, below, children, driver, wait_until_gone

HARD = ("\\sum_{i=1}^{99999}\\sum_{j=1}^{99999} \\sin(ij)", "0.5")
EASY = ("\\ln 8", "3\\ln 2")
SAME = Comparison(True, "same expression")
HOSTILE = {
    "a tower": ("9^{9^{9^9}}", "9^{9^{9^8}}"),
    "roots": ("\\sqrt{" * 60 + "2" + "}" * 60, "\\sqrt{" * 60 + "3" + "}" * 60),
    "roots that are read": ("\\sqrt{2+" * 25 + "2" + "}" * 25, "2"),
    "a factorial": ("100000000!", "100000001!"),
    "a factorial of a factorial": ("((9!)!)!", "((9!)!)!+1"),
    "a power": ("10^{999999999999}", "10^{999999999998}"),
    "a product": ("(x+y+z)^{60}(x-y)^{60}", "(x-y)^{60}(x+y+z)^{60}+1"),
    "many characters": ("x+" * 50_000 + "1", "x+" * 50_000 + "2"),
    "many digits": ("1" * 100_000, "1" * 99_999 + "2"),
    "braces": ("{" * 50_000 + "1" + "}" * 50_000, "2"),
    "brackets": ("(" * 900 + "1" + ")" * 900, "2"),
    "minus signs": ("-" * 1_999 + "1", "1+" * 999 + "1"),
    "a list": (",".join(map(str, range(500))), ",".join(map(str, range(1, 501)))),
    "a program": ("__import__('os').system('touch hacked')", "0"),
    "another program": ("\\text{__import__('os').system('touch hacked')}", "print(open('/etc/passwd').read())"),
    "texts that are not closed": ("\\text{" * 300, "\\text{" * 299),
    "a hard sum": HARD,
}


@pytest.fixture
def pool() -> Iterator[Pool]:
    own = Pool(1)
    yield own
    own.close()


def at_work(pool: Pool) -> list[int]:
    """The forked processes of a pool."""
    family = children()
    return [child for pid in pool.pids for child in below(pid, family)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pair_gets_its_verdict_in_a_thread(
    name: str, tmp_path: "os.PathLike[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found: list[Comparison] = []
    thread = threading.Thread(target=lambda: found.append(compare(*HOSTILE[name])))
    thread.start()
    thread.join()
    assert [one.equal for one in found] == [False]
    assert not os.listdir(tmp_path)


def test_a_pair_that_takes_too_long_is_given_up_and_the_next_is_compared(pool: Pool) -> None:
    assert pool.compare(*HARD) == GAVE_UP
    assert pool.compare(*EASY) == SAME


def test_a_process_that_is_killed_at_work_is_replaced_and_the_pair_compared_again(pool: Pool) -> None:
    pool.compare(*EASY)
    killed = at_work(pool)
    found: list[Comparison | None] = []
    thread = threading.Thread(target=lambda: found.append(pool.compare(*HARD)))
    thread.start()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    thread.join()
    assert found == [GAVE_UP]
    assert not set(at_work(pool)) & set(killed)
    assert pool.compare(*EASY) == SAME


@pytest.mark.parametrize("whom", ["supervisor", "worker", "both"])
def test_idle_processes_that_are_killed_are_replaced(pool: Pool, whom: str) -> None:
    pool.compare(*EASY)
    killed = [*(pool.pids if whom != "worker" else []), *(at_work(pool) if whom != "supervisor" else [])]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert pool.compare(*EASY) == SAME


def test_processes_that_are_killed_whenever_they_start_are_no_verdict(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = workers._Worker.compare

    def killed(worker: workers._Worker, a: str, b: str) -> Comparison | None:
        os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.wait()
        return asked(worker, a, b)

    with monkeypatch.context() as patched:
        patched.setattr(workers._Worker, "compare", killed)
        with pytest.raises(UnavailableError, match="were killed"):
            pool.compare(*EASY)
    assert pool.compare(*EASY) == SAME


def test_a_process_that_no_longer_answers_is_replaced(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.compare(*EASY)
    stopped = [*pool.pids, *at_work(pool)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    assert pool.compare(*EASY) == GAVE_UP
    assert wait_until_gone(stopped) == []
    assert pool.compare(*EASY) == SAME


def test_memory_is_bounded(pool: Pool) -> None:
    pool.compare(*EASY)
    for pid in at_work(pool):
        with open(f"/proc/{pid}/limits", encoding="ascii") as limits:
            (line,) = [line for line in limits if line.startswith("Max address space")]
        assert int(line.split()[3]) <= 1 << 30


def test_a_closed_pool_leaves_no_process_and_can_be_used_again(pool: Pool) -> None:
    pool.compare(*EASY)
    left = [*pool.pids, *at_work(pool)]
    pool.close()
    assert wait_until_gone(left) == []
    assert pool.compare(*EASY) == SAME


def test_a_process_that_does_not_start_is_told(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", "raise SystemExit(1)")
    with pytest.raises(UnavailableError, match="does not start"):
        pool.compare(*EASY)
    assert pool.pids == []


def test_a_missing_library_is_named(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", f"import sys; sys.modules['sympy'] = None; {workers._PROGRAM}")
    with pytest.raises(UnavailableError, match="sympy"):
        pool.compare(*EASY)


DRIVER = f"""
import sys, threading, time
from math_data.equivalence import compare, POOL
compare{EASY}
threading.Thread(target=compare, args={HARD}, daemon=True).start()
print(*POOL.pids, flush=True)
"""


@pytest.mark.parametrize("ending", ["return", "kill", "exit in a thread"])
def test_nothing_outlives_the_interpreter(ending: str) -> None:
    more = {"return": "", "kill": "time.sleep(60)", "exit in a thread": "import os; os._exit(0)"}[ending]
    with driver(DRIVER + more) as process:
        assert process.stdout
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert pids
        family = children()
        left = [*pids, *(child for pid in pids for child in below(pid, family))]
        if ending == "kill":
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert wait_until_gone(left) == []


def test_a_forked_process_has_workers_of_its_own() -> None:
    program = f"""
import os
from math_data.equivalence import compare, POOL
compare{EASY}
child = os.fork()
if not child:
    assert not POOL.pids
    assert POOL.compare{EASY}.equal
    POOL.close()
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert POOL.compare{EASY}.equal
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_interrupt_at_the_terminal_does_not_reach_the_workers(pool: Pool) -> None:
    pool.compare(*EASY)
    assert all(os.getpgid(pid) != os.getpgid(0) for pid in pool.pids)


def test_importing_takes_no_library_and_starts_nothing() -> None:
    program = "import sys, math_data.equivalence as e; print({'sympy', 'math_verify'} & {*sys.modules}, e.POOL.pids)"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("set() []\n", "")
