"""Every attack of the conformance suite, on every kind of sandbox, through the command line."""

import platform

import pytest

from lbt.types import Status
from sandbox.conformance.attack import PRELUDE, Attack
from sandbox.conformance.forgery import TALK
from sandbox.conformance.suite import ATTACKS
from sandbox.conformance.system_calls import NUMBERS
from tests.sandbox.arena import Arena

AC = Status.AC


def test_the_numbers_of_system_calls_are_known_for_this_machine() -> None:
    assert platform.machine() in NUMBERS


@pytest.mark.parametrize("hostile", [pytest.param(a, id=a.name, marks=pytest.mark.slow if a.slow else ()) for a in ATTACKS])
def test_the_judge_survives_and_says_what_happened(arena: Arena, hostile: Attack) -> None:
    arena.survives(hostile)


def test_the_forged_import_frame_with_more_tests_is_the_programs_fault(arena: Arena) -> None:
    code = f"{PRELUDE}\n{TALK}\nsend(b'Ix')\nos.abort()"
    tests = [{"args": [n], "expected": n} for n in range(3)]
    (verdict,) = arena.verdicts({"id": "k", "code": code, "entry_point": "f", "tests": tests})
    assert verdict.get("passed") == 0, verdict
    assert "broke its sandbox" not in verdict["message"], verdict


def honest(arena: Arena, code: str, tests: list[dict[str, object]]) -> None:
    job = {"id": "honest", "code": code, "entry_point": "f", "tests": tests, "limits": {"cpu_s": 9, "memory_mb": 256}}
    (verdict,) = arena.verdicts(job)
    assert (verdict.get("status"), verdict.get("passed")) == (AC, len(tests)), str(verdict)[:500]


def test_a_large_input_reaches_an_honest_program(arena: Arena) -> None:
    numbers = list(range(300_000))
    honest(arena, "def f(numbers, text): return sum(numbers) + len(text)", [{"args": [numbers, "é" * 10**6], "expected": sum(numbers) + 10**6}])


def test_many_tests_are_all_judged(arena: Arena) -> None:
    honest(arena, "def f(n): return [n, str(n)]", [{"args": [n], "expected": [n, str(n)]} for n in range(2000)])


def test_every_special_value_reaches_an_honest_program_and_comes_back(arena: Arena) -> None:
    special = [{"$float": "nan"}, {"$float": "inf"}, {"$float": "-inf"}, 10**4000, -(2**63), 1e-300, "\x00é😀", None, True, [], {}, {"a": [1]}]
    honest(arena, "def f(x): return x", [{"args": [value], "expected": value} for value in special])


def test_deep_top_down_recursion_is_not_an_attack(arena: Arena) -> None:
    code = "@lru_cache(None)\ndef g(n): return 0 if n == 0 else g(n - 1) + 1\ndef f(n): return g(n)"
    honest(arena, code, [{"args": [100_000], "expected": 100_000}])


def test_arguments_are_fresh_for_each_test(arena: Arena) -> None:
    honest(arena, "def f(x):\n    x.append(1)\n    return x", [{"args": [[]], "expected": [1]}] * 3)
