"""A dataset is what is taught and the exam of each problem; what is left out is told."""

from pathlib import Path

import pytest

from lbt.errors import ConfigError
from lbt.types import MathProblem
from math_data import families
from math_data.load import DATASETS, EXAM_SIZE, bank, load
from tests.math_data.layout import write_all


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_all(tmp_path)


def ids(problems: tuple[MathProblem, ...]) -> list[str]:
    return [problem.id for problem in problems]


def test_math181_teaches_what_math500_and_the_snapshots_share(data: Path) -> None:
    found = load("math181", data)
    assert ids(found.problems) == ["test/algebra/1"]
    assert found.problems[0].answer == "5"
    assert (found.problems[0].subject, found.problems[0].level) == ("algebra", 2)
    assert ids(found.exams["test/algebra/1"]) == ["test/algebra/1@Oct-2023", "test/algebra/1@Dec-2023"]
    assert [exam.answer for exam in found.exams["test/algebra/1"]] == ["6", "8"]
    assert found.notes == ("exams left out: 1 with the problem's own answer",)


def test_math1564_teaches_the_others(data: Path) -> None:
    found = load("math1564", data)
    assert ids(found.problems) == ["test/algebra/2"]
    assert ids(found.exams["test/algebra/2"]) == ["test/algebra/2@Oct-2023", "test/algebra/2@Dec-2023"]
    assert found.problems[0].level is None
    assert found.notes == ("exams left out: 1 duplicate",)


def test_a_faithful_set_takes_the_variants_as_they_are(data: Path) -> None:
    for name in ("math181", "math1564"):
        found = load(name, data, faithful=True)
        assert all(len(exam) == EXAM_SIZE for exam in found.exams.values())
        assert found.notes == ()


def test_math500_comes_in_its_order_and_without_exams(data: Path) -> None:
    found = load("math500", data)
    assert ids(found.problems) == ["test/number_theory/3", "test/algebra/1"]
    assert dict(found.exams) == {"test/number_theory/3": (), "test/algebra/1": ()}


def test_gsm8k_variants_are_varbench_then_gsm_plus_that_keeps_the_reasoning(data: Path) -> None:
    found = load("gsm8k_variants", data)
    assert ids(found.problems) == ["test/0", "test/1"]
    assert ids(found.exams["test/0"]) == ["test/0@varbench-40", "test/0@varbench-41", "test/0@gsm-plus-1"]
    assert ids(found.exams["test/1"]) == ["test/1@varbench-40", "test/1@gsm-plus-4"]
    assert found.notes == ("exams left out: 1 identical to the problem",)


def test_a_problem_that_is_left_without_exams_is_not_taught(data: Path) -> None:
    sample = data / "varbench" / "gsm8k_sample_40.jsonl"
    sample.write_text(
        sample.read_text().replace("Bo has 500 nuts and loses 2", "Bo had 999 nuts and 0").replace("498", "999")
    )
    perturbed = data / "gsm_plus" / "gsmplus_testmini.jsonl"
    perturbed.write_text(perturbed.read_text().replace("19999", "999.0"))
    found = load("gsm8k_variants", data)
    assert ids(found.problems) == ["test/0"]
    assert "test/1" not in found.exams
    assert found.notes == (
        "exams left out: 2 with the problem's own answer, 1 identical to the problem",
        "problems left out for want of an exam: 1 (test/1)",
    )
    assert ids(load("gsm8k_variants", data, faithful=True).problems) == ["test/0", "test/1"]


@pytest.mark.parametrize("faithful", [True, False])
def test_an_exam_is_no_larger_than_asked(data: Path, faithful: bool) -> None:
    found = load("gsm8k_variants", data, exam_size=1, faithful=faithful)
    assert [ids(exam) for exam in found.exams.values()] == [["test/0@varbench-40"], ["test/1@varbench-40"]]
    assert found.notes == ()
    assert all(len(exam) == 2 for exam in load("families", None, exam_size=2).exams.values())


def test_families_need_no_files_and_follow_the_seed() -> None:
    assert load("families", None, seed=3) == families.load(3)
    assert load("families", None, seed=3).fingerprint != load("families", None).fingerprint


def test_the_bank_is_the_split_for_training_without_what_has_no_answer(data: Path) -> None:
    for name in ("math181", "math500", "math1564"):
        assert ids(bank(name, data)) == ["train/algebra/7"]
    assert ids(bank("gsm8k_variants", data)) == ["train/0"]
    assert bank("families", None, seed=5) == families.load(5).problems


def test_the_fingerprint_changes_with_a_problem_an_exam_and_the_rule(data: Path) -> None:
    before = load("math181", data).fingerprint
    assert load("math181", data).fingerprint == before
    assert load("math181", data, faithful=True).fingerprint != before
    snapshot = data / "math_functional" / "Oct-2023" / "test" / "algebra" / "1.json"
    snapshot.write_text(snapshot.read_text().replace("2 + 4", "2 + 44"))
    changed = load("math181", data).fingerprint
    assert changed != before
    taught = data / "math500" / "test.jsonl"
    taught.write_text(taught.read_text().replace("2 + 3", "2 +3"))
    assert load("math181", data).fingerprint not in {before, changed}


def test_every_dataset_can_be_loaded_and_has_a_line_about_it(data: Path) -> None:
    for name, about in DATASETS.items():
        found = load(name, data)
        assert found.name == name
        assert set(found.exams) == set(ids(found.problems))
        assert about
        assert "\n" not in about


def test_an_unknown_dataset_names_the_nearest_and_all() -> None:
    with pytest.raises(ConfigError, match=r"unknown dataset 'math18' \(did you mean math181\?\); there are: families"):
        load("math18", None)
    with pytest.raises(ConfigError, match="unknown dataset 'x'; there are"):
        bank("x", None)


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "families"])
def test_without_a_data_folder_it_is_said_what_to_give(name: str) -> None:
    with pytest.raises(ConfigError, match=r"is not part of this package: .* --data-dir .*github\.com"):
        load(name, None)


@pytest.mark.parametrize(
    ("name", "problems", "exams", "faithful"),
    [
        ("math181", 181, 525, 543),
        ("math1564", 1564, 4526, 4692),
        ("math500", 500, 0, 0),
        ("gsm8k_variants", 1318, 3951, 3957),
    ],
)
def test_the_published_sets_have_their_sizes(
    published: Path, name: str, problems: int, exams: int, faithful: int
) -> None:
    found = load(name, published)
    assert len(found.problems) == problems
    assert sum(map(len, found.exams.values())) == exams
    assert all(exam.answer and exam.statement for exam in found.everything)
    assert len({one.id for one in found.everything}) == problems + exams
    assert sum(map(len, load(name, published, faithful=True).exams.values())) == faithful


def test_what_was_left_out_of_the_published_sets_is_told(published: Path) -> None:
    assert load("math181", published).notes == ("exams left out: 12 duplicates, 6 with the problem's own answer",)
    assert load("gsm8k_variants", published).notes == (
        "exams left out: 46 with the problem's own answer, 14 identical to the problem, 5 duplicates",
        "problems left out for want of an exam: 1 (test/14)",
    )
