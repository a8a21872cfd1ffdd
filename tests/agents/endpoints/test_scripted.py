"""`scripted:FILE`: replies from a file."""

from pathlib import Path

import pytest

from agents.endpoints.budget import Budget
from agents.endpoints.engine import Pace, open_endpoint
from agents.endpoints.scripted import Script
from agents.endpoints.spec import parse_spec
from agents.endpoints.store import CallStore
from lbt.errors import DataError, EndpointError
from tests.agents.endpoints.asked import request

RULES = """
- match: alpha
  reply: first
- match: a
  regex: "n = \\\\d+"
  reply: second
  finish: length
  reasoning: hm
"""


def script(tmp_path: Path, text: str = RULES, name: str = "script.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(("message", "reply"), [("alpha, n = 3", "first"), ("a is n = 3", "second")])
async def test_the_first_rule_that_fits_answers(tmp_path: Path, message: str, reply: str) -> None:
    found = await Script.load(script(tmp_path)).complete(request(text=message), 0)
    assert found.text == reply


async def test_a_rule_says_how_the_reply_ends(tmp_path: Path) -> None:
    found = await Script.load(script(tmp_path)).complete(request(text="a is n = 3"), 0)
    assert (found.finish, found.reasoning) == ("length", "hm")


async def test_reasoning_in_a_reply_is_kept_apart(tmp_path: Path) -> None:
    path = script(tmp_path, '- reply: "<think>hm</think>so \\ud800"')
    found = await Script.load(path).complete(request(), 0)
    assert (found.reasoning, found.text) == ("hm", "so \ufffd")


async def test_jsonl_is_read_too(tmp_path: Path) -> None:
    path = script(tmp_path, '{"reply": "always"}\n\n', "script.jsonl")
    assert (await Script.load(path).complete(request(), 0)).text == "always"


async def test_a_script_is_an_endpoint_like_any_other(tmp_path: Path) -> None:
    store = CallStore.open(tmp_path / "calls.db")
    spec = parse_spec(f"scripted:{script(tmp_path)}")
    async with open_endpoint(spec, store=store, pace=Pace(), budget=Budget()) as endpoint:
        reply = await endpoint.ask(request(text="alpha"), (0,))
        again = await endpoint.ask(request(text="alpha"), (0,))
        with pytest.raises(EndpointError, match="no rule of the script fits the message 'what else'"):
            await endpoint.ask(request(text="what else"), (0,))
    await store.aclose()
    assert (reply.text, reply.usage.replayed, again.usage.replayed) == ("first", 0, 1)


def test_other_rules_are_another_model(tmp_path: Path) -> None:
    one = Script.load(script(tmp_path)).identity
    assert one == Script.load(script(tmp_path, name="copy.yaml")).identity
    assert one != Script.load(script(tmp_path, RULES + "- reply: third\n")).identity


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("script.yaml", "just text"),
        ("script.yaml", "- {match: a}"),
        ("script.yaml", "- {reply: a, finish: never}"),
        ("script.yaml", "- {reply: a, regex: '('}"),
        ("script.yaml", "- {reply: a"),
        ("script.yaml", ""),
        ("script.jsonl", '{"reply": '),
        ("script.jsonl", "[1]"),
    ],
)
def test_a_bad_script_is_one_sentence_that_names_the_file(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(DataError, match=name) as caught:
        Script.load(script(tmp_path, text, name))
    assert "\n" not in str(caught.value)


def test_a_missing_script_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        Script.load(tmp_path / "none.yaml")
