"""The exemplar graph: what it finds where the truth is known, what decides, and what a crash costs."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

import pytest

from graphs.exemplars import build_exemplars, improve
from graphs.training import Training
from lbt.errors import StepError, UnavailableError
from lbt.exemplars import ExemplarSet, Iteration
from lbt.types import Answer, Grade, Problem, TextProblem
from tests.graphs.workshop import KINDS, SIZES, Reading, Stage, Writing, accuracy, items, kinds

SPECIALISTS = tuple(Reading(f"student {blind}", blind=blind, elsewhere=0.05) for blind in ("CD", "EF"))
"""Students that fail in different ways: each is blind to other kinds."""


def held_out(iteration: Iteration) -> float:
    return accuracy(iteration.held_out.marks)


def best(iteration: Iteration) -> ExemplarSet:
    return iteration.kept[0]


async def test_the_loop_finds_the_kinds_that_are_missing() -> None:
    done = await Stage(sizes=replace(SIZES, iterations=5)).run()
    assert kinds(best(done[0])) == {"A", "B"}
    assert kinds(best(done[-1])) == set(KINDS)
    assert held_out(done[0]) < 0.8
    assert held_out(done[-1]) == 1


async def iterations_to_find_all(students: tuple[Reading, ...], seed: int) -> int:
    """Iterations until the best set knows every kind; one more than there were if it never does."""
    sizes = replace(SIZES, iterations=6, failures=4)
    done = await Stage(students=students, sizes=sizes, seed=seed).run()
    return next((one.number for one in done if kinds(best(one)) == set(KINDS)), sizes.iterations + 1)


async def test_several_students_find_them_in_fewer_iterations_than_one() -> None:
    together = [await iterations_to_find_all(SPECIALISTS, seed) for seed in range(8)]
    alone = [await iterations_to_find_all((one,), seed) for one in SPECIALISTS for seed in range(8)]
    assert max(together) <= SIZES.iterations
    assert fmean(together) + 1 <= fmean(alone)


async def test_a_teacher_that_ignores_its_reflections_gains_nothing() -> None:
    done = await Stage(author=Writing(learns=False), students=SPECIALISTS).run()
    assert {held_out(one) for one in done} == {held_out(done[0])}
    assert all(kinds(shown) == {"A", "B"} for one in done for shown in one.kept)


async def test_the_hold_out_decides_nothing() -> None:
    def decided(done: list[Iteration]) -> list[dict[str, object]]:
        return [one.model_dump(exclude={"held_out"}) for one in done]

    of_known, of_unknown = ([one for one in items(100, 40) if one.statement[0] == kind] for kind in "AF")
    easy, hard = await Stage(hold_out=of_known).run(), await Stage(hold_out=of_unknown).run()
    assert held_out(easy[0]) == 1
    assert held_out(hard[0]) < 0.8
    assert decided(easy) == decided(hard)


async def test_no_item_of_the_hold_out_is_asked_before_its_step_nor_shown_to_the_author() -> None:
    stage = Stage(students=SPECIALISTS)
    done = await stage.run()
    hidden = {one.id for one in stage.hold_out}
    decided_on = {mark.item for one in done for sat in (*one.exams, *one.scored) for mark in sat.marks}
    reflected_on = {failure.item for one in done for failure in one.failures}
    assert reflected_on
    assert not hidden & (decided_on | reflected_on)
    assert all({mark.item for mark in one.held_out.marks} == hidden for one in done)


async def test_all_candidates_of_an_iteration_answer_the_same_items_none_of_which_they_show() -> None:
    done = await Stage(draws=True, train=items(0, 12), sizes=replace(SIZES, selection=None)).run()
    for one in done:
        assert len({tuple(mark.item for mark in sat.marks) for sat in one.scored}) == 1
    sources = {shown.source for draft in done[0].drafts if draft.written for shown in draft.written.exemplars}
    assert len(sources) > 8
    assert not sources & {mark.item for mark in done[0].scored[0].marks}


async def test_where_the_sets_show_every_item_there_is_nothing_to_compare_them_on() -> None:
    few = items(0, 12)[:64]
    stage = Stage(draws=True, train=few, sizes=replace(SIZES, exemplars=8))
    with pytest.raises(UnavailableError, match="more items, or a new run"):
        await stage.run()


async def test_what_students_failed_at_comes_last_where_sets_are_compared() -> None:
    training = Stage().room(0).training
    sample = training.selection(1, 24, (), 24)
    asked = {one.id for one in training.exam(1, 24)}
    assert len(sample) == 24
    assert not asked & {one.id for one in sample}
    assert len(training.selection(1, 170, (), 24)) == 170


def test_samples_have_both_classes_in_their_shares_and_no_text_twice() -> None:
    rare = [one.model_copy(update={"label": n % 10 == 0}) for n, one in enumerate(items(0, 40))]
    twins = [one.model_copy(update={"id": f"{one.id} again"}) for one in rare[:50]]
    training = Training(items=[*rare, *twins], seed=3, repeat=0, fresh=60)
    for sample in (training.final(()), training.exam(1, 40), training.selection(2, 30, (), 40)):
        yes = sum(one.label for one in sample if isinstance(one, TextProblem))
        assert yes == round(len(sample) * 24 / 240)
        assert len({one.statement for one in sample}) == len(sample)
    assert training.open_items == 240 - 60
    assert not {one.statement for one in training.final(())} & {one.statement for one in training.exam(1, 180)}


async def test_hidden_tests_count_on_the_hold_out_alone() -> None:
    async def halves(problem: Problem, answer: Answer) -> Grade:
        return Grade(v=1, v_share=1, s=0.25, s_prefix=0, status="AC")

    stage = Stage()
    await improve(stage.start(0), replace(stage.room(0), judge=halves))
    for one in stage.done:
        assert one.failures == ()
        assert {mark.mark for sat in (*one.exams, *one.scored) for mark in sat.marks} == {1}
        assert {mark.mark for mark in one.held_out.marks} == {0.25}


async def test_the_final_set_is_chosen_on_items_on_which_nothing_was_decided() -> None:
    done = await Stage().run()
    *before, final = done
    assert final.stage == "final"
    fresh = {mark.item for mark in final.scored[0].marks}
    assert fresh
    assert not fresh & {mark.item for one in before for sat in (*one.exams, *one.scored) for mark in sat.marks}
    assert {sat.exemplars for sat in final.scored} == {shown.id for shown in before[-1].kept}
    assert len(final.kept) == 1
    assert max(final.scores) == final.scores[[sat.exemplars for sat in final.scored].index(final.kept[0].id)]


async def test_the_sets_with_the_highest_scores_are_kept_best_first_and_the_older_of_equals() -> None:
    for one in await Stage(students=SPECIALISTS).run():
        score = dict(zip((sat.exemplars for sat in one.scored), one.scores, strict=True))
        kept = [score[shown.id] for shown in one.kept]
        assert kept == sorted(score.values(), reverse=True)[: len(kept)]
        places = [list(score).index(shown.id) for shown in one.kept]
        neighbours = zip(pairwise(places), pairwise(kept), strict=True)
        assert all(earlier < later or better > worse for (earlier, later), (better, worse) in neighbours)


@pytest.mark.parametrize("finished", range(6))
async def test_a_run_that_died_goes_on_as_if_it_had_not(finished: int) -> None:
    whole = await Stage(students=SPECIALISTS).run()
    again = await Stage(students=SPECIALISTS, done=whole[:finished]).run()
    assert again == whole


async def test_repeats_draw_other_items() -> None:
    one, other = await Stage().run(0), await Stage().run(1)
    assert one[1].exams[0].marks != other[1].exams[0].marks
    assert {a.item for a in one[-1].scored[0].marks} != {b.item for b in other[-1].scored[0].marks}


async def test_malformed_and_repeated_sets_are_counted_and_compete_not() -> None:
    done = await Stage(author=Writing(unusable=frozenset({2}), echoes=frozenset({3}))).run()
    first = done[1]
    assert Counter(draft.fate for draft in first.drafts) == {
        "malformed": 1,
        "repeated": 1,
        "new": len(first.drafts) - 2,
    }
    assert len(first.scored) == len(done[0].kept) + len(first.drafts) - 2
    assert [draft.fate for draft in done[0].drafts] == ["new", "malformed"]


async def test_where_no_initial_set_can_be_used_the_repeat_ends_and_says_what_to_do() -> None:
    stage = Stage(author=Writing(unusable=frozenset({1, 2})))
    with pytest.raises(UnavailableError, match=r"7 exemplars instead of 8.*--init train"):
        await stage.run()
    assert stage.done == []


async def test_where_no_student_fails_the_sets_compete_again_without_a_reflection() -> None:
    done = await Stage(students=[Reading("perfect", elsewhere=0)]).run()
    assert all(not one.failures and not one.drafts for one in done[1:])
    assert [one.stage for one in done] == ["initial", "revised", "revised", "revised", "final"]


async def test_a_call_that_fails_for_good_ends_the_repeat_after_the_others_came_in() -> None:
    exam = (await Stage().run())[1].exams[0].marks
    student = Reading("student", broken_at=frozenset({exam[0].item}))
    stage = Stage(students=[student])
    with pytest.raises(StepError, match="iteration 1: 2 of 48 calls to examine failed"):
        await stage.run()
    assert len(student.asked) == 48
    assert [one.number for one in stage.done] == [0]
    mended = await Stage(done=stage.done).run()
    assert mended == await Stage().run()


async def test_failures_of_all_students_are_pooled_and_tagged() -> None:
    done = await Stage(students=SPECIALISTS).run()
    assert {failure.student for failure in done[1].failures} == {"student CD", "student EF"}
    mixed = [
        reflection
        for reflection in done[1].reflections
        if len({done[1].failures[place].student for place in reflection.failures}) == 2
    ]
    assert mixed
    for one in done:
        for reflection in one.reflections:
            assert {one.failures[place].exemplars for place in reflection.failures} == {reflection.exemplars}


@pytest.mark.parametrize("mixed", [1, 2, 3])
async def test_a_revision_takes_as_many_reflections_as_are_mixed(mixed: int) -> None:
    author = Writing()
    done = await Stage(author=author, students=SPECIALISTS, sizes=replace(SIZES, mixed=mixed)).run()
    assert {len(reasons) for reasons in author.reasons} == {mixed}
    for one in done[1:-1]:
        by_set = Counter(reflection.exemplars for reflection in one.reflections)
        written = Counter(draft.parent for draft in one.drafts)
        assert all(written[name] == (count if mixed < 3 else 1) for name, count in by_set.items())


async def test_without_their_originals_new_sets_compete_alone() -> None:
    done = await Stage(keep_originals=False, students=SPECIALISTS).run()
    assert {sat.exemplars for sat in done[1].scored} == {one.written.id for one in done[1].drafts if one.written}


async def test_every_call_is_told_as_it_starts_and_ends() -> None:
    stage = Stage(students=SPECIALISTS)
    done = await stage.run()
    ends = Counter(event["step"] for event in stage.events if event["state"] == "end")
    starts = Counter(event["step"] for event in stage.events if event["state"] == "start")
    assert starts == ends
    assert ends["examine"] == sum(len(sat.marks) for one in done for sat in one.exams)
    assert ends["test"] == len(done) * len(stage.hold_out)
    assert sum(event["usage"]["calls"] for event in stage.events if event["state"] == "end") == sum(
        one.usage.calls for one in done
    )


def test_the_graph_is_what_its_picture_says() -> None:
    inner = {"write", "examine", "collect", "reflect", "revise", "evaluate", "rescore", "keep", "test"}
    assert set(build_exemplars().get_graph().nodes) == inner | {"__start__", "__end__"}
