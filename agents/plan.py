"""What a run will do, settled before anything is started: options, problems, lessons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import leetcode_data.load
import math_data.load
from agents import forecast
from agents.cast import Cast, settle
from agents.config import ImprovementConfig, RunConfig
from agents.domain import Domain, domain_of
from agents.manifest import Recipe
from agents.prompting import fingerprints
from agents.request import asked_for
from graphs.state import Lesson
from lbt.cli import meant
from lbt.comparison import row_names
from lbt.errors import ConfigError
from lbt.primary import primary_of
from lbt.problem_set import ProblemSet
from lbt.types import Problem
from math_data.nearest import nearest


@dataclass(frozen=True)
class Plan:
    """A run before it starts."""

    config: RunConfig
    """Settled: the defaults that depend on others are filled in."""
    cast: Cast
    dataset: ProblemSet[Problem]
    """The whole of it, and the exams."""
    lessons: tuple[Lesson, ...]
    """What is taught, in order."""

    @property
    def domain(self) -> Domain:
        """Code or mathematics: a set of problems is of one domain."""
        return domain_of(self.dataset.problems[0])

    @property
    def rationales(self) -> int:
        """Rationales per problem."""
        assert self.config.rationales is not None
        return self.config.rationales

    def calls(self, lesson: Lesson) -> Mapping[str, int]:
        """Calls of one lesson at most, by step."""
        return forecast.calls(self.config, self.rationales, len(forecast.examining(self.config, lesson)))

    @property
    def recipe(self) -> Recipe:
        """What the record of the run is told by."""
        return Recipe(
            config=self.config,
            dataset=self.dataset.name,
            prompts=fingerprints(*self.domain.used(self.config)),
            data=self.dataset.fingerprint,
        )


def plan_of(options: Mapping[str, Any]) -> Plan:
    """Settle what the user asked for.

    Raises:
        ConfigError: an option, dataset, problem or model cannot be.
        DataError: the dataset is malformed.
    """
    return planned(asked_for(options))


def planned(asked: RunConfig | ImprovementConfig) -> Plan:
    """Settle lessons. Raises as `plan_of`."""
    if not isinstance(asked, RunConfig):
        raise ConfigError(f"{asked.run_dir} improves exemplars (--method m3) and holds no lessons")
    cast = Cast.of(asked)
    config = settle(asked, cast)
    agree(config)
    dataset = loaded(config)
    if not dataset.problems:
        raise ConfigError(f"{config.dataset} has no problem to teach")
    names = row_names(domain_of(dataset.problems[0]).name, cast.names, faithful=config.faithful)
    primary_of(config.primary or "", names)
    chosen = choose(config, dataset.problems)
    return Plan(config, cast, dataset, tuple(lesson_on(one, dataset) for one in chosen))


def lesson_on(problem: Problem, dataset: ProblemSet[Problem]) -> Lesson:
    """The lesson before it is held."""
    return Lesson(problem=problem, exams=dataset.exams[problem.id], similarity=dataset.similarity.get(problem.id))


def agree(config: RunConfig) -> None:
    """Refuse options that contradict each other. Raises ConfigError."""
    if config.faithful and config.teach_with != "rationale+answer":
        raise ConfigError("--faithful teaches with rationale and answer; leave --teach-with out")
    if config.teach_with == "shuffled" and config.rationales == 1:
        raise ConfigError("--teach-with shuffled swaps rationales, so it needs --rationales 2 or more")
    if config.repetitions > 1 and not config.student_temperature:
        raise ConfigError("--repetitions asks the same question again, so it needs --student-temperature above 0")
    if config.exams == "synthesized" and config.exam_judge == "teacher":
        raise ConfigError("--exams synthesized makes keys to mark by; leave --exam-judge teacher out")
    is_mathematics = config.dataset in math_data.load.DATASETS
    for option, given in for_programs(config) if is_mathematics else for_mathematics(config):
        if given:
            here, there = ("mathematics", "programs") if is_mathematics else ("programs", "mathematics")
            raise ConfigError(f"{option} is for {there}, and {config.dataset} is {here}; leave it out")


def for_programs(config: RunConfig) -> Iterator[tuple[str, bool]]:
    """The options that mean something for programs only, and whether they are given."""
    yield f"--exams {config.exams}", config.exams in ("adaptive", "halving")
    yield "--self-debug-feedback", config.self_debug_feedback != "none"
    yield "--calibrate", config.calibrate


def for_mathematics(config: RunConfig) -> Iterator[tuple[str, bool]]:
    """The options that mean something in mathematics only, and whether they are given."""
    yield f"--exams {config.exams}", config.exams in ("nearest", "synthesized")
    yield "--exam-judge teacher", config.exam_judge == "teacher"


def loaded(config: RunConfig) -> ProblemSet[Problem]:
    """Read the dataset. Raises ConfigError where there is none of this name, DataError where it is malformed."""
    if config.dataset in math_data.load.DATASETS:
        return loaded_mathematics(config)
    try:
        return leetcode_data.load.load(config.dataset, config.exam_size)
    except ConfigError:
        if hint := meant(config.dataset, math_data.load.DATASETS):
            raise ConfigError(f"unknown dataset {config.dataset!r}{hint}") from None
        raise


def loaded_mathematics(config: RunConfig) -> ProblemSet[Problem]:
    """The same of a dataset of mathematics, with the exams that are asked for."""
    name, place, size, as_they_are = config.dataset, config.data_dir, config.exam_size, config.faithful
    assert size is not None
    if config.exams == "all":
        dataset = math_data.load.load(name, place, seed=config.seed, exam_size=size, faithful=as_they_are)
        if not any(dataset.exams.values()):
            raise ConfigError(f"{name} has no exams of its own; add --exams nearest or --exams synthesized")
        return dataset
    bare = math_data.load.without_exams(name, place, seed=config.seed)
    if config.exams == "synthesized":
        return bare
    dataset = nearest(bare, math_data.load.bank(name, place, seed=config.seed), size, faithful=as_they_are)
    if not any(dataset.exams.values()):
        raise ConfigError(f"no training problem can examine any of {name}; --exams synthesized writes exams")
    return dataset


def choose(config: RunConfig, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems that are taught. Raises ConfigError for one that the dataset lacks."""
    known = {problem.id: problem for problem in problems}
    for name in config.problem:
        if name not in known:
            hint = meant(name, known) or f" (it has {', '.join(known)})"
            raise ConfigError(f"--problem: {config.dataset} has no {name!r}{hint}")
    chosen = tuple(known[name] for name in dict.fromkeys(config.problem)) if config.problem else problems
    return chosen[: config.limit]
