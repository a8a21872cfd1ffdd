"""The flags that a user gives to a launched vLLM."""

from collections.abc import Sequence

from lbt.errors import ConfigError

_SECRETS = ("api-key", "hf-token")
"""Flags that would put a key into the record and the list of processes."""
_OURS = ("host", "port", "model", "served-model-name", "uds")


def flags_of(arguments: Sequence[str]) -> dict[str, str | None]:
    """Read `KEY=VALUE` and `KEY` into flags of `vllm serve`, without dashes.

    Raises:
        ConfigError: one is malformed, or is a flag that the run sets itself.
    """
    flags: dict[str, str | None] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        key = key.strip().lstrip("-").replace("_", "-")
        if not key or not key.replace("-", "").replace(".", "").isalnum():
            raise ConfigError(f"--vllm-arg {argument!r} is not KEY=VALUE")
        if key in _SECRETS:
            raise ConfigError(f"--vllm-arg {key} would put a key into the record; set HF_TOKEN for weights behind one")
        if key in _OURS:
            raise ConfigError(f"--vllm-arg {key} is set by the run itself")
        flags[key] = value if equals else None
    return flags
