"""What each way of choosing costs: the calls it needs, however many others were made in the run."""

from collections.abc import Mapping, Sequence

from agents.endpoints.budget import Price
from lbt.collected import Collection, Matched, SelfEvaluation, WrittenTests
from lbt.comparison import GREEDY, MATCHED, MATCHED_GREEDY, MATCHED_SC, ORACLE, Outlay
from lbt.selectors import RANDOM, domain_of, selectors_of
from lbt.types import TEACHER, Answer, LessonRecord, Mark, Taught, Usage


def outlays(records: Sequence[LessonRecord], there: Collection, prices: Mapping[str, Price]) -> Mapping[str, Outlay]:
    """Row -> what it costs on all lessons together. A random choice needs one answer of each lesson, not all."""
    students = records[0].students

    def of(role: str, answers: Sequence[Answer | None]) -> Outlay:
        return _outlay(sum((answer.usage for answer in answers if answer), Usage()), prices.get(role))

    samples = [of(TEACHER, _written(record.rationales)) for record in records]
    all_samples = sum(samples, Outlay())
    exams = {
        name: of(name, [x for record in records for taught in record.rationales for x in _sat(taught, name)])
        + _outlay(_marking(records, name), prices.get(TEACHER))
        for name in students
    }
    posing = [posed(record, prices) for record in records]
    beside = _beside(records, there, prices.get(TEACHER))
    one_each = [one * (1 / len(record.rationales)) for one, record in zip(samples, records, strict=True)]
    rows = {
        RANDOM.name: sum(one_each, Outlay()),
        GREEDY: of(TEACHER, _written([record.greedy for record in records if record.greedy])),
        ORACLE: all_samples,
        **{name: beside[name] for name in (MATCHED, MATCHED_SC, MATCHED_GREEDY)},
    }
    for selector in selectors_of(domain_of(records), students):
        # An exam that was written has keys by all, whosever marks are looked at.
        asked = sum((exams[name] for name in selector.students), sum(posing if selector.students else (), Outlay()))
        rows.setdefault(selector.name, all_samples + asked + beside.get(selector.needs, Outlay()))
    return rows


def posed(record: LessonRecord, prices: Mapping[str, Price]) -> Outlay:
    """What writing the exam of a lesson cost, however many rationales it is for."""
    return sum((_outlay(usage, prices.get(role)) for role, usage in record.posing.items()), Outlay())


def alone_outlays(
    record: LessonRecord, there: Collection, prices: Mapping[str, Price]
) -> dict[tuple[str, str], Outlay]:
    """Student and exam problem -> what it cost to ask without the lesson; lessons may share exam problems."""
    spent = {}
    for mark in alone(record, there):
        if mark:
            usage = sum((one.usage for one in (mark.answer, mark.mended) if one), Usage())
            spent[mark.student, mark.problem] = _outlay(usage, prices.get(mark.student))
    return spent


def alone(record: LessonRecord, there: Collection) -> list[Mark | None]:
    """What the students of a lesson did in its exam without it, each problem once; None where it was not collected."""
    asked = dict.fromkeys((mark.student, mark.problem) for taught in record.rationales for mark in taught.exam)
    return [there.zero_shot(student, problem) for student, problem in asked]


def _beside(records: Sequence[LessonRecord], there: Collection, price: Price | None) -> dict[str, Outlay]:
    told = [there.of(SelfEvaluation, record) for record in records]
    opinions = [one.usage for line in told if line for one in line.opinions]
    tests = [line.usage for line in (there.of(WrittenTests, record) for record in records) if line]
    shown = [line for line in (there.of(Matched, record) for record in records) if line]
    matched = [_outlay(sum((one.usage for one in line.taught), Usage()), price) for line in shown]
    # Of a lesson's matched answers any one is handed in, so one is what it costs; a vote needs all of them.
    any_one = [spent * (1 / len(line.taught)) for spent, line in zip(matched, shown, strict=True)]
    return {
        "self-eval": _outlay(sum(opinions, Usage()), price),
        "codet": _outlay(sum(tests, Usage()), price),
        MATCHED: sum(any_one, Outlay()),
        MATCHED_SC: sum(matched, Outlay()),
        MATCHED_GREEDY: sum((_outlay(line.greedy.usage, price) for line in shown if line.greedy), Outlay()),
    }


def _written(taught: Sequence[Taught]) -> list[Answer | None]:
    return [answer for one in taught for answer in (one.answer, one.mended)]


def _sat(taught: Taught, student: str) -> list[Answer | None]:
    marks = [mark for mark in taught.exam if mark.student == student]
    return [answer for mark in marks for answer in (mark.answer, mark.mended)]


def _marking(records: Sequence[LessonRecord], student: str) -> Usage:
    """Tokens of the replies that marked the exams of one student."""
    marks = [mark for record in records for taught in record.rationales for mark in taught.exam]
    grades = [grade for mark in marks if mark.student == student for grade in (mark.grade, mark.mended_grade)]
    return sum((grade.usage for grade in grades if grade and grade.usage), Usage())


def _outlay(usage: Usage, price: Price | None) -> Outlay:
    if not usage.calls:
        return Outlay()
    cost = price.cost(usage.prompt_tokens, usage.completion_tokens) if price else None
    return Outlay(usage.calls, usage.prompt_tokens + usage.completion_tokens, cost)
