"""Where a run of M3 stands: the events of its graph, added up. Shows nothing itself."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lbt.iterations import IterationRow
from lbt.types import Usage
from reports.improving.opening import STEPS, ImprovingOpening
from reports.tally import Tally

REASONS = 3
"""Latest reflections that are kept to be shown."""


class Place(NamedTuple):
    """One iteration of one repeat."""

    repeat: int
    number: int


@dataclass
class Phase:
    """One step of one iteration of one repeat, with all its calls."""

    place: Place
    step: str
    of: int = 0
    """Calls, a repaired draft being one."""
    began: int = 0
    ended: int = 0
    marks: list[float] = field(default_factory=list)
    """Of the answers, where items are answered."""
    useful: int = 0
    """Replies with a set or a reason that can be used, where such are written."""
    missing: int = 0
    """Calls that broke for good."""
    readers: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """All its calls have ended."""
        return self.ended >= max(self.of, self.began)

    def end(self, event: Mapping[str, Any]) -> None:
        """Count a call that ended."""
        self.ended += 1
        self.began = max(self.began, self.ended)
        if event.get("error"):
            self.missing += 1
        elif (mark := event.get("mark")) is not None:
            self.marks.append(float(mark))
        else:
            self.useful += bool(event.get("usable") or event.get("text"))


class Reason(NamedTuple):
    """Why one set let students fail, in the teacher's words: hostile text."""

    exemplars: str
    text: str


class ImprovingProgress(Tally):
    """Adds up the events of a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.opening: ImprovingOpening | None = None
        self.phases: dict[tuple[Place, str], Phase] = {}
        """Of the iterations in flight."""
        self.rows: list[IterationRow] = []
        """Iterations finished, in an earlier part of the run or in this one."""
        self.reasons: deque[Reason] = deque(maxlen=REASONS)
        self.calls = 0

    @property
    def calls_done(self) -> int:
        """As in `Tally`."""
        return self.calls

    def open(self, opening: ImprovingOpening) -> None:
        """Take the plan."""
        self.opening = opening
        self.rows = list(opening.finished)

    def step(self, event: Mapping[str, Any]) -> Phase:
        """Take one event of the graph and tell which phase it belongs to."""
        place, name = Place(int(event["repeat"]), int(event["iteration"])), str(event["step"])
        phase = self.phases.setdefault((place, name), Phase(place, name))
        phase.of = max(phase.of, int(event.get("m") or 0))
        if event["state"] == "start":
            phase.began += 1
            phase.readers |= {str(event["reader"])} if event.get("reader") else set()
            phase.sets |= {str(event["exemplars"])} if event.get("exemplars") else set()
            self.under_way[place, name, event.get("k")] = self.clock()
        else:
            phase.end(event)
            self.ended(event, self.under_way.pop((place, name, event.get("k")), self.clock()))
        return phase

    def ended(self, event: Mapping[str, Any], began: float) -> None:
        """Count what a call that ended has cost and said."""
        if text := event.get("text"):
            self.reasons.append(Reason(str(event.get("exemplars", "")), str(text)))
        if not event.get("usage"):
            self.calls += 1
            return
        usage = Usage.model_validate(event["usage"])
        self.calls += usage.calls
        self.spend(str(event["step"]), began, usage)

    def finish(self, row: IterationRow) -> None:
        """Take an iteration out of flight."""
        self.rows.append(row)
        place = Place(row.repeat, row.number)
        self.phases = {key: phase for key, phase in self.phases.items() if key[0] != place}

    @property
    def in_flight(self) -> list[Phase]:
        """The phases that have begun and not ended, one a repeat, in their order."""
        return sorted((phase for phase in self.phases.values() if not phase.done), key=lambda phase: phase.place)

    def to_do(self) -> Counter[str]:
        """Calls still to do, per step: what a phase in flight has left, at most what is planned of those to come."""
        left: Counter[str] = Counter()
        finished = {Place(row.repeat, row.number) for row in self.rows}
        for repeat, number in self.opening.to_do if self.opening else ():
            place = Place(repeat, number)
            if self.opening and place not in finished:
                left.update(self.left_of(place, self.opening.calls[number]))
        return left

    def left_of(self, place: Place, planned: Mapping[str, int]) -> dict[str, int]:
        """Calls of one iteration that are left: none of a step that was passed over."""
        phases = {name: phase for (where, name), phase in self.phases.items() if where == place}
        reached = max((STEPS.index(name) for name in phases if name in STEPS), default=-1)
        to_come = {step: number for step, number in planned.items() if STEPS.index(step) > reached}
        return to_come | {name: max(0, phase.of - phase.ended) for name, phase in phases.items()}
