"""How a peer is started, watched and read; a stand-in takes its place, so nothing is installed."""

import json
import sys
from pathlib import Path

import pytest

from agents.endpoints.calls import Reply, Request, Sampling
from agents.endpoints.notice import Notice
from agents.peers.running import Contest, PeerResult, run_peer
from lbt.errors import BudgetError, UnavailableError
from lbt.exemplars import Exemplar, Marked
from lbt.types import TextProblem
from tests.agents.fakes import Model

pytestmark = pytest.mark.loopback

PRELUDE = """
import json, os, sys, urllib.error, urllib.request
job = json.load(open(sys.argv[1]))
announce = os.fdopen(int(os.environ["LBT_ANNOUNCE"]), "w")
def tell(line):
    print(line, file=announce, flush=True)
def ask(text, path=""):
    body = json.dumps({"messages": [{"role": "user", "content": text}], "temperature": 0}).encode()
    headers = {"Authorization": "Bearer " + os.environ["LBT_GATEWAY_KEY"]}
    request = urllib.request.Request(job["address"] + path + "/v1/chat/completions", body, headers)
    try:
        return json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        return error.code
result = {"versions": {"dspy": "1.0", "gepa": "0.1"}, "sizes": {"validation": 5}, "ending": "whole",
    "instruction": "Is it so?", "demonstrations": [{"text": "t", "answer": "No"}], "answers": {}}
def finish():
    json.dump(result, open(sys.argv[2], "w"))
    tell("done")
"""
WELL_BEHAVED = """
tell("half way")
result["instruction"] = " ".join(str(ask(str(number))) for number in range(4))
for item in job["held_out"]:
    result["answers"][item["id"]] = {"a": "Yes", "b": "Yes", "c": None}[item["id"]]
    ask(item["text"], "/held-out")
finish()
"""


def item(name: str, label: bool) -> TextProblem:
    return TextProblem(id=name, title=name, statement=f"text {name}", label=label)


CONTEST = Contest(
    task="Is it so?",
    train=[item(f"t{i}", i % 2 == 0) for i in range(12)],
    held_out=[item("a", True), item("b", False), item("c", False)],
    budget=3,
    sampling=Sampling(temperature=0.8, top_p=0.95, max_tokens=100),
    seed=5,
    concurrency=2,
)


def stand_in(folder: Path, program: str) -> Path:
    """An interpreter that runs `program` in the place of the runner."""
    (folder / "stand_in.py").write_text(PRELUDE + program)
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder}/stand_in.py" "$3" "$4"\n')
    script.chmod(0o755)
    return script


async def run(folder: Path, program: str, model: Model | None = None, told: list[str] | None = None) -> PeerResult:
    def notify(notice: Notice) -> None:
        (told if told is not None else []).append(notice.text)

    python = stand_in(folder, program)
    return await run_peer("gepa", CONTEST, model or Model("Yes"), python=python, folder=folder / "gepa", notify=notify)


async def test_a_peer_is_marked_on_the_hold_out_and_its_calls_are_counted(tmp_path: Path) -> None:
    told: list[str] = []
    found = await run(tmp_path, WELL_BEHAVED, told=told)
    assert found.marks == (
        Marked(item="a", mark=1.0, label=True, said=True),
        Marked(item="b", mark=0.0, label=False, said=True),
        Marked(item="c", mark=0.0, label=False, said=None),
    )
    assert (found.calls, found.budget, found.refused, found.held_out_calls, found.failed) == (3, 3, 1, 3, 0)
    assert found.instruction == "Yes Yes Yes 402"
    assert found.demonstrations == (Exemplar(statement="t", answer="No"),)
    assert found.version == "dspy 1.0, gepa 0.1"
    assert found.note == ""
    assert told == ["GEPA: half way (0 of 3 calls)"]


async def test_a_peer_is_not_told_the_labels_of_the_hold_out(tmp_path: Path) -> None:
    await run(tmp_path, WELL_BEHAVED)
    job = json.loads((tmp_path / "gepa" / "job.json").read_text())
    assert job["held_out"] == [{"id": name, "text": f"text {name}"} for name in "abc"]
    assert job["train"][:2] == [{"text": "text t0", "answer": "Yes"}, {"text": "text t1", "answer": "No"}]


async def test_a_peer_gets_no_secret_and_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-4f2a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "4f2a too")
    monkeypatch.setenv("https_proxy", "http://elsewhere.invalid:1")
    found = await run(tmp_path, "result['instruction'] = ' '.join(os.environ.values())\nfinish()\n")
    assert "4f2a" not in found.instruction
    assert "elsewhere" not in found.instruction


@pytest.mark.parametrize(("ending", "note"), [("cut", "cut off by the budget"), ("nothing", "not finished within")])
async def test_a_peer_that_did_not_come_to_its_end_says_so(tmp_path: Path, ending: str, note: str) -> None:
    found = await run(tmp_path, f"result['ending'] = {ending!r}\nfinish()\n")
    assert note in found.note
    assert bool(found.marks) is (ending == "cut")


async def test_a_peer_that_breaks_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"GEPA ended.*no module named dspy"):
        await run(tmp_path, "raise ImportError('no module named dspy')\n")


@pytest.mark.parametrize("written", ["", "{}", '{"ending": "well"}'])
async def test_a_result_that_cannot_be_read_is_no_result(tmp_path: Path, written: str) -> None:
    with pytest.raises(UnavailableError, match="GEPA left no result"):
        await run(tmp_path, f"open(sys.argv[2], 'w').write({written!r})\ntell('done')\n")


async def test_an_old_result_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    await run(tmp_path, WELL_BEHAVED)
    with pytest.raises(UnavailableError, match="GEPA left no result"):
        await run(tmp_path, "tell('done')\n")


async def test_what_stops_the_run_ends_the_peer(tmp_path: Path) -> None:
    class Spent(Model):
        async def ask(self, request: Request, priority: tuple[int, ...]) -> Reply:
            raise BudgetError("nothing is left")

    with pytest.raises(BudgetError, match="nothing is left"):
        await run(tmp_path, "ask('a')\nimport time\ntime.sleep(600)\n", Spent())
