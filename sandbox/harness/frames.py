"""Messages between host, relay and child: binary, length-prefixed, nothing to parse but lengths.

A message is a list of byte strings: its size, the number of parts, the size of each, then the parts.
"""

import os
import struct
from collections.abc import Sequence

_NUMBER = struct.Struct("!I")
LARGEST = 1 << 30
"""Bytes of a message; more is a broken peer."""


class Broken(Exception):  # noqa: N818 - the state of the peer
    """The other side is gone or speaks another language."""


def pack(parts: Sequence[bytes]) -> bytes:
    """Put `parts` into one message."""
    sizes = struct.pack(f"!{len(parts) + 1}I", len(parts), *map(len, parts))
    body = sizes + b"".join(parts)
    return _NUMBER.pack(len(body)) + body


def unpack(body: bytes) -> list[bytes]:
    """Take a message apart, its leading size excepted.

    Raises:
        Broken: the sizes do not add up.
    """
    try:
        (count,) = _NUMBER.unpack_from(body)
        sizes = struct.unpack_from(f"!{count}I", body, _NUMBER.size)
    except struct.error as error:
        raise Broken(f"malformed message: {error}") from None
    start = _NUMBER.size * (count + 1)
    if start + sum(sizes) != len(body):
        raise Broken("sizes of a message do not add up")
    parts = []
    for size in sizes:
        parts.append(body[start : start + size])
        start += size
    return parts


def read_exactly(fd: int, size: int) -> bytes:
    """Read `size` bytes.

    Raises:
        Broken: the stream ends before.
    """
    parts = []
    while size:
        more = os.read(fd, min(size, 1 << 20))
        if not more:
            raise Broken("the stream ended")
        size -= len(more)
        parts.append(more)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def receive(fd: int) -> list[bytes]:
    """Read one message.

    Raises:
        Broken: the stream ends, or what comes is no message.
    """
    (size,) = _NUMBER.unpack(read_exactly(fd, _NUMBER.size))
    if size > LARGEST:
        raise Broken(f"a message of {size} bytes")
    return unpack(read_exactly(fd, size))


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data`."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
