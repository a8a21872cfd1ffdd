"""Remove a run's containers when its driver is gone: a process of its own that waits for the end of a pipe.

A container ends by itself when its driver does. This is for what an engine was still creating at that moment.
Started by path; imports nothing until it is needed, so that it costs next to nothing while it waits.
"""

import sys
import time

DISMISSED = b"dismissed"
"""Written by a driver that has removed its containers itself."""
_ROUNDS, _PAUSE_S = 4, 1.0
"""How often to look: a container may appear a little after the driver that asked for it has died."""


def label(run: str) -> str:
    """Name and value of the label on every container of a run."""
    return f"lbt-sandbox.run={run}"


def main(base_url: str, owner: str) -> None:
    """Wait for the end of standard input, then remove every container labelled `owner`."""
    if sys.stdin.buffer.read() == DISMISSED:
        return
    import docker
    from docker.errors import APIError

    client = docker.DockerClient(base_url=base_url)
    for _ in range(_ROUNDS):
        for container in client.api.containers(all=True, filters={"label": owner}):
            try:
                client.api.remove_container(container["Id"], force=True, v=True)
            except APIError:
                continue  # it is being removed already
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
