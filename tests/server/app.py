"""The test server itself, and what it counts."""

import asyncio
import hashlib
import json
import math
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.server.answers import answer, generator
from tests.server.faults import Fault, Rule


@dataclass(frozen=True, kw_only=True)
class Config:
    """How the server behaves."""

    model: str = "test"
    seed: int = 0
    key: str = ""
    """API key it asks for; empty: none."""
    latency_s: float = 0.0
    """Mean time to a reply, in seconds."""
    sigma: float = 0.0
    """Spread of the log-normal latency; 0: always the mean."""
    good_share: float = 0.5
    """Fraction of replies with a right program."""
    faults: tuple[Rule, ...] = ()
    refuses: frozenset[str] = frozenset()
    """Parameters answered with 400: `temperature`, `top_p`, `seed`, `system`, `max_tokens`…"""
    ignores: frozenset[str] = frozenset()
    """Parameters that are taken and not followed: `max_tokens`."""
    reasoning: str = ""
    """Text that every reply carries as `reasoning_content`."""
    log: Path | None = None
    """File that gets a line for every request that comes in and every reply that goes out."""


@dataclass(frozen=True)
class Exchange:
    """A request and the whole reply it got."""

    body: dict[str, Any]
    text: str
    latency_s: float
    """How long it was made to wait."""
    began: float
    """Unix time, in seconds, when it came in."""
    ended: float
    """Unix time, in seconds, when its reply went out."""


@dataclass
class Counts:
    """What the server saw. Requests for one token (probing) are counted apart."""

    requests: int = 0
    probes: int = 0
    listings: int = 0
    answered: int = 0
    """Requests that got a whole reply."""
    in_flight: int = 0
    most_in_flight: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    """Attempts by request, a request being everything in its body."""
    broken: Counter[Fault] = field(default_factory=Counter)
    """Requests that were broken, by fault."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        """What `GET /stats` says."""
        names = ("requests", "probes", "listings", "answered", "in_flight", "most_in_flight")
        repeated = sum(count - 1 for count in self.attempts.values())
        return {name: getattr(self, name) for name in names} | {"distinct": len(self.attempts), "repeated": repeated}


class TestServer:
    """Answers chat completions after `Config`, and remembers them in `counts`."""

    __test__ = False

    def __init__(self, config: Config) -> None:
        self.config = config
        self.counts = Counts()

    def app(self) -> web.Application:
        """The web application."""
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/stats", self._stats)
        return app

    async def _stats(self, request: web.Request) -> web.Response:
        return web.json_response(self.counts.public())

    async def _models(self, request: web.Request) -> web.Response:
        self.counts.listings += 1
        if refusal := self._locked(request):
            return refusal
        return web.json_response({"object": "list", "data": [{"id": self.config.model, "object": "model"}]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        probing = _longest(body) == 1
        fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        if probing:
            self.counts.probes += 1
        else:
            self._count(body, request.headers, fingerprint)
        try:
            return await self._reply(request, body, fingerprint, probing=probing)
        finally:
            self.counts.in_flight -= not probing

    def _count(self, body: dict[str, Any], headers: Mapping[str, str], fingerprint: str) -> None:
        counts = self.counts
        counts.requests += 1
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
        counts.attempts[fingerprint] += 1
        counts.bodies.append(body)
        counts.headers.append(dict(headers))
        self._log("in", fingerprint)

    async def _reply(
        self, request: web.Request, body: dict[str, Any], fingerprint: str, *, probing: bool
    ) -> web.StreamResponse:
        if refusal := self._locked(request) or self._refused(body):
            return refusal
        began = time.time()
        rng = generator(self.config.seed, fingerprint)
        latency = 0.0 if probing else self._latency(rng)
        await asyncio.sleep(latency)
        message = str(body["messages"][-1]["content"])
        for rule in self.config.faults:
            attempt, seen = self.counts.attempts[fingerprint], self.counts.requests
            if rule.hits(fingerprint=fingerprint, attempt=attempt, message=message, seen=seen, probing=probing):
                self.counts.broken[rule.fault] += 1
                return await _break(rule, request, self._completion(body, message, rng))
        whole = self._completion(body, message, rng)
        if not probing:
            text = whole["choices"][0]["message"]["content"]
            self.counts.answered += 1
            self.counts.exchanges.append(Exchange(body, text, latency, began, time.time()))
            self._log("out", fingerprint)
        return web.json_response(whole)

    def _latency(self, rng: random.Random) -> float:
        """A log-normal time with the configured mean."""
        config = self.config
        return config.latency_s * math.exp(config.sigma * rng.gauss(0, 1) - config.sigma**2 / 2)

    def _completion(self, body: dict[str, Any], message: str, rng: random.Random) -> dict[str, Any]:
        longest = 10**6 if "max_tokens" in self.config.ignores else _longest(body)
        text = "1" if longest == 1 else answer(message, rng, self.config.good_share)
        reply = {"role": "assistant", "content": text, "refusal": None}
        if self.config.reasoning:
            reply["reasoning_content"] = self.config.reasoning
        choices = [{"index": 0, "message": reply, "finish_reason": "stop"}]
        prompt = sum(len(str(turn["content"]).split()) for turn in body["messages"])
        completion = 1 if longest == 1 else len(text.split()) + 10
        usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        return {
            "id": "chatcmpl-test", "object": "chat.completion", "created": 0, "model": self.config.model,
            "choices": choices, "usage": usage,
        }  # fmt: skip

    def _locked(self, request: web.Request) -> web.Response | None:
        sent = request.headers.get("Authorization", "")
        if not self.config.key or sent == f"Bearer {self.config.key}":
            return None
        return error(401, f"Incorrect API key provided: {sent}", code="invalid_api_key")

    def _refused(self, body: dict[str, Any]) -> web.Response | None:
        refuses = self.config.refuses
        if body["model"] != self.config.model:
            return error(404, f"The model {body['model']!r} does not exist", code="model_not_found")
        if "system" in refuses and any(turn["role"] in ("system", "developer") for turn in body["messages"]):
            return error(400, "System role not supported")
        for name in refuses & set(body):
            return error(400, f"Unsupported parameter: {name!r} is not supported with this model.", param=name)
        return None

    def _log(self, event: str, fingerprint: str) -> None:
        if self.config.log:
            with self.config.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"event": event, "request": fingerprint}) + "\n")


def _longest(body: Mapping[str, Any]) -> int:
    return int(body.get("max_tokens") or body.get("max_completion_tokens") or 10**6)


def error(status: int, message: str, **more: str) -> web.Response:
    """An error in OpenAI's form."""
    return web.json_response({"error": {"message": message, "type": "invalid_request_error", **more}}, status=status)


Break = Callable[[Rule, web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


async def _break(rule: Rule, request: web.Request, whole: dict[str, Any]) -> web.StreamResponse:
    """Answer as `rule` says; `whole` is the reply that would have been right."""
    if rule.fault in _STATUS:
        status, message, code = _STATUS[rule.fault]
        response = error(status, message, code=code)
        response.headers.update(rule.headers)
        return response
    if rule.fault in _ODD:
        return _ODD[rule.fault](whole)
    return await _DISTURBED[rule.fault](request, whole)


_STATUS: dict[Fault, tuple[int, str, str]] = {
    "429": (429, "Rate limit reached, try again", "rate_limit_exceeded"),
    "500": (500, "Something broke", "internal_error"),
    "503": (503, "Overloaded", "overloaded"),
    "401": (401, "Incorrect API key provided", "invalid_api_key"),
    "403": (403, "Not allowed", "forbidden"),
    "404": (404, "No such model", "model_not_found"),
    "quota": (429, "You exceeded your current quota, check your plan", "insufficient_quota"),
    "daily": (429, "Rate limit reached on requests per day (RPD): limit 200", "rate_limit_exceeded"),
    "overflow": (400, "This model's maximum context length is 8 tokens", "context_length_exceeded"),
    "filtered_prompt": (400, "The prompt triggered the content management policy", "content_filter"),
}


def _text(text: str, kind: str) -> web.Response:
    return web.Response(text=text, content_type=kind)


def _ending(whole: dict[str, Any], reason: str, **message: str) -> web.Response:
    choice = whole["choices"][0]
    choice = {**choice, "finish_reason": reason, "message": {**choice["message"], **message}}
    return web.json_response({**whole, "choices": [choice]})


_ODD: dict[Fault, Callable[[dict[str, Any]], web.Response]] = {
    "malformed": lambda whole: _text(json.dumps(whole)[:-20], "application/json"),
    "empty_choices": lambda whole: web.json_response({**whole, "choices": []}),
    "null_choices": lambda whole: web.json_response({**whole, "choices": None}),
    "content_type": lambda whole: _text("<html><body>Welcome to the proxy</body></html>", "text/html"),
    "error_body": lambda whole: web.json_response({"error": {"message": "Internal", "code": 500}}),
    "refusal": lambda whole: _ending(whole, "stop", refusal="I will not do that.", content=""),
    "content_filter": lambda whole: _ending(whole, "content_filter", content=""),
    "length": lambda whole: _ending(whole, "length", content=whole["choices"][0]["message"]["content"][:40]),
    "no_usage": lambda whole: web.json_response({k: v for k, v in whole.items() if k != "usage"}),
}


async def _hang(request: web.Request, whole: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return web.Response(status=504)


async def _reset(request: web.Request, whole: dict[str, Any]) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


async def _cut(request: web.Request, whole: dict[str, Any]) -> web.StreamResponse:
    text = json.dumps(whole).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(text))})
    await response.prepare(request)
    await response.write(text[: len(text) // 2])
    return await _reset(request, whole)


_DISTURBED: dict[Fault, Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]] = {
    "hang": _hang,
    "reset": _reset,
    "cut": _cut,
}
