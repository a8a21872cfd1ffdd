"""`python -m agents.show` tells what a run was, word by word, and bad arguments get one sentence."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.endpoints.calls import Completion, Message, Place, Request, Sampling
from agents.endpoints.store import CallStore, StoredCall
from agents.show import command
from lbt.errors import ConfigError
from lbt.records import CALLS, Manifest, create
from lbt.scoring import summarise
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught
from tests import voting

HOSTILE = "Take \x1b]0;owned\x07 one.\n```python\nprint('[red]')\n```\x9b2J"


def answer(call: str, code: str = "pass") -> Answer:
    return Answer(call=call, outcome=Outcome.OK, rationale="Think.", code=code)


def grade(v: float) -> Grade:
    return Grade(v=v, v_share=v, s=v, s_prefix=v, status="AC" if v else "WA", reason="" if v else "WA: got \x1b[8m3")


def lesson() -> LessonRecord:
    marks = tuple(
        Mark(student=student, problem=exam, answer=answer(f"exam-{student}-{exam}"), grade=grade(1))
        for student in ("small", "tiny")
        for exam in ("stone-game", "divisor-game")
    )
    lost = Mark(student="tiny", problem="divisor-game", error="endpoint tiny failed: \x1b[2J gone")
    mended = Taught(
        index=1,
        answer=answer("explain-1"),
        grade=grade(0),
        mended=answer("mend-1", "return 2"),
        mended_grade=grade(1),
        exam=(*marks[:3], lost),
    )
    first = Taught(index=0, answer=answer("explain-0"), grade=grade(0), exam=marks)
    greedy = Taught(index=-1, answer=answer("greedy"), grade=grade(1))
    return LessonRecord(
        problem="nim-game", students=("small", "tiny"), rationales=(first, mended), greedy=greedy, complete=False
    )


def call(key: str) -> StoredCall:
    return StoredCall(
        key=key,
        endpoint="local:big",
        request=Request(
            messages=(Message(role="system", content="You teach."), Message(role="user", content=f"Do {key}.")),
            sampling=Sampling(temperature=0.8, top_p=0.95, max_tokens=1024),
            place=Place(replicate=0, role="teacher", rationale=0, repetition=0),
        ),
        completion=Completion(text=f"Reply to {key}: {HOSTILE}", reasoning="Hm \x1b[8m.", finish="stop"),
        started=10.0,
        ended=12.0,
    )


async def fill(path: Path) -> None:
    store = CallStore.open(path)
    for key in ("explain-0", "explain-1", "mend-1", "greedy", "exam-small-stone-game", "exam-tiny-stone-game"):
        await store.put(call(key))
    await store.aclose()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run in `runs/`, below the working directory."""
    monkeypatch.chdir(tmp_path)
    place = Path("runs/20260101-120000-game_theory")
    base = {"started": "2026-01-01T12:00:00+00:00", "config": {"dataset": "game_theory", "seed": 3}, "prompts": {}}
    rest = {"data": "d", "judge": "j", "commit": "", "packages": {}, "python": "3", "machine": "m"}
    with create(place, Manifest.model_validate(base | rest)) as directory:
        directory.identify({})
        directory.append(lesson())
        directory.summarise(summarise([lesson()], dataset="game_theory", seed=3, asked=2))
        asyncio.run(fill(directory.calls))
    return place


def show(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    command.main(list(arguments), prog_name="show", standalone_mode=False)
    return capsys.readouterr().out


def test_a_run_is_its_table(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "last")
    assert re.search(r"^nim-game +2 .*1 missing$", out, re.MULTILINE)
    assert "1 problem of 2 not finished" in out
    assert f"python -m agents.run --resume {run}" in out


def test_a_run_as_json_is_its_summary(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = json.loads(show(capsys, str(run), "--json"))
    assert summary == json.loads((run / "summary.json").read_text())


def test_problems_come_in_the_order_of_the_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = lesson().model_copy(update={"problem": "divisor-game"})
    with (run / "lessons.jsonl").open("a") as file:
        file.write(second.model_dump_json() + "\n")
    summary = summarise([second, lesson()], dataset="game_theory", seed=3, asked=2)
    (run / "summary.json").write_text(summary.model_dump_json())
    out = show(capsys, "last")
    assert out.index("\ndivisor-game") < out.index("\nnim-game")


def test_a_run_as_markdown_is_its_table(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(capsys, str(run), "--markdown").startswith("| Problem | n |")


def test_a_run_that_was_killed_says_so(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "summary.json").unlink()
    out = show(capsys, str(run))
    assert "No table yet" in out
    assert "nim-game" in out


def test_a_run_of_votes_is_told_in_their_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    split = voting.lesson([0, 0, 0, 1, 1], {0}, [[1.0]] * 5, texts=[0, 1, 2, 3, 3])
    cut_off = Answer(call="t0", outcome=Outcome.CUT_OFF)
    first = split.rationales[0].model_copy(update={"answer": cut_off, "grade": voting.grade(0)})
    split = split.model_copy(update={"rationales": (first, *split.rationales[1:])})
    for faithful, classes in ((False, 2), (True, 4)):
        place = voting.store(tmp_path / str(faithful), [split], faithful=faithful)
        asyncio.run(fill(place / CALLS))
        closer = show(capsys, str(place), "p")
        assert f"{classes} different answers" in closer
        assert re.search(rf"^5 +answer 1 +{classes} ", closer, re.MULTILINE)
        lost = show(capsys, str(place), "p", "1")
        assert "final answer (cut_off)\nnone" in lost
        assert "visible tests" not in lost


@pytest.fixture
def kept(run: Path) -> Path:
    """A run of which only the manifest and the table were kept, as in `docs/results`."""
    for name in ("lessons.jsonl", "calls.db"):
        (run / name).unlink()
    return run


def test_a_result_that_is_kept_without_its_lessons_is_its_table(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, str(kept))
    assert re.search(r"^nim-game +2 .*1 missing$", out, re.MULTILINE)
    assert "Only the table is kept here" in out
    assert "python -m" not in out
    assert "| nim-game | 2 |" in show(capsys, str(kept), "--markdown")
    assert json.loads(show(capsys, str(kept), "--json")) == json.loads((kept / "summary.json").read_text())
    with pytest.raises(ConfigError, match=r"only the table of .* is kept"):
        show(capsys, str(kept), "nim-game")


def test_a_run_that_ended_before_its_first_lesson_is_no_kept_result(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept / "summary.json").write_text(summarise([], dataset="d", seed=0, asked=2).model_dump_json())
    out = show(capsys, str(kept))
    assert "2 problems of 2 not finished" in out
    assert f"python -m agents.run --resume {kept}" in out


def test_a_problem_is_its_rationales(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "last", "nim-game")
    assert re.search(r"^1 +0 +0.000 +0.000 +1.000 +1 1 +1 1", out, re.MULTILINE)
    assert re.search(r"^2 +0 > 1 +0.000 > 1.000 +1.000 +- +1 1 +1 -", out, re.MULTILINE)
    assert "rationale 2, tiny on divisor-game: missing: endpoint tiny failed: ␛[2J gone" in out


def test_a_rationale_is_its_exact_words(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "last", "nim-game", "2")
    for words in ("You teach.", "Do explain-1.", "Reply to explain-1", "Do mend-1.", "return 2", "after self-debug"):
        assert words in out
    assert "WA: got ␛[8m3" in out


def test_the_greedy_answer_is_shown_too(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Reply to greedy" in show(capsys, "last", "nim-game", "greedy")


def test_an_exam_is_shown_for_all_students_or_one(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = show(capsys, "last", "nim-game", "1", "stone-game")
    assert "Do exam-small-stone-game." in both
    assert "Do exam-tiny-stone-game." in both
    one = show(capsys, "last", "nim-game", "1", "tiny/stone-game")
    assert "Do exam-tiny-stone-game." in one
    assert "Do exam-small-stone-game." not in one


def test_a_missing_mark_is_shown_with_its_reason(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing: endpoint tiny failed" in show(capsys, "last", "nim-game", "2", "tiny/divisor-game")


def test_an_answer_as_json_is_exact(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = show(capsys, "last", "nim-game", "1", "--json")
    [found] = json.loads(out)
    assert found["call"]["completion"]["text"] == f"Reply to explain-0: {HOSTILE}"
    assert found["answer"]["index"] == 0
    assert out.isascii()


@pytest.mark.parametrize("arguments", [(), ("nim-game",), ("nim-game", "2"), ("nim-game", "1", "stone-game")])
def test_nothing_that_was_said_acts_on_the_terminal(
    run: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", show(capsys, "last", *arguments))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["runs/20260101-120000-game_theoy"], "did you mean runs/20260101-120000-game_theory?"),
        (["nowhere/at/all"], "no run in nowhere/at/all; give a run's directory, or `last`"),
        (["last", "nim-gane"], "did you mean nim-game?"),
        (["last", "xyzzy"], "finished: nim-game"),
        (["last", "nim-game", "0"], "there are 1 to 2, and greedy"),
        (["last", "nim-game", "3"], "there are 1 to 2, and greedy"),
        (["last", "nim-game", "²"], "there are 1 to 2, and greedy"),
        (["last", "nim-game", "1", "stone-gme"], "did you mean stone-game?"),
        (["last", "nim-game", "greedy", "stone-game"], "taught to nobody"),
    ],
)
def test_a_wrong_name_gets_the_nearest_one(
    run: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        show(capsys, *arguments)


def test_a_wrong_name_ends_with_exit_code_2(run: Path) -> None:
    line = [sys.executable, "-m", "agents.show", "last", "nim-gane"]
    env = {"PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(line, capture_output=True, text=True, check=False, env=env)
    assert ended.returncode == 2
    assert not ended.stdout
    assert ended.stderr == f"error: no finished problem 'nim-gane' in {run} (did you mean nim-game?)\n"
