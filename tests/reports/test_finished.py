"""The line above a table says how much of a run it rests on."""

from pathlib import Path

from lbt.types import Exams, LessonRecord
from reports.finished import heading

RUN = Path("runs/a\x1b[31m")


def lesson(*, complete: bool = True, exams: Exams = "all") -> LessonRecord:
    return LessonRecord(problem="p", students=("a",), rationales=(), complete=complete, exams=exams)


def test_what_was_left_out_and_what_was_raced_is_said() -> None:
    assert heading([lesson(), lesson()], RUN) == "2 problems of runs/a␛[31m"
    assert "1 problem of" in heading([lesson(), lesson(complete=False)], RUN)
    assert "1 more left out" in heading([lesson(), lesson(complete=False)], RUN)
    assert "raced (adaptive)" in heading([lesson(exams="adaptive")], RUN)
