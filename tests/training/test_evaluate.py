"""Models on held-out problems, asked by scripts: what is asked, how it is judged, and what is told of it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import math_data.load
from lbt.cli import main
from lbt.errors import ConfigError
from training import evaluate
from training.evaluation import Contestant, examination_of
from training.groups import group_of
from training.records import Counts, Origin, PairsManifest

SET = math_data.load.load("families", None, seed=5)
HELD_OUT = tuple(sorted(problem.id for problem in SET.problems)[:12])
Run = Callable[..., int]
NOTHING = Counts.model_validate(dict.fromkeys(Counts.model_fields, 0))


def manifest(held_out: Sequence[str] = HELD_OUT, **origin: object) -> PairsManifest:
    said = {"started": "2026", "dataset": "families", "teacher": "t", "students": (), "identities": {}, "commit": ""}
    config = {"seed": 5, "exam_size": 3, "max_tokens": 300, "teacher": "local:gone.gguf", "limit": 4}
    return PairsManifest(
        origin=Origin.model_validate({**said, "data": SET.fingerprint, "config": config, **origin}),
        score="lbt",
        threshold=0.3,
        per_problem=8,
        keep="random",
        seed=0,
        held_out_share=0.2,
        held_out=tuple(held_out),
        problems={problem.id: group_of("families", problem.id) for problem in SET.problems},
        parts={"train": NOTHING, "held_out": NOTHING},
        chosen=None,
        rejected=None,
        files={},
    )


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """A folder of pairs, as far as an evaluation reads it."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    (folder / "pairs.json").write_text(manifest().model_dump_json())
    return folder


def script(file: Path, right: Sequence[str], *, silent: Sequence[str] = (), cut: Sequence[str] = ()) -> str:
    """A model that is right on some held-out problems, has no answer to `cut`, and fails the call on `silent`."""
    rules = []
    for problem in SET.problems:
        if problem.id in silent:
            continue
        value = problem.answer if problem.id in right else "123456789"
        reply = {"reply": f"We think.\n\n\\boxed{{{value}}}"}
        if problem.id in cut:
            reply = {"reply": "We think and", "finish": "length"}
        rules.append({"match": problem.statement, **reply})
    file.write_text("".join(json.dumps(rule) + "\n" for rule in rules))
    return f"scripted:{file}"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Gives the command to its end, and its exit code."""

    def go(*words: str | Path) -> int:
        monkeypatch.setattr("sys.argv", ["evaluate", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main(evaluate.command, "evaluate")
        return int(left.value.code or 0)

    return go


def test_two_models_are_compared_on_the_held_out_problems(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = script(tmp_path / "a.jsonl", HELD_OUT[:3]), script(tmp_path / "b.jsonl", HELD_OUT, cut=HELD_OUT[:1])
    out = tmp_path / "out"
    code = run("--pairs", pairs, "--model", f"before={before}", "--model", f"after={after}", "-o", out, "--json")
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    assert [(arm["name"], arm["accuracy"]) for arm in told["arms"]] == [
        ("before", 0.25),
        ("after", pytest.approx(11 / 12)),
    ]
    assert told["arms"][1]["cut_off"] == pytest.approx(1 / 12)
    assert told["comparisons"][0]["signs"] == [9, 2, 1]
    assert told == json.loads((out / "summary.json").read_text())
    lines = [json.loads(line) for line in (out / "answers.jsonl").read_text().splitlines()]
    assert len(lines) == 2 * len(HELD_OUT)
    assert {line["problem"] for line in lines} == set(HELD_OUT)
    assert lines[0]["characters"] == len("We think.\n\n\\boxed{}") + len(answer_of(lines[0]["problem"], HELD_OUT[:3]))


def answer_of(problem: str, right: Sequence[str]) -> str:
    return next(one.answer for one in SET.problems if one.id == problem) if problem in right else "123456789"


def test_the_table_names_arms_intervals_and_failures(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = script(tmp_path / "a.jsonl", HELD_OUT[:3])
    after = [script(tmp_path / f"{k}.jsonl", HELD_OUT[: 6 + k]) for k in (0, 2)]
    models = [f"before={before}", *(f"m2={one}" for one in after)]
    words = [word for model in models for word in ("--model", model)]
    assert run("--pairs", pairs, *words, "-o", tmp_path / "out", "--markdown") == 0
    out = capsys.readouterr().out
    assert "| before | 1 | 0.250 | - | - |" in out
    assert "| m2 | 2 | 0.583 | 0.118 | +0.333 |" in out
    assert "exact sign test over groups" in out


def test_what_is_missing_is_said_and_the_same_command_asks_it_again(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "a.jsonl", tmp_path / "out"
    words = ("--pairs", pairs, "--model", f"a={script(file, HELD_OUT, silent=HELD_OUT[:2])}", "-o", out)
    assert run(*words) == 5
    assert f"{HELD_OUT[0]} is missing" in capsys.readouterr().out
    assert json.loads((out / "summary.json").read_text())["arms"][0]["missing"] == 2
    script(file, HELD_OUT)
    assert run(*words) == 0
    assert json.loads((out / "summary.json").read_text())["arms"][0]["accuracy"] == 1.0


def test_what_was_asked_once_is_not_asked_again(run: Run, tmp_path: Path, pairs: Path) -> None:
    out = tmp_path / "out"
    words = ("--pairs", pairs, "--model", f"a={script(tmp_path / 'a.jsonl', HELD_OUT)}", "-o", out)
    assert run(*words) == 0
    before = (out / "answers.jsonl").read_text()
    assert run(*words, "--max-calls", str(len(HELD_OUT))) == 0  # one more call would be over the limit
    assert (out / "answers.jsonl").read_text() == before


def test_a_limit_on_calls_stops_and_says_so(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = f"a={script(tmp_path / 'a.jsonl', HELD_OUT)}"
    assert run("--pairs", pairs, "--model", model, "-o", tmp_path / "out", "--max-calls", "3") == 4
    assert "--max-calls" in capsys.readouterr().err


def test_an_evaluation_of_other_problems_is_not_mixed_in(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--pairs", pairs, "--model", f"a={script(tmp_path / 'a.jsonl', HELD_OUT)}", "-o", tmp_path / "out")
    assert run(*words) == 0
    (pairs / "pairs.json").write_text(manifest(HELD_OUT[:5]).model_dump_json())
    assert run(*words) == 2
    assert "is another evaluation: other problems" in capsys.readouterr().err


def test_a_folder_with_something_else_is_left_alone(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("x")
    model = f"a={script(tmp_path / 'a.jsonl', HELD_OUT)}"
    assert run("--pairs", pairs, "--model", model, "-o", tmp_path / "out") == 2
    assert "holds something else" in capsys.readouterr().err
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["thesis.tex"]


def test_a_model_given_twice_is_refused(
    run: Run, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = f"a={script(tmp_path / 'a.jsonl', HELD_OUT)}"
    assert run("--pairs", pairs, "--model", model, "--model", model, "-o", tmp_path / "out") == 2
    assert "is given twice" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["scripted:x", "=scripted:x", "a", "openai:m@http://user:secret@host/v1"])
def test_a_model_without_a_name_is_refused_without_its_secrets(text: str) -> None:
    with pytest.raises(ConfigError, match="write NAME=MODEL") as refused:
        Contestant.of(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("model", ["a=scripted:nowhere.jsonl", "a=local:nowhere.gguf", "a=thing:x"])
def test_a_model_that_is_not_there_is_one_sentence(
    run: Run, model: str, tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--pairs", pairs, "--model", model, "-o", tmp_path / "out") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_dataset_that_has_changed_is_refused() -> None:
    with pytest.raises(ConfigError, match="is not what it was in the run"):
        examination_of(manifest(data="0" * 64), {})


def test_without_held_out_groups_there_is_nothing_to_ask() -> None:
    with pytest.raises(ConfigError, match="no group of problems is held out"):
        examination_of(manifest(()), {})


def test_no_folder_of_pairs_is_one_sentence(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--pairs", tmp_path, "--model", "a=scripted:x", "-o", tmp_path / "out") == 2
    assert "no pairs in" in capsys.readouterr().err


def test_held_out_problems_are_those_of_the_run_and_asked_as_it_asked() -> None:
    examination = examination_of(manifest(), {})
    assert {problem.id for problem in examination.problems} == set(HELD_OUT)
    assert examination.config.max_tokens == 300
    assert examination_of(manifest(), {"max_tokens": 64}).config.max_tokens == 64
