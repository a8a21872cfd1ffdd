"""`python -m training.pairs`: what a folder of pairs holds, what is left out of it, and what is refused."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from pydantic import JsonValue

from lbt.errors import ConfigError, DataError, LbtError, UnavailableError
from lbt.records import CALLS, LESSONS
from lbt.types import LessonRecord
from tests.agents.running import ROOT, until
from tests.requirements import need
from tests.training.runs import (
    ASK,
    Said,
    lesson,
    need_pyarrow,
    right,
    write_calls,
    write_lessons,
    write_manifest,
    write_run,
    wrong,
)
from training.folder import whole
from training.pairs import Rules, command, make
from training.records import HELD_OUT, PAIRS, TRAIN, PairsManifest, read_pairs
from training.rows import GROUP


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skip where nothing can write pairs."""
    need_pyarrow()


def rows(folder: Path, part: str = TRAIN) -> list[dict[str, Any]]:
    """The rows of a part, from JSONL."""
    return [json.loads(line) for line in (folder / f"{part}.jsonl").read_text().splitlines()]


ALL = Rules(held_out=0)
"""Nothing is held out."""
LESSON = (right("first it is 2", 3), right("it is plainly 2", 0), wrong("so 3 then", 0))


def test_a_row_holds_prompt_and_replies_word_by_word_and_where_they_come_from(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    make(run, tmp_path / "p", ALL)
    found = {(row["chosen_index"], row["rejected_index"]): row for row in rows(tmp_path / "p")}
    assert set(found) == {(0, 1), (0, 2), (1, 2)}
    assert found[0, 1] == {
        "prompt": [{"role": one.role, "content": one.content} for one in ASK],
        "chosen": [{"role": "assistant", "content": "first it is 2"}],
        "rejected": [{"role": "assistant", "content": "it is plainly 2"}],
        "problem": "sums", "group": "sums", "chosen_index": 0, "rejected_index": 1, "chosen_correct": True,
        "rejected_correct": True, "chosen_lbt": 1.0, "rejected_lbt": 0.0, "chosen_score": 1.0, "rejected_score": 0.5,
        "margin": 0.5, "only_lbt": True, "chosen_call": "sums 0", "rejected_call": "sums 1",
    }  # fmt: skip
    assert not found[0, 2]["only_lbt"]


def test_scored_by_correctness_only_right_and_wrong_make_pairs(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    make(run, tmp_path / "p", Rules(score="correct", held_out=0))
    assert [(row["chosen_index"], row["rejected_index"], row["margin"]) for row in rows(tmp_path / "p")] == [
        (0, 2, 1.0),
        (1, 2, 1.0),
    ]


def test_parquet_holds_the_rows_of_jsonl_also_beyond_one_row_group(tmp_path: Path) -> None:
    from pyarrow import parquet

    many = {f"p{number}": LESSON for number in range(GROUP // 2)}
    make(write_run(tmp_path / "r", many), tmp_path / "p", Rules())
    for part in (TRAIN, HELD_OUT):
        table = parquet.read_table(tmp_path / "p" / f"{part}.parquet")
        assert table.to_pylist() == rows(tmp_path / "p", part)
    assert parquet.ParquetFile(tmp_path / "p" / f"{TRAIN}.parquet").num_row_groups > 1
    empty = make(write_run(tmp_path / "r2", {"sums": LESSON}), tmp_path / "p2", Rules())
    assert empty.parts[HELD_OUT].kept == 0
    schemas = [parquet.read_schema(file) for file in tmp_path.glob("p*/*.parquet")]
    assert all(schema == schemas[0] for schema in schemas)


def test_groups_of_the_two_parts_share_nothing_and_both_arms_hold_out_the_same(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {f"f{number}": LESSON for number in range(10)})
    made = make(run, tmp_path / "p", Rules())
    train, held_out = ({row["group"] for row in rows(tmp_path / "p", part)} for part in (TRAIN, HELD_OUT))
    assert len(held_out) == 2
    assert not train & held_out
    assert set(made.held_out) == held_out
    assert make(run, tmp_path / "c", Rules(score="correct")).held_out == made.held_out
    assert made.problems == {f"f{number}": f"f{number}" for number in range(10)}


def test_the_same_rules_make_the_same_bytes_and_the_manifest_tells_them(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {f"f{number}": LESSON for number in range(4)})
    made = [make(run, tmp_path / name, Rules(per_problem=1)) for name in ("a", "b")]
    assert made[0] == made[1] == read_pairs(tmp_path / "a")
    assert set(made[0].files) == {f"{part}.{kind}" for part in (TRAIN, HELD_OUT) for kind in ("jsonl", "parquet")}
    assert make(run, tmp_path / "c", Rules(per_problem=1, seed=1)).files != made[0].files


def test_the_manifest_tells_where_pairs_come_from_and_what_they_are(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    made = make(run, tmp_path / "p", ALL)
    assert made.origin.teacher == "scripted:t"
    assert made.origin.students == ("scripted:s",)
    assert made.origin.identities == {"scripted:t": "sha256:1"}
    assert made.origin.lineage == {"pairs": "before"}
    train = made.parts[TRAIN]
    assert (train.problems, train.answers, train.found, train.kept, train.only_lbt) == (1, 3, 3, 3, 1)
    assert made.chosen
    assert made.chosen.longest == len("it is plainly 2")
    assert made.chosen.mean == pytest.approx((13 + 13 + 15) / 3)
    assert made.chosen.median == 13


def test_what_cannot_be_taught_is_left_out_and_counted(tmp_path: Path) -> None:
    said = (
        right("whole and right"),
        wrong("whole and wrong"),
        Said(text="this is cut", correct=False, finish="length"),
        Said(text="this was filt", correct=False, finish="content_filter"),
        Said(text="  \n", correct=False),
        Said(text="mended to another", passed=3, mended="3"),
        Said(text="debugged in vain", passed=3, mended="2"),
        Said(text="whole  and\nwrong", correct=False),
        Said(text="I cannot do that.", correct=False, finish="refusal", reasoning="hm"),
    )
    made = make(write_run(tmp_path / "r", {"sums": said}), tmp_path / "p", ALL)
    train = made.parts[TRAIN]
    assert (train.answers, train.cut_off, train.mended, train.duplicates, train.reasoned) == (9, 3, 1, 1, 1)
    found = rows(tmp_path / "p")
    assert {row["chosen_index"] for row in found} == {0, 6}
    assert {row["rejected_index"] for row in found} == {1, 8}
    assert "hm" not in {row["rejected"][0]["content"] for row in found}


def test_incomplete_lessons_and_those_without_an_exam_are_left_out_and_the_last_line_counts(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    said = {name: LESSON for name in ("lacking", "unposed", "repaired", "spoilt")}
    write_calls(run, said)
    lines: list[LessonRecord] = [
        lesson("lacking", LESSON, complete=False),
        lesson("unposed", LESSON, examined=False),
        lesson("repaired", LESSON, complete=False),
        lesson("spoilt", LESSON),
        lesson("repaired", LESSON),
        lesson("spoilt", LESSON, complete=False),
    ]
    write_lessons(run, lines)
    with (run / LESSONS).open("a") as torn:
        torn.write('{"problem": "torn')
    made = make(run, tmp_path / "p", ALL)
    train = made.parts[TRAIN]
    assert (train.problems, train.incomplete, train.unexamined) == (2, 2, 1)
    assert {row["problem"] for row in rows(tmp_path / "p")} == {"sums", "repaired"}


def test_the_data_card_says_what_a_reader_must_know(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {f"f{number}": LESSON for number in range(5)}, dataset="some/`# own\nset`.jsonl")
    made = make(run, tmp_path / "p", Rules())
    text = (tmp_path / "p" / "README.md").read_text()
    _, head, body = text.split("---\n", 2)
    splits = yaml.safe_load(head)["configs"][0]["data_files"]
    assert [split["split"] for split in splits] == [TRAIN, HELD_OUT]
    assert f"| **pairs kept** | {made.parts[TRAIN].kept} | {made.parts[HELD_OUT].kept} |" in body
    assert "`scripted:t`" in body
    assert "\n# own" not in body
    assert body.count("`") % 2 == 0


def test_the_data_card_says_what_students_read_and_names_no_folder_of_the_machine(tmp_path: Path) -> None:
    named: dict[str, JsonValue] = {"teacher": "local:/home/me/models/tuned/model.gguf", "student": ["vllm:owner/model"]}
    run = write_run(tmp_path / "r", {"sums": LESSON}, teach_with="rationale", **named)
    make(run, tmp_path / "p", ALL)
    text = " ".join((tmp_path / "p" / "README.md").read_text().split())
    assert "A teacher, `local:tuned/model.gguf`, explained" in text
    assert "`vllm:owner/model`, read the rationale of one explanation each, without its answer and sat" in text
    assert "/home" not in text
    assert "Marked by `judge 7`" in text


def test_a_part_without_pairs_is_no_split_of_the_card(tmp_path: Path) -> None:
    make(write_run(tmp_path / "r", {"sums": LESSON}), tmp_path / "p", Rules())
    head = yaml.safe_load((tmp_path / "p" / "README.md").read_text().split("---\n")[1])
    assert [split["split"] for split in head["configs"][0]["data_files"]] == [TRAIN]


HOSTILE = "\x1b]0;owned\x07 \u202e \x00 `| \U0001f600"


def test_escapes_in_texts_reach_the_trainer_and_no_terminal(tmp_path: Path) -> None:
    from pyarrow import parquet

    said = (right(f"right {HOSTILE}"), wrong(f"wrong {HOSTILE}"))
    run = write_run(tmp_path / "r", {HOSTILE: said}, teacher=HOSTILE)
    result = CliRunner().invoke(command, [str(run), "-o", str(tmp_path / "p\x1b"), "--held-out", "0"])
    assert result.exit_code == 0, result
    shown = result.output + (tmp_path / "p\x1b" / "README.md").read_text()
    assert not set(shown) & set("\x1b\x07\x00\u202e")
    (row,) = parquet.read_table(tmp_path / "p\x1b" / "train.parquet").to_pylist()
    assert row["chosen"][0]["content"] == f"right {HOSTILE}"
    assert rows(tmp_path / "p\x1b") == [row]
    assert (tmp_path / "p\x1b" / "train.jsonl").read_text().isascii()


def test_the_command_tells_counts_lengths_and_what_only_lbt_made(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": (*LESSON, Said(text="cut", finish="length"))})
    result = CliRunner().invoke(command, [str(run), "-o", str(tmp_path / "p"), "--keep", "margin"])
    assert result.exit_code == 0, result
    words = " ".join(result.output.split())
    assert "3 pairs to train on, 0 held out (0 of 1 groups)" in words
    assert "lessons 1 answers 4; left out: 1 not whole pairs 3 above 0.3" in words
    assert "only LbT 1 of those to train on (33%)" in words
    assert "chosen 14 characters on average, median 13, longest 15" in words


def test_the_newest_run_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path / "runs" / "r", {"sums": LESSON})
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(command, ["last", "-o", "p"]).exit_code == 0
    assert len(rows(tmp_path / "p")) == 3


def refused(run: Path, out: Path, rules: Rules = ALL, error: type[LbtError] = ConfigError) -> str:
    """The sentence with which pairs are refused; nothing is left behind."""
    before = sorted(out.parent.iterdir())
    with pytest.raises(error) as raised:
        make(run, out, rules)
    assert sorted(out.parent.iterdir()) == before
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_no_pair_above_the_threshold_is_refused_with_the_largest_difference(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": (right("one", 1), right("two", 2), Said(text="cut", finish="length"))})
    said = refused(run, tmp_path / "p")
    assert "of 3 answers 2 can be used" in said
    assert "differ by 0.167 at most" in said
    assert "more than 0.3" in said


def test_nothing_to_train_on_is_refused(tmp_path: Path) -> None:
    same = (right("one"), right("two"))
    run = write_run(tmp_path / "r", {"f0": same, "f1": same})
    held_out = make(write_run(tmp_path / "q", {"f0": LESSON, "f1": LESSON}), tmp_path / "p", Rules()).held_out
    run = write_run(tmp_path / "r2", {name: LESSON if name in held_out else same for name in ("f0", "f1")})
    assert "lower --held-out" in refused(run, tmp_path / "p2", Rules())


@pytest.mark.parametrize("exams", ["adaptive", "halving"])
def test_a_raced_run_is_refused(tmp_path: Path, exams: str) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON}, exams=exams)
    assert f"--exams {exams}" in refused(run, tmp_path / "p")


def test_a_run_with_a_raced_lesson_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    write_lessons(run, [lesson("raced", LESSON, exams="adaptive")])
    assert "--exams adaptive" in refused(run, tmp_path / "p")


def test_a_run_of_exemplars_is_refused(tmp_path: Path) -> None:
    assert "--method m3" in refused(write_run(tmp_path / "r", {}, method="m3"), tmp_path / "p")


@pytest.mark.parametrize("control", ["answer", "none", "shuffled"])
def test_exams_that_do_not_score_the_answers_count_for_correctness_only(tmp_path: Path, control: str) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON}, teach_with=control)
    assert f"--teach-with {control}" in refused(run, tmp_path / "p")
    assert make(run, tmp_path / "p", Rules(score="correct", held_out=0)).parts[TRAIN].kept == 2


def test_a_run_without_scores_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path / "r")
    assert "no finished lesson" in refused(tmp_path / "r", tmp_path / "p")
    write_lessons(tmp_path / "r", [lesson("sums", LESSON, complete=False)])
    assert "no complete lesson" in refused(tmp_path / "r", tmp_path / "p")
    write_lessons(tmp_path / "r", [lesson("sums", LESSON)])
    assert CALLS in refused(tmp_path / "r", tmp_path / "p")
    assert "no run in" in refused(tmp_path / "nowhere", tmp_path / "p")


def test_a_call_store_of_another_run_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    write_lessons(run, [lesson("unknown", LESSON)])
    assert "'unknown' is not in it" in refused(run, tmp_path / "p", error=DataError)
    (run / CALLS).write_bytes(b"no database" * 100)
    assert "not a call store" in refused(run, tmp_path / "p", error=DataError)


def test_answers_to_different_prompts_are_refused(tmp_path: Path) -> None:
    other = Said(text="so 3 then", correct=False, prompt=ASK[1:])
    run = write_run(tmp_path / "r", {"sums": (LESSON[0], other)})
    assert "different prompts" in refused(run, tmp_path / "p", error=DataError)


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    with (run / LESSONS).open("a") as lines:
        lines.write('{"problem": 3}\n')
    assert "lessons.jsonl, line 2" in refused(run, tmp_path / "p", error=DataError)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine").write_text("mine")
    assert "is there already" in refused(run, tmp_path / "p")
    assert (tmp_path / "p" / "mine").read_text() == "mine"
    assert "no folder" in refused(run, tmp_path / "p" / "mine")


def test_an_empty_folder_is_taken_and_parents_are_made(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    (tmp_path / "p").mkdir()
    make(run, tmp_path / "p", ALL)
    make(run, tmp_path / "a" / "b", ALL)
    assert rows(tmp_path / "p") == rows(tmp_path / "a" / "b")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot write"):
        make(run, tmp_path / "file" / "p", ALL)


def test_two_that_make_the_same_folder_do_not_mix(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    with whole(tmp_path / "p") as folder:
        (folder / "other").write_text("")
        with pytest.raises(ConfigError, match="another process"):
            make(run, tmp_path / "p", ALL)
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["other"]


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_run(tmp_path / "r", {"sums": LESSON})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install '.[train]'" in refused(run, tmp_path / "p", error=UnavailableError)


@pytest.mark.parametrize("option", [("--threshold", "1"), ("--threshold", "nan"), ("--held-out", "-0.1")])
def test_shares_that_are_none_are_refused(tmp_path: Path, option: tuple[str, str]) -> None:
    result = CliRunner().invoke(command, [str(tmp_path), "-o", str(tmp_path / "p"), *option])
    assert result.exit_code == 2
    assert "is not in [0, 1)" in result.output


def test_an_error_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {f"f{number}": LESSON for number in range(GROUP)})
    write_lessons(run, [lesson("unknown", LESSON)])
    refused(run, tmp_path / "p", error=DataError)


def test_a_full_disk_is_said_and_leaves_nothing(small_disk: Path, tmp_path: Path) -> None:
    rng = random.Random(0)

    def said() -> tuple[Said, Said]:
        return right(f"{rng.randbytes(4000).hex()}"), wrong(f"{rng.randbytes(4000).hex()}")

    run = write_run(tmp_path / "r", {f"f{number}": said() for number in range(40)})
    words = [sys.executable, "-m", "training.pairs", str(run), "-o", str(small_disk / "p"), "--held-out", "0"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 3, ended
    assert "the disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(small_disk.iterdir())


@contextmanager
def stuck(run: Path, out: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The command, stopped in the middle: its record is a pipe of which the end never comes."""
    lines = (run / LESSONS).read_bytes()
    (run / LESSONS).unlink()
    os.mkfifo(run / LESSONS)
    words = [sys.executable, "-m", "training.pairs", str(run), "-o", str(out), "--held-out", "0"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            with (run / LESSONS).open("wb") as first:  # it is read twice, each time through a pipe of its own
                (run / LESSONS).unlink()
                os.mkfifo(run / LESSONS)
                first.write(lines)
            with (run / LESSONS).open("wb") as second:
                second.write(lines)
                second.flush()
                until(lambda: (out.parent / f".{out.name}.new").is_dir())
                yield process
        finally:
            process.kill()
            (run / LESSONS).unlink()
            (run / LESSONS).write_bytes(lines)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_killed_in_the_middle_it_leaves_no_folder_and_the_next_one_is_whole(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    run, out = write_run(tmp_path / "r", {"sums": LESSON}), tmp_path / "p"
    with stuck(run, out) as process:
        process.send_signal(number)
        assert process.wait(60) == code
        assert not out.exists()
        assert (number == signal.SIGKILL) == (tmp_path / ".p.new").exists()
    made = make(run, out, ALL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p", "r"]
    assert PairsManifest.model_validate_json((out / PAIRS).read_bytes()) == made


@pytest.mark.slow
def test_datasets_loads_the_folder_with_its_splits(tmp_path: Path) -> None:
    run = write_run(tmp_path / "r", {f"f{number}": LESSON for number in range(10)})
    make(run, tmp_path / "p", Rules())
    make(run, tmp_path / "whole", ALL)
    program = (
        "import datasets, json, sys\n"
        "found = [{name: list(part) for name, part in datasets.load_dataset(one).items()} for one in sys.argv[1:]]\n"
        "print(json.dumps(found))"
    )
    environ = os.environ | {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    words = [sys.executable, "-c", program, str(tmp_path / "p"), str(tmp_path / "whole")]
    ended = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    need("train", "No module named 'datasets'" not in ended.stderr, "datasets is not installed")
    assert ended.returncode == 0, ended.stderr
    split, unsplit = json.loads(ended.stdout)
    assert split == {part: rows(tmp_path / "p", part) for part in (TRAIN, HELD_OUT)}
    assert unsplit == {TRAIN: rows(tmp_path / "whole")}
