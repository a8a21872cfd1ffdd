"""The exact race ends with the winners of the whole exams, whatever the marks and whenever they come."""

from collections.abc import Callable, Sequence
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lbt.bounds import Question, fewest
from lbt.errors import ConfigError
from lbt.foresight import Seat, Tally
from lbt.racing import Halving, Race, need_whole_exams
from lbt.types import Answer, Grade, LessonRecord, Mark, Outcome, Taught

Pick = Callable[[int], int]
"""Of so many marks under way, which comes next."""


class Lesson:
    """Marks and V-scores made up, and a race over them."""

    def __init__(self, marks: Sequence[Sequence[float]], v: Sequence[bool], students: int = 1) -> None:
        self.marks, self.v = marks, v
        exams = range(len(marks[0]) // students)
        self.seats = [Seat(f"s{one}", f"q{exam}") for one, exam in product(range(students), exams)]

    def best(self, pool: Sequence[int]) -> tuple[int, ...]:
        top = max((sum(self.marks[i]) for i in pool), default=None)
        return tuple(i for i in pool if sum(self.marks[i]) == top)

    @property
    def v1(self) -> list[int]:
        return [i for i, one in enumerate(self.v) if one]

    def hold(self, race: Race, at_once: int = 1, pick: Pick = lambda _: 0) -> list[Question]:
        asked: list[Question] = []
        waiting: list[Question] = []
        while True:
            while len(waiting) < at_once and (question := race.ask()) is not None:
                asked.append(question)
                waiting.append(question)
            if not waiting:
                return asked
            question = waiting.pop(pick(len(waiting)))
            race.hear(question, self.marks[question.rationale][question.seat])


@st.composite
def lessons(draw: st.DrawFn, values: Sequence[float] = (0, 1)) -> Lesson:
    rationales, students, exams = draw(st.integers(1, 5)), draw(st.integers(1, 2)), draw(st.integers(1, 4))
    mark = st.sampled_from(values)
    row = st.lists(mark, min_size=students * exams, max_size=students * exams)
    marks = draw(st.lists(row, min_size=rationales, max_size=rationales))
    return Lesson(marks, draw(st.lists(st.booleans(), min_size=rationales, max_size=rationales)), students)


@settings(max_examples=80, deadline=None)
@given(lessons(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_winners_are_those_of_the_whole_exams_in_whatever_order_marks_come(
    lesson: Lesson, at_once: int, chance: Random
) -> None:
    race = Race(lesson.v, lesson.seats)
    asked = lesson.hold(race, at_once, chance.randrange)
    assert race.certain
    assert race.winners == lesson.best(range(len(lesson.v)))
    assert race.winners_v1 == lesson.best(lesson.v1)
    assert len(asked) == len(set(asked)) <= len(lesson.v) * len(lesson.seats)
    pools = [range(len(lesson.v)), *([lesson.v1] if lesson.v1 else [])]
    assert len(asked) >= fewest([int(sum(row)) for row in lesson.marks], len(lesson.seats), pools)


@settings(max_examples=50, deadline=None)
@given(lessons(values=(0, 0.25, 0.5, 1)))
def test_marks_between_0_and_1_are_bounded_as_well(lesson: Lesson) -> None:
    race = Race(lesson.v, lesson.seats)
    lesson.hold(race)
    assert race.winners == lesson.best(range(len(lesson.v)))


@settings(max_examples=50, deadline=None)
@given(
    lessons(), st.dictionaries(st.tuples(st.sampled_from(["s0", "s1"]), st.sampled_from(["q0", "q1"])), st.booleans())
)
def test_what_earlier_lessons_tell_changes_the_order_and_not_the_winners(
    lesson: Lesson, seen: dict[tuple[str, str], bool]
) -> None:
    tally = Tally()
    tally.take({Question(0, k): mark for k, mark in enumerate(seen.values())}, [True], [Seat(*one) for one in seen])
    race = Race(lesson.v, lesson.seats, tally)
    lesson.hold(race)
    assert race.winners == lesson.best(range(len(lesson.v)))


@settings(max_examples=50, deadline=None)
@given(lessons(), st.data())
def test_a_race_with_a_missing_mark_is_certain_only_of_what_no_mark_can_change(
    lesson: Lesson, data: st.DataObject
) -> None:
    everything = [Question(i, k) for i in range(len(lesson.v)) for k in range(len(lesson.seats))]
    broken = data.draw(st.sampled_from(everything))
    race = Race(lesson.v, lesson.seats)
    while (question := race.ask()) is not None:
        mark = lesson.marks[question.rationale][question.seat]
        race.hear(question, None if question == broken else mark)
    if race.certain:
        assert race.winners == lesson.best(range(len(lesson.v)))
        assert race.winners_v1 == lesson.best(lesson.v1)


@settings(max_examples=60, deadline=None)
@given(lessons(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_halving_chooses_the_same_whenever_marks_come(lesson: Lesson, at_once: int, chance: Random) -> None:
    alone, crowded = Halving(lesson.v, lesson.seats), Halving(lesson.v, lesson.seats)
    lesson.hold(alone)
    lesson.hold(crowded, at_once, chance.randrange)
    assert alone.certain
    assert crowded.certain
    assert alone.winners == crowded.winners


def test_halving_asks_about_half_and_loses_who_starts_badly() -> None:
    late = [0, 0, 1, 1, 1, 1, 1, 1]
    early = [1, 1, 0, 0, 0, 0, 0, 0]
    lesson = Lesson([late, *[early] * 7], [False] * 8)
    halving = Halving(lesson.v, lesson.seats)
    asked = lesson.hold(halving)
    assert 0 not in halving.winners
    assert len(asked) <= 8 * 8 * 5 / 8
    exact = Race(lesson.v, lesson.seats)
    lesson.hold(exact)
    assert exact.winners == (0,)


def test_nothing_is_asked_where_one_rationale_is_all_there_is() -> None:
    lesson = Lesson([[1, 0]], [True])
    assert lesson.hold(Race(lesson.v, lesson.seats)) == []


def test_rationales_that_all_fail_save_nothing_and_one_that_passes_saves_much() -> None:
    weak = Lesson([[0] * 4] * 8, [False] * 8)
    assert len(weak.hold(Race(weak.v, weak.seats))) == 32
    one = Lesson([[1] * 4, *[[0] * 4] * 7], [True, *[False] * 7])
    assert len(one.hold(Race(one.v, one.seats))) == 4 + 7


def test_an_exam_that_others_failed_is_thought_hard_and_one_that_they_passed_easy() -> None:
    tally, seats = Tally(), [Seat("a", "hard"), Seat("a", "easy"), Seat("a", "new")]
    tally.take({Question(i, k): k for i in range(2) for k in range(2)}, [True, True], seats)
    ahead = tally.outlook({}, [True], seats)
    hard, easy, new = (ahead.chance(0, seat.exam) for seat in seats)
    assert hard < new < easy


def test_what_a_student_never_read_tells_nothing_of_how_hard_an_exam_is() -> None:
    failed = Grade(v=0, v_share=0, s=0, s_prefix=0, status="WA")
    answer = Answer(call="c", outcome=Outcome.OK)
    sat = Mark(student="a", problem="sat", answer=answer, grade=failed)
    unread = Mark(student="a", problem="unread", grade=failed)
    taught = Taught(index=0, answer=answer, grade=failed, exam=(sat, unread))
    tally = Tally()
    tally.learn(LessonRecord(problem="p", students=("a",), rationales=(taught,), complete=True))
    ahead = tally.outlook({}, [False], [Seat("a", "sat"), Seat("a", "unread"), Seat("a", "new")])
    assert ahead.chance(0, ("a", "sat")) < ahead.chance(0, ("a", "unread")) == ahead.chance(0, ("a", "new"))


def test_what_needs_all_scores_refuses_a_race_in_one_sentence() -> None:
    whole = LessonRecord(problem="p", students=("a",), rationales=(), complete=True)
    need_whole_exams([whole], "SUM")
    with pytest.raises(ConfigError, match=r"^SUM needs the scores of all rationales, .*--exams adaptive.*--exams all"):
        need_whole_exams([whole.model_copy(update={"exams": "adaptive"})], "SUM")
