"""Who plays which role and how each is asked, before any server runs."""

from dataclasses import dataclass

from agents.config import CommonConfig, RunConfig
from agents.endpoints.calls import Sampling
from agents.endpoints.catalogue import canonical
from agents.endpoints.spec import Spec, parse_spec
from lbt.errors import ConfigError
from math_data.load import DATASETS, EXAM_SIZE

EMBEDDED_RATIONALES, RATIONALES = 4, 8
"""The default number of rationales with embedded models only, and otherwise, as in the paper."""


@dataclass(frozen=True)
class Cast:
    """Who plays which role, before any server runs. Nothing here holds a credential."""

    teacher: Spec
    students: tuple[Spec, ...]

    @classmethod
    def of(cls, config: CommonConfig) -> "Cast":
        """Parse the specs. Raises ConfigError for one that is none, and for two students of one name."""
        cast = cls(canonical(parse_spec(config.teacher)), tuple(canonical(parse_spec(text)) for text in config.student))
        for name in cast.names:
            if cast.names.count(name) > 1:
                raise ConfigError(
                    f"--student {name} is given twice; calls are told apart by model, so serve one under another name"
                )
        return cast

    @property
    def names(self) -> tuple[str, ...]:
        """The students' names in records and tables."""
        return tuple(placeless(spec) for spec in self.students)

    def key_holders(self, config: CommonConfig) -> dict[Spec, str | None]:
        """Every distinct model, and the variable that holds its key where the user named one."""
        holders: dict[Spec, str | None] = {self.teacher: config.teacher_key_env}
        for spec in self.students:
            holders[spec] = holders.get(spec) or config.student_key_env
        return holders

    @property
    def embedded(self) -> bool:
        """All models run inside this program's own server."""
        return all(spec.kind == "local" for spec in (self.teacher, *self.students))


def placeless(spec: Spec) -> str:
    """Name a model without the address of its server, which may change between two parts of a run."""
    return f"{spec.kind}:{spec.name}"


def settle(config: RunConfig, cast: Cast) -> RunConfig:
    """Fill in the options whose defaults depend on others."""
    rationales = config.rationales or (EMBEDDED_RATIONALES if cast.embedded else RATIONALES)
    student_tokens = config.student_max_tokens or config.max_tokens
    exam_size = config.exam_size or (EXAM_SIZE if config.dataset in DATASETS else None)
    return config.model_copy(
        update={"rationales": rationales, "student_max_tokens": student_tokens, "exam_size": exam_size}
    )


def teacher_sampling(config: CommonConfig) -> Sampling:
    """How the teacher writes."""
    return Sampling(temperature=config.teacher_temperature, top_p=config.teacher_top_p, max_tokens=config.max_tokens)


def student_sampling(config: RunConfig) -> Sampling:
    """How exams are answered. The options must be settled."""
    assert config.student_max_tokens is not None
    return Sampling(
        temperature=config.student_temperature, top_p=config.student_top_p, max_tokens=config.student_max_tokens
    )
