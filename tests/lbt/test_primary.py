"""The primary comparison, McNemar's test against a table by hand, and what adjusting does to the others."""

import pytest

from lbt.comparison import Compared, candidates_of, compare, row_names
from lbt.errors import ConfigError
from lbt.evidence import evidence_of
from lbt.primary import Primary, finding_of, primary_of
from lbt.resampling import holm, signs
from lbt.selectors import SC, votes
from lbt.types import LessonRecord
from tests.voting import lesson

NAMES = row_names("math", ("a",))
MCNEMAR = 2 * (1 + 11 + 55) / 2**11
"""Two-sided, of 9 problems that only one solves and 2 that only the other does: twice P(Bin(11, 1/2) <= 2)."""


def solved_by_sum() -> LessonRecord:
    """The minority that teaches better is right."""
    return lesson([0, 1, 1], {0}, [[1], [0], [0]])


def solved_by_count() -> LessonRecord:
    """The majority is right, and teaches worse."""
    return lesson([0, 1, 1], {1}, [[1], [0], [0]])


def solved_by_both() -> LessonRecord:
    return lesson([0, 0, 1], {0}, [[1], [1], [0]])


def compared(records: list[LessonRecord], primary: str = "") -> dict[str, Compared]:
    rows = compare(
        [candidates_of(record, evidence_of(record)) for record in records],
        [vote for vote in votes(("a",)) if not vote.needs],
        {"greedy": [0.0] * len(records)},
        {},
        reference=SC,
        primary=primary,
        seed=0,
    )
    return {row.name: row for row in rows}


RECORDS = [solved_by_sum()] * 9 + [solved_by_count()] * 2 + [solved_by_both()] * 4


def test_the_sign_test_of_right_and_wrong_is_mcnemars() -> None:
    rows = compared(RECORDS)
    assert rows["lbt-sum"].signs == (9, 4, 2)
    assert signs(rows["lbt-sum"].each, rows[SC].each).p == pytest.approx(MCNEMAR)
    assert rows[SC].signs is None
    assert rows["oracle"].signs is None


def test_the_primary_comparison_is_not_adjusted_and_is_not_one_of_the_others() -> None:
    rows = compared(RECORDS, "lbt-sum")
    assert rows["lbt-sum"].p == pytest.approx(MCNEMAR)
    family = [row for row in rows.values() if row.signs and row.name != "lbt-sum"]
    expected = holm({row.name: row.signs.p for row in family if row.signs})
    assert {row.name: row.p for row in family} == expected
    without = compared(RECORDS)
    assert (without["lbt-sum"].p or 0) > MCNEMAR


def test_the_primary_comparison_tells_difference_counts_and_interval() -> None:
    found = finding_of(Primary("lbt-sum", SC), compared(RECORDS).values(), seed=0)
    assert found.difference == pytest.approx(7 / 15)
    assert found.signs == (9, 4, 2)
    assert found.p == pytest.approx(MCNEMAR)
    assert found.interval is not None
    assert 0 < found.interval.low < 7 / 15 < found.interval.high
    back = finding_of(Primary(SC, "lbt-sum"), compared(RECORDS).values(), seed=0)
    assert back.difference == pytest.approx(-7 / 15)
    assert back.signs == (2, 4, 9)


def test_a_primary_comparison_that_lacks_something_says_what() -> None:
    lacking = Compared(name="self-eval-sum", about="", s=None, each=(None,) * 15, missing="self-eval")
    found = finding_of(Primary("self-eval-sum", SC), [lacking, compared(RECORDS)[SC]], seed=0)
    assert (found.difference, found.missing) == (None, "self-eval")


def test_two_names_are_read_and_nothing_is_nothing() -> None:
    assert primary_of(" lbt-sum  vs sc ", NAMES) == ("lbt-sum", "sc")
    assert primary_of("matched-sc vs greedy", NAMES) == ("matched-sc", "greedy")
    assert primary_of("", NAMES) is None
    assert Primary("lbt-sum", SC).with_reference(SC) == Primary(SC, "lbt-sum").with_reference(SC) == "lbt-sum"
    assert Primary("lbt-sum", "lbt-max").with_reference(SC) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lbt-sum", "does not name two"),
        ("lbt-sum sc", "does not name two"),
        ("lbt-sum against sc", "does not name two"),
        ("sc vs sc", "does not name two"),
        ("lbt-sun vs sc", "no selector 'lbt-sun' to compare (did you mean lbt-sum?)"),
        ("sc vs horoscope", "(there are random, sc, lbt-max"),
        ("sc vs oracle", "no selector 'oracle'"),
        ("zero-shot vs sc", "no selector 'zero-shot'"),
        ("v vs sc", "no selector 'v'"),
    ],
)
def test_what_names_no_comparison_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        primary_of(text, NAMES)
    assert said in str(refused.value)
