"""The values of one model call: what is asked, how it is sampled, what came back.

The key of a call is the hash of everything its reply depends on. Host and port are not part of it, so a
store still serves a model that moved to another server.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

from lbt.types import Usage, Value


class Sampling(Value):
    """How a reply is sampled. All of it is sent with every request: servers have defaults of their own."""

    temperature: float
    """0 is greedy."""
    top_p: float
    max_tokens: int
    """Longest reply, in tokens, reasoning included."""


class Message(Value):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Place(Value):
    """Which sample of the run a call is: two equal prompts at two places get replies of their own."""

    replicate: int
    """Seed of the run."""
    role: str
    rationale: int
    repetition: int


class Request(Value):
    """One call, as a role asks for it."""

    messages: tuple[Message, ...]
    sampling: Sampling
    place: Place


Finish = Literal["stop", "length", "refusal", "content_filter", "overflow"]
"""Why a reply ended. `overflow`: the prompt does not fit the model's context."""


class Completion(Value):
    """What a model said to one request, before it has a key."""

    text: str
    """The answer, without reasoning."""
    reasoning: str = ""
    """What the model thought before it answered, where the server or `<think>` tells it apart."""
    finish: Finish
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of `prompt_tokens`, those the server had in its prefix cache."""
    completion_tokens: int = 0


class Reply(Value):
    """A stored completion, as a role gets it."""

    key: str
    """Key in the call store."""
    text: str
    reasoning: str
    finish: Finish
    usage: Usage

    @classmethod
    def of(cls, key: str, completion: Completion, *, replayed: bool, copied: bool = False) -> "Reply":
        """Make the reply with `key` out of `completion`.

        `replayed` when no model was asked this time, `copied` when another run had asked it.
        """
        usage = Usage(
            calls=1,
            replayed=int(replayed),
            copied=int(copied),
            prompt_tokens=completion.prompt_tokens,
            cached_tokens=completion.cached_tokens,
            completion_tokens=completion.completion_tokens,
        )
        return cls(key=key, text=completion.text, reasoning=completion.reasoning, finish=completion.finish, usage=usage)


def call_key(identity: str, request: Request) -> str:
    """Hash everything a reply depends on: weights, messages, sampling, place.

    Args:
        identity: What names the weights: model id, revision or SHA-256, quantisation, chat template.
        request: What is asked of them.

    Returns:
        SHA-256 of the canonical JSON, in hexadecimal.
    """
    parts = {"identity": identity, **request.model_dump(mode="json")}
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(key: str) -> int:
    """Seed of the request with `key`, in [0, 2**31), which every server takes."""
    return int(key[:8], 16) & 0x7FFFFFFF


def prompt_ceiling(messages: Sequence[Message]) -> int:
    """Most tokens that `messages` can cost: a token is a byte at least, and a turn costs some of its own."""
    return sum(len(message.content.encode()) + 16 for message in messages)
