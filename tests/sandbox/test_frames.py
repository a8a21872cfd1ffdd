"""Messages between host, relay and child."""

import os
import struct

import pytest

from sandbox.harness import frames


@pytest.mark.parametrize("parts", [[], [b""], [b"a", b"", b"bc" * 1000]])
def test_a_message_comes_out_as_it_went_in(parts: list[bytes]) -> None:
    message = frames.pack(parts)
    assert struct.unpack_from("!I", message)[0] == len(message) - 4
    assert frames.unpack(message[4:]) == parts


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0",
        struct.pack("!I", 2**32 - 1),
        struct.pack("!II", 1, 5) + b"four",
        struct.pack("!II", 1, 3) + b"four",
    ],
)
def test_sizes_that_do_not_add_up_are_refused(body: bytes) -> None:
    with pytest.raises(frames.Broken):
        frames.unpack(body)


def received(sent: bytes) -> list[bytes]:
    """Receive what was sent before the other side closed."""
    reading, writing = os.pipe()
    try:
        os.write(writing, sent)
        os.close(writing)
        return frames.receive(reading)
    finally:
        os.close(reading)


def test_a_stream_that_ends_within_a_message_is_broken() -> None:
    message = frames.pack([b"abc"])
    assert received(message) == [b"abc"]
    with pytest.raises(frames.Broken):
        received(message[:-1])


def test_an_absurd_size_is_refused_before_anything_is_read() -> None:
    with pytest.raises(frames.Broken, match="4294967295 bytes"):
        received(b"\xff" * 4)
