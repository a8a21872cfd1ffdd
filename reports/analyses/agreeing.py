"""How far exam scores that were come by in another way agree with those of the run's own exams."""

from collections.abc import Sequence

from lbt.agreement import Agreement, agreement
from lbt.racing import need_whole_exams
from reports.analyses.digest import OTHERS, Digest
from reports.analyses.sheet import ANSWER_ONLY, Sheet, decimal


def agreeing(lessons: Sequence[Digest]) -> Sheet:
    """Compare the scores, a line for each kind that was collected. Raises ConfigError where the exams were raced."""
    need_whole_exams(lessons, "The agreement of scores")
    kinds = (*OTHERS, ANSWER_ONLY)
    told = {kind: [one.others[kind] for one in lessons if kind in one.others] for kind in kinds}
    return Sheet(
        name="agreement",
        title="Other exam scores beside those of the run's own exams",
        header=("Scores of", "lessons", "rationales", "Kendall", "Spearman", "defined", "difference", "same winner"),
        rows=[(kind, *_cells(agreement(pairs))) for kind, pairs in told.items() if pairs],
        notes=(
            "Kendall, Spearman: tau-b and rho over the rationales of a lesson, mean over the lessons in which neither "
            "side is constant (defined)",
            "difference: mean absolute difference of the two scores of a rationale, mean over lessons",
            "same winner: share of lessons in which the vote by their sum hands in the same answers",
            f"no line where nothing was collected: python -m agents.collect RUN --for {','.join(kinds)}",
        ),
    )


def _cells(found: Agreement) -> tuple[str, ...]:
    counts = str(found.lessons), str(found.rationales)
    correlations = decimal(found.kendall), decimal(found.spearman), str(found.defined)
    return (*counts, *correlations, decimal(found.difference), decimal(found.same_winner))
