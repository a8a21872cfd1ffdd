"""Where a run stands: the events of the graphs, added up. Shows nothing itself."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lbt.types import GREEDY, Usage
from reports.opening import CALLING, Opening
from reports.tally import Tally

STAGES = (
    "explain", "judge", "mend", "judge again", "exam", "mark", "grade", "mend exam", "mark again", "grade again",
)  # fmt: skip
"""The way of one rationale, in order; what belongs to self-debug only where it is on.

An exam answer is marked by its key, or graded by a model.
"""


@dataclass
class Stage:
    """One stage of one rationale: how many of its steps have begun and ended."""

    began: int = 0
    ended: int = 0
    of: int = 1
    """Steps of the stage: exam answers in an exam, 1 elsewhere."""
    since: float = 0.0
    """When its latest step began."""

    @property
    def active(self) -> bool:
        """A step has begun and not ended."""
        return self.ended < self.began

    @property
    def done(self) -> bool:
        """All its steps have ended."""
        return self.ended >= max(self.of, self.began) and self.ended > 0


@dataclass
class Branch:
    """One rationale on its way, or the greedy answer."""

    index: int
    stages: dict[str, Stage] = field(default_factory=dict)
    v: float | None = None
    s: float | None = None
    outcome: str = ""
    """Why the explanation is unusable, if it is."""
    latest: str = ""
    """What was begun last, for example the student and the exam problem."""
    errors: int = 0
    """Steps that broke for good."""
    broken: bool = False
    """The answer or its grade is missing, so nothing follows."""


@dataclass
class LessonProgress:
    """One problem in flight."""

    problem: str
    branches: dict[int, Branch] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    """Calls ended, per step."""
    posing: bool = False
    """Its exam is being written."""


class Progress(Tally):
    """Adds up the events of a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self.opening: Opening | None = None
        self.lessons: dict[str, LessonProgress] = {}
        self.finished: dict[str, Counter[str]] = {}
        """Problems done in this part of the run -> the calls they took."""

    def done(self, branch: Branch) -> bool:
        """Nothing of a rationale is under way and nothing follows."""
        if branch.broken or any(stage.active for stage in branch.stages.values()):
            return branch.broken
        debug = self.opening.self_debug if self.opening else "none"
        judged = "judge again" if debug in ("teacher", "both") else "judge"
        marked = {"mark again", "grade again"} if debug in ("students", "both") else {"mark", "grade"}
        return not branch.stages.keys().isdisjoint({judged} if branch.index == GREEDY or branch.outcome else marked)

    def open(self, opening: Opening) -> None:
        """Take the plan."""
        self.opening = opening

    def finish(self, problem: str) -> None:
        """Take a problem out of flight."""
        lesson = self.lessons.pop(problem, None)
        self.finished[problem] = lesson.calls if lesson else Counter()

    def step(self, event: Mapping[str, Any]) -> None:
        """Take one event of a graph."""
        lesson = self.lessons.setdefault(str(event["problem"]), LessonProgress(str(event["problem"])))
        if "rationale" not in event:
            self.step_of_lesson(event, lesson)
            return
        index = int(event["rationale"])
        branch = lesson.branches.setdefault(index, Branch(index))
        stage = branch.stages.setdefault(stage_of(event, branch), Stage())
        stage.of = max(stage.of, int(event.get("m") or 1))
        if event["state"] == "start":
            stage.began += 1
            stage.since = self.clock()
            branch.latest = subject(event)
            self.under_way[key(event)] = self.clock()
        else:
            stage.ended += 1
            stage.began = max(stage.began, stage.ended)
            self.ended(event, lesson, branch)

    def step_of_lesson(self, event: Mapping[str, Any], lesson: LessonProgress) -> None:
        """Take an event of a step that belongs to no rationale."""
        if event["state"] == "start":
            self.under_way[key(event)] = self.clock()
        else:
            self.count(event, lesson)
        if event["step"] == "pose" and not event.get("k"):
            lesson.posing = event["state"] == "start"

    def ended(self, event: Mapping[str, Any], lesson: LessonProgress, branch: Branch) -> None:
        """Count what a step that ended has cost and shown."""
        self.count(event, lesson)
        if event.get("error"):
            branch.errors += 1
            branch.broken = branch.broken or not event.get("student")
        if not event.get("student") and (outcome := event.get("outcome")):
            branch.outcome = "" if outcome == "ok" else str(outcome)
        if event["step"] == "judge" and (grade := event.get("grade")):
            branch.v, branch.s = grade.get("v"), grade.get("s")

    def count(self, event: Mapping[str, Any], lesson: LessonProgress) -> None:
        """Count the calls of a step that ended, and their tokens."""
        began = self.under_way.pop(key(event), self.clock())
        if event["step"] not in CALLING:
            return
        if not event.get("usage"):
            # A grade that cost nothing was asked of nobody; the calls for a written exam were counted one by one.
            lesson.calls[event["step"]] += event.keys().isdisjoint({"grade", "written"})
            return
        usage = Usage.model_validate(event["usage"])
        lesson.calls[event["step"]] += usage.calls
        self.spend(event["step"], began, usage)

    @property
    def calls_done(self) -> int:
        """As in `Tally`."""
        flying = sum(lesson.calls.total() for lesson in self.lessons.values())
        return flying + sum(calls.total() for calls in self.finished.values())

    def to_do(self) -> Counter[str]:
        """Calls still to do, per step: at most those planned for the problems that are not finished."""
        left: Counter[str] = Counter()
        for problem, planned in (self.opening.calls if self.opening else {}).items():
            if problem not in self.finished:
                done = self.lessons[problem].calls if problem in self.lessons else Counter[str]()
                left.update({step: max(0, number - done[step]) for step, number in planned.items()})
        return left


def stage_of(event: Mapping[str, Any], branch: Branch) -> str:
    """Name the stage an event belongs to: self-debug of exam answers, and what it leads to, are stages of their own."""
    step = str(event["step"])
    if step == "mend":
        return "mend exam" if event.get("student") else "mend"
    mended = {"judge": "mend", "mark": "mend exam", "grade": "mend exam"}.get(step)
    return f"{step} again" if event.get("again", mended in branch.stages) else step


def subject(event: Mapping[str, Any]) -> str:
    """Say who sits which exam, where an event tells."""
    return " on ".join(str(event[name]) for name in ("student", "exam") if event.get(name))


def key(event: Mapping[str, Any]) -> tuple[object, ...]:
    """What the start and the end of one step have in common."""
    return tuple(event.get(name) for name in ("problem", "rationale", "step", "student", "exam", "k"))
