"""What a run keeps of its lessons is enough: the table of the reduced lessons is that of the whole ones."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lbt.records import LESSONS, append_line, create, lessons_of, read_lessons
from lbt.scoring import all_taught, exam_marks, reduced, summarise, summary_of
from lbt.types import GREEDY, Answer, Exams, Grade, LessonRecord, Mark, Outcome, Taught, Usage
from tests.lbt.test_records import manifest

shares = st.sampled_from((0.0, 0.25, 1.0))
grades = st.builds(
    Grade, v=st.sampled_from((0.0, 1.0)), v_share=shares, s=shares, s_prefix=shares, status=st.just("AC")
)
usages = st.builds(Usage, calls=st.integers(1, 2), replayed=st.integers(0, 1), completion_tokens=st.integers(0, 9))
answers = st.builds(
    Answer,
    call=st.just("k"),
    outcome=st.sampled_from(Outcome),
    usage=usages,
    unused=st.one_of(st.none(), st.sampled_from((Outcome.CUT_OFF, Outcome.NO_CODE))),
)


@st.composite
def mark(draw: st.DrawFn, student: str, problem: str, *, raced: bool) -> Mark:
    """An exam answer, graded, missing or, where exams are raced, not asked."""
    if raced and draw(st.booleans()):
        return Mark(student=student, problem=problem, asked=False)
    if draw(st.integers(0, 9)) == 0:
        return Mark(student=student, problem=problem, error="gone")
    mended = draw(st.one_of(st.none(), answers))
    after = draw(grades) if mended else None
    return Mark(
        student=student,
        problem=problem,
        answer=draw(answers),
        grade=draw(grades),
        mended=mended,
        mended_grade=after,
    )


@st.composite
def lessons(draw: st.DrawFn) -> list[LessonRecord]:
    """The lessons of a run: the same students in each, all exams or raced ones."""
    exams: Exams = draw(st.sampled_from(("all", "adaptive")))
    students = draw(st.sampled_from((("a",), ("b", "a"))))

    def taught(index: int) -> Taught:
        seats = [(name, f"q{k}") for name in students for k in range(2)] if index != GREEDY else []
        exam = tuple(draw(mark(name, problem, raced=exams != "all")) for name, problem in seats)
        return Taught(index=index, answer=draw(answers), grade=draw(grades), exam=exam)

    def lesson(number: int) -> LessonRecord:
        rationales = tuple(taught(index) for index in range(draw(st.integers(1, 3))))
        whole = all(one.final or not one.asked for each in rationales for one in each.exam)
        return LessonRecord(
            problem=f"p{number}",
            students=students,
            rationales=rationales,
            greedy=taught(GREEDY),
            exams=exams,
            complete=whole,
            usage=draw(usages),
        )

    return [lesson(number) for number in range(draw(st.integers(0, 4)))]


@given(lessons())
def test_counts_of_the_reduced_lessons_are_those_of_all_replies_and_marks(records: list[LessonRecord]) -> None:
    summary = summary_of([reduced(record) for record in records], dataset="d", seed=0, asked=4)
    assert summary == summarise(records, dataset="d", seed=0, asked=4)
    replies: dict[str, list[Outcome]] = {"teacher": []}
    for record in records:
        for one in all_taught(record):
            replies["teacher"] += [each.unused or each.outcome for each in (one.answer, one.mended) if each]
        for given_mark in exam_marks(record):
            told = [each.unused or each.outcome for each in (given_mark.answer, given_mark.mended) if each]
            replies.setdefault(given_mark.student, []).extend(told)
    assert {role: row.replies for role, row in summary.form.items()} == {k: len(v) for k, v in replies.items()}
    for role, row in summary.form.items():
        assert list(row.failures) == sorted(row.failures)
        assert Counter(row.failures) == Counter(str(one) for one in replies[role] if one is not Outcome.OK)
    assert summary.usage == sum((record.usage for record in records), Usage())


@given(lessons())
def test_the_share_of_a_run_is_over_exams_and_not_over_lessons(records: list[LessonRecord]) -> None:
    every = [one for record in records for one in exam_marks(record)]
    share = summarise(records, dataset="d", seed=0, asked=4).exams_asked
    if not records or records[0].exams == "all":
        assert share is None
    else:
        assert share == sum(one.asked for one in every) / len(every)


def test_a_run_keeps_its_lessons_reduced_and_votes_as_it_was_asked_to(tmp_path: Path) -> None:
    grade = Grade(v=1, v_share=1, s=1, s_prefix=1, status="AC")
    rationales = tuple(Taught(index=i, grade=grade.model_copy(update={"s": s})) for i, s in enumerate((0.0, 0.0, 1.0)))
    lesson = LessonRecord(
        problem="p", students=(), rationales=rationales, complete=True, classes=(0, 0, 1), texts=(0, 1, 2)
    )
    for faithful in (False, True):
        with create(tmp_path / str(faithful), manifest(config={"faithful": faithful})) as run:
            assert run.append(lesson) == run.lessons["p"] == reduced(lesson, faithful=faithful)
    assert reduced(lesson, faithful=True) != reduced(lesson)


def test_lessons_are_read_one_by_one_and_a_repaired_one_twice(tmp_path: Path) -> None:
    broken = LessonRecord(problem="p", students=(), rationales=(), complete=False)
    for record in (broken, broken.model_copy(update={"complete": True})):
        append_line(tmp_path / LESSONS, record.model_dump_json())
    with (tmp_path / LESSONS).open("ab") as file:
        file.write(b"torn")
    found = lessons_of(tmp_path)
    assert not next(found).complete
    assert [one.complete for one in found] == [True]
    assert read_lessons(tmp_path)["p"].complete
