"""An endpoint: one served model, shared by everybody who asks it.

A call goes through the store (known? then nothing is asked), the limiter (when?), the budget (may we?), the model
(one attempt) and back into the store, before its reply is used. A failed attempt gives its slot back before it
waits. Equal requests that are asked at once are one call.

A call is a task of the endpoint, not of who asked: when the asker is cancelled, a call that was sent still ends in
the store, at the latest in `drain`; one that was not sent is given up.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agents.endpoints.budget import FREE, Budget, Price, Spent
from agents.endpoints.calls import Completion, Reply, Request, call_key, prompt_ceiling, seed_of
from agents.endpoints.client import ChatClient, Model
from agents.endpoints.faults import AttemptError
from agents.endpoints.limiter import Limiter
from agents.endpoints.notice import Notify, ignore
from agents.endpoints.probe import probe
from agents.endpoints.retry import Retry
from agents.endpoints.scripted import Script
from agents.endpoints.served import Served
from agents.endpoints.spec import Address, Spec, address_of
from agents.endpoints.store import CallStore, StoredCall
from lbt.errors import BudgetError, ConfigError, UnavailableError

CALLS_AT_ONCE = 16
"""Calls at once to a server that this run did not start, unless the user says otherwise."""
DRAIN_S = 30.0
"""How long calls under way may take to finish once a run stops, in seconds."""

Launch = Callable[[Spec], AbstractAsyncContextManager[Served]]
"""Starts the server of a `local:` or `vllm:` spec, and stops it at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How hard an endpoint may be driven."""

    concurrency: int | None = None
    """Calls at once; None: what a server that this run starts can take, else CALLS_AT_ONCE. Never more than it can."""
    rpm: int | None = None
    """Calls a minute."""
    tpm: int | None = None
    """Tokens a minute."""
    timeout_s: float = 600.0
    """Longest wait for one reply, in seconds."""


class Endpoint:
    """A served model behind its store, limits and retries."""

    def __init__(
        self,
        label: str,
        identity: str,
        model: Model,
        *,
        store: CallStore,
        pace: Pace,
        budget: Budget,
        price: Price,
        notify: Notify,
        remedy: str = "",
        beside: "Endpoint | None" = None,
    ) -> None:
        self.label = label
        """Name that is safe to print."""
        self.identity = identity
        """What names the weights."""
        self.concurrency = pace.concurrency or CALLS_AT_ONCE
        """Calls at once, at most."""
        self._model, self._store, self._budget, self._price = model, store, budget, price
        self._limiter: Limiter = beside._limiter if beside else Limiter(self.concurrency, pace.rpm, pace.tpm)
        self._retry = Retry(label, sleep=self._sleep, pause=self._limiter.pause, notify=notify, remedy=remedy)
        self._flights: dict[str, asyncio.Task[Reply]] = {}
        self._askers: Counter[str] = Counter()
        self._sent: set[str] = set()
        self._stopping = asyncio.Event()
        self._stopped_by: BudgetError | UnavailableError | None = None

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        """Answer `request`, from the store where it is known; lower `priority` tuples are asked first.

        Raises:
            EndpointError: the call failed for good, after its retries.
            BudgetError: a limit or the account's quota is reached; so is every later call that is not stored.
            UnavailableError: the key is refused, the disk is full or the server has ended: now, and for every later
                call that is not stored.
        """
        key = call_key(self.identity, request)
        flight = self._flights.get(key)
        if flight is None:
            if self._stopping.is_set():
                raise asyncio.CancelledError
            flight = self._flights[key] = asyncio.create_task(self._answer(key, request, priority), name=key)
            flight.add_done_callback(self._landed)
        self._askers[key] += 1
        try:
            return await asyncio.shield(flight)
        finally:
            self._askers[key] -= 1
            if not self._askers[key]:
                del self._askers[key]
                self._abandon(key, flight)

    def _abandon(self, key: str, flight: asyncio.Task[Reply]) -> None:
        """Give up a call that nobody waits for any more, unless it was sent: then its reply is paid for."""
        if not flight.done() and key not in self._sent:
            flight.cancel()
            self._flights.pop(key, None)

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Start no more calls; give those that were sent `timeout_s` seconds to end in the store."""
        self._stopping.set()
        self._cancel_unsent()
        try:
            if self._flights:
                await asyncio.wait(list(self._flights.values()), timeout=timeout_s)
        finally:
            rest = list(self._flights.values())
            for flight in rest:
                flight.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def watch(self, ended: Callable[[], Awaitable[str]]) -> None:
        """Wait until the server has ended by itself; from then on every call that is not stored fails, and soon."""
        error = UnavailableError(f"{await ended()}; resume to go on")
        self._stopped_by = self._stopped_by or error
        self._cancel_unsent()

    def _cancel_unsent(self) -> None:
        """Cancel the calls that wait, for their turn or for another attempt."""
        for key, flight in self._flights.items():
            if key not in self._sent:
                flight.cancel()

    async def _answer(self, key: str, request: Request, priority: tuple[int, ...]) -> Reply:
        try:
            stored = await self._store.get(key)
            if stored is not None:
                return Reply.of(key, stored.completion, replayed=True, copied=stored.replayed)
            stored = await self._retry(lambda: self._attempt(key, request, priority))
        except (BudgetError, UnavailableError) as error:
            self._stopped_by = self._stopped_by or error
            raise
        except asyncio.CancelledError:
            self._check()  # its asker is told why, if there is a reason
            raise
        return Reply.of(key, stored.completion, replayed=False)

    async def _attempt(self, key: str, request: Request, priority: tuple[int, ...]) -> StoredCall:
        self._check()
        prompt = prompt_ceiling(request.messages)
        async with self._limiter.slot(priority, prompt // 3 + request.sampling.max_tokens) as slot:
            self._check()
            most = self._spent(prompt, request.sampling.max_tokens)
            await self._budget.reserve(most)
            took = most
            self._sent.add(key)
            try:
                started = time.time()
                completion = await self._complete(request, key)
                took = self._spent(completion.prompt_tokens, completion.completion_tokens)
                slot.tokens = took.tokens
                return await self._keep(key, request, completion, started)
            except AttemptError as fault:
                took = most if fault.billed else Spent(calls=1)
                self._retry.heed(fault)
                raise
            finally:
                self._sent.discard(key)
                await self._budget.settle(most, took)

    async def _complete(self, request: Request, key: str) -> Completion:
        return await self._model.complete(request, seed_of(key))

    async def _keep(self, key: str, request: Request, completion: Completion, started: float) -> StoredCall:
        return await self._store.put(
            StoredCall(
                key=key,
                endpoint=self.label,
                request=request,
                completion=completion,
                started=started,
                ended=time.time(),
            )
        )

    def _spent(self, prompt_tokens: int, completion_tokens: int) -> Spent:
        cost = self._price.cost(prompt_tokens, completion_tokens)
        return Spent(calls=1, tokens=prompt_tokens + completion_tokens, cost=cost)

    def _check(self) -> None:
        """Let no call start once the endpoint stops."""
        if self._stopped_by is not None:
            raise type(self._stopped_by)(str(self._stopped_by))
        if self._stopping.is_set():
            raise asyncio.CancelledError

    async def _sleep(self, seconds: float) -> None:
        """Wait between two attempts; stopping ends the wait, and the call."""
        self._check()
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        self._check()

    def _landed(self, flight: asyncio.Task[Reply]) -> None:
        if self._flights.get(flight.get_name()) is flight:
            del self._flights[flight.get_name()]
        if not flight.cancelled():
            flight.exception()  # its asker may be gone


@asynccontextmanager
async def open_endpoint(
    spec: Spec,
    *,
    store: CallStore,
    pace: Pace,
    budget: Budget,
    price: Price = FREE,
    env: Mapping[str, str] = os.environ,
    key_env: str | None = None,
    launch: Launch | None = None,
    notify: Notify = ignore,
    beside: Endpoint | None = None,
) -> AsyncIterator[Endpoint]:
    """Open the endpoint that `spec` names; at the end calls under way finish and its server stops.

    Args:
        spec: Names the model.
        store: Of the run; replies are looked for and kept there.
        pace: How hard it may be driven.
        budget: Of the run.
        price: Of a token, for the budget.
        env: Where keys and `OPENAI_BASE_URL` are looked up.
        key_env: Variable that holds the key, as the user chose it.
        launch: Starts servers; needed for `local:` and `vllm:`.
        notify: Told what the user should know.
        beside: An endpoint on the same cores; calls to the two take turns.

    Raises:
        ConfigError, DataError: the spec or its script cannot be used.
        UnavailableError: no server, model or key; one sentence.
    """
    async with AsyncExitStack() as stack:
        reached = await _reach(spec, pace, env, key_env, launch, stack)
        stack.push_async_callback(reached.model.aclose)
        endpoint = Endpoint(
            spec.label,
            reached.identity,
            reached.model,
            store=store,
            pace=replace(pace, concurrency=reached.concurrency),
            budget=budget,
            price=price,
            notify=notify,
            remedy=reached.remedy,
            beside=beside,
        )
        stack.push_async_callback(endpoint.drain)
        if reached.ended:
            watcher = asyncio.create_task(endpoint.watch(reached.ended), name=f"watch {spec.label}")
            stack.callback(watcher.cancel)
        if isinstance(reached.model, ChatClient):
            try:
                await probe(reached.model, endpoint.label, endpoint.identity, store=store, notify=notify)
            except UnavailableError:
                endpoint._check()  # a server that ended is the better reason
                raise
        yield endpoint


@dataclass(frozen=True, slots=True)
class _Reached:
    model: Model
    identity: str
    concurrency: int | None
    remedy: str = ""
    ended: Callable[[], Awaitable[str]] | None = None


async def _reach(
    spec: Spec, pace: Pace, env: Mapping[str, str], key_env: str | None, launch: Launch | None, stack: AsyncExitStack
) -> _Reached:
    """Find or start what answers for `spec`. Raises as `open_endpoint`."""
    if spec.kind == "scripted":
        script = Script.load(Path(spec.name))
        return _Reached(script, script.identity, pace.concurrency)
    if spec.kind == "openai":
        address = address_of(spec, env, key_env)
        client = ChatClient(address, spec.name, timeout_s=pace.timeout_s)
        return _Reached(client, f"openai:{spec.name}", pace.concurrency, address.remedy)
    if launch is None:
        raise ConfigError(f"{spec.label} needs a server, and nothing here starts one")
    served = await stack.enter_async_context(launch(spec))
    address = Address(served.base_url, key=None, basic=None)
    client = ChatClient(address, served.model, timeout_s=pace.timeout_s, extra_body=served.extra_body)
    concurrency = min(pace.concurrency or served.concurrency, served.concurrency)
    return _Reached(client, served.identity, concurrency, ended=served.ended)
