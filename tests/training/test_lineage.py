"""What a model has seen along its line is not held out again, and no model is measured on it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import math_data.load
from lbt.errors import ConfigError
from tests.training.conftest import rows_of, write_pairs
from tests.training.runs import Said, need_pyarrow, right, write_manifest, write_run, wrong
from training.dpo import train
from training.evaluation import Contestant, check_contestants, examination_of
from training.groups import same_groups
from training.lineage import beside, check_unseen, trained_on
from training.pairs import Rules, make
from training.records import LINEAGE, Counts, Lineage, Origin, PairsManifest, read_pairs

GROUPS = tuple("abcdefghij")
NOTHING = Counts.model_validate(dict.fromkeys(Counts.model_fields, 0))


def origin(dataset: str = "families", data: str = "1", teacher: Lineage | None = None) -> Origin:
    return Origin(
        started="", dataset=dataset, teacher="t", students=(), identities={}, commit="", data=data,
        lineage=teacher.model_dump(mode="json") if teacher else None,
    )  # fmt: skip


def pairs(held_out: Sequence[str], of: Origin, groups: Sequence[str] = GROUPS) -> PairsManifest:
    return PairsManifest(
        origin=of, score="lbt", threshold=0.3, per_problem=8, keep="random", seed=0, held_out_share=0.2,
        held_out=tuple(held_out), problems={f"{group}/0": group for group in groups},
        parts={"train": NOTHING, "held_out": NOTHING}, chosen=None, rejected=None, files={},
    )  # fmt: skip


def lineage(of: PairsManifest, start: Lineage | None = None) -> Lineage:
    told = start.model_dump(mode="json") if start else None
    return Lineage(
        pairs=of, start="m", start_identity="", of_start=told, options={}, seed=0, steps=1, packages={}, commit=""
    )


def test_what_a_line_was_trained_on_adds_up_over_starts_and_teachers() -> None:
    first = lineage(pairs(GROUPS[1:], origin()))
    taught = lineage(pairs(GROUPS[:1] + GROUPS[2:], origin()))
    last = lineage(pairs(GROUPS[:2] + GROUPS[3:], origin(teacher=taught)), first)
    assert trained_on(last, origin()) == {"a", "b", "c"}
    assert trained_on(None, origin()) == frozenset()


def test_groups_of_other_datasets_are_others_unless_these_share_problems() -> None:
    seen = lineage(pairs(GROUPS[1:], origin("game_theory")))
    assert trained_on(seen, origin("my/games.jsonl", "2")) == frozenset()
    assert trained_on(seen, origin("my/games.jsonl", "1")) == {"a"}
    assert trained_on(seen, origin("all_code", "2")) == {"a"}
    assert same_groups("math181", "math1564")
    assert not same_groups("math181", "game_theory")


def test_a_model_is_not_measured_on_what_its_line_was_trained_on() -> None:
    seen = lineage(pairs(GROUPS[3:], origin()))
    check_unseen("m", seen, pairs(GROUPS[3:5], origin()))
    with pytest.raises(ConfigError, match="m was trained on 'b' and 1 more before"):
        check_unseen("m", seen, pairs(GROUPS[1:5], origin()))


def teach(place: Path, teacher: Lineage, groups: Sequence[str] = GROUPS) -> Path:
    """A run of families whose teacher was trained before."""
    need_pyarrow()
    said: list[Said] = [right("one is what follows from all that was said", 3), wrong("nothing follows, who knows", 0)]
    write_run(place, dict.fromkeys(groups, said))
    write_manifest(place, teacher.model_dump(mode="json"), "1")
    return place


@pytest.mark.parametrize("seed", range(5))
def test_what_a_teacher_was_trained_on_is_not_held_out_of_the_pairs_of_its_run(seed: int, tmp_path: Path) -> None:
    run = teach(tmp_path / "run", lineage(pairs(GROUPS[3:], origin())))
    made = make(run, tmp_path / "pairs", Rules(held_out=0.5, seed=seed))
    assert len(made.held_out) == 5
    assert not {"a", "b", "c"} & set(made.held_out)


def test_a_teacher_that_was_trained_on_everything_leaves_nothing_to_hold_out(tmp_path: Path) -> None:
    run = teach(tmp_path / "run", lineage(pairs((), origin())))
    with pytest.raises(ConfigError, match="was trained on every group of its problems, so none can"):
        make(run, tmp_path / "pairs", Rules())
    assert not (tmp_path / "pairs").exists()
    assert make(run, tmp_path / "pairs", Rules(held_out=0)).held_out == ()


def test_a_run_of_one_group_has_none_to_hold_out_whatever_its_teacher_was_trained_on(tmp_path: Path) -> None:
    run = teach(tmp_path / "run", lineage(pairs(GROUPS[2:], origin())), GROUPS[4:5])
    assert make(run, tmp_path / "pairs", Rules()).held_out == ()


def test_what_the_model_to_train_has_seen_is_not_held_out_either(tmp_path: Path) -> None:
    run = teach(tmp_path / "run", lineage(pairs(GROUPS[1:], origin())))
    made = make(run, tmp_path / "pairs", Rules(held_out=0.7), lineage(pairs(GROUPS[:1] + GROUPS[3:], origin())))
    assert set(made.held_out) == set(GROUPS[3:])


def test_a_name_is_no_file_and_a_link_leads_to_the_lineage_of_what_it_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned = tmp_path / "tuned"
    tuned.mkdir()
    (tuned / "model.gguf").write_bytes(b"")
    (tuned / LINEAGE).write_text(lineage(pairs((), origin())).model_dump_json())
    monkeypatch.chdir(tuned)
    assert beside(Path("qwen2.5-coder-0.5b")) is None
    (tmp_path / "link.gguf").symlink_to(tuned / "model.gguf")
    assert beside(tmp_path / "link.gguf") == beside(tuned)


def test_no_contestant_is_asked_what_it_was_trained_on(tmp_path: Path) -> None:
    found = math_data.load.load("families", None, seed=0)
    names = [problem.id for problem in found.problems][:4]
    (tmp_path / "model.gguf").write_bytes(b"")
    seen = lineage(pairs(names[1:], origin(data=found.fingerprint), names))
    (tmp_path / LINEAGE).write_text(seen.model_dump_json())
    assert beside(tmp_path) == beside(tmp_path / "model.gguf") == seen
    examination = examination_of(pairs(names, origin(data=found.fingerprint), names), {})
    with pytest.raises(ConfigError, match=f"model.gguf was trained on '{names[0]}' before"):
        check_contestants(examination, [Contestant.of(f"m2=local:{tmp_path / 'model.gguf'}")])


def test_no_training_measures_what_its_start_was_trained_on(tmp_path: Path, tiny: Path) -> None:
    start = tmp_path / "start"
    shutil.copytree(tiny, start)
    folder = write_pairs(tmp_path / "pairs", rows_of(8, 2, seed=1), rows_of(4, 2, seed=2))
    now = read_pairs(folder)
    held = sorted(now.held_out)
    (start / LINEAGE).write_text(lineage(pairs(held[1:], now.origin, held)).model_dump_json())
    with pytest.raises(ConfigError, match=f"was trained on '{held[0]}' before"):
        train(folder, str(start), tmp_path / "out", resume=False, options={})
    assert not (tmp_path / "out").exists()
