"""Read one chat completion out of what ChatOpenAI returns, keeping reasoning apart from the answer."""

import re
from collections.abc import Mapping
from typing import Any

from langchain_core.outputs import ChatResult

from agents.endpoints.calls import Completion, Finish
from agents.endpoints.faults import AttemptError, Kind


def completion_of(result: ChatResult) -> Completion:
    """Take the one reply out of `result`; one that makes no sense is a fault."""
    try:
        choice = result.generations[0]
        message = choice.message
        reason = (choice.generation_info or {}).get("finish_reason")
        if reason in ("abort", "error"):
            raise ValueError(f"the server broke the reply off ({reason})")
        reasoning, text = split_reasoning(whole(str(message.text)))
        said = message.additional_kwargs
        return Completion(
            text=text or whole(said.get("refusal") or ""),
            reasoning="\n".join(filter(None, (whole(said.get("reasoning") or ""), reasoning))),
            finish=_finish(reason, said.get("refusal")),
            **_tokens(result.llm_output or {}),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise AttemptError(
            Kind.TRANSIENT, f"the reply is no chat completion ({line_of(error)})", billed=True
        ) from error


_FINISHES: dict[str, Finish] = {"length": "length", "content_filter": "content_filter"}


def _finish(reason: object, refusal: object) -> Finish:
    if refusal:
        return "refusal"
    return _FINISHES.get(str(reason), "stop")


def _tokens(output: Mapping[str, Any]) -> dict[str, int]:
    usage, timings = output.get("token_usage") or {}, output.get("timings") or {}
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
    return {
        "prompt_tokens": usage.get("prompt_tokens") or 0,
        "completion_tokens": usage.get("completion_tokens") or 0,
        "cached_tokens": (timings.get("cache_n") if cached is None else cached) or 0,
    }


def whole(text: str) -> str:
    """Replace half characters (lone surrogates, which JSON can carry and UTF-8 cannot) so that `text` can be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_TAG = re.compile(r"<(/?)(?:think|thinking|reasoning)>", re.IGNORECASE)


def split_reasoning(text: str) -> tuple[str, str]:
    """Split `text` into what stands between reasoning tags, and the answer around it.

    A `<think>` that is never closed was cut off: all that follows is reasoning. So is all before a `</think>` that
    nothing opened, for some chat templates open it in the prompt.
    """
    thoughts: list[str] = []
    answer: list[str] = []
    position, open_ = 0, False
    for tag in _TAG.finditer(text):
        (thoughts if open_ else answer).append(text[position : tag.start()])
        closes = bool(tag[1])
        if closes and not open_:
            thoughts, answer = thoughts + answer, []
        position, open_ = tag.end(), not closes
    (thoughts if open_ else answer).append(text[position:])
    said = "".join(answer)
    return "\n".join(filter(None, map(str.strip, thoughts))), said.lstrip() if position else said


def line_of(error: BaseException) -> str:
    """Tell `error` in one line of bounded length."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
