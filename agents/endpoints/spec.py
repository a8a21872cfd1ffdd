"""How a user names a model: `openai:`, `vllm:`, `local:` or `scripted:`, and which key goes to which host.

The first `:` ends the kind; the last `@http` starts the address of a server, so names may hold both.
Credentials in an address are used but never shown: `str`, `repr`, labels and errors have `***` instead.
"""

import base64
import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import SplitResult, unquote, urlsplit

from lbt.errors import ConfigError, UnavailableError

Kind = Literal["openai", "vllm", "local", "scripted"]

OPENAI_URL = "https://api.openai.com/v1"
VARIABLE = r"[A-Za-z_]\w*"
"""The name of a variable, which no key with a dash or a dot looks like."""
_FORMS = "openai:MODEL, openai:MODEL@http://host:port/v1, vllm:ID_OR_DIR, local:NAME_OR_FILE or scripted:FILE"


@dataclass(frozen=True, slots=True)
class Spec:
    """A parsed model spec; safe to print."""

    kind: Kind
    name: str
    """Model, hub id, directory or file, as the user wrote it."""
    url: str = field(default="", repr=False)
    """Address of the server with its credentials, or empty. Only for connecting; show `label` instead."""

    @property
    def label(self) -> str:
        """The spec as it may be shown and recorded: no credentials."""
        return f"{self.kind}:{self.name}" + (f"@{redact(self.url)}" if self.url else "")

    def __str__(self) -> str:
        return self.label


def parse_spec(text: str) -> Spec:
    """Parse a model spec.

    Raises:
        ConfigError: `text` has none of the four forms; the sentence names them and holds no credentials.
    """
    kind, colon, rest = text.partition(":")
    if not colon or kind not in get_args(Kind):
        raise ConfigError(_not_a_spec(text, kind))
    name, at, tail = rest.rpartition("@http")
    if not at:
        name, url = rest, ""
    else:
        url = "http" + tail
    if not name:
        raise ConfigError(f"model {redact_text(text)!r} names no model: write {_FORMS}")
    if url and kind != "openai":
        raise ConfigError(f"{kind}: takes no server address; write openai:{name}@{redact(url)} for a running server")
    if url:
        _check_address(url)
    return Spec(cast(Kind, kind), name, url)


def _not_a_spec(text: str, kind: str) -> str:
    near = difflib.get_close_matches(kind, get_args(Kind), n=1)
    guess = f" (did you mean {near[0]}:?)" if near else ""
    return f"{redact_text(text)!r} is not a model{guess}: write {_FORMS}"


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"{redact_text(url)!r} is not the address of a server: write http://host:port/v1")


def redact(url: str) -> str:
    """Show `url` without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return redact_text(url)
    if not host:
        return redact_text(url)
    secret = "***@" if "@" in parts.netloc else ""
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{secret}{place}{parts.path}" + ("?***" if parts.query or parts.fragment else "")


def redact_text(text: str) -> str:
    """Show `text` with the credentials of every address in it replaced, well-formed or not."""
    text = re.sub(r"(https?:/*)[^\s'\"]*@", r"\1***@", text)
    return re.sub(r"(https?:[^\s'\"?#]*)[?#][^\s'\"]*", r"\1?***", text)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect and with what; its `repr` holds no secret."""

    base_url: str
    """Without user and password."""
    key: str | None = field(repr=False)
    """API key, or None where the server is asked without one."""
    basic: str | None = field(repr=False)
    """Value of a basic `Authorization` header, from user and password in the address."""
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Query parameters of the address, sent with every request."""
    home: bool = False
    """What the environment holds for OpenAI (`OPENAI_ORG_ID`…) is meant for this host."""
    remedy: str = ""
    """What to do when the server refuses the key, without the key."""

    def hide(self, text: str) -> str:
        """Take every secret of this address out of `text`, for a server may quote the key it was sent."""
        secrets = [self.key, self.basic, self.basic and self.basic.removeprefix("Basic "), *(v for _, v in self.query)]
        for secret in secrets:
            if secret and len(secret) > 3:
                text = text.replace(secret, "***")
        return redact_text(text)


def address_of(spec: Spec, env: Mapping[str, str], key_env: str | None = None) -> Address:
    """Find where `spec` connects to and which key goes there.

    Args:
        spec: An `openai:` spec.
        env: The environment.
        key_env: Name of the variable that holds the key, as the user chose it.

    Raises:
        ConfigError: `OPENAI_BASE_URL` is not an address, `key_env` is no name of a variable, or the address was
            recorded without its credentials.
        UnavailableError: the chosen variable is empty, or OpenAI itself is asked without a key.
    """
    base = env.get("OPENAI_BASE_URL") or OPENAI_URL
    _check_address(base)
    url = urlsplit(spec.url or base)
    if "***" in url.netloc or "***" in url.query:
        raise ConfigError(
            f"{spec.label}: its address held credentials, which are not recorded: give --teacher/--student again"
        )
    variable = "LBT_KEY_" + re.sub(r"[^A-Z0-9]", "_", (url.hostname or "").upper())
    key = _key(url, urlsplit(base), env, variable, key_env)
    remedy = f"set {key_env or variable} to a key that is valid there"
    basic = _basic(url)
    if key is None and basic is None and url.hostname == urlsplit(OPENAI_URL).hostname:
        raise UnavailableError(f"no key for {redact(url.geturl())}: set OPENAI_API_KEY, or use a local model")
    place = url._replace(netloc=url.netloc.rpartition("@")[2], query="", fragment="")
    query = tuple((k, v) for k, _, v in (pair.partition("=") for pair in url.query.split("&") if pair))
    home = _same_owner(url, urlsplit(base))
    return Address(place.geturl().rstrip("/"), key, basic, query, home, remedy)


def _key(url: SplitResult, base: SplitResult, env: Mapping[str, str], variable: str, chosen: str | None) -> str | None:
    if chosen is not None:
        if not re.fullmatch(VARIABLE, chosen):
            raise ConfigError("--teacher-key-env and --student-key-env take the name of a variable, not a key")
        if not env.get(chosen):
            named = "that --teacher-key-env or --student-key-env names"  # not quoted: a key can look like a name
            raise UnavailableError(f"no key for {redact(url.geturl())}: the variable {named} is not set")
        return env[chosen]
    if env.get(variable):
        return env[variable]
    return env.get("OPENAI_API_KEY") or None if _same_owner(url, base) else None


def _same_owner(url: SplitResult, base: SplitResult) -> bool:
    """Whether OPENAI_API_KEY may go to `url`: the same host as its own, and no less encrypted."""
    homes = (base, urlsplit(OPENAI_URL))
    return any(url.hostname == home.hostname and url.scheme in ("https", home.scheme) for home in homes)


def _basic(url: SplitResult) -> str | None:
    if "@" not in url.netloc:
        return None
    pair = f"{unquote(url.username or '')}:{unquote(url.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def is_loopback(url: str) -> bool:
    """Whether `url` is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
