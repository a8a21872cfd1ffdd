"""The events of a run add up."""

from dataclasses import replace

from reports.phrases import place, step_text
from reports.progress import Progress
from tests.reports import script
from tests.reports.script import BROKE, Clock, event, usage


def progress(self_debug: str = "none") -> Progress:
    opening = script.opening()
    found = Progress(Clock())
    found.open(type(opening)(**{**vars(opening), "self_debug": self_debug}))
    return found


def test_calls_are_counted_and_the_rest_is_planned() -> None:
    run = progress()
    for one in script.rationale_events("nim-game", 0, 1.0):
        run.step(one)
    assert run.calls_done == 5
    assert run.to_do() == {"explain": 8, "exam": 20}
    assert run.usage.calls == 5
    assert run.usage.replayed == 2


def test_a_finished_problem_owes_no_call_that_it_did_not_need() -> None:
    run = progress()
    run.step(event("nim-game", 0, "explain", "start"))
    run.step(event("nim-game", 0, "explain", "end", outcome="no_code", usage=usage(9).model_dump()))
    run.finish("nim-game")
    assert run.calls_done == 1
    assert run.to_do() == {"explain": 6, "exam": 16}


def test_replayed_calls_do_not_speed_up_the_estimate() -> None:
    run = progress()
    for k in range(20):
        run.step(event("nim-game", 0, "exam", "start", k=k))
        run.step(event("nim-game", 0, "exam", "end", k=k, usage=usage(100, replayed=1).model_dump()))
    assert run.eta() is None


def test_a_call_that_failed_is_done_but_not_measured() -> None:
    run = progress()
    run.step(event("nim-game", 0, "exam", "start", student="small", k=1, m=4))
    run.step(event("nim-game", 0, "exam", "end", student="small", k=1, m=4, error=BROKE))
    assert run.calls_done == 1
    assert run.usage.calls == 0
    assert run.lessons["nim-game"].branches[0].errors == 1


def test_a_rationale_is_finished_when_its_last_mark_is_given() -> None:
    run = progress()
    finished = []
    for one in script.rationale_events("nim-game", 0, 1.0):
        run.step(one)
        finished.append(run.done(run.lessons["nim-game"].branches[0]))
    assert finished.index(True) >= len(finished) - 7, "not before the first mark"
    assert finished[-1]


def test_an_unusable_explanation_is_finished_once_it_is_judged() -> None:
    run = progress()
    run.step(event("nim-game", 0, "explain", "start"))
    run.step(event("nim-game", 0, "explain", "end", outcome="no_code"))
    branch = run.lessons["nim-game"].branches[0]
    assert branch.outcome == "no_code"
    assert not run.done(branch)
    run.step(event("nim-game", 0, "judge", "start"))
    run.step(event("nim-game", 0, "judge", "end"))
    assert run.done(branch)


def test_an_unusable_explanation_may_still_be_mended() -> None:
    run = progress("both")
    seen = []
    for step, outcome in (("explain", "no_code"), ("judge", None), ("mend", "no_code"), ("judge", None)):
        run.step(event("nim-game", 0, step, "start"))
        run.step(event("nim-game", 0, step, "end", outcome=outcome))
        seen.append(run.done(run.lessons["nim-game"].branches[0]))
    assert seen == [False, False, False, True]


def test_an_explanation_that_broke_is_finished() -> None:
    run = progress()
    run.step(event("nim-game", 0, "explain", "start"))
    run.step(event("nim-game", 0, "explain", "end", error=BROKE))
    assert run.done(run.lessons["nim-game"].branches[0])


def test_marking_after_self_debug_is_a_stage_of_its_own() -> None:
    run = progress("students")
    where = {"student": "small", "exam": "stone-game", "k": 1, "m": 1}
    for step in ("exam", "mark", "mend", "mark"):
        for state in ("start", "end"):
            run.step(event("nim-game", 0, step, state, **where))
    branch = run.lessons["nim-game"].branches[0]
    assert list(branch.stages) == ["exam", "mark", "mend exam", "mark again"]
    assert all(stage.done for stage in branch.stages.values())
    assert run.done(branch)


def test_where_exams_are_raced_a_first_mark_after_anothers_self_debug_is_no_second_one() -> None:
    run = progress("students")
    for k in (1, 2):
        for step, again in (("exam", None), ("mark", False), ("mend", None), ("mark", True)):
            more = {} if again is None else {"again": again}
            run.step(event("nim-game", 0, step, "start", student="small", exam=f"e{k}", k=k, m=4, **more))
            run.step(event("nim-game", 0, step, "end", student="small", exam=f"e{k}", k=k, m=4, **more))
    stages = run.lessons["nim-game"].branches[0].stages
    assert {name: stage.ended for name, stage in stages.items()} == {
        "exam": 2, "mark": 2, "mend exam": 2, "mark again": 2,
    }  # fmt: skip


def test_an_exam_that_is_written_counts_its_calls_and_belongs_to_no_rationale() -> None:
    run = progress()
    plan = {"pose": 13, "explain": 3, "exam": 8}
    assert run.opening is not None
    run.open(replace(run.opening, calls={"nim-game": plan}))
    told = {"event": "step", "problem": "nim-game", "step": "pose"}
    run.step({**told, "state": "start"})
    posing = [run.lessons["nim-game"].posing]
    for k in range(1, 10):
        run.step({**told, "state": "start", "k": k, "m": 9})
        run.step({**told, "state": "end", "k": k, "m": 9, "usage": usage(900).model_dump()})
        posing.append(run.lessons["nim-game"].posing)
    run.step({**told, "state": "end", "written": 2, "unwritten": 1})
    assert [*posing, run.lessons["nim-game"].posing] == [True] * 10 + [False]
    assert run.lessons["nim-game"].branches == {}
    assert run.calls_done == run.usage.calls == 9
    assert run.to_do() == {"pose": 4, "explain": 3, "exam": 8}
    assert run.pace.made == {"pose": 9}


def test_an_exam_that_broke_is_written_no_more() -> None:
    run = progress()
    told = {"event": "step", "problem": "nim-game", "step": "pose"}
    run.step({**told, "state": "start"})
    run.step({**told, "state": "end", "error": BROKE})
    assert not run.lessons["nim-game"].posing
    assert (run.calls_done, run.usage.calls) == (1, 0)


def test_a_model_s_grade_is_a_call_and_ends_a_rationale_as_a_mark_does() -> None:
    run = progress()
    where = {"student": "small", "exam": "stone-game", "k": 1, "m": 2}
    marked = script.grade(1, 1).model_dump(exclude={"usage"})
    for step, more in (("exam", {}), ("grade", {"grade": marked, "usage": usage(40).model_dump()})):
        run.step(event("nim-game", 0, step, "start", **where))
        assert not run.done(run.lessons["nim-game"].branches[0])
        run.step(event("nim-game", 0, step, "end", **where, **more))
    assert run.done(run.lessons["nim-game"].branches[0])
    assert run.lessons["nim-game"].calls == {"exam": 1, "grade": 1}


def test_a_grade_that_nobody_was_asked_for_is_no_call_and_one_that_broke_is() -> None:
    run = progress()
    where = {"student": "small", "exam": "stone-game", "k": 1, "m": 2}
    run.step(event("nim-game", 0, "grade", "end", **where, grade=script.grade(0, 0).model_dump(exclude={"usage"})))
    assert run.calls_done == 0
    run.step(event("nim-game", 0, "grade", "end", **where, error=BROKE))
    assert run.calls_done == 1


def test_the_trace_says_what_was_written() -> None:
    told = {"event": "step", "problem": "p", "step": "pose", "state": "end", "written": 2, "unwritten": 1}
    assert place(told, 8) == ""
    assert step_text(told) == "pose, 2 of 3 exam problems"
    assert (
        step_text({**told, "written": None, "k": 2, "m": 9, "usage": usage(40).model_dump()})
        == "pose 2 of 9, 40 tokens"
    )
