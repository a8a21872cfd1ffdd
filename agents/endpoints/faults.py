"""What one attempt at a call can come to other than a completion, told apart by what to do next."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum

import openai


class Kind(StrEnum):
    """What to do about a fault."""

    TRANSIENT = "transient"
    """The server or the way to it broke: try again."""
    LIMITED = "limited"
    """Too many requests: wait, then try again."""
    REFUSED = "refused"
    """The server will never take this request."""
    KEY = "key"
    """The server does not take the key."""
    QUOTA = "quota"
    """Money or a daily allowance is used up."""


class AttemptError(Exception):
    """One attempt failed. Never leaves this package: it ends as a retry or as an `LbtError`."""

    def __init__(self, kind: Kind, reason: str, wait_s: float | None = None, *, billed: bool = False) -> None:
        super().__init__(reason)
        self.kind, self.reason = kind, reason
        self.wait_s = wait_s
        """How long the server asks to wait, in seconds."""
        self.billed = billed
        """The server may have generated, and charged, a reply that was lost."""


_OVERFLOW = re.compile(
    r"context[_ ](length|window|size)|exceed_context|maximum context|prompt is too long|input tokens exceed|"
    r"context the model|too many (input )?tokens in",
    re.IGNORECASE,
)
_CUT = re.compile(r"output limit was reached|higher max_(completion_)?tokens", re.IGNORECASE)
_FILTER = re.compile(r"content[_ ](filter|policy|management)|responsible ?ai", re.IGNORECASE)
_QUOTA = re.compile(
    r"insufficient[_ ](quota|funds|balance|credits?)|billing|exceeded your current quota|credit balance|"
    r"per[- ]day|\b(rpd|tpd)\b|daily",
    re.IGNORECASE,
)


def is_overflow(fault: openai.APIStatusError) -> bool:
    """Whether the server says that the prompt does not fit the model's context."""
    return fault.status_code in (400, 413, 422, 500) and bool(_OVERFLOW.search(_said(fault)))


def is_cut_off(fault: openai.APIStatusError) -> bool:
    """Whether the model used up its tokens before it said anything: OpenAI refuses then, where others reply."""
    return fault.status_code == 400 and bool(_CUT.search(_said(fault)))


def is_filtered(fault: openai.APIStatusError) -> bool:
    """Whether the server's filter took offence at the prompt."""
    return fault.status_code == 400 and bool(_FILTER.search(_said(fault)))


def fault_of_status(error: openai.APIStatusError) -> AttemptError:
    """Tell an answer with an HTTP error status apart."""
    status, said = error.status_code, _said(error)
    reason = f"HTTP {status}: {said}"
    if status == 402 or (status in (403, 429) and _QUOTA.search(said)):
        return AttemptError(Kind.QUOTA, reason)
    if status == 429:
        return AttemptError(Kind.LIMITED, reason, retry_after(error.response.headers))
    if status == 401:
        return AttemptError(Kind.KEY, reason)
    if status >= 500 or status in (408, 409, 425):
        return AttemptError(Kind.TRANSIENT, reason, retry_after(error.response.headers))
    return AttemptError(Kind.REFUSED, reason)


def _said(error: openai.APIStatusError) -> str:
    """What the server said, in one line of bounded length."""
    body = error.body
    inner = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(inner, Mapping):
        parts = [str(inner[name]) for name in ("message", "code", "param") if inner.get(name)]
        text = ", ".join(dict.fromkeys(parts))
    else:
        text = str(inner or error.message)
    return " ".join(text.split())[:300]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait: `Retry-After-Ms`, or `Retry-After` in seconds or as a date; else None."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    """A finite number that is not negative, else None."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
