"""What an M1 run leaves to make pairs of: the answers of each lesson, with the teacher's replies word by word.

The text of an answer is the reply that the call store keeps, and its prompt the messages that were sent for it. What
the model thought before (`<think>`, which the endpoint takes out of a reply) is not in it: students did not read it,
so no score says anything of it.

Left out and counted: replies that are not whole, because what is taught would be to stop there; and answers that
self-debug changed, because the answer that was scored is then no reply to this prompt. A reply without a usable answer
stays: it is what not to write. The greedy answer taught nobody, so it is none of them. Near-duplicates:
`lbt.pairs.distinct`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pydantic import BaseModel

from agents.endpoints.calls import Message
from agents.endpoints.store import CallStore, StoredCall
from lbt.errors import ConfigError, DataError
from lbt.exam_score import exact_lbt
from lbt.pairs import Rated, Score, distinct
from lbt.records import CALLS, LESSONS, Manifest, read_lines, read_manifest
from lbt.types import Answer, Exams, LessonRecord, Taught

WHOLE = ("stop", "refusal")
"""Ends of a reply that its writer meant."""
CONTROLS = {
    "answer": "the program or final answer alone",
    "none": "nothing",
    "shuffled": "the rationale of another answer",
}
"""What students read instead of the explanation that their exam is to score."""


@dataclass(frozen=True)
class Explanation:
    """An answer whose reply can be taught."""

    rated: Rated
    call: str
    """Key of the reply in the call store."""
    text: str
    """The reply, word by word."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What one complete lesson gives."""

    problem: str
    prompt: tuple[Message, ...] = ()
    """What the teacher was asked; empty where no explanation can be taught."""
    explanations: tuple[Explanation, ...] = ()
    told: Counter[str]
    """Field of `training.records.Counts` -> how many, of the lesson and its answers."""


class Line(BaseModel):
    """What must be known of a lesson before it is read."""

    problem: str
    complete: bool
    exams: Exams = "all"


@dataclass(frozen=True)
class ExplainedRun:
    """A run that pairs can be made of."""

    place: Path
    manifest: Manifest
    places: Mapping[str, int]
    """Problem -> which line of `lessons.jsonl` counts, from 0; of incomplete lessons too."""
    complete: frozenset[str]

    @classmethod
    def read(cls, place: Path, score: Score) -> "ExplainedRun":
        """Look into the run in a directory.

        Raises:
            ConfigError: there is no run, or none that `score` can compare the answers of.
            DataError: a file of it is malformed.
        """
        manifest = read_manifest(place)
        _check_method(place, manifest, score)
        lines = enumerate(read_lines(place / LESSONS, Line.model_validate_json))
        last = {line.problem: (number, line) for number, line in lines}
        if not last:
            raise ConfigError(f"{place} has no finished lesson to make pairs of")
        for _, line in last.values():
            _check_raced(place, line.exams)
        complete = frozenset(problem for problem, (_, line) in last.items() if line.complete)
        if not complete:
            raise ConfigError(f"{place} has no complete lesson to make pairs of, only {len(last)} that lack a mark")
        if not (place / CALLS).is_file():
            raise ConfigError(f"{place} has no {CALLS}: the replies that pairs consist of are not kept with it")
        return cls(place, manifest, {problem: number for problem, (number, _) in last.items()}, complete)

    def lessons(self) -> Iterator[Explained]:
        """Read the complete lessons one by one.

        Raises:
            DataError: a lesson is malformed, or the call store is not that of these lessons.
        """
        wanted = {self.places[problem] for problem in self.complete}
        numbers = count()

        def parse(line: bytes) -> LessonRecord | None:
            return LessonRecord.model_validate_json(line) if next(numbers) in wanted else None

        store = CallStore.read(self.place / CALLS)
        try:
            for record in read_lines(self.place / LESSONS, parse):
                if record is not None:
                    yield explained(record, store)
        finally:
            store.close()


def _check_method(place: Path, manifest: Manifest, score: Score) -> None:
    config = manifest.config
    if config.get("method") == "m3":
        raise ConfigError(f"{place} improved exemplars (--method m3); pairs are made of a run of lessons (--method m1)")
    _check_raced(place, str(config.get("exams")))
    read = CONTROLS.get(str(config.get("teach_with")))
    if read and score == "lbt":
        raise ConfigError(
            f"the students of {place} read {read} (--teach-with {config['teach_with']}), so their exams do not score "
            f"the explanations; --score correct needs no exam"
        )


def _check_raced(place: Path, exams: str) -> None:
    if exams in ("adaptive", "halving"):
        raise ConfigError(
            f"{place} raced its exams (--exams {exams}), so not every answer has a score; make pairs of a run that "
            f"asked all of them"
        )


def explained(record: LessonRecord, store: CallStore) -> Explained:
    """Find the explanations of a complete lesson that can be taught. Raises DataError."""
    if not any(taught.exam for taught in record.rationales):
        return Explained(problem=record.problem, told=Counter(unexamined=1))
    told = Counter(problems=1, answers=len(record.rationales))
    found: list[Explanation] = []
    prompts: dict[tuple[Message, ...], None] = {}
    for taught in record.rationales:
        first = _first_reply(taught)
        if first is None:
            told["mended"] += 1
            continue
        call = _look_up(store, first, record.problem)
        if call.completion.finish not in WHOLE or not call.completion.text.strip():
            told["cut_off"] += 1
            continue
        told["reasoned"] += bool(call.completion.reasoning)
        prompts[call.request.messages] = None
        found.append(Explanation(_rated(taught, record, store), call.key, call.completion.text))
    if len(prompts) > 1:
        raise DataError(str(store.path), f"the answers to {record.problem!r} are replies to different prompts")
    stay = distinct([one.text for one in found], [one.rated.correct for one in found])
    told["duplicates"] = len(found) - len(stay)
    return Explained(
        problem=record.problem,
        prompt=next(iter(prompts), ()),
        explanations=tuple(found[place] for place in stay),
        told=told,
    )


def _first_reply(taught: Taught) -> Answer | None:
    """The answer to the problem's prompt, where it is what was taught; None where self-debug has changed it."""
    first, last = taught.answer, taught.final_answer
    if first is None or last is None:
        return None
    same = (first.rationale, first.code, first.value) == (last.rationale, last.code, last.value)
    return first if same else None


def _look_up(store: CallStore, answer: Answer, problem: str) -> StoredCall:
    call = store.look_up(answer.call)
    if call is None:
        raise DataError(str(store.path), f"the reply {answer.call[:12]}… to {problem!r} is not in it")
    return call


def _rated(taught: Taught, record: LessonRecord, store: CallStore) -> Rated:
    lbt, grade = exact_lbt(taught, record.students), taught.final
    if lbt is None or grade is None:
        lessons = str(store.path.with_name(LESSONS))
        raise DataError(lessons, f"the lesson {record.problem!r} is said to be complete and lacks a mark")
    return Rated(taught.index, grade.s == 1, lbt)
