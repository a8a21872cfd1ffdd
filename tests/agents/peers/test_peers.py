"""The peers themselves, in their environment, with a model that answers better when it is shown examples."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from agents.endpoints.calls import Completion, Reply, Request, Sampling, call_key
from agents.peers import environment
from agents.peers.running import TITLES, Contest, Peer, run_peer
from lbt.types import TextProblem
from tests.requirements import need

PYTHON = environment.interpreter()
"""Looked up before a test has a home of its own."""

pytestmark = pytest.mark.loopback


def share(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2**32


def items(kind: str, count: int) -> list[TextProblem]:
    hot = {f"{kind}{i}": share(f"{kind}{i}") < 0.5 for i in range(count)}
    said = {True: "hot", False: "cold"}
    return [TextProblem(id=id_, title=id_, statement=f"Day {id_} was {said[hot[id_]]}.", label=hot[id_]) for id_ in hot]


class Scripted:
    """Right on more items with examples or a better instruction; some replies are not in the form asked for."""

    label = "scripted:answerer"

    def __init__(self, sloppy: float) -> None:
        self.sloppy = sloppy
        self.asked: set[str] = set()

    async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
        key = call_key("scripted", request)
        self.asked.add(key)
        completion = Completion(text=self.text(request, key[:4]), finish="stop", prompt_tokens=9, completion_tokens=9)
        return Reply.of(key, completion, replayed=False)

    def text(self, request: Request, mark: str) -> str:
        last = request.messages[-1].content
        asked_for = last.rpartition("Respond with")[2]
        if "`answer`" in asked_for or "## answer ##" in asked_for:
            said = self.said(request, last)
            if "JSON" in asked_for:
                return json.dumps({"answer": said})
            return said if share(last) < self.sloppy else f"[[ ## answer ## ]]\n{said}\n\n[[ ## completed ## ]]"
        advice = f"Say whether the weather of the day is hot. {mark}"
        if fields := re.findall(r"\[\[ ## (\w+) ## \]\]", asked_for):
            return "\n\n".join(f"[[ ## {field} ## ]]\n{advice}" for field in fields)
        return json.dumps(dict.fromkeys(re.findall(r"`(\w+)`", asked_for), advice))

    def said(self, request: Request, last: str) -> str:
        day = re.findall(r"Day \w+ was \w+\.", last)[-1]
        shown = sum(turn.role == "assistant" for turn in request.messages)
        instructed = "weather of the day" in request.messages[0].content
        right = share(day) < 0.55 + 0.02 * min(shown, 10) + 0.2 * instructed
        return "Yes" if ("hot" in day) == right else "No"


def contest(budget: int) -> Contest:
    return Contest(
        task="Is it hot?",
        train=items("train", 120),
        held_out=items("held", 30),
        budget=budget,
        sampling=Sampling(temperature=0.8, top_p=0.95, max_tokens=200),
        seed=1,
        concurrency=3,
    )


@pytest.fixture
def python() -> Path:
    need("peers", PYTHON.exists(), "their environment is not made yet; python -m agents.compare makes it")
    return PYTHON


@pytest.mark.parametrize("sloppy", [0.0, 0.5])
@pytest.mark.parametrize("peer", TITLES)
async def test_a_peer_ends_close_below_its_budget(peer: Peer, sloppy: float, python: Path, tmp_path: Path) -> None:
    model = Scripted(sloppy)
    found = await run_peer(peer, contest(240), model, python=python, folder=tmp_path / peer)
    assert found.ending == "whole"
    assert found.refused == 0
    assert 0.6 * 240 <= found.calls <= 240
    assert len(model.asked) == found.calls + found.held_out_calls
    assert [mark.item for mark in found.marks] == [item.id for item in contest(240).held_out]
    assert all(mark.said is not None for mark in found.marks)
    assert found.instruction != "Is it hot?" or found.demonstrations


@pytest.mark.parametrize("peer", TITLES)
async def test_a_second_run_asks_the_same(peer: Peer, python: Path, tmp_path: Path) -> None:
    first, second = Scripted(0.2), Scripted(0.2)
    one = await run_peer(peer, contest(200), first, python=python, folder=tmp_path / "one")
    other = await run_peer(peer, contest(200), second, python=python, folder=tmp_path / "other")
    assert one.ending == "whole"
    assert first.asked == second.asked
    assert one == other


class Contrary(Scripted):
    """Right without examples only: demonstrations are hard to find, so the budget ends first."""

    def said(self, request: Request, last: str) -> str:
        if len(request.messages) == 2:
            return super().said(request, last)
        return "No" if "hot" in re.findall(r"Day \w+ was \w+\.", last)[-1] else "Yes"


async def test_a_peer_that_is_cut_off_hands_in_its_best(python: Path, tmp_path: Path) -> None:
    found = await run_peer("random search", contest(150), Contrary(0), python=python, folder=tmp_path)
    assert (found.ending, found.calls) == ("cut", 150)
    assert found.refused > 0
    assert found.demonstrations == ()
    assert len(found.marks) == 30


@pytest.mark.parametrize("peer", TITLES)
async def test_a_budget_for_nothing_gives_nothing(peer: Peer, python: Path, tmp_path: Path) -> None:
    found = await run_peer(peer, contest(5), Scripted(0), python=python, folder=tmp_path)
    assert found.ending == "nothing"
    assert found.calls <= 5
    assert found.marks == ()
    assert found.held_out_calls == 0
