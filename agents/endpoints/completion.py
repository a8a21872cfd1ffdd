"""Read one chat completion out of what ChatOpenAI returns, keeping reasoning apart from the answer."""

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
        reasoning, text = split_reasoning(str(message.text))
        said = message.additional_kwargs
        return Completion(
            text=whole(text or (said.get("refusal") or "")),
            reasoning=whole(said.get("reasoning") or reasoning),
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


def split_reasoning(text: str) -> tuple[str, str]:
    """Split `text` into what stands in a leading `<think>` block, and the answer after it.

    Some chat templates open the block in the prompt, so a closing tag alone ends one too; a block that is never
    closed was cut off and holds everything.
    """
    head, closed, tail = text.partition("</think>")
    opens = head.lstrip().startswith("<think>")
    if closed and (opens or "<think>" not in head):
        return head.strip().removeprefix("<think>").strip(), tail.lstrip()
    if opens:
        return head.strip().removeprefix("<think>").strip(), ""
    return "", text


def line_of(error: BaseException) -> str:
    """Tell `error` in one line of bounded length."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
