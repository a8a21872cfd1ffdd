"""Talk to one OpenAI-compatible server through `langchain_openai.ChatOpenAI`.

An attempt ends as a `Completion` or as a `AttemptError`; that a model refuses, is filtered, cut off or given too
long a prompt is a completion like any other. There are no retries here (`retry.py` has them all), the timeout is
finite, redirects are not followed (a key stays at its host) and no proxy is asked for a loopback address.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agents.endpoints.calls import Completion, Message, Request
from agents.endpoints.completion import completion_of, line_of
from agents.endpoints.faults import AttemptError, Kind, fault_of_status, is_cut_off, is_filtered, is_overflow
from agents.endpoints.spec import OPENAI_URL, Address, is_loopback
from lbt.types import Value


class Model(Protocol):
    """What answers requests: a server, or a script."""

    async def complete(self, request: Request, seed: int) -> Completion:
        """Answer one request. Raises AttemptError."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


class Accepts(Value):
    """Which parts of a request an endpoint takes; `probe.py` finds out."""

    system: bool = True
    """A system message; else its text goes before the first user message."""
    temperature: bool = True
    top_p: bool = True
    seed: bool = True
    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """The name under which the longest reply is told."""


class _Chat(ChatOpenAI):
    """ChatOpenAI that keeps what it drops: reasoning text, and how much of the prompt was cached by llama.cpp."""

    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - as above it
    ) -> dict[str, Any]:
        """Send the messages as they are: checking them against their types is a third of the SDK's time for a call."""
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        body = {**(payload.get("extra_body") or {}), "messages": payload["messages"]}
        return {**payload, "messages": [], "extra_body": body}

    def _create_chat_result(
        self, response: dict[str, Any] | openai.BaseModel, generation_info: dict[str, Any] | None = None
    ) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        raw: Mapping[str, Any] = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, raw.get("choices") or (), strict=False):
            said = choice.get("message") or {}
            reasoning = said.get("reasoning_content") or said.get("reasoning")
            generation.message.additional_kwargs.update(reasoning=reasoning, refusal=said.get("refusal"))
        result.llm_output = {**(result.llm_output or {}), "timings": raw.get("timings")}
        return result


class ChatClient:
    """One model on one OpenAI-compatible server."""

    def __init__(
        self, address: Address, model: str, *, timeout_s: float, extra_body: Mapping[str, Any] | None = None
    ) -> None:
        self.accepts = Accepts(max_tokens=_usual_name(address))
        self.model, self.address, self._timeout_s = model, address, timeout_s
        self._extra_body = dict(extra_body or {})
        self._sdk = _sdk(address, timeout_s)
        self._chat = _Chat(
            model=model,
            base_url=address.base_url,
            api_key=SecretStr("told to the SDK's client"),
            async_client=self._sdk.chat.completions,
            root_async_client=self._sdk,
            client=self._sdk,
            root_client=self._sdk,
            max_retries=0,
            timeout=timeout_s,
            use_responses_api=False,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sdk.close()

    async def complete(self, request: Request, seed: int) -> Completion:
        """Answer one request; see the module for what is a completion.

        Raises:
            AttemptError: this attempt failed, in any way.
        """
        messages = self._messages(request.messages)
        try:
            async with asyncio.timeout(self._timeout_s):
                return completion_of(await self._chat._agenerate(messages, **self._parameters(request, seed)))
        except openai.APIStatusError as error:
            if is_overflow(error):
                return Completion(text="", finish="overflow")
            if is_filtered(error):
                return Completion(text="", finish="content_filter")
            if is_cut_off(error):
                return Completion(text="", finish="length", completion_tokens=request.sampling.max_tokens)
            raise self._fault(error) from error
        except _NONSENSE as error:
            raise self._fault(error) from error

    async def models(self) -> tuple[str, ...]:
        """Names of the models the server lists. Raises AttemptError."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return tuple(str(model.id) for model in (await self._sdk.models.list()).data)
        except _NONSENSE as error:
            raise self._fault(error) from error

    def _parameters(self, request: Request, seed: int) -> dict[str, Any]:
        sampling, accepts = request.sampling, self.accepts
        body = {**self._extra_body, accepts.max_tokens: sampling.max_tokens}
        told = {"temperature": sampling.temperature, "top_p": sampling.top_p, "seed": seed}
        taken = {"temperature": accepts.temperature, "top_p": accepts.top_p, "seed": accepts.seed}
        return {**{name: value for name, value in told.items() if taken[name]}, "extra_body": body}

    def _messages(self, messages: Sequence[Message]) -> list[BaseMessage]:
        return [_TURNS[turn.role](turn.content) for turn in (messages if self.accepts.system else _merged(messages))]

    def _fault(self, error: Exception) -> AttemptError:
        fault = _fault_of(error)
        return AttemptError(fault.kind, self.address.hide(fault.reason), fault.wait_s, billed=fault.billed)


_TURNS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}

_NONSENSE = (
    openai.OpenAIError,
    aiohttp.ClientError,
    httpx2.HTTPError,
    httpx2.StreamError,
    OSError,  # includes TimeoutError
    ValueError,  # includes what pydantic and json raise
    LookupError,
    TypeError,
    AttributeError,
)
"""What comes up when a server breaks off, hangs, or answers something that is no chat completion."""


def _merged(messages: Sequence[Message]) -> list[Message]:
    """The same conversation without system messages: their text opens the first user message."""
    system = "\n\n".join(turn.content for turn in messages if turn.role == "system")
    turns = [turn for turn in messages if turn.role != "system"]
    if system and turns and turns[0].role == "user":
        turns[0] = Message(role="user", content=f"{system}\n\n{turns[0].content}")
    elif system:
        turns.insert(0, Message(role="user", content=system))
    return turns


def _fault_of(error: Exception) -> AttemptError:
    if isinstance(error, openai.APIStatusError):
        return fault_of_status(error)
    chain = list(_chain(error))
    for cause in chain:  # the transport calls a refused connection a timeout, so look at what is under it
        if isinstance(cause, aiohttp.ClientConnectorError):
            number = cause.os_error.errno
            why = os.strerror(number) if number and number > 0 else line_of(cause.os_error)
            return AttemptError(Kind.TRANSIENT, f"no connection: {why}")
    if any(isinstance(cause, TimeoutError) for cause in chain):
        return AttemptError(Kind.TRANSIENT, "no reply within the time limit", billed=True)
    if isinstance(error, openai.APIConnectionError):
        return AttemptError(Kind.TRANSIENT, f"the connection broke ({line_of(chain[-1])})", billed=True)
    return AttemptError(Kind.TRANSIENT, f"the reply is no chat completion ({line_of(error)})", billed=True)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what caused it, down to the first cause."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _usual_name(address: Address) -> Literal["max_tokens", "max_completion_tokens"]:
    """OpenAI's newer models take the newer name only; most other servers know the older one."""
    openai_host = urlsplit(OPENAI_URL).hostname
    return "max_completion_tokens" if urlsplit(address.base_url).hostname == openai_host else "max_tokens"


def _sdk(address: Address, timeout_s: float) -> openai.AsyncOpenAI:
    headers = {"Authorization": address.basic} if address.basic else {}
    client = openai.AsyncOpenAI(
        api_key=address.key or "none",
        base_url=address.base_url,
        timeout=timeout_s,
        max_retries=0,
        default_headers=headers,
        default_query=dict(address.query) or None,
        http_client=openai.DefaultAioHttpClient(
            timeout=timeout_s, follow_redirects=False, trust_env=not is_loopback(address.base_url)
        ),
    )
    if not address.home:
        client.organization = client.project = None
        client._custom_headers = headers  # has OPENAI_CUSTOM_HEADERS in it, and no argument keeps them out
    return client
