"""`python -m agents.show` on a run that improved exemplars: its table, an iteration, a set with its calls."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.show import command
from lbt.errors import ConfigError
from lbt.exemplars import Iteration
from lbt.improvement import ImprovementSummary
from lbt.records import CALLS, ITERATIONS, SUMMARY, iterations_of
from tests.agents.running import cast, run
from tests.server.app import Config
from tests.server.running import serve

pytestmark = pytest.mark.loopback
SMALL = (
    *("--method", "m3", "--dataset", "generalizations", "--current-sets", "1", "--new-sets", "2", "--iterations", "1"),
    *("--exam-items", "6", "--selection-calls", "12", "--fresh-items", "3", "--hold-out-items", "4"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shown")
    with serve(Config(good_share=0.3)) as server:
        ended = run(*SMALL, *cast(server), "--run-dir", "r", cwd=folder)
        assert ended.code == 0, ended
    return folder / "r"


@pytest.fixture(scope="module")
def revised(place: Path) -> Iteration:
    return list(iterations_of(place))[1]


def shown(*words: str) -> str:
    result = CliRunner().invoke(command, list(words), standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def test_the_table_is_that_of_the_run(place: Path) -> None:
    told = shown(str(place))
    for name in ("always Yes", "iteration 0", "iteration 1", "final set"):
        assert name in told
    assert "| Hold-out |" in shown(str(place), "--markdown")
    assert ImprovementSummary.model_validate_json(shown(str(place), "--json")).ended


def test_an_iteration_lists_its_candidates_and_why_they_were_written(place: Path, revised: Iteration) -> None:
    told = shown(str(place), "1")
    for sat in revised.scored:
        assert sat.exemplars in told
    assert "kept" in told
    assert "The examples lack texts" in told
    assert "of 6 items wrong" in told
    assert Iteration.model_validate_json(shown(str(place), "1", "--json")) == revised


def test_a_set_is_shown_with_the_failures_and_the_very_words_it_came_from(place: Path, revised: Iteration) -> None:
    draft = revised.drafts[0]
    assert draft.written
    told = shown(str(place), "1", draft.written.id)
    for one in draft.written.exemplars:
        assert one.statement in told
    failure = revised.failures[revised.reflections[draft.reflections[0]].failures[0]]
    assert failure.item in told
    assert "Write exactly 8 examples" in told
    assert json.loads(shown(str(place), "1", draft.written.id, "--json"))["set"]["id"] == draft.written.id


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["7"], "no finished iteration '7'; there are 0, 1, final"),
        (["finl"], "no finished iteration 'finl'"),
        (["1", "9.9"], "no set '9.9' competed there"),
        (["1", "0.1", "x"], "no parts"),
        (["2/1"], "no finished iteration '2/1'"),
    ],
)
def test_a_part_that_is_not_there_is_named(place: Path, parts: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        shown(str(place), *parts)


def test_where_only_the_table_is_kept_there_is_no_closer_look(place: Path, tmp_path: Path) -> None:
    for name in ("run.json", SUMMARY):
        (tmp_path / name).write_bytes((place / name).read_bytes())
    assert "final set" in shown(str(tmp_path))
    with pytest.raises(ConfigError, match="only the table"):
        shown(str(tmp_path), "1")
    assert (place / ITERATIONS).exists()
    assert (place / CALLS).exists()


def test_escape_sequences_of_a_model_are_not_sent(place: Path, tmp_path: Path, revised: Iteration) -> None:
    for file in place.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    hostile = revised.model_copy(
        update={"reflections": tuple(one.model_copy(update={"text": "\x1b[2J gone"}) for one in revised.reflections)}
    )
    lines = [one.model_dump_json() for one in iterations_of(place)]
    lines[1] = hostile.model_dump_json()
    (tmp_path / ITERATIONS).write_text("\n".join(lines) + "\n")
    assert "\x1b" not in shown(str(tmp_path), "1")
