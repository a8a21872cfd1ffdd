"""When and how the test server breaks."""

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Fault = Literal[
    "429", "500", "503", "401", "403", "404", "quota", "daily", "overflow", "filtered_prompt", "hang", "reset", "cut",
    "malformed", "empty_choices", "null_choices", "content_type", "error_body", "refusal", "content_filter", "length",
    "no_usage",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way to break, and the requests it breaks."""

    fault: Fault
    share: float = 1.0
    """Fraction of the requests hit, chosen by their content: the same ones in every run."""
    first: int | None = 1
    """Only the first so many attempts at a request are hit; None: all of them."""
    match: str = ""
    """Only requests whose last message holds this text."""
    after: int = 0
    """Only once the server has seen so many requests, this one counted."""
    until: int | None = None
    """Only as long as it has seen no more than so many."""
    wait_s: float | None = None
    """What `Retry-After` says, in seconds."""
    retry_after: str = ""
    """What `Retry-After` says, word by word, instead."""
    probes: bool = False
    """Whether requests for one token are hit as well."""

    def hits(self, *, fingerprint: str, attempt: int, message: str, seen: int, probing: bool) -> bool:
        """Whether this attempt breaks."""
        chance = int(hashlib.sha256(f"{self.fault}:{fingerprint}".encode()).hexdigest()[:8], 16) / 2**32
        return (
            chance < self.share
            and (self.first is None or attempt <= self.first)
            and self.match in message
            and seen >= self.after
            and (self.until is None or seen <= self.until)
            and (self.probes or not probing)
        )

    @property
    def headers(self) -> dict[str, str]:
        """The `Retry-After` header, if any."""
        said = self.retry_after or ("" if self.wait_s is None else f"{self.wait_s:g}")
        return {"Retry-After": said} if said else {}


def parse_rule(text: str) -> Rule:
    """Read a rule from the command line: JSON, for example `{"fault": "500", "share": 0.1}`."""
    found: dict[str, Any] = json.loads(text)
    unknown = set(found) - {field.name for field in fields(Rule)}
    if unknown or found.get("fault") not in get_args(Fault):
        raise ValueError(f"not a rule: {text} (faults: {', '.join(get_args(Fault))})")
    return Rule(**found)
