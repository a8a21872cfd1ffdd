"""Stored calls as they are shown again."""

from agents.endpoints.store import StoredCall
from reports.closeup import Exchange


def exchange(call: StoredCall | None) -> Exchange | None:
    """Turn a stored call into what a close-up shows."""
    if call is None:
        return None
    sampling = call.request.sampling.model_dump(exclude_none=True)
    return Exchange(
        endpoint=call.endpoint,
        sampling=", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in sampling.items()),
        prompt=[(message.role, message.content) for message in call.request.messages],
        reasoning=call.completion.reasoning,
        reply=call.completion.text,
        finish=call.completion.finish,
        seconds=call.ended - call.started,
    )
