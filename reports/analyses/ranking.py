"""What the exam score is worth: does it order the answers as their hidden tests do?

Source: Ning et al. 2024 (arXiv 2406.14629), table A16. There an undefined correlation is printed as 0; here it says so.
"""

from collections.abc import Sequence

from lbt.collected import AnswerOnly, Collection
from lbt.evidence import evidence_of
from lbt.types import LessonRecord
from reports.analyses.sheet import ANSWER_ONLY, UNDEFINED, Sheet, decimal, groups


def tau(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Kendall's tau-b, in [-1, 1]; None where one side is constant, or has fewer than two values."""
    if min(len(set(ours)), len(set(theirs))) < 2:
        return None
    from scipy.stats import kendalltau  # takes a second to load

    return float(kendalltau(ours, theirs, variant="b").statistic)


def ranks_of_best(scores: Sequence[float], exam: Sequence[float]) -> str:
    """Ranks, by `scores`, of all answers that share the best exam score; rank 1 is the best of all."""
    if not exam:
        return UNDEFINED
    ranks = sorted(
        1 + sum(other > score for other in scores)
        for score, mark in zip(scores, exam, strict=True)
        if mark == max(exam)
    )
    return ", ".join(map(str, dict.fromkeys(ranks)))


def ranking(records: Sequence[LessonRecord], there: Collection, taught_with: str) -> Sheet:
    """Correlation and ranks, a line per problem, student and way of teaching."""
    told = [(taught_with, record) for record in records]
    told += [(ANSWER_ONLY, again) for record in records if (again := examined_again(record, there))]
    rows = [
        (label, name, *_row(record.model_copy(update={"students": group})))
        for label, record in told
        for name, group in groups(record.students).items()
    ]
    return Sheet(
        name="ranking",
        title="Exam scores against the answers' own S-scores (Kendall's tau-b)",
        header=("Taught with", "student", "problem", "tau(V)", "tau(S)", "rank at max V", "rank at max S"),
        rows=rows,
        notes=(
            "tau: over the answers to one problem, between their S-score and their mean exam V-score or S-score",
            "rank at max: rank by S-score of the answers with the best mean exam score; several where they tie",
            "undefined where all answers, or all exams, score the same",
        ),
    )


def examined_again(record: LessonRecord, there: Collection) -> LessonRecord | None:
    """The lesson with the exams that were collected with the program alone; None where they were not."""
    line = there.of(AnswerOnly, record)
    if line is None:
        return None
    exams = zip(record.rationales, line.exams, strict=True)
    again = tuple(taught.model_copy(update={"exam": exam or taught.exam}) for taught, exam in exams)
    return record.model_copy(update={"rationales": again})


def _row(record: LessonRecord) -> tuple[str, ...]:
    evidence = evidence_of(record)
    scores = [grade.s for taught in record.rationales if (grade := taught.final)]
    by_v, by_s = ([one.exam[signal] for one in evidence if one.exam] for signal in ("v", "s"))
    whole = len(by_v) == len(scores)
    return (
        record.problem,
        decimal(tau(scores, by_v) if whole else None),
        decimal(tau(scores, by_s) if whole else None),
        ranks_of_best(scores, by_v) if whole else UNDEFINED,
        ranks_of_best(scores, by_s) if whole else UNDEFINED,
    )
