"""Byte streams between the host and the relay of a box, behind one interface."""

import contextlib
import socket
import struct
import time
from typing import Any, Protocol

from sandbox.harness.frames import Broken


class Stream(Protocol):
    """A byte stream with deadlines. Both methods raise `Broken` when the other side is gone or too slow."""

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of `data` before `deadline`, on the monotonic clock."""
        ...

    def receive(self, size: int, deadline: float) -> bytes:
        """Receive exactly `size` bytes before `deadline`."""
        ...

    def close(self) -> None:
        """Close it, which ends the relay; wakes whoever waits in `receive`."""
        ...


class SocketStream:
    """A connected socket: the box's standard input and output, or a unix socket in a bound directory."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def send(self, data: bytes, deadline: float) -> None:
        """See `Stream`."""
        try:
            self._socket.settimeout(_left(deadline))
            self._socket.sendall(data)
        except OSError as error:
            raise Broken(f"sending failed: {error}") from None

    def receive(self, size: int, deadline: float) -> bytes:
        """See `Stream`."""
        parts = []
        while size:
            try:
                self._socket.settimeout(_left(deadline))
                part = self._socket.recv(min(size, 1 << 20))
            except OSError as error:
                raise Broken(f"receiving failed: {error}") from None
            if not part:
                raise Broken("the box is gone")
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        """See `Stream`."""
        with contextlib.suppress(OSError):  # it is not connected any more
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Broken("no answer in time")
    return left


class AttachStream:
    """The attach stream of a container: plain in, and out in pieces that each say which stream they are of."""

    _HEAD = struct.Struct("!BxxxI")
    _STDOUT = 1

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - whatever the SDK's transport gives
        """Take what `attach_socket` returned: a socket, or an object around one."""
        self._connection = connection  # keeps the response, and with it the socket, alive
        self._raw = SocketStream(getattr(connection, "_sock", connection))
        self._buffer = bytearray()

    def send(self, data: bytes, deadline: float) -> None:
        """See `Stream`."""
        self._raw.send(data, deadline)

    def receive(self, size: int, deadline: float) -> bytes:
        """See `Stream`. What comes on standard error is dropped."""
        while len(self._buffer) < size:
            stream, length = self._HEAD.unpack(self._raw.receive(self._HEAD.size, deadline))
            piece = self._raw.receive(length, deadline)
            if stream == self._STDOUT:
                self._buffer += piece
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def close(self) -> None:
        """See `Stream`."""
        self._raw.close()
        with contextlib.suppress(OSError):
            self._connection.close()
