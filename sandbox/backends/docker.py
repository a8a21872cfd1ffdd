"""Boxes that are Docker containers."""

from collections.abc import Mapping, Sequence

from lbt.errors import UnavailableError
from sandbox.box import Box
from sandbox.guarantees import DOCKER


class Docker:
    """Starts containers."""

    name = "docker"
    guarantees: Mapping[str, bool] = DOCKER
    own_uid = True

    def __init__(self) -> None:
        raise UnavailableError("no Docker engine answers: start one")

    def start(self, uids: Sequence[int]) -> Box:
        """Start one container."""
        raise NotImplementedError

    def close(self) -> None:
        """Remove what is left."""
