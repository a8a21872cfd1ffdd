"""What goes into a box, and what its answer must look like."""

import json

import pytest

from lbt.types import Case
from sandbox.envelope import Order, read_runs
from sandbox.harness import frames, speech
from sandbox.program import Program

PROGRAM = Program(code="def f(x): return x", entry_point="f")
NONCE = b"n" * 16


def test_no_expected_value_goes_in() -> None:
    cases = [Case(args=("question",), expected="the-answer"), Case(args=([1, 2],), expected={"the-key": "the-value"})]
    message = Order.of(PROGRAM, cases, NONCE, uid=7).message
    assert b"question" in message
    assert b"the-" not in message


def test_the_childs_own_cap_tells_no_expected_size() -> None:
    def cap(expected: str) -> int:
        parts = frames.unpack(Order.of(PROGRAM, [Case(args=(), expected=expected)], NONCE, 0).message[4:])
        return int(speech.JOB_HEAD.unpack(parts[1])[6])

    assert cap("") == cap("a" * 200_000) == 1 << 20
    assert cap("a" * 300_000) == cap("a" * 500_000) == 1 << 21


def test_the_relay_gets_the_cap_of_each_test() -> None:
    cases = [Case(args=(), expected=1), Case(args=(), expected="a" * 100_000)]
    parts = frames.unpack(Order.of(PROGRAM, cases, NONCE, 0).message[4:])
    caps = [cap for (cap,) in speech.SIZE.iter_unpack(parts[2])]
    assert caps == [64 * 1024, 4 * len(json.dumps("a" * 100_000))]


def answer(count: int, *said: bytes, nonce: bytes = NONCE) -> list[bytes]:
    """Make the relay's answer: one run that claims `count` frames."""
    head = speech.RUN_HEAD.pack(0, count, speech.DONE, 0, 0.5, 0.6, 7, False, False)
    return [nonce, head, *(speech.FRAME_HEAD.pack(0.25) + frame for frame in said)]


def test_the_answer_is_taken_apart() -> None:
    (run,) = read_runs(answer(2, b"S", b"I"), NONCE)
    assert (run.reason, run.cpu_s, run.growth, run.said) == (speech.DONE, 0.5, 7, ((0.25, b"S"), (0.25, b"I")))


@pytest.mark.parametrize(
    "parts",
    [
        [],
        answer(1, b"S", nonce=b"m" * 16),
        answer(3, b"S"),
        answer(1, b"S", b"I"),
        [NONCE, b"short"],
        [*answer(1), b"x"],
    ],
)
def test_anything_else_is_a_broken_box(parts: list[bytes]) -> None:
    with pytest.raises(frames.Broken):
        read_runs(parts, NONCE)
