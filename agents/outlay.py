"""What each way of choosing costs: the calls it needs, however many others were made in the run."""

from collections.abc import Mapping, Sequence

from agents.endpoints.budget import Price
from lbt.collected import Collection, Matched, SelfEvaluation, WrittenTests
from lbt.comparison import GREEDY, MATCHED, ORACLE, Outlay
from lbt.selectors import RANDOM, selectors
from lbt.types import Answer, LessonRecord, Taught, Usage

TEACHER = "teacher"


def outlays(records: Sequence[LessonRecord], there: Collection, prices: Mapping[str, Price]) -> Mapping[str, Outlay]:
    """Row -> what it costs on all lessons together. A random choice needs one answer of each lesson, not all."""
    students = records[0].students

    def of(role: str, answers: Sequence[Answer | None]) -> Outlay:
        return _outlay(sum((answer.usage for answer in answers if answer), Usage()), prices.get(role))

    samples = [of(TEACHER, _written(record.rationales)) for record in records]
    all_samples = sum(samples, Outlay())
    exams = {
        name: of(name, [x for record in records for taught in record.rationales for x in _sat(taught, name)])
        for name in students
    }
    beside = _beside(records, there, prices.get(TEACHER))
    one_each = [one * (1 / len(record.rationales)) for one, record in zip(samples, records, strict=True)]
    rows = {
        RANDOM.name: sum(one_each, Outlay()),
        GREEDY: of(TEACHER, _written([record.greedy for record in records if record.greedy])),
        ORACLE: all_samples,
        MATCHED: beside[MATCHED],
    }
    for selector in selectors(students):
        asked = sum((exams[name] for name in selector.students), Outlay())
        rows.setdefault(selector.name, all_samples + asked + beside.get(selector.needs, Outlay()))
    return rows


def _beside(records: Sequence[LessonRecord], there: Collection, price: Price | None) -> dict[str, Outlay]:
    told = [there.of(SelfEvaluation, record) for record in records]
    opinions = [one.usage for line in told if line for one in line.opinions]
    tests = [line.usage for line in (there.of(WrittenTests, record) for record in records) if line]
    shown = [line.taught for line in (there.of(Matched, record) for record in records) if line]
    # Any one of a lesson's matched answers is handed in, so one is what it costs.
    matched = [_outlay(sum((one.usage for one in taught), Usage()), price) * (1 / len(taught)) for taught in shown]
    return {
        "self-eval": _outlay(sum(opinions, Usage()), price),
        "codet": _outlay(sum(tests, Usage()), price),
        MATCHED: sum(matched, Outlay()),
    }


def _written(taught: Sequence[Taught]) -> list[Answer | None]:
    return [answer for one in taught for answer in (one.answer, one.mended)]


def _sat(taught: Taught, student: str) -> list[Answer | None]:
    marks = [mark for mark in taught.exam if mark.student == student]
    return [answer for mark in marks for answer in (mark.answer, mark.mended)]


def _outlay(usage: Usage, price: Price | None) -> Outlay:
    if not usage.calls:
        return Outlay()
    cost = price.cost(usage.prompt_tokens, usage.completion_tokens) if price else None
    return Outlay(usage.calls, usage.prompt_tokens + usage.completion_tokens, cost)
