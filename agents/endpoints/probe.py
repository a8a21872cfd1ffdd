"""Ask an endpoint once what it takes, with calls of one token, and say what was adapted.

Reached and allowed at all? That is asked at every start, from the list of models, which costs nothing. What the
endpoint takes is kept in the store, so a resumed run does not ask again. These calls are no part of a budget.
"""

import asyncio
import difflib
import hashlib
import re
from collections.abc import Sequence

from agents.endpoints.calls import Completion, Message, Place, Request, Sampling
from agents.endpoints.client import Accepts, ChatClient
from agents.endpoints.faults import AttemptError, Kind
from agents.endpoints.notice import Notice, Notify
from agents.endpoints.retry import Retry
from agents.endpoints.store import CallStore
from lbt.errors import EndpointError, UnavailableError

LIST_S = 15.0
"""Longest wait for the list of models, in seconds: a server that runs has it at hand."""
PROBE_S = 300.0
"""Longest wait for the simplest call, retries included, in seconds: a server may still be warming up."""
_IGNORED_AT = 6
"""A reply this long, in tokens, to a call that allows one shows that the limit was ignored."""

_SIMPLEST = Request(
    messages=(
        Message(role="system", content="Answer briefly."),
        Message(role="user", content="Count from 1 to 20."),
    ),
    sampling=Sampling(temperature=0.5, top_p=0.9, max_tokens=1),
    place=Place(replicate=0, role="probe", rationale=0, repetition=0),
)


async def probe(client: ChatClient, label: str, identity: str, *, store: CallStore, notify: Notify) -> None:
    """Set `client.accepts` to what its endpoint takes.

    Args:
        client: Talks to the endpoint.
        label: Names it in errors and notices.
        identity: What names its weights; another one is probed anew.
        store: Remembers what was found.
        notify: Told what the endpoint takes and every adaptation.

    Raises:
        UnavailableError: it cannot be reached, takes no key of ours, lacks the model or refuses the simplest call.
    """
    names = await _listed(client, label)
    asked = " ".join(Accepts.model_fields)  # a store of another version of the program may have asked for others
    key = hashlib.sha256(f"{label}\n{identity}\n{asked}".encode()).hexdigest()
    known = await store.get_probe(key)
    if known is not None:
        client.accepts = Accepts.model_validate_json(known)
    else:
        await _settled(client, label, names, notify)
        await store.put_probe(key, client.accepts.model_dump_json())
    _tell(client.accepts, label, notify)


async def _listed(client: ChatClient, label: str) -> Sequence[str]:
    """Names of the models the endpoint lists, none where it keeps no list."""
    try:
        async with asyncio.timeout(LIST_S):
            return await client.models()
    except TimeoutError as error:
        raise _unreachable(label, f"no answer within {LIST_S:.0f} s") from error
    except AttemptError as fault:
        if fault.kind is Kind.KEY:
            raise _no_entry(client, label, fault) from fault
        if fault.kind is Kind.TRANSIENT and not fault.billed and not fault.reason.startswith("HTTP"):
            raise _unreachable(label, fault.reason) from fault
        return ()


async def _settled(client: ChatClient, label: str, names: Sequence[str], notify: Notify) -> None:
    try:
        async with asyncio.timeout(PROBE_S):
            await _settle(client, label, names, notify)
    except TimeoutError as error:
        raise _unreachable(label, f"no reply within {PROBE_S:.0f} s") from error


async def _settle(client: ChatClient, label: str, names: Sequence[str], notify: Notify) -> None:
    """Make the simplest call, leaving out what is refused until it is answered."""
    retry = Retry(label, sleep=asyncio.sleep, pause=lambda seconds: True, notify=notify, remedy=client.address.remedy)
    for _ in range(len(Accepts.model_fields) + 1):
        try:
            completion = await retry(lambda: client.complete(_SIMPLEST, 1))
        except EndpointError as error:
            adapted = _without(client.accepts, error.reason)
            if adapted is None:
                raise _refusal(client, label, names, error) from error
            client.accepts = adapted
        else:
            if not _ignored(completion) or not _other_name(client):
                return
    raise UnavailableError(f"{label} refuses the simplest call whatever is left out of it")


def _ignored(completion: Completion) -> bool:
    return completion.completion_tokens >= _IGNORED_AT


def _other_name(client: ChatClient) -> bool:
    """Try the other name for the longest reply, once; whether there was one left to try."""
    adapted = _without(client.accepts, "max_tokens")
    if adapted is None:
        return False
    client.accepts = adapted
    return True


_REFUSED = {
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "top_p": re.compile(r"top_p", re.IGNORECASE),
    "seed": re.compile(r"\bseed\b", re.IGNORECASE),
    "system": re.compile(
        r"system (role|message|prompt)|role.{0,20}system|roles must alternate|developer instr", re.IGNORECASE
    ),
}


def _without(accepts: Accepts, reason: str) -> Accepts | None:
    """`accepts` less what `reason` complains of; None when nothing (more) can be left out."""
    if re.search(r"max_(completion_)?tokens", reason) and accepts.max_tokens == "max_tokens":
        return accepts.model_copy(update={"max_tokens": "max_completion_tokens"})
    for name, pattern in _REFUSED.items():
        if getattr(accepts, name) and pattern.search(reason):
            return accepts.model_copy(update={name: False})
    return None


def _refusal(client: ChatClient, label: str, names: Sequence[str], error: EndpointError) -> UnavailableError:
    reason = error.reason
    if isinstance(error.__cause__, AttemptError) and error.__cause__.kind is Kind.TRANSIENT:
        return _unreachable(label, reason)
    if names and client.model not in names:
        near = difflib.get_close_matches(client.model, names, n=3, cutoff=0.3) or list(names[:3])
        return UnavailableError(f"{label} has no model {client.model!r} ({reason}); it has {', '.join(near)}")
    return UnavailableError(f"{label} refuses the simplest call: {reason}")


def _unreachable(label: str, reason: str) -> UnavailableError:
    return UnavailableError(f"{label} cannot be reached ({reason}): check the address, and that the server runs")


def _no_entry(client: ChatClient, label: str, fault: AttemptError) -> UnavailableError:
    remedy = f": {client.address.remedy}" if client.address.remedy else ""
    return UnavailableError(f"{label} does not take the key ({fault.reason}){remedy}")


_ADAPTED = {
    "system": "takes no system message: its text goes before the first user message",
    "temperature": "takes no temperature: its own default is used, and greedy calls are not greedy",
    "top_p": "takes no top_p: its own default is used",
    "seed": "takes no seed: its replies cannot be made again",
}


def _tell(accepts: Accepts, label: str, notify: Notify) -> None:
    """Say what the endpoint takes, in one line, and every adaptation, in one each."""
    taken = [name for name in _ADAPTED if getattr(accepts, name)]
    notify(Notice("probe", f"{label} takes {', '.join([*taken, accepts.max_tokens])}"))
    for name, sentence in _ADAPTED.items():
        if name not in taken:
            notify(Notice("adapted", f"{label} {sentence}"))
