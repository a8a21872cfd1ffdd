"""M1 as a state machine: one run of this graph per teaching problem.

Every rationale is a branch of its own, so none waits for another before the selection. One more
branch is the greedy answer, which is judged but taught to nobody. What fails for good becomes a
missing mark inside its branch; only an error that must stop the run leaves the graph.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from graphs.branch import build_branch
from graphs.roles import Classroom
from graphs.state import Branch, Lesson
from lbt.scoring import lbt_of, missing
from lbt.selection import best
from lbt.types import GREEDY, LessonRecord, Usage


def hand_out(state: Lesson, runtime: Runtime[Classroom]) -> list[Send]:
    """Open one branch per rationale, and one for the greedy answer, which no exam follows."""
    indices = [*range(runtime.context.rationales), GREEDY]
    return [
        Send("teach", Branch(problem=state.problem, index=i, exams=() if i == GREEDY else state.exams)) for i in indices
    ]


async def select(state: Lesson, runtime: Runtime[Classroom]) -> dict[str, Any]:
    """Choose the answers whose explanations taught best; nothing, while a mark is missing."""
    students = tuple(student.name for student in runtime.context.students)
    taught = sorted(state.taught, key=lambda one: one.index)
    greedy = next(one for one in taught if one.index == GREEDY)
    rationales = tuple(one for one in taught if one.index != GREEDY)
    draft = LessonRecord(
        problem=state.problem.id,
        students=students,
        rationales=rationales,
        greedy=greedy,
        complete=False,
        usage=sum((one.usage for one in taught), Usage()),
    )
    complete = missing(draft) == 0
    winners = best([lbt_of(one, students) for one in rationales], range(len(rationales))) if complete else ()
    runtime.stream_writer({"event": "step", "problem": state.problem.id, "step": "select", "state": "end"})
    return {"record": draft.model_copy(update={"complete": complete, "selected": winners})}


@cache
def build_lesson() -> CompiledStateGraph[Lesson, Classroom, Lesson, Lesson]:
    """Wire the graph: START ─Send×n─► teach ─► select ─► END."""
    graph = StateGraph(Lesson, context_schema=Classroom)
    graph.add_node("teach", build_branch())
    graph.add_node("select", select)
    graph.add_conditional_edges(START, hand_out, ["teach"])
    graph.add_edge("teach", "select")
    graph.add_edge("select", END)
    return graph.compile(name="lesson")


async def hold_lesson(lesson: Lesson, room: Classroom, tell: Callable[[Mapping[str, Any]], None]) -> LessonRecord:
    """Hold one lesson from question to selection; every step of every role is told as it starts and ends.

    Raises:
        BudgetError: a limit is reached. Failed steps are missing marks in the record instead.
    """
    parts = build_lesson().astream(lesson, context=room, stream_mode=["custom", "updates"], subgraphs=True)
    record: LessonRecord | None = None
    event: Any
    async for event in parts:  # without subgraphs=True no event of a branch would arrive
        _, mode, part = event
        if mode == "custom":
            tell(part)
        elif "select" in part:
            record = part["select"]["record"]
    assert record is not None
    return record
