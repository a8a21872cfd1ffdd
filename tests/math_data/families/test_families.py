"""Families: every answer is right by a second derivation, all differ, and a seed gives the same problems anywhere."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from math import gcd, isqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbt.errors import ConfigError
from lbt.types import MathProblem
from math_data.equivalence import Rules, are_equal, classes
from math_data.families import FAMILIES, load
from math_data.families.family import Family, families
from math_data.repeating import repeats
from tests.math_data.families import CHECKS
from tests.math_data.families.reading import Check, values

SUBJECTS = {
    "prealgebra",
    "algebra",
    "intermediate_algebra",
    "number_theory",
    "counting_and_probability",
    "geometry",
    "precalculus",
}
each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def drawn(family: Family, number: int, seed: int = 0) -> list[MathProblem]:
    return list(islice(family.problems(seed), number))


def wrong(problems: Sequence[MathProblem], check: Check) -> list[str]:
    """Ids of problems whose answer is not the one of the second derivation."""
    return [problem.id for problem in problems if not check(problem.statement, problem.answer)]


def meaning(answer: str) -> tuple[complex, ...]:
    """What an answer comes to in numbers, so that two ways to write a value are the same; lists in any order."""
    found = [complex(one.subs({"x": 1.37})) for one in values(answer.removeprefix("y="))]
    rounded = [complex(round(one.real, 7), round(one.imag, 7)) for one in found]
    inside_brackets = answer[0] in "([" or "pmatrix" in answer
    return tuple(rounded if inside_brackets else sorted(rounded, key=lambda one: (one.real, one.imag)))


def test_every_family_has_a_second_derivation() -> None:
    assert set(CHECKS) == set(FAMILIES)


@each_family
def test_fifty_variants_are_right(family: Family) -> None:
    assert wrong(drawn(family, 51), CHECKS[family.name]) == []


@each_family
def test_the_answer_of_another_variant_is_wrong(family: Family) -> None:
    problems, check = drawn(family, 21, seed=1), CHECKS[family.name]
    copied = [one.model_copy(update={"answer": other.answer}) for one in problems for other in problems if one != other]
    assert len(wrong(copied[::20], check)) == len(copied[::20])


@given(st.integers(), st.sampled_from([*FAMILIES.values()]))
def test_any_seed_gives_problems_that_are_right(seed: int, family: Family) -> None:
    problems = drawn(family, 4, seed)
    assert wrong(problems, CHECKS[family.name]) == []
    assert len({problem.answer for problem in problems}) == 4


def off_by_one(rng: Random) -> tuple[str, str]:
    """A family that counts a degree too many, now and then."""
    question, answer = FAMILIES["zeros_of_factorial"].draw(rng)
    return question, str(int(answer) + (rng.random() < 0.2))


def test_a_family_that_is_wrong_now_and_then_is_caught() -> None:
    (broken,) = families("number_theory", {off_by_one: 3})
    found = wrong(drawn(broken, 51), CHECKS["zeros_of_factorial"])
    assert 0 < len(found) < 51


@each_family
def test_two_hundred_variants_differ_in_question_and_answer(family: Family) -> None:
    problems = drawn(family, 201)
    for parts in zip(*((problem.id, problem.statement, problem.answer) for problem in problems), strict=True):
        assert len(set(parts)) == 201


@each_family
def test_answers_differ_in_value_not_only_in_writing(family: Family) -> None:
    meanings = Counter(meaning(problem.answer) for problem in drawn(family, 101, seed=2))
    assert meanings.most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [(r"\frac{1}{2}", "0.5"), ("2, 3", "3, 2"), (r"\sqrt{8}", r"2\sqrt{2}"), ("y=2x+4", "y=4+2x"), (r"45\%", "45")],
)
def test_one_value_written_in_two_ways_would_be_seen(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@each_family
def test_the_judge_reads_an_answer_however_it_is_set(family: Family) -> None:
    for problem in drawn(family, 21, seed=6):
        other_way = problem.answer.replace(r"\frac", r"\dfrac").replace("(", r"\left(").replace(")", r"\right)")
        assert are_equal(f"${other_way}$", problem.answer)
        assert not repeats(problem.answer, problem.statement)


@each_family
@pytest.mark.parametrize("rules", ["ours", "paper"])
def test_the_judge_takes_no_answer_for_that_of_another_variant(family: Family, rules: Rules) -> None:
    assert len(set(classes([problem.answer for problem in drawn(family, 21, seed=6)], rules))) == 21


def test_an_ordered_pair_is_not_the_pair_in_the_other_order() -> None:
    assert meaning("(2, 3)") != meaning("(3, 2)")


@each_family
def test_questions_are_whole_and_well_formed(family: Family) -> None:
    for problem in drawn(family, 51, seed=3):
        text = problem.statement
        bare = text.replace(r"\$", "")
        assert bare.count("$") % 2 == 0
        assert "$$" not in bare
        assert re.search(r"\\(?!\$|%)", "".join(bare.split("$")[::2])) is None, "LaTeX outside of a formula"
        assert text[-1] in "?."
        assert text == " ".join(text.split())
        for part in (text, problem.answer):
            assert part.count("{") == part.count("}")
            assert not re.search(r"None|Fraction|[{]\w*[a-z_]{3,}\w*[}](?<!matrix[}])", part), part
            assert not re.search(
                r"[+-]\s*[+-]|\+0\b|(?<![\d.^_])1[a-z]|(?<![\d.])0[a-z]", part.replace(r"\cdot", "")
            ), part


@each_family
def test_answers_are_in_simplest_form(family: Family) -> None:
    for problem in drawn(family, 51, seed=4):
        for root in map(int, re.findall(r"\\sqrt\{(\d+)\}", problem.answer)):
            assert root > 1
            assert all(root % (factor * factor) for factor in range(2, isqrt(root) + 1))
        for top, bottom in re.findall(r"\\frac\{(\d*)[^{}]*(?:\{\d+\})?[^{}]*\}\{(.*?)\}", problem.answer):
            assert int(bottom) > 1
            assert gcd(int(top or 1), int(bottom)) == 1


def test_the_first_problems_stay_however_many_variants_are_asked() -> None:
    few, many = load(5, 2), load(5, 9)
    assert few.problems == many.problems
    assert all(many.exams[name][:2] == exam and len(many.exams[name]) == 9 for name, exam in few.exams.items())


def test_a_set_has_a_problem_of_each_family_and_its_exam() -> None:
    problems = load(0)
    assert problems.name == "families"
    assert [problem.id for problem in problems.problems] == [*FAMILIES] == [*problems.exams]
    first, exam = problems.problems[0], problems.exams["order_of_operations"]
    assert first.title == "Order of operations"
    assert [one.id for one in exam] == [f"order_of_operations/{number}" for number in (1, 2, 3)]
    assert {(one.subject, one.level) for one in exam} == {(first.subject, first.level)} == {("prealgebra", 1)}
    assert len({one.id for one in problems.everything}) == 4 * len(FAMILIES)


def test_all_subjects_and_levels_are_there_and_the_first_21_have_them_too() -> None:
    assert len(FAMILIES) == 70
    for some in ([*FAMILIES.values()], [*FAMILIES.values()][:21]):
        assert {family.subject for family in some} == SUBJECTS
        assert {family.level for family in some} == {1, 2, 3, 4, 5}
    for subject in SUBJECTS:
        levels = {family.level for family in FAMILIES.values() if family.subject == subject}
        assert len(levels) >= 4


def test_another_seed_gives_other_numbers() -> None:
    one, other = load(0), load(1)
    assert one.fingerprint != other.fingerprint
    same = [left.id for left, right in zip(one.problems, other.problems, strict=True) if left.answer == right.answer]
    assert len(same) < 3


def test_the_fingerprint_changes_with_the_number_of_variants() -> None:
    assert len({load(0, variants).fingerprint for variants in (1, 2, 3)}) == 3


def test_a_seed_gives_the_same_set_in_every_process() -> None:
    code = "from math_data.families import load; print(load(7).fingerprint)"
    prints = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }
    assert prints == {load(7).fingerprint}


def test_a_seed_gives_the_same_set_in_every_version() -> None:
    """A run is repeated, and resumed, with the questions that it began with: change a family only on purpose."""
    told = "".join(f"{one.statement}\n{one.answer}\n" for one in load(0).everything)
    assert (
        hashlib.sha256(told.encode()).hexdigest() == "522681021adf27240b0b6f250b7ca47599789abd7117365428090a9d0ebc210d"
    )


def test_sympy_is_not_loaded_with_the_families() -> None:
    code = "import sys, math_data.families; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def coin(rng: Random) -> tuple[str, str]:
    """A family with two answers."""
    side = rng.choice(["heads", "tails"])
    return f"The coin shows {side}. Which side is up?", side


def test_a_family_that_is_used_up_says_how_many_variants_it_has() -> None:
    (family,) = families("counting_and_probability", {coin: 1})
    problems = family.problems(0)
    assert {next(problems).answer, next(problems).answer} == {"heads", "tails"}
    with pytest.raises(ConfigError, match="family coin has no more than 1 variants with different answers"):
        next(problems)


@pytest.mark.parametrize("variants", [0, -1])
def test_an_exam_without_variants_is_refused(variants: int) -> None:
    with pytest.raises(ConfigError, match=f"at least one variant, not {variants}"):
        load(0, variants)
