"""A peer's only way to the model: OpenAI's protocol on the loopback, answered by an asker of ours, and counted.

A call is what an asker of ours would send: a greedy request that was made before is answered again and is no new call,
a sampled one always is. After the budget a call is refused as a bill that was not paid (402), which no client repeats.
The hold-out has an address of its own, `/held-out/v1`, and calls there are counted apart.

What a request asks for beside messages, temperature, top-p and the longest reply is left out: formats that a server
would enforce are none of what our own calls have.
"""

import asyncio
import hmac
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.asking import Asker
from agents.endpoints.calls import Message, Place, Reply, Request, Sampling
from agents.prompting import plain
from lbt.errors import LbtError, StepError

ROLE = "peer"
"""Of all peers: where two of them ask the same, the model is asked once, and both count it."""
LARGEST = 2**24
"""Bytes of a request."""
_GRACE_S = 1.0


class Meter:
    """Counts the calls of one part of a peer's work."""

    def __init__(self, limit: int | None = None) -> None:
        """Allow `limit` calls; None: any number."""
        self.limit = limit
        self.calls = 0
        self.refused = 0
        self.failed = 0
        """Of `calls`, those that the endpoint could not answer."""
        self._asked: Counter[Request] = Counter()

    def admit(self, request: Request) -> Request | None:
        """Give the request its place, which tells equal samples apart; None where the limit does not allow it."""
        times = self._asked[request]
        if times and not request.sampling.temperature:
            return request
        if self.limit is not None and self.calls >= self.limit:
            self.refused += 1
            return None
        self.calls += 1
        self._asked[request] += 1
        return request.model_copy(update={"place": request.place.model_copy(update={"repetition": times})})


class Gateway:
    """A server for one peer."""

    def __init__(self, asker: Asker, *, budget: int, sampling: Sampling, seed: int) -> None:
        """Let a peer ask `asker` at most `budget` times.

        Args:
            asker: The model.
            budget: Calls, those for the hold-out not included.
            sampling: What a request leaves open; no reply is longer than its `max_tokens`.
            seed: Of the run: other seeds are other calls.
        """
        self.key = secrets.token_urlsafe(16)
        """What a request must bring as its API key: other users of the machine can reach the loopback too."""
        self.optimising, self.held_out = Meter(budget), Meter()
        self._asker, self._sampling, self._seed = asker, sampling, seed
        self._stopped = asyncio.Event()
        self._error: LbtError | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Listen until the context is left; gives the address, without a path."""
        app = web.Application(client_max_size=LARGEST, middlewares=[self._check])
        app.router.add_get("/calls", self._calls)
        app.router.add_post("/v1/chat/completions", self._optimising)
        app.router.add_post("/held-out/v1/chat/completions", self._held_out)
        silent = logging.Logger("silent", logging.CRITICAL + 1)
        runner = web.AppRunner(app, access_log=None, logger=silent, shutdown_timeout=_GRACE_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def stopped(self) -> None:
        """Wait until the model answers no more at all."""
        await self._stopped.wait()

    def check(self) -> None:
        """Raise what stopped the model for good, if it has: BudgetError, UnavailableError."""
        if self._error:
            raise self._error

    @web.middleware
    async def _check(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(errors="replace"), f"Bearer {self.key}".encode()):
            return _refusal(401, "this gateway is for one peer", "invalid_api_key")
        response: web.StreamResponse = await handler(request)
        return response

    async def _calls(self, _: web.Request) -> web.Response:
        return web.json_response({"calls": self.optimising.calls})

    async def _optimising(self, request: web.Request) -> web.Response:
        return await self._answer(request, self.optimising)

    async def _held_out(self, request: web.Request) -> web.Response:
        return await self._answer(request, self.held_out)

    async def _answer(self, request: web.Request, meter: Meter) -> web.Response:
        try:
            body = Body.model_validate_json(await request.read())
        except ValidationError as error:
            first = error.errors()[0]
            return _refusal(400, f"{'.'.join(map(str, first['loc']))}: {first['msg']}", "invalid_request")
        admitted = meter.admit(body.request(self._sampling, self._seed))
        if admitted is None:
            return _refusal(402, f"the budget of {meter.limit} calls is spent", "budget_spent")
        try:
            reply = await self._asker.ask(admitted, (meter.calls,))
        except StepError as error:
            meter.failed += 1
            return _refusal(502, str(error), "endpoint_failed")
        except LbtError as error:
            self._error = self._error or error
            self._stopped.set()
            return _refusal(503, str(error), "stopped")
        return _completion(reply)


class Part(BaseModel):
    """A piece of a message."""

    type: Literal["text"]
    text: str


class Turn(BaseModel):
    """A message as clients send it."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part]

    def message(self) -> Message:
        """The message as we send it."""
        text = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        return Message(role="system" if self.role == "developer" else self.role, content=str(plain(text)))


class Body(BaseModel):
    """A request as clients send it."""

    model_config = ConfigDict(frozen=True)

    messages: Annotated[list[Turn], Field(min_length=1)]
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    n: Literal[1] | None = None
    stream: Literal[False] | None = None

    def request(self, usual: Sampling, seed: int) -> Request:
        """The request as we ask it; what it leaves open is as in `usual`."""
        longest = self.max_completion_tokens or self.max_tokens or usual.max_tokens
        return Request(
            messages=tuple(turn.message() for turn in self.messages),
            sampling=Sampling(
                temperature=usual.temperature if self.temperature is None else self.temperature,
                top_p=usual.top_p if self.top_p is None else self.top_p,
                max_tokens=min(longest, usual.max_tokens),
            ),
            place=Place(replicate=seed, role=ROLE, rationale=0, repetition=0),
        )


def _refusal(status: int, message: str, code: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": code, "code": code}}, status=status)


_FINISHES = {"stop": "stop", "length": "length", "refusal": "stop", "content_filter": "content_filter"}


def _completion(reply: Reply) -> web.Response:
    if reply.finish == "overflow":
        return _refusal(400, "the prompt does not fit the model's context", "context_length_exceeded")
    usage = reply.usage
    return web.json_response(
        {
            "id": reply.key,
            "object": "chat.completion",
            "created": 0,
            "model": "endpoint",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": _FINISHES[reply.finish],
                    "message": {"role": "assistant", "content": reply.text},
                }
            ],
            "usage": {
                "prompt_tokens": usage.prompt_tokens,
                "completion_tokens": usage.completion_tokens,
                "total_tokens": usage.prompt_tokens + usage.completion_tokens,
            },
        }
    )
