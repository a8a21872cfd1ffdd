"""Remove what a run has at its engine when its driver is gone: a process of its own that waits for the end of a pipe.

A container ends by itself when its driver does. This is for what an engine was still creating at that moment.
Started by path; imports nothing until it is needed, so that it costs next to nothing while it waits.
"""

import sys
import time

DISMISSED = b"dismissed"
"""Written by a driver that has removed its containers itself."""
_ROUNDS, _PAUSE_S = 5, 0.6
"""How often to look: a container may appear a little after the driver that asked for it has died."""


def label(run: str) -> str:
    """Name and value of the label on every container of a run."""
    return f"lbt-sandbox.run={run}"


def main(host: str, directory: str, owner: str) -> None:
    """Wait for the end of standard input, then remove `directory` and every container labelled `owner`.

    Args:
        host: Of the engine; empty for that of the environment.
        directory: Where the containers met their driver.
        owner: The label of the run.
    """
    if sys.stdin.buffer.read() == DISMISSED:
        return
    import shutil

    import docker
    from docker.errors import APIError

    shutil.rmtree(directory, ignore_errors=True)
    client = docker.DockerClient(base_url=host) if host else docker.from_env()
    for _ in range(_ROUNDS):
        for container in client.api.containers(all=True, filters={"label": owner}):
            try:
                client.api.remove_container(container["Id"], force=True, v=True)
            except APIError:
                continue  # it is being removed already
        time.sleep(_PAUSE_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
