"""The image of the Docker boxes: harness files on some Python, built by copying only.

Its tag is made of its content, so another harness never meets an old image.
"""

import hashlib
import io
import os
import tarfile
from importlib import resources

import docker
import requests
from docker.errors import DockerException, ImageNotFound

from lbt.errors import UnavailableError
from sandbox.backends import payload

REPOSITORY = "lbt-sandbox"
DEFAULT_BASE = "python:3.13-slim"
BASE_VARIABLE = "LBT_SANDBOX_BASE"
"""Environment variable that names the base image."""
_REMEDY = "build it with `python -m sandbox build --base IMAGE` on any image that has Python 3.11 or newer"


def tag() -> str:
    """Name the image that this version of the harness needs."""
    digest = hashlib.sha256()
    for name, content in _context().items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return f"{REPOSITORY}:{digest.hexdigest()[:12]}"


def find_image(client: docker.DockerClient) -> str:
    """Find the image, or build it; its id, by which boxes are started.

    Raises:
        UnavailableError: it is not there and cannot be built; says what to do.
    """
    try:
        return str(client.images.get(tag()).id)
    except ImageNotFound:
        return _build(client, None)


def build_image(base: str | None = None) -> str:
    """Build the image on `base` and return its tag.

    Args:
        base: An image with Python 3.11 or newer; by default that of `LBT_SANDBOX_BASE`, else `DEFAULT_BASE`.

    Raises:
        UnavailableError: no engine answers, or the image cannot be built.
    """
    from sandbox.backends.docker import connect

    client = connect()
    try:
        _build(client, base)
    finally:
        client.close()
    return tag()


def _build(client: docker.DockerClient, base: str | None) -> str:
    base = base or os.environ.get(BASE_VARIABLE) or DEFAULT_BASE
    try:
        said = client.api.build(
            fileobj=_archive(),
            custom_context=True,
            tag=tag(),
            buildargs={"BASE": base},
            rm=True,
            forcerm=True,
            decode=True,
        )
        errors = [line["error"] for line in said if "error" in line]  # to the end, or its connection stays open
        if not errors:
            return str(client.images.get(tag()).id)
    except (DockerException, requests.RequestException) as error:
        errors = [str(error)]
    reason = " ".join(errors[0].split())[:200]
    raise UnavailableError(f"the sandbox image cannot be built on {base} ({reason}): {_REMEDY}")


def _context() -> dict[str, bytes]:
    dockerfile = resources.files("sandbox").joinpath("Dockerfile").read_bytes()
    return {"Dockerfile": dockerfile, **payload.files()}


def _archive() -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in _context().items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o444
            archive.addfile(entry, io.BytesIO(content))
    buffer.seek(0)
    return buffer
