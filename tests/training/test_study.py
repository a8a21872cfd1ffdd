"""A study: what it trains and asks, what it refuses, and how it goes on. Heavy parts are done by stand-ins."""

import importlib.util
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import math_data.load
from lbt.cli import main
from lbt.errors import ConfigError, UnavailableError
from lbt.pairs import THRESHOLD
from tests.requirements import need
from tests.training.conftest import row, rows_of, write_pairs
from tests.training.runs import Said, need_pyarrow, right, write_run, wrong
from tests.training.tiny import write_tiny
from training import study as command
from training.arms import (
    CORRECT,
    M2,
    MODELS,
    UNTOUCHED,
    Hands,
    Trained,
    check_servable,
    convert,
    fits,
    run_command,
    served,
    training_command,
)
from training.examples import Data, Examples
from training.groups import group_of
from training.lineage import beside
from training.output import RESULT, Result
from training.pairs import Rules
from training.preferences import Change
from training.recipe import Recipe
from training.records import LINEAGE, Lineage, read_pairs
from training.study import forecast_lines, table
from training.study_record import STUDY, Study, read
from training.studying import EVALUATION, Order, study
from training.weights import Kind, Start, model_of, start_of, tokenizer_of

SET = math_data.load.load("families", None, seed=0)
PROBLEMS = tuple(problem.id for problem in SET.problems)
KEYS = {one.statement: one.answer for problem in SET.problems for one in (problem, *SET.exams[problem.id])}
CHANGE = Change(before=0, after=0.5, interval=None)


def answers(problem: str) -> list[Said]:
    """Three right answers, of which one taught well, and two wrong ones: 8 pairs, 2 of them thanks to LbT alone."""
    words = [f"{problem} {word} is what follows from all that was said" for word in ("one", "two", "three")]
    return [
        right(f"{words[0]} a b c d", 3), right(f"{words[1]} e f g h", 0), right(f"{words[2]} i j k l", 0),
        wrong(f"m n o p {problem} fails for many reasons that nobody knows", 0),
        wrong(f"q r s t {problem} goes wrong in a way of its own", 0),
    ]  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run of 60 families."""
    need_pyarrow()
    place = tmp_path / "run"
    write_run(place, {problem: answers(problem) for problem in PROBLEMS[:60]})
    manifest = json.loads((place / "run.json").read_text())
    (place / "run.json").write_text(json.dumps({**manifest, "data": SET.fingerprint}))
    return place


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that passes for a model; nobody loads it."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@dataclass
class Stand:
    """Stand-ins for training and serving: every model is a script that is right on some of what it is asked."""

    place: Path
    good: dict[str, float]
    """Model -> share of the questions it is right on."""
    fail: str = ""
    """The model whose training fails."""
    missing: str = ""
    """Why nothing that it trains could be served."""
    trained: list[str] = field(default_factory=list)

    @property
    def hands(self) -> Hands:
        return Hands(train=self.train, convert=self.convert, serve=self.serve, check=self.check, fits=self.fits)

    def train(self, words: Sequence[str]) -> int:
        out, pairs = (Path(words[words.index(flag) + 1]) for flag in ("-o", "--pairs"))
        self.trained.append(out.name)
        if out.name == self.fail:
            return 3
        out.mkdir(parents=True)
        made = read_pairs(pairs)
        (out / RESULT).write_text(
            Result(
                steps=2, pairs=made.parts["train"].kept, held_out=made.parts["held_out"].kept, groups=8, left_out=0,
                loss_first=1, loss_last=0.5, changes={"margin": CHANGE, "accuracy": CHANGE}, seconds=1,
            ).model_dump_json()
        )  # fmt: skip
        lineage = Lineage(pairs=made, start="m", start_identity="", options={}, seed=0, steps=2, packages={}, commit="")
        (out / LINEAGE).write_text(lineage.model_dump_json())
        return 0

    def convert(self, start: Start, folder: Path) -> None:
        folder.mkdir(parents=True)

    def check(self, start: Start) -> None:
        if self.missing:
            raise UnavailableError(self.missing)

    def fits(self, start: Start, pairs: Path, recipe: Recipe) -> Examples:
        rows = Data.read(pairs).train
        kept = tuple(row for row in rows if len(row.chosen[0].content) <= recipe.max_length)
        return Examples(kept, len(rows) - len(kept), recipe.max_length)

    def serve(self, folder: Path) -> str:
        share = self.good.get(folder.name.partition("-")[0], 0.0)
        file = self.place / f"{folder.name}.jsonl"
        count = round(share * len(KEYS))
        with file.open("w") as lines:
            for place, (statement, answer) in enumerate(sorted(KEYS.items())):
                value = answer if place < count else "123456789"
                lines.write(json.dumps({"match": statement, "reply": f"We think.\n\n\\boxed{{{value}}}"}) + "\n")
        return f"scripted:{file}"


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Models of which those trained on LbT scores are best."""
    return Stand(tmp_path, {UNTOUCHED: 0.0, CORRECT: 0.5, M2: 1.0})


def silent(_: str) -> None:
    """Tell nobody."""


def test_three_arms_from_one_run_end_in_one_table(run: Path, model: Path, stand: Stand, tmp_path: Path) -> None:
    out = tmp_path / "study"
    assert study(Order(run, out, str(model), seeds=2), silent, stand.hands) == 0
    assert stand.trained == ["correct-0", "m2-0", "correct-1", "m2-1"]
    record = read(Study, out / STUDY)
    assert record.result is not None
    arms = {arm.name: arm for arm in record.result.arms}
    assert list(arms) == [UNTOUCHED, CORRECT, M2]
    assert (arms[UNTOUCHED].accuracy, arms[M2].accuracy) == (0, 1)
    assert [len(arm.models) for arm in arms.values()] == [1, 2, 2]
    assert record.result.problems == 12
    assert set(record.lineages) == set(record.trainings) == set(stand.trained)
    told = table(out, markdown=True)
    assert "| m2 | 2 | 1.000 |" in told
    assert "m2-1: 2 steps on" in told


def test_no_arm_is_trained_on_a_family_that_is_asked(run: Path, model: Path, stand: Stand, tmp_path: Path) -> None:
    out = tmp_path / "study"
    assert study(Order(run, out, str(model), seeds=1, variants=2), silent, stand.hands) == 0
    asked = {json.loads(line)["problem"] for line in (out / EVALUATION / "answers.jsonl").read_text().splitlines()}
    groups = {group_of("families", problem) for problem in asked}
    assert len(asked) == 3 * len(groups) == 36
    only_lbt = {}
    for folder in ("pairs", "pairs-correct"):
        rows = [json.loads(line) for line in (out / folder / "train.jsonl").read_text().splitlines()]
        assert rows
        assert not {row["group"] for row in rows} & groups
        only_lbt[folder] = any(row["only_lbt"] for row in rows)
    assert only_lbt == {"pairs": True, "pairs-correct": False}


def test_a_study_that_stopped_goes_on_without_training_twice(
    run: Path, model: Path, stand: Stand, tmp_path: Path
) -> None:
    out, order = tmp_path / "study", Order(run, tmp_path / "study", str(model), seeds=2)
    stand.fail = "m2-0"
    assert study(order, silent, stand.hands) == 3
    assert read(Study, out / STUDY).result is None
    stand.fail, stand.trained = "", []
    assert study(order, silent, stand.hands) == 0
    assert stand.trained == ["m2-0", "correct-1", "m2-1"]
    stand.trained = []
    assert study(order, silent, stand.hands) == 0
    assert stand.trained == []


def test_the_same_folder_with_other_wishes_is_another_study(
    run: Path, model: Path, stand: Stand, tmp_path: Path
) -> None:
    out = tmp_path / "study"
    assert study(Order(run, out, str(model), seeds=1), silent, stand.hands) == 0
    for other in (
        Order(run, out, str(model), seeds=2),
        Order(run, out, str(model), seeds=1, rules=Rules(keep="margin")),
        Order(run, out, str(model), seeds=1, variants=1),
        Order(run, out, str(model), seeds=1, options={"beta": 0.2}),
    ):
        with pytest.raises(ConfigError, match=r"is another study: (seeds|keep|variants|beta) was"):
            study(other, silent, stand.hands)
    (model / "model.safetensors").write_bytes(b"others")
    with pytest.raises(ConfigError, match="is another study: identity was"):
        study(Order(run, out, str(model), seeds=1), silent, stand.hands)


def few(place: Path, lessons: dict[str, list[Said]]) -> Path:
    write_run(place, lessons)
    manifest = json.loads((place / "run.json").read_text())
    (place / "run.json").write_text(json.dumps({**manifest, "data": SET.fingerprint}))
    return place


@pytest.mark.parametrize(
    ("keep", "reason"),
    [
        (lambda said, place: said if place < 10 else said[:1], "pairs to train on"),
        (lambda said, place: [said[0], *said[3:]], "0.0 % of them thanks to LbT alone"),
    ],
    ids=["too few", "none by LbT alone"],
)
def test_too_little_to_tell_anything_is_refused_unless_forced(
    keep: Callable[[list[Said], int], list[Said]], reason: str, model: Path, stand: Stand, tmp_path: Path
) -> None:
    need_pyarrow()
    lessons = {problem: keep(answers(problem), place) for place, problem in enumerate(PROBLEMS[:70])}
    run, out = few(tmp_path / "run", lessons), tmp_path / "study"
    with pytest.raises(ConfigError, match=r"a study needs 100 pairs and 20\.0 %") as refused:
        study(Order(run, out, str(model), seeds=1), silent, stand.hands)
    assert reason in str(refused.value)
    assert not out.exists()
    assert study(Order(run, out, str(model), seeds=1, force=True), silent, stand.hands) == 0


@pytest.mark.parametrize(
    ("longest", "told"),
    [
        (10, r"--max-length: all pairs of \S+ for correct have"),
        (62, r"gives \d\d pairs to train on.*\(\d+ pairs left out as too long\)"),
    ],
)
def test_pairs_that_are_too_long_do_not_count(
    longest: int, told: str, run: Path, model: Path, stand: Stand, tmp_path: Path
) -> None:
    order = Order(run, tmp_path / "study", str(model), seeds=1, options={"max_length": longest})
    with pytest.raises(ConfigError, match=told):
        study(order, silent, stand.hands)
    assert not order.out.exists()


def test_few_held_out_groups_are_refused_since_no_difference_would_have_an_interval(
    run: Path, model: Path, stand: Stand, tmp_path: Path
) -> None:
    order = Order(run, tmp_path / "study", str(model), seeds=1, rules=Rules(held_out=0.15))
    with pytest.raises(ConfigError, match="9 held-out groups: below 10 no difference has an interval"):
        study(order, silent, stand.hands)
    assert not order.out.exists()


def test_what_cannot_be_served_is_not_trained(run: Path, model: Path, stand: Stand, tmp_path: Path) -> None:
    stand.missing = "vLLM is not installed here"
    with pytest.raises(UnavailableError, match="vLLM is not installed here"):
        study(Order(run, tmp_path / "study", str(model)), silent, stand.hands)
    assert stand.trained == []
    assert not (tmp_path / "study").exists()


def test_a_folder_is_served_by_vllm_and_a_file_by_llama_cpp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("LBT_VLLM", raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    kinds: dict[Kind, str] = {"folder": "vLLM is not installed", "gguf": "llama.cpp's server"}
    for kind, told in kinds.items():
        with pytest.raises(UnavailableError, match=told):
            check_servable(Start("m", tmp_path, "", kind))


def test_a_folder_goes_through_the_same_conversion_as_what_is_trained_of_it(tiny: Path, tmp_path: Path) -> None:
    convert(start_of(str(tiny)), tmp_path / "untouched")
    assert served(tmp_path / "untouched") == f"vllm:{tmp_path / 'untouched'}"
    copy = start_of(str(tmp_path / "untouched"))
    assert tokenizer_of(copy).chat_template
    before, after = model_of(start_of(str(tiny))).state_dict(), model_of(copy).state_dict()
    assert all((after[name] == weight).all() for name, weight in before.items())


def test_a_copy_of_what_was_trained_keeps_its_lineage(tiny: Path, tmp_path: Path) -> None:
    tuned = Path(shutil.copytree(tiny, tmp_path / "tuned"))
    (tmp_path / "empty").mkdir()
    made = read_pairs(write_pairs(tmp_path / "pairs", rows_of(4, 2, seed=1)))
    lineage = Lineage(pairs=made, start="m", start_identity="", options={}, seed=0, steps=2, packages={}, commit="")
    (tuned / LINEAGE).write_text(lineage.model_dump_json())
    convert(start_of(str(tuned)), tmp_path / "untouched")
    assert beside(tmp_path / "untouched") == lineage


def test_what_fits_is_what_the_training_will_take(tiny: Path, tmp_path: Path) -> None:
    pairs = write_pairs(
        tmp_path / "pairs", [*rows_of(4, 2, seed=1), row("w1", "w2 " * 100, "w3"), row("w1", "\nw2", "w3")]
    )
    found = fits(start_of(str(tiny)), pairs, Recipe(max_length=60))
    assert (len(found.rows), found.left_out) == (5, 1)
    assert 4 < found.longest <= 60


def test_a_file_that_could_not_be_written_again_is_refused_before_it_is_trained(tmp_path: Path) -> None:
    need("models", importlib.util.find_spec("xllamacpp") is not None, "xllamacpp is not installed")
    start = start_of(str(write_tiny(tmp_path / "phi.gguf", "llama")))
    check_servable(start)
    file = tmp_path / "phi.gguf"
    file.write_bytes(file.read_bytes().replace(b"general.architecture", b"general.architectura", 1))
    with pytest.raises(ConfigError, match=r"without general\.architecture cannot be tuned"):
        check_servable(start)


def test_a_teacher_without_weights_here_must_be_replaced_by_a_model(run: Path, stand: Stand, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no weights here; name a model with --model"):
        study(Order(run, tmp_path / "study"), silent, stand.hands)
    assert not (tmp_path / "study").exists()


def test_the_forecast_counts_what_the_study_then_does(run: Path, model: Path, stand: Stand, tmp_path: Path) -> None:
    order = Order(run, tmp_path / "study", str(model), seeds=2, variants=1)
    said = "\n".join(forecast_lines(order))
    assert not order.out.exists()
    assert study(order, silent, stand.hands) == 0
    record = read(Study, order.out / STUDY)
    for arm, counts in record.pairs.items():
        assert f"{arm}: {counts.kept} pairs" in said
    lines = (order.out / EVALUATION / "answers.jsonl").read_text().splitlines()
    assert f"24 held-out problems of 12 groups, 5 models: {len(lines)} calls" in said


def test_a_training_that_was_cut_off_is_resumed_and_a_broken_one_begun_again(tmp_path: Path) -> None:
    one = Trained(M2, 1)
    folder = tmp_path / MODELS / one.name
    assert "--resume" not in training_command(one, tmp_path, "m", {})
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "checkpoints" / "training.json").write_text("{}")
    words = training_command(one, tmp_path, "m", {"lora": 8, "keep_activations": True})
    assert words[-4:] == ["--lora", "8", "--keep-activations", "--resume"]
    assert words[words.index("--seed") + 1] == "1"
    shutil.rmtree(folder / "checkpoints")
    (folder / "half.safetensors").write_text("")
    assert "--resume" not in training_command(one, tmp_path, "m", {})
    assert not folder.exists()


def test_a_training_that_was_killed_is_said_to_be() -> None:
    with pytest.raises(UnavailableError, match=r"was killed \(SIGKILL\).*the same command goes on"):
        run_command(["sh", "-c", "kill -9 $$"])


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Gives the command to its end, and its exit code."""

    def go(*given: str | Path) -> int:
        monkeypatch.setattr("sys.argv", ["study", *map(str, given)])
        with pytest.raises(SystemExit) as left:
            main(command.command, "study")
        return int(left.value.code or 0)

    return go


def test_the_command_tells_what_it_would_do(
    words: Callable[..., int], run: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words(run, "-o", tmp_path / "s", "--model", model, "--dry-run", "--per-problem", "2") == 0
    out = capsys.readouterr().out
    assert "m2: 96 pairs" in out
    assert "refused without --force: 96 pairs" in out
    assert not (tmp_path / "s").exists()


def test_the_paper_s_threshold_is_the_default_and_a_pair_needs_more() -> None:
    assert Rules().threshold == THRESHOLD == 0.3


def test_what_came_of_a_study_is_told_again_without_its_run(
    words: Callable[..., int],
    run: Path,
    model: Path,
    stand: Stand,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "study"
    assert words("-o", out) == 2
    assert "no study in" in capsys.readouterr().err
    assert study(Order(run, out, str(model), seeds=1), silent, stand.hands) == 0
    told = table(out, markdown=True)
    kept = tmp_path / "kept"
    kept.mkdir()
    shutil.copy(out / STUDY, kept)
    monkeypatch.setenv("LBT_MAX_TOKENS", "7")
    assert words("-o", kept, "--markdown") == 0
    assert capsys.readouterr().out.strip() == told.strip()
    assert words("-o", kept, "--seeds", "2") == 2
    assert "--seeds needs the RUN" in capsys.readouterr().err
