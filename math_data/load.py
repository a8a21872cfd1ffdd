"""Read a dataset of mathematics: what is taught, and the exam of each problem.

The exam of a problem are variants of it: the same question with other numbers. Those that would tell nothing are left
out and counted (`math_data.exams`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from lbt.cli import meant
from lbt.errors import ConfigError
from lbt.problem_set import ProblemSet
from lbt.types import MathProblem
from math_data import exams, families
from math_data.problem_set import problem_set
from math_data.readers import gsm8k, gsm_plus, math, math500, varbench

DATASETS: Final[Mapping[str, str]] = {
    "families": "problems of our own, made from a seed: each family poses one question with other numbers; no files",
    "math181": "the 181 problems of MATH-500 that MATH() varies, as in the paper; three variants each",
    "math500": "all 500 problems of MATH-500; without exams of its own",
    "math1564": "the problems of MATH's test split that MATH() varies and MATH-500 has not; three variants each",
    "gsm8k_variants": "GSM8K's test problems; variants of VarBench, and of GSM-Plus where those are too few",
}
EXAM_SIZE: Final = 3
"""Problems in an exam, as many as MATH() has snapshots."""
_NAMED: Final = 5
"""Problems without an exam that a note names."""


def load(
    dataset: str, data_dir: Path | None, *, seed: int = 0, exam_size: int = EXAM_SIZE, faithful: bool = False
) -> ProblemSet[MathProblem]:
    """Return the problems of `dataset` with their exams.

    Args:
        dataset: One of `DATASETS`.
        data_dir: The folder that holds the published files, one folder for each collection.
        seed: What the problems of `families` are made from; the others do not depend on it.
        exam_size: Problems in an exam at most.
        faithful: Take the first variants as they are, also those that tell nothing, as the paper does.

    Raises:
        ConfigError: there is no such dataset, or its files are not there; says where they come from.
        DataError: a file is not as published; names file and line.
    """
    match dataset:
        case "families":
            return families.load(seed, exam_size)
        case "math181":
            varied = _snapshots(data_dir)
            shared = [problem for name, problem in math500.read(data_dir).items() if name in varied]
            return _examined(dataset, shared, varied, exam_size, faithful)
        case "math1564":
            varied, original, within = _snapshots(data_dir), math.read(data_dir, "test"), math500.read(data_dir)
            others = [problem for name, problem in original.items() if name in varied and name not in within]
            return _examined(dataset, others, varied, exam_size, faithful)
        case "math500":
            problems = tuple(math500.read(data_dir).values())
            return problem_set(dataset, problems, {problem.id: () for problem in problems})
        case "gsm8k_variants":
            problems = gsm8k.read(data_dir, "test")
            return _examined(dataset, problems, _gsm8k_variants(problems, data_dir), exam_size, faithful)
        case _:
            known = f"{meant(dataset, DATASETS)}; there are: {', '.join(DATASETS)}"
            raise ConfigError(f"unknown dataset {dataset!r}{known}")


def without_exams(dataset: str, data_dir: Path | None, *, seed: int = 0) -> ProblemSet[MathProblem]:
    """Return the problems of `dataset`, whose exams come from elsewhere; files with variants need not be there.

    MATH() must be, where it tells which problems belong. Raises as `load` does.
    """
    match dataset:
        case "gsm8k_variants":
            problems: Sequence[MathProblem] = gsm8k.read(data_dir, "test")
        case _:
            problems = load(dataset, data_dir, seed=seed, faithful=True).problems
    return problem_set(dataset, problems, {problem.id: () for problem in problems})


def bank(dataset: str, data_dir: Path | None, *, seed: int = 0) -> tuple[MathProblem, ...]:
    """Return the problems that may examine those of `dataset` where similarity chooses: its training split.

    Of `families`, which have none, what is taught: the others examine each. A problem without an answer, of which MATH
    has two, is left out. Raises as `load` does.
    """
    match dataset:
        case "math181" | "math500" | "math1564":
            return tuple(problem for problem in math.read(data_dir, "train").values() if problem.answer)
        case "gsm8k_variants":
            return gsm8k.read(data_dir, "train")
        case _:
            return load(dataset, data_dir, seed=seed).problems


def _snapshots(data_dir: Path | None) -> dict[str, list[MathProblem]]:
    """Variants of MATH(), by the id of the problem that they vary."""
    found: defaultdict[str, list[MathProblem]] = defaultdict(list)
    for snapshot in math.SNAPSHOTS:
        for name, problem in math.read_snapshot(data_dir, snapshot).items():
            changes = {"id": f"{name}@{snapshot}", "title": f"{problem.title}, {snapshot}"}
            found[name].append(problem.model_copy(update=changes))
    return found


def _gsm8k_variants(problems: Sequence[MathProblem], data_dir: Path | None) -> dict[str, list[MathProblem]]:
    """Variants of VarBench, then those of GSM-Plus, by the id of the problem that they vary."""
    found: defaultdict[str, list[MathProblem]] = defaultdict(list)
    for index, variant in varbench.read(data_dir):
        found[f"test/{index}"].append(variant)
    seeds = {exams.normal(problem.statement): problem.id for problem in problems}
    for question, variant in gsm_plus.read(data_dir):
        if name := seeds.get(exams.normal(question)):
            found[name].append(variant.model_copy(update={"id": f"{name}@{variant.id}"}))
    return found


def _examined(
    name: str,
    problems: Iterable[MathProblem],
    variants: Mapping[str, Sequence[MathProblem]],
    exam_size: int,
    faithful: bool,
) -> ProblemSet[MathProblem]:
    """Give every problem its exam; one that is left with none is not taught."""
    chosen: dict[str, tuple[MathProblem, ...]] = {}
    left_out: Counter[exams.LeftOut] = Counter()
    without: list[str] = []
    taught: list[MathProblem] = []
    for problem in problems:
        given = variants.get(problem.id, ())
        choice = _as_they_are(given[:exam_size]) if faithful else exams.choose(problem, given, exam_size)
        left_out += choice.left_out
        if choice.exam:
            taught.append(problem)
            chosen[problem.id] = choice.exam
        else:
            without.append(problem.id)
    return problem_set(name, taught, chosen, tuple(_told(left_out, without)))


def _as_they_are(variants: Sequence[MathProblem]) -> exams.Choice:
    return exams.Choice(tuple(variants), Counter())


def _told(left_out: Counter[exams.LeftOut], without: Sequence[str]) -> Iterator[str]:
    if left_out:
        each = (f"{count} {why if count > 1 else why.removesuffix('s')}" for why, count in left_out.most_common())
        yield f"exams left out: {', '.join(each)}"
    if without:
        some = ", ".join(without[:_NAMED]) + (", …" if len(without) > _NAMED else "")
        yield f"problems left out for want of an exam: {len(without)} ({some})"
