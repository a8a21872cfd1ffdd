"""What a launched server is to whoever sends requests to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True)
class Served:
    """A server that this run started and will stop."""

    base_url: str
    """OpenAI-compatible address on the loopback, ending in `/v1`."""
    model: str
    """Name of the model in requests."""
    identity: str
    """What answers: weights, quantisation and chat template. Equal identities give comparable replies;
    host and port are no part of it."""
    concurrency: int
    """Requests at once that serve best; more would only wait, or lose prefixes from the cache."""
    ended: Callable[[], Awaitable[str]]
    """Waits until the server has ended by itself; says in one sentence that it did, and why."""
    extra_body: Mapping[str, JsonValue] = field(default_factory=dict)
    """To be merged into the body of every request; no part of the identity of a reply."""
