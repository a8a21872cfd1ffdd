"""Events of M3 add up: calls done and to do, phases, marks, the latest reasons."""

from itertools import islice

from lbt.iterations import iteration_row
from reports.improving.progress import REASONS, ImprovingProgress, Place, Reason
from tests.reports.improving import script
from tests.reports.script import Clock


def progress(repeats: int = 1) -> ImprovingProgress:
    found = ImprovingProgress(Clock())
    found.open(script.opening(repeats))
    return found


def planned(*numbers: int) -> int:
    return sum(sum(script.CALLS[number].values()) for number in numbers)


def test_before_the_first_call_all_that_is_planned_is_to_do() -> None:
    assert progress(2).to_do().total() == 2 * planned(0, 1, 2)


def test_a_call_that_ended_is_done_and_no_longer_to_do() -> None:
    found = progress()
    for event in islice(script.iteration_events(0, 0), 3):  # the second call has begun
        found.step(event)
    assert (found.calls_done, found.to_do()["write"]) == (1, 1)
    (phase,) = found.in_flight
    assert (phase.place, phase.step, phase.began, phase.ended, phase.of) == (Place(0, 0), "write", 2, 1, 2)


def test_a_phase_with_fewer_calls_than_planned_leaves_nothing_behind() -> None:
    found = progress()
    for event in script.iteration_events(0, 0):
        found.step(event)
    found.finish(iteration_row(script.iteration(0, 0)))
    for event in islice(script.iteration_events(0, 1), 2 * (16 + 4 + 3)):
        found.step(event)
    assert script.CALLS[1]["revise"] == 4, "one more than was written"
    assert found.to_do() == {"evaluate": 36, "rescore": 12, "test": 32, "examine": 0, "reflect": 0, "revise": 0}


def test_steps_that_are_passed_over_are_not_waited_for() -> None:
    found = progress()
    found.step({"repeat": 0, "iteration": 1, "step": "evaluate", "state": "start", "k": 1, "m": 12})
    left = found.to_do()
    assert (left["reflect"], left["revise"], left["evaluate"]) == (0, 0, 12 + script.CALLS[0]["evaluate"])


def test_a_finished_iteration_is_neither_in_flight_nor_to_do() -> None:
    found = progress()
    for number in range(3):
        for event in script.iteration_events(0, number):
            found.step(event)
        found.finish(iteration_row(script.iteration(0, number)))
    assert (found.in_flight, found.phases, found.to_do().total()) == ([], {}, 0)
    assert found.calls_done == 121
    assert found.usage.calls == 121


def test_iterations_of_an_earlier_part_are_finished_from_the_start() -> None:
    found = ImprovingProgress(Clock())
    before = tuple(iteration_row(script.iteration(0, number)) for number in (0, 1))
    found.open(script.opening(1, finished=before))
    assert found.to_do() == script.CALLS[2]
    assert found.rows == list(before)


def test_a_broken_call_is_missing_and_counts_as_one() -> None:
    found = progress()
    events = script.phase(0, 0, "evaluate", [{"reader": "teacher", "exemplars": "0.1", "error": script.BROKE}] * 2)
    phase = [found.step(event) for event in events][-1]
    assert (phase.missing, phase.marks, phase.done, found.calls_done) == (2, [], True, 2)


def test_a_repaired_draft_took_two_calls() -> None:
    found = progress()
    place = {"repeat": 0, "iteration": 1, "step": "revise", "k": 1, "m": 1, "exemplars": "0.1"}
    found.step({**place, "state": "start"})
    found.step({**place, "state": "end", "usable": True, "fault": "short", "usage": {"calls": 2}})
    assert (found.calls_done, found.phases[Place(0, 1), "revise"].useful) == (2, 1)


def test_the_latest_reasons_are_kept_and_empty_ones_are_not() -> None:
    found = progress()
    texts = ["", *(f"reason {k}" for k in range(REASONS + 2))]
    for event in script.phase(0, 1, "reflect", [{"exemplars": "0.1", "text": text} for text in texts]):
        found.step(event)
    assert list(found.reasons) == [Reason("0.1", f"reason {k}") for k in range(2, REASONS + 2)]


def test_time_left_is_foretold_once_calls_were_really_made() -> None:
    clock = Clock()
    found = ImprovingProgress(clock)
    found.open(script.opening(1))
    assert found.eta() is None
    for event in islice(script.iteration_events(0, 0), 8):
        clock.now += 1
        found.step(event)
    assert found.eta() is not None
