"""Exams by similarity: each problem is examined by those of a bank whose statements are nearest to its own.

Source: Ning et al. 2024 (arXiv 2406.14629), section 4.2, which takes the nearest training problems by sentence
embeddings; TF-IDF needs no model and gives the same exams on every machine.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from statistics import fmean
from typing import Any

from lbt.problem_set import ProblemSet
from lbt.types import MathProblem
from math_data.exams import Choice, LeftOut, choose


def nearest(
    dataset: ProblemSet[MathProblem], bank: Sequence[MathProblem], size: int, *, faithful: bool = False
) -> ProblemSet[MathProblem]:
    """Give every problem of `dataset` the nearest ones of `bank` as its exam, and say how near they are.

    Identical texts, duplicates and problems with the same answer are passed over, as among variants.

    Args:
        dataset: Its own exams, if it has any, are not looked at.
        bank: Ids are unique. Of problems that are equally near the earlier one comes first.
        size: Problems in an exam, at least 1; fewer only where the bank has no more that can examine a problem.
        faithful: Take the nearest as they are, also those that tell nothing.
    """
    exams: dict[str, tuple[MathProblem, ...]] = {}
    similarity: dict[str, float] = {}
    left_out: Counter[LeftOut] = Counter()
    place = {problem.id: i for i, problem in enumerate(bank)}
    for problem, cosines in zip(dataset.problems, _cosines(dataset.problems, bank), strict=True):
        order = (-cosines).argsort(kind="stable").tolist()
        ranked = (bank[i] for i in order if bank[i].id != problem.id)
        choice = Choice(tuple(islice(ranked, size)), Counter()) if faithful else choose(problem, ranked, size)
        left_out += choice.left_out
        exams[problem.id] = choice.exam
        if choice.exam:
            similarity[problem.id] = fmean(float(cosines[place[one.id]]) for one in choice.exam)
    return ProblemSet(
        name=dataset.name,
        problems=dataset.problems,
        exams=exams,
        fingerprint=_fingerprint(dataset, exams.values()),
        chosen={name: f"nearest, mean cosine {cosine:.2f}" for name, cosine in similarity.items()},
        similarity=similarity,
        notes=(*dataset.notes, *_told(bank, similarity, left_out)),
    )


def _cosines(problems: Sequence[MathProblem], bank: Sequence[MathProblem]) -> Iterator[Any]:
    """For each problem the cosines of its TF-IDF vector with those of the bank, in [0, 1], an array.

    They are rounded, so that machines agree on the order.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second; most commands never need it

    texts = [problem.statement for problem in (*bank, *problems)]
    vectors = TfidfVectorizer(token_pattern=r"\w+", sublinear_tf=True).fit_transform(texts)
    banked = vectors[: len(bank)]
    for i in range(len(bank), len(texts)):
        yield (banked @ vectors[i].T).toarray().ravel().clip(0, 1).round(9)


def _fingerprint(dataset: ProblemSet[MathProblem], exams: Iterable[tuple[MathProblem, ...]]) -> str:
    """SHA-256 of all that is taught and asked, by similarity."""
    digest = hashlib.sha256(dataset.fingerprint.encode())
    for exam in exams:
        digest.update(b"".join(one.model_dump_json().encode() + b"\n" for one in exam) + b"\n")
    return digest.hexdigest()


def _told(bank: Sequence[MathProblem], similarity: dict[str, float], left_out: Counter[LeftOut]) -> Iterator[str]:
    if similarity:
        yield f"exams are the nearest of {len(bank):,} problems: mean cosine {fmean(similarity.values()):.2f}"
    if left_out:
        yield f"nearer ones passed over: {', '.join(f'{count} {why}' for why, count in left_out.most_common())}"
