"""One rationale on its way: explain, judge, mend, examine the students, mark.

The branch is a subgraph whose output is one `Taught`. An endpoint or a sandbox that broke leaves a
missing mark and its reason; a badly formed reply is a mark of 0 with a reason of its own. All
answers of an exam are asked for inside one node: the state machine is the method's, not the
scheduler of single calls.
"""

from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graphs.exam import Exam
from graphs.roles import Classroom
from graphs.state import Branch, BranchResult
from graphs.steps import Tell, attempt, telling, together
from lbt.types import Outcome, Taught

Update = dict[str, Any]


async def explain(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Let the teacher explain the problem once."""
    call = runtime.context.teacher.explain(state.problem, state.index)
    answer, error = await attempt(call, told(state, runtime, "explain"))
    return {"answer": answer, "error": error}


async def judge(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Grade the answer: the mended one when there is one."""
    answer = state.mended or state.answer
    assert answer is not None
    grade, error = await attempt(runtime.context.judge(state.problem, answer), told(state, runtime, "judge"))
    return {"mended_grade" if state.mended else "grade": grade, "error": error}


async def mend(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Let the teacher debug its answer once, without telling it the verdict."""
    assert state.answer is not None
    assert state.grade is not None
    call = runtime.context.teacher.mend(state.problem, state.index, state.answer, state.grade)
    mended, error = await attempt(call, told(state, runtime, "mend"))
    return {"mended": mended, "error": error}


async def examine(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Every student reads this one explanation and answers every exam problem."""
    taught = state.mended or state.answer
    assert taught is not None
    exam = exam_of(state, runtime)
    if taught.outcome is not Outcome.OK:
        return {"exam": exam.untaught()}
    return {"exam": await together(exam.sit(k, seat, taught) for k, seat in enumerate(exam.seats, start=1))}


async def mark(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Grade the exam answers that have no grade yet: the first ones, or the mended ones."""
    exam = exam_of(state, runtime)
    return {"exam": await together(exam.grade(k, one) for k, one in enumerate(state.exam, start=1))}


async def mend_exam(state: Branch, runtime: Runtime[Classroom]) -> Update:
    """Every student debugs each of its exam answers once."""
    exam = exam_of(state, runtime)
    return {"exam": await together(exam.mend(k, one) for k, one in enumerate(state.exam, start=1))}


async def close(state: Branch) -> Update:
    """Hand the whole branch to the lesson as one value."""
    taught = Taught(
        index=state.index,
        answer=state.answer,
        grade=state.grade,
        mended=state.mended,
        mended_grade=state.mended_grade,
        exam=state.exam,
        error=state.error,
    )
    return {"taught": [taught]}


# Routers are coroutines: LangGraph hands what is none to a thread, which takes longer than all they do.
async def after_explaining(state: Branch) -> Literal["judge", "close"]:
    """Judge what there is."""
    return "judge" if state.answer else "close"


async def after_judging(state: Branch, runtime: Runtime[Classroom]) -> Literal["mend", "examine", "close"]:
    """Debug once if self-debug is on, then examine; the greedy answer is not taught."""
    if state.error:
        return "close"
    if runtime.context.mend_teacher and state.mended is None:
        return "mend"
    return "examine" if state.exams else "close"


async def after_mending(state: Branch) -> Literal["judge", "close"]:
    """Judge the mended answer, unless the call for it failed."""
    return "close" if state.error else "judge"


async def after_marking(state: Branch, runtime: Runtime[Classroom]) -> Literal["mend_exam", "close"]:
    """Let the students debug once if self-debug is on for them and something can be debugged."""
    fresh = any(mark.answer and mark.grade and not mark.mended and not mark.error for mark in state.exam)
    return "mend_exam" if runtime.context.mend_students and fresh else "close"


def build_branch() -> CompiledStateGraph[Branch, Classroom, Branch, BranchResult]:
    """Wire the branch of one rationale."""
    graph = StateGraph(Branch, context_schema=Classroom, output_schema=BranchResult)
    graph.add_node("explain", explain)
    graph.add_node("judge", judge)
    graph.add_node("mend", mend)
    graph.add_node("examine", examine)
    graph.add_node("mark", mark)
    graph.add_node("mend_exam", mend_exam)
    graph.add_node("close", close)
    graph.add_edge(START, "explain")
    graph.add_conditional_edges("explain", after_explaining)
    graph.add_conditional_edges("judge", after_judging)
    graph.add_conditional_edges("mend", after_mending)
    graph.add_edge("examine", "mark")
    graph.add_conditional_edges("mark", after_marking)
    graph.add_edge("mend_exam", "mark")
    graph.add_edge("close", END)
    return graph.compile(name="teach")


def exam_of(state: Branch, runtime: Runtime[Classroom]) -> Exam:
    """The exam that follows this rationale."""
    return Exam.of(runtime, state.problem, state.exams, state.index)


def told(state: Branch, runtime: Runtime[Classroom], step: str) -> Tell:
    """The trace's ear for one step of this state."""
    return telling(runtime.context.tell, problem=state.problem.id, rationale=state.index, step=step)
