"""Looking for error causes as a user does: beside a finished run, foretold, killed, resumed, refused; of all kinds."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from agents.exemplars.causes import prompts_of
from agents.exemplars.kinds import TEXT
from lbt.causes import CAUSES, Diagnosis, cause_table, mistakes_of, start_of
from lbt.records import iterations_of
from tests.agents.exemplars.test_run import M3, SMALL, sentence
from tests.agents.running import Ended, cast, run, started, until
from tests.server.app import Config
from tests.server.faults import Rule
from tests.server.running import Running, serve

pytestmark = pytest.mark.loopback
FIXED = 6 + 2 + 2 + 2 * 6 + 8 + 1
"""One student: exam, reflections, revisions, the selection of what was revised, hold-out, causes."""


LIKELY_WRONG = Config(good_share=0.4)


def causes(*words: str, cwd: Path) -> Ended:
    return Ended(started("agents.causes", *words, cwd=cwd))


def improved(server: Running, place: Path, *more: str) -> Path:
    """A finished run, of one iteration."""
    ended = run(*M3, *SMALL, "--iterations", "1", *cast(server), *more, "--run-dir", "r", cwd=place)
    assert ended.code == 0, ended
    return place / "r"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose server is gone."""
    with serve(LIKELY_WRONG) as server:
        return improved(server, tmp_path_factory.mktemp("held"))


@pytest.fixture
def place(held: Path, tmp_path: Path) -> Path:
    """A copy of it of one's own."""
    return Path(shutil.copytree(held, tmp_path / "r"))


def mistakes(place: Path) -> list[str]:
    start = start_of(iterations_of(place), 0)
    assert start
    return [one.item for one in mistakes_of(start.held_out)]


def lines(place: Path) -> list[Diagnosis]:
    return [Diagnosis.model_validate_json(line) for line in (place / CAUSES).read_text().splitlines()]


def bare(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """What came out, without what it took: a call may have been replayed or not."""
    if isinstance(value, dict):
        return {name: bare(each) for name, each in value.items() if name not in ("usage", "condensing")}
    return [bare(each) for each in value] if isinstance(value, list) else value


def test_it_makes_the_calls_that_were_foretold_and_replays_what_the_run_has_asked(place: Path) -> None:
    wrong, above = mistakes(place), place.parent
    with serve(LIKELY_WRONG) as server:
        foretold = causes("r", *cast(server), "--dry-run", cwd=above)
        assert f"calls     {FIXED + len(wrong)} exactly" in foretold.out, foretold
        assert (server.counts.requests, (place / CAUSES).exists()) == (0, False)
        ended = causes("r", *cast(server), cwd=above)
        assert ended.code == 0, ended
        (found,) = lines(place)
        assert found.usage.calls == FIXED + len(wrong)
        assert found.usage.replayed >= 6
        assert server.counts.requests == found.usage.calls - found.usage.replayed
    again = causes("r", cwd=above)
    assert again.code == 0, again
    assert again.out.strip() in ended.out
    assert "cause 3" in again.out
    assert [one.item for one in found.attributions] == wrong
    assert len(found.causes) == 3
    assert found.round.kept[0].parent == found.round.exams[0].exemplars
    assert [sitting.reader for sitting in found.round.exams] == [found.student]


def test_every_student_alone_has_a_table(tmp_path: Path) -> None:
    with serve(LIKELY_WRONG) as one, serve(Config(good_share=0.4, model="other", seed=1)) as other:
        place = improved(one, tmp_path, "--student", other.spec)
        ended = causes("r", "--json", cwd=tmp_path)
        assert ended.code == 0, ended
    tables = json.loads(ended.out)
    assert [table["student"] for table in tables] == ["openai:test", "openai:other"]
    readers = [{sitting.reader for sitting in one.round.exams} for one in lines(place)]
    assert readers == [{"openai:test"}, {"openai:other"}]
    start = start_of(iterations_of(place), 0)
    assert start
    assert tables == [cause_table(start, one).model_dump(mode="json") for one in lines(place)]
    assert "calls" in ended.err


def test_killed_or_interrupted_at_any_moment_it_goes_on_where_it_was(held: Path, place: Path) -> None:
    whole, above = Path(shutil.copytree(held, place.parent / "whole")), place.parent
    with serve(Config(good_share=0.4, latency_s=0.05)) as server:
        assert causes("whole", *cast(server), cwd=above).code == 0
        made = server.counts.requests
        for share, number, code in ((0.2, signal.SIGKILL, -signal.SIGKILL), (0.5, signal.SIGINT, 130)):
            words = ("r", *cast(server), "--concurrency", "1")
            with started("agents.causes", *words, cwd=above) as process:
                until(lambda: server.counts.requests >= (1 + share) * made, process)  # noqa: B023
                os.kill(process.pid, number)
                process.wait()
            assert process.returncode == code
            assert not (place / CAUSES).exists()
        ended = causes("r", *cast(server), cwd=above)
        assert ended.code == 0, ended
        assert server.counts.requests <= 2 * made + 1
    assert bare([one.model_dump(mode="json") for one in lines(place)]) == bare(
        [one.model_dump(mode="json") for one in lines(whole)]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dataset", "more"),
    [
        ("families", ("--init", "train")),
        ("game_theory", ("--init", "generate", "--sandbox", "process", "--exam-items", "2", "--selection-calls", "12")),
    ],
)
def test_mathematics_and_programs_go_through_the_same_steps(
    tmp_path: Path, dataset: str, more: tuple[str, ...]
) -> None:
    with serve(Config(good_share=0.4)) as server:
        place = improved(server, tmp_path, "--dataset", dataset, *more, "--hold-out-items", "3")
        foretold = causes("r", "--dry-run", cwd=tmp_path)
        ended = causes("r", cwd=tmp_path)
        assert ended.code == 0, ended
    (found,) = lines(place)
    assert f"calls     {found.usage.calls} exactly" in foretold.out, foretold
    assert [one.item for one in found.attributions] == mistakes(place)


def test_a_call_that_fails_for_good_leaves_its_student_out_until_the_next_time(place: Path) -> None:
    above = place.parent
    with serve(Config(good_share=0.4, faults=(Rule(fault="404", match="Condense these notes"),))) as server:
        ended = causes("r", *cast(server), cwd=above)
        assert ended.code == 5, ended
        assert "openai:test is missing" in ended.out
        ended = causes("r", *cast(server), "--max-calls", "1", cwd=above)
        assert ended.code == 4, ended
        assert not (place / CAUSES).exists()
        ended = causes("r", *cast(server), cwd=above)
        assert ended.code == 0, ended
    assert len(lines(place)) == 1


def scripted(place: Path, *rules: dict[str, str], right: str = "No") -> tuple[str, ...]:
    """A model for both roles that says what `rules` say, and one label of every text."""
    script = place / "script.yaml"
    said = [
        {"match": "[[Reason]]", "reply": "[[Reason]]:\nThey lack texts with a single case in them.\n[[End]]"},
        {"match": "Write exactly", "reply": "none"},
    ]
    script.write_text(json.dumps([*rules, *said, {"reply": right}]))
    return ("--teacher", f"scripted:{script}", "--student", f"scripted:{script}")


def diagnosis(place: Path, *model: str) -> tuple[Diagnosis, Ended]:
    assert run(*M3, *SMALL, *model, "--run-dir", "r", cwd=place).code == 0
    ended = causes("r", cwd=place)
    assert ended.code == 0, ended
    (found,) = lines(place / "r")
    return found, ended


def test_a_teacher_that_lists_no_cause_is_asked_twice_and_the_table_says_so(tmp_path: Path) -> None:
    model = scripted(tmp_path, {"match": "Condense these notes", "reply": "I cannot tell."})
    found, ended = diagnosis(tmp_path, *model)
    assert (found.causes, found.attributions, len(found.condensed)) == ((), (), 2)
    assert "asked twice to condense the reasons, and listed none" in ended.out
    assert "No revised set could be used" in ended.out


def test_attributions_that_cannot_be_read_have_a_row_of_their_own(tmp_path: Path) -> None:
    model = scripted(
        tmp_path,
        {"match": "Condense these notes", "reply": "1. A single case.\n2. A long text."},
        {"match": "Reply only with their numbers", "reply": "Perhaps 1."},
    )
    found, ended = diagnosis(tmp_path, *model)
    assert found.causes == ("A single case.", "A long text.")
    count = len(found.attributions)
    assert count
    assert all(one.causes is None for one in found.attributions)
    (row,) = [line.split() for line in ended.out.splitlines() if line.startswith("unreadable")]
    assert row[1:4] == [str(count), "of", str(count)]


def test_it_refuses_in_a_sentence_what_cannot_be(place: Path) -> None:
    (done,) = [one for one in iterations_of(place) if one.number == 1]
    own = Diagnosis(student="openai:test", round=done, causes=(), attributions=(), prompts=prompts_of(TEXT))
    fewer = done.model_copy(update={"held_out": done.exams[0]})
    for words, there, said in (
        (("r", "--repeat", "2"), own, "no initial set of repeat 2"),
        (("nowhere",), own, "no run in nowhere"),
        (("r",), own.model_copy(update={"prompts": {"condense_text": "0"}}), "made with other prompts"),
        (("r",), own.model_copy(update={"round": fewer}), "not those of the initial set"),
    ):
        (place / CAUSES).write_text(there.model_dump_json() + "\n")
        ended = causes(*words, cwd=place.parent)
        assert ended.code == 2, ended
        assert said in sentence(ended)


def test_lessons_have_no_error_causes(tmp_path: Path) -> None:
    with serve(Config()) as server:
        words = ("--dataset", "families", "--limit", "1", "--rationales", "1", *cast(server), "--run-dir", "r")
        assert run(*words, cwd=tmp_path).code == 0
    ended = causes("r", cwd=tmp_path)
    assert ended.code == 2, ended
    assert "--method m3" in sentence(ended)
