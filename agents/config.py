"""What a run is asked to do: one closed value, filled from flags, environment, a YAML file and defaults.

Every field is an option of `python -m agents.run`: `--dry-run`, `LBT_DRY_RUN`, `dry_run:` in `--config`. `--method`
says which of them there are.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agents.endpoints.spec import VARIABLE
from lbt.classification import SelectBy
from lbt.types import Exams
from sandbox.address import Backend, address

Positive = Annotated[int, Field(gt=0)]
Temperature = Annotated[float, Field(ge=0, le=2)]
TopP = Annotated[float, Field(gt=0, le=1)]
Text = Annotated[str, Field(min_length=1)]
Server = Annotated[str, AfterValidator(address)]
Variable = Annotated[str, Field(pattern=f"^{VARIABLE}$")]
ExamChoice = Literal[Exams, "nearest", "synthesized"]
Method = Literal["m1", "m3"]
TeachWith = Literal["rationale+answer", "answer", "none", "shuffled"]

TEACHER, STUDENT = "local:qwen2.5-coder-1.5b", "local:qwen2.5-coder-0.5b"


class CommonConfig(BaseModel):
    """The options of every run. What `FREE` names may differ when it is resumed; the rest makes its numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    dataset: Text = "game_theory"
    """What to teach: `game_theory`, `bitmasking`, `general_1d`, `all_code`, `dissimilar`, `first_steps`; in mathematics
    `families`, or, with --data-dir, `math181`, `math500`, `math1564`, `gsm8k_variants`; or the file or folder of
    programming problems of your own. With --method m3 also `generalizations`, and with --data-dir `liar` and
    `logical_fallacy`, or a .csv or .jsonl file of your own texts and labels."""
    data_dir: Path | None = None
    """Folder of the datasets as they were published; `families` and `generalizations` are shipped."""
    method: Method = "m1"
    """m1: students' exam scores choose the answer; m3: the teacher improves its own examples from the students'
    failures."""
    teacher: Text = TEACHER
    """Model that explains: local:NAME, openai:MODEL[@URL], vllm:ID, scripted:FILE."""
    student: Annotated[tuple[Text, ...], Field(min_length=1)] = (STUDENT,)
    """Model that learns (repeatable): exam scores are averaged over students."""
    seed: Annotated[int, Field(ge=0)] = 0
    """All randomness derives from it; two runs with different seeds share no sampled call."""
    faithful: bool = False
    """Do what the paper's published code does where it differs. Programs: teach the whole reply and the program again
    with what the visible tests said, let students explain first, count S up to the first failure. Mathematics: compare
    and vote by its text rules, keep every exam. Texts: a label that is neither Yes nor No is No."""
    teacher_temperature: Temperature = 0.6
    """Diversity of what the teacher writes; 0.6 and top-p 0.9 are what the paper used with Llama-3, and with
    --method m3 the defaults are its 0.7 and 1."""
    teacher_top_p: TopP = 0.9
    """Nucleus of the teacher's sampling."""
    max_tokens: Positive = 1024
    """Longest reply of the teacher, in tokens."""
    student_max_tokens: Positive | None = None
    """Longest reply of a student, in tokens; as the teacher's unless given."""
    sandbox: Backend | Server = "auto"
    """Where model-written programs run: auto is Docker where an engine answers, else bubblewrap; docker+runsc adds
    gVisor, where the engine offers it; process has less; or the address of `python -m sandbox serve`."""
    calibrate: bool = False
    """Stretch the time limits of programs as far as this machine is slower than the one for which they are meant."""
    run_dir: Path | None = None
    """Directory of the record; runs/<time>-<dataset> unless given."""
    resume: str | None = None
    """Go on with the run in this directory, or with the `last` one."""
    reuse: Path | None = None
    """Call store of an earlier run; what it knows is not asked again."""
    dry_run: bool = False
    """Tell the calls, tokens and cost, and ask no model."""
    max_calls: Positive | None = None
    """Stop, resumable, before the run has made more than N calls, earlier parts included."""
    max_tokens_total: Positive | None = None
    """Stop, resumable, before the run has used more than N tokens."""
    max_cost: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Stop, resumable, before the calls cost more than this, in the currency of the price file."""
    prices: Path | None = None
    """Price file (YAML); the one that is shipped unless given."""
    concurrency: Positive | None = None
    """Calls at once per endpoint; what a launched server can take, else 16."""
    rpm: Positive | None = None
    """Calls per minute and endpoint."""
    tpm: Positive | None = None
    """Tokens per minute and endpoint."""
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600.0
    """Seconds until a call without an answer is given up and tried again."""
    teacher_key_env: Variable | None = None
    """Environment variable that holds the teacher's key."""
    student_key_env: Variable | None = None
    """Environment variable that holds the students' key."""
    vllm_arg: tuple[Text, ...] = ()
    """Flag for a launched vLLM, as KEY=VALUE or KEY (repeatable)."""
    display: Literal["auto", "rich", "plain", "json", "none"] = "auto"
    """How the run is shown; auto is rich on a terminal, else plain lines."""


class RunConfig(CommonConfig):
    """The options of lessons, M1."""

    method: Literal["m1"] = "m1"
    problem: tuple[Text, ...] = ()
    """Teach only this problem of the dataset (repeatable); exams still come from the whole set."""
    limit: Positive | None = None
    """Teach only the first N problems."""
    exam_size: Positive | None = None
    """Problems in an exam at most, in a set of your own (4 where tags or statements choose them, else all there are) or
    in mathematics (3)."""
    repetitions: Positive = 1
    """Times a student answers the same exam problem; more than 1 needs --student-temperature."""
    rationales: Positive | None = None
    """Explanations sampled per problem; 8, or 4 where all models are embedded."""
    exams: ExamChoice = "all"
    """all; adaptive: only while they can change the selection, which stays exactly that of all; halving: for the better
    half of the explanations after each round, about half of all, which can miss a winner. Mathematics only, and asked
    whole: nearest: instead of the dataset's exams the training problems most like the one that is taught; synthesized:
    variants that the teacher writes, their keys by agreement of teacher and students."""
    exam_judge: Literal["key", "teacher"] = "key"
    """Who marks exam answers: their key, or (mathematics only) the teacher, who is not shown it."""
    self_debug: Literal["none", "teacher", "students", "both"] = "none"
    """Who debugs each of its answers once, greedily."""
    self_debug_feedback: Literal["none", "visible"] = "none"
    """What self-debug is told: nothing, or what the visible tests said."""
    teach_with: TeachWith = "rationale+answer"
    """What students read: all that the teacher wrote, its program or final answer alone, nothing, or (shuffled) these
    with the rationale of another of its answers; the last three are controls."""
    student_temperature: Temperature = 0.0
    """Of the students' exam answers; 0 is greedy. The paper samples mathematics at 0.7."""
    student_top_p: TopP = 1.0
    """Nucleus of the students' sampling."""
    primary: Text | None = None
    """The comparison that the run is made for, named before it: `lbt-sum vs sc`. `agents.select` tests it first, its p
    unadjusted."""

    @property
    def asked_exams(self) -> Exams:
        """By what rule the exams are asked, wherever they are from."""
        match self.exams:
            case "adaptive" | "halving" as raced:
                return raced
        return "all"

    @property
    def mends_teacher(self) -> bool:
        """The teacher debugs its answers."""
        return self.self_debug in ("teacher", "both")

    @property
    def mends_students(self) -> bool:
        """The students debug their exam answers."""
        return self.self_debug in ("students", "both")


class ImprovementConfig(CommonConfig):
    """The options of the improvement of exemplars, M3. What is None depends on the models and on the dataset."""

    method: Literal["m3"] = "m3"
    teacher_temperature: Temperature = 0.7
    teacher_top_p: TopP = 1.0
    task_file: Path | None = None
    """File with the question that is asked of every text, a sentence or a few; for texts of your own."""
    init: Literal["train", "generate"] = "train"
    """Where the first exemplars are from: training items (in mathematics and programming the teacher solves them), or
    the teacher invents them all."""
    exemplars: Annotated[int, Field(gt=1)] | None = None
    """Exemplars in a set; 8 texts, or 2 worked problems."""
    current_sets: Positive | None = None
    """Sets that are kept after an iteration, and sets to begin with; 4, or 2 where all models are embedded."""
    new_sets: Positive | None = None
    """New sets that the teacher writes per current set and iteration; 8, or 2 where all models are embedded."""
    iterations: Positive | None = None
    """Times that the students are examined and the sets revised; 5, or 2 where all models are embedded."""
    exam_items: Positive | None = None
    """Training items that every student answers with every current set; 64, or 16 where all models are embedded."""
    label_tokens: Positive = 4
    """Longest reply of who labels a text, in tokens; a model that thinks before it answers needs many."""
    failures: Positive = 4
    """Failures that one reflection sees at most."""
    mix: Positive = 1
    """Reflections that one revision takes into account, in all combinations."""
    originals: Literal["keep", "drop"] = "keep"
    """Whether the sets that were revised compete with the new ones."""
    select_by: SelectBy | None = None
    """What of the teacher's answers to training items decides; f1 of texts, else accuracy."""
    select_on: Literal["sample", "full"] = "sample"
    """Training items that decide: a sample, or all of them, which takes --yes once the forecast is known."""
    selection_calls: Positive | None = None
    """Answers of the teacher per selection, shared by the candidates; 2,048, or 192 where all models are embedded."""
    fresh_items: Positive | None = None
    """Training items set aside to choose the final set on; what --selection-calls allows for each current set, but no
    more than a quarter of all."""
    hold_out_items: Positive | None = None
    """Items of the hold-out, drawn by seed, that the best set of an iteration answers; 3,000 at most, or 100 where all
    models are embedded."""
    repeats: Positive = 1
    """Times that all of it is done anew, with other items and other calls; the paper has 14."""
    yes: bool = False
    """Confirm --select-on full."""


FREE = frozenset(
    {
        "reuse", "max_calls", "max_tokens_total", "max_cost", "prices", "concurrency", "rpm", "tpm", "timeout",
        "teacher_key_env", "student_key_env", "data_dir",
    }
)  # fmt: skip
"""Options that a resumed run keeps and may change: they do not touch its numbers."""
PASSING = frozenset({"run_dir", "resume", "dry_run", "display", "yes"})
"""Options of one command only; no record holds them."""
CONFIGS: Mapping[Method, type[RunConfig] | type[ImprovementConfig]] = {"m1": RunConfig, "m3": ImprovementConfig}
"""The options of each method."""
