"""Users for jobs: each worker on this machine has its own, so that limits counted per user do not add up.

The range is taken by binding an abstract unix socket: atomic, seen by every user and container of the
machine's network namespace, and given back by the kernel when the driver ends in whatever way.
"""

import errno
import random
import socket
import sys

from lbt.errors import UnavailableError

FIRST = 1_879_048_192
"""Far above the users of a machine, and of the ranges that user namespaces usually get."""
_SLOTS = 4096
PER_WORKER = 8


class Uids:
    """A range of users, held until closed."""

    def __init__(self) -> None:
        """Take a free range.

        Raises:
            UnavailableError: all are taken.
        """
        self._lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        for slot in range(_SLOTS) if sys.platform == "linux" else [random.randrange(_SLOTS)]:
            if self._take(slot):
                first = FIRST + slot * PER_WORKER
                self.users = range(first, first + PER_WORKER)
                return
        self._lock.close()
        raise UnavailableError("every range of users for judged programs is taken on this machine: end other runs")

    def _take(self, slot: int) -> bool:
        if sys.platform != "linux":
            return True
        try:
            self._lock.bind(f"\0llm-learn-by-teaching/users/{slot}")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
        return True

    def close(self) -> None:
        """Give the range back."""
        self._lock.close()
