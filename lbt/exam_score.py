"""The LbT score of one rationale, exact: scores that are equal must be equal, or a tie would break on rounding.

Source: Ning et al. 2024 (arXiv 2406.14629), section 3.
"""

from collections.abc import Sequence
from fractions import Fraction

from lbt.types import Grade, LessonRecord, Taught


def mean_of_means(exam: Sequence[Sequence[float]]) -> Fraction:
    """Mean over students of their mean mark, in [0, 1]; every student weighs the same.

    Args:
        exam: Marks in [0, 1], shape (students, exam answers); rows may differ in length.

    Raises:
        ValueError: `exam` or one of its rows is empty.
    """
    if not exam or not all(exam):
        raise ValueError(f"every student needs at least one mark, got {exam!r}")
    return sum((sum(map(Fraction, row)) / Fraction(len(row)) for row in exam), Fraction()) / len(exam)


def exam_grades(taught: Taught, students: Sequence[str]) -> list[list[Grade]] | None:
    """The exam of one rationale, shape (students, exam answers); None when a mark is unknown or nobody sat."""
    rows = [[mark.final for mark in taught.exam if mark.student == name] for name in students]
    whole = [[grade for grade in row if grade is not None] for row in rows]
    return whole if whole and whole == rows and all(whole) else None


def exact_lbt(taught: Taught, students: Sequence[str]) -> Fraction | None:
    """LbT score of one rationale, from the V-scores of its exam; None when a mark is missing or was not asked."""
    grades = exam_grades(taught, students)
    return None if grades is None else mean_of_means([[grade.v for grade in row] for row in grades])


def exam_weights(record: LessonRecord, students: Sequence[str]) -> list[Fraction | None]:
    """What the exams of some students make the vote of each rationale weigh: its LbT score by them.

    Where the lesson has no exam at all, because none could be written, every vote weighs 0: classes then tie by any
    weight, and the larger wins.
    """
    if not any(one.exam for one in record.rationales):
        return [Fraction(0)] * len(record.rationales)
    return [exact_lbt(one, students) for one in record.rationales]
