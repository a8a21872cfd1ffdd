"""M1 as a state machine: one run of this graph per teaching problem.

Every rationale is a branch of its own, so none waits for another before the selection; only where exams are
raced do all explanations come before the first exam, as each exam depends on the marks of the others. One more
branch is the greedy answer, which is judged but taught to nobody. Where the exam is written for the lesson, that comes
first: nobody who sits it has been taught yet. What fails for good becomes a
missing mark inside its branch; only an error that must stop the run leaves the graph.
"""

from functools import cache
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from graphs.branch import build_branch
from graphs.race import race
from graphs.roles import Classroom, Sort
from graphs.state import Branch, Lesson, Raced
from graphs.steps import attempt, telling
from lbt.scoring import all_taught, lbt_of, missing
from lbt.selection import best
from lbt.types import GREEDY, LessonRecord, MathProblem, Outcome, Problem, Usage
from lbt.voters import selected_by_votes


def hand_out(state: Lesson, runtime: Runtime[Classroom]) -> list[Send]:
    """Open one branch per rationale, and one for the greedy answer, which no exam follows."""
    whole = state.exams if runtime.context.exams == "all" else ()
    indices = [*range(runtime.context.rationales), GREEDY]
    return [Send("teach", Branch(problem=state.problem, index=i, exams=() if i == GREEDY else whole)) for i in indices]


def begin(state: Lesson, runtime: Runtime[Classroom]) -> Literal["pose"] | list[Send]:
    """Let the exam be written first, where somebody writes it."""
    return "pose" if runtime.context.poser else hand_out(state, runtime)


async def pose(state: Lesson, runtime: Runtime[Classroom]) -> dict[str, Any]:
    """Let the exam be written; where that breaks, the answers are still explained, for the next try to build on."""
    room = runtime.context
    assert room.poser is not None
    tell = telling(room.tell, problem=state.problem.id, step="pose")
    posed, error = await attempt(room.poser.pose(state.problem, tell), tell)
    return {"unposed": error} if posed is None else {"posed": posed, "exams": posed.problems}


def after_teaching(state: Lesson, runtime: Runtime[Classroom]) -> Literal["race", "select"]:
    """Race the exams, unless each branch has asked all of its own."""
    return "select" if runtime.context.exams == "all" else "race"


async def select(state: Lesson, runtime: Runtime[Classroom]) -> dict[str, Any]:
    """Choose the answers whose explanations taught best; nothing, while a mark that could matter is missing."""
    students = tuple(student.name for student in runtime.context.students)
    taught = sorted(state.taught, key=lambda one: one.index)
    if state.raced:
        taught = [one.model_copy(update={"exam": state.raced.exams.get(one.index, ())}) for one in taught]
    draft = LessonRecord(
        problem=state.problem.id,
        students=students,
        rationales=tuple(one for one in taught if one.index != GREEDY),
        greedy=next(one for one in taught if one.index == GREEDY),
        exams=runtime.context.exams,
        similarity=state.similarity,
        unposed=state.unposed,
        complete=False,
        usage=sum((one.usage for one in taught), Usage()),
    )
    if posed := state.posed:
        exam = {"written": posed.problems, "unwritten": posed.unwritten, "posing": posed.spent}
        draft = draft.model_copy(update={**exam, "usage": draft.usage + posed.usage})
    if sort := runtime.context.sort:
        draft = draft.model_copy(update=await voting(draft, state.problem, sort))
    runtime.context.tell({"event": "step", "problem": state.problem.id, "step": "select", "state": "end"})
    return {"record": draft.model_copy(update=selection(draft, state.raced, runtime.context.as_published))}


async def voting(draft: LessonRecord, problem: Problem, sort: Sort) -> dict[str, Any]:
    """What votes need to know of a lesson: which answers are the same, and what tables are told by."""
    answers = [one.final_answer for one in draft.rationales]
    found = await sort([one.value if one and one.outcome is Outcome.OK else None for one in answers])
    told = {"subject": problem.subject, "level": problem.level} if isinstance(problem, MathProblem) else {}
    return {"classes": found.equivalent, "texts": found.texts, **told}


def selection(draft: LessonRecord, raced: Raced | None, as_published: bool) -> dict[str, Any]:
    """Whether a lesson is complete, and who wins it then."""
    if raced:
        whole = raced.certain and all(one.final for one in all_taught(draft))
        winners, winners_v1 = raced.winners, raced.winners_v1
    else:
        whole = missing(draft) == 0
        won = selected_by_votes(draft, faithful=as_published) if draft.classes else taught_best(draft)
        winners, winners_v1 = won, ()
    return {"complete": whole, "selected": winners, "selected_v1": winners_v1} if whole else {"complete": False}


def taught_best(draft: LessonRecord) -> tuple[int, ...]:
    """The rationales with the highest score."""
    scores = [lbt_of(one, draft.students) for one in draft.rationales]
    return best(scores, range(len(scores)))


@cache
def build_lesson() -> CompiledStateGraph[Lesson, Classroom, Lesson, Lesson]:
    """Wire the graph: START (─► pose) ─Send×n─► teach ─► (race ─►) select ─► END."""
    graph = StateGraph(Lesson, context_schema=Classroom)
    graph.add_node("pose", pose)
    graph.add_node("teach", build_branch())
    graph.add_node("race", race)
    graph.add_node("select", select)
    graph.add_conditional_edges(START, begin, ["pose", "teach"])
    graph.add_conditional_edges("pose", hand_out, ["teach"])
    graph.add_conditional_edges("teach", after_teaching)
    graph.add_edge("race", "select")
    graph.add_edge("select", END)
    return graph.compile(name="lesson")


async def hold_lesson(lesson: Lesson, room: Classroom) -> LessonRecord:
    """Hold one lesson from question to selection; the room is told every step of every role as it starts and ends.

    Raises:
        BudgetError: a limit is reached. Failed steps are missing marks in the record instead.
    """
    end = await build_lesson().ainvoke(lesson, context=room)
    record: LessonRecord = end["record"]
    if room.exams == "adaptive":
        room.tally.learn(record)
    return record
