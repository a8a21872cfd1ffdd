"""What each kind of items says of itself."""

from importlib.resources import files

import pytest

from agents.exemplars.kinds import CODE, MATH, TEXT, TEXT_AS_PUBLISHED, Kind
from agents.prompting import fingerprints
from tests.agents.exemplars.items import CATS, DOGS, ECHO, SUM, TWICE
from tests.agents.fakes import DOUBLE, answer

WRITING = {"write_set", "reflect_set", "revise_set", "repair_set"}


@pytest.mark.parametrize("kind", [TEXT, TEXT_AS_PUBLISHED, MATH, CODE])
def test_a_kind_names_all_its_prompts(kind: Kind) -> None:
    assert {kind.answer, *(f"{step}_{kind.name}" for step in WRITING)} <= set(kind.prompts)
    assert (kind.shot in kind.prompts) == bool(kind.shot)
    parts = {f"{part}_{kind.name}" for part in ("set", "form", "failures")}
    assert parts <= set(fingerprints(*kind.prompts))
    assert (kind.explain in kind.prompts) == (kind.name != "text")


def test_no_prompt_about_sets_is_left_out_of_the_record() -> None:
    names = {entry.name.removesuffix(".jinja") for entry in files("agents").joinpath("prompts").iterdir()}
    steps = (*WRITING, "answer", "shot", "set", "form", "failures", "item")
    about_sets = names & {f"{step}_{kind.name}" for step in steps for kind in (TEXT, MATH, CODE)}
    assert about_sets <= set(fingerprints(*TEXT.prompts, *MATH.prompts, *CODE.prompts))


def test_an_item_s_right_answer_is_its_label_or_final_answer_and_a_program_has_none() -> None:
    assert [TEXT.right(CATS), TEXT.right(DOGS), MATH.right(SUM), CODE.right(TWICE)] == ["Yes", "No", "5", ""]


@pytest.mark.parametrize(("kind", "item"), [(TEXT, SUM), (MATH, CATS)])
def test_an_item_of_another_kind_is_a_mistake_in_the_wiring(kind: Kind, item: object) -> None:
    with pytest.raises(TypeError, match="is not a"):
        kind.right(item)  # type: ignore[arg-type]


def test_a_programming_problem_is_shown_with_its_starter_code_or_what_a_whole_program_must_do() -> None:
    assert CODE.statement(TWICE).endswith(f"\n\n### Starter code\n```python\n{TWICE.starter}\n```")
    assert "whole program: it reads standard input" in CODE.statement(ECHO)
    with pytest.raises(TypeError, match="is not a programming problem"):
        CODE.statement(CATS)


def test_a_solved_program_is_no_exemplar_unless_it_compiles_and_defines_what_is_asked() -> None:
    assert CODE.solved(TWICE, answer()) is not None
    assert CODE.solved(TWICE, answer(DOUBLE.replace("double", "halve"))) is None
    assert CODE.solved(TWICE, answer(DOUBLE[:-1] + "(")) is None
