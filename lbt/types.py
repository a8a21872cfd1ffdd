"""The values that travel between the packages: problems, answers, verdicts, grades.

All are frozen and closed; text is as the model or the author wrote it, so whoever shows it
to a person must make it safe first.
"""

import json
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Share = Annotated[float, Field(ge=0, le=1)]
"""A fraction in [0, 1]."""


class Value(BaseModel):
    """A stored value: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Case(Value):
    """One test of a program: call the entry point with `args`, expect `expected`.

    Not a finite number? Tagged as `sandbox` documents it (`{"$float": "nan"}`). In mode `stdin`, `args` is the one text
    of standard input and `expected` that of standard output; in mode `asserts`, `args` is the one text of the
    assertions and `expected` is `None`.
    """

    args: tuple[JsonValue, ...]
    expected: JsonValue

    @cached_property
    def args_json(self) -> bytes:
        """`args` as JSON; made once, as many programs are called with them."""
        return json.dumps(self.args).encode()

    @cached_property
    def expected_json(self) -> bytes:
        """`expected` as JSON without blanks; made once."""
        return json.dumps(self.expected, separators=(",", ":")).encode()


class FloatChecker(Value):
    """Numbers are equal within this tolerance, absolute or relative."""

    float: Annotated[float, Field(gt=0)]


class CodeChecker(Value):
    """A problem's own checker, for problems with several right answers."""

    code: str
    """Python that defines `check(args, returned, expected)`, which returns `True` for a right answer. It runs in the
    sandbox, in a process of its own after the program has ended, and gets JSON values: tuples are lists by then."""


Checker = Literal["exact", "unordered", "unordered_nested"] | FloatChecker | CodeChecker
"""How a returned value is compared with the expected one, out of the program's reach."""

Mode = Literal["function", "stdin", "asserts"]
"""What a test does: call a function; give a whole program its standard input and look at its standard output; or run
assertions beside the program, which it could make pass (HumanEval, MBPP)."""

Form = Literal["value", "list", "lists", "tree"]
"""A plain value; or one of LeetCode's linked lists, an array of them, or a binary tree, level by level with nulls."""


class Shape(Value):
    """How arguments and answer travel where they are not plain values that are passed and returned."""

    args: tuple[Form, ...] = ()
    """The form of each argument; plain where left out."""
    returns: Form = "value"
    """The form of the answer."""
    argument: Annotated[int, Field(ge=0)] | None = None
    """The answer is what this argument holds after the call (the first is 0); what is returned does not matter."""

    def misfit(self, case: Case) -> str:
        """Say why the arguments of `case` are not of this shape; empty where they are."""
        if len(case.args) < max(len(self.args), 0 if self.argument is None else self.argument + 1):
            return "has fewer args than its shape"
        for place, (form, given) in enumerate(zip(self.args, case.args, strict=False)):
            lists = given if form == "lists" and isinstance(given, list) else [given]
            if form != "value" and not all(one is None or isinstance(one, list) for one in lists):
                return f"args.{place} is not of its form, {form!r}"
        return ""


PLAIN = Shape()


class Limits(Value):
    """What one solution may use."""

    cpu_s: Annotated[float, Field(gt=0, le=600)] = 4.0
    """CPU seconds for one test; decides TLE."""
    wall_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Wall seconds for one test; a generous backstop against sleeping."""
    memory_mb: Annotated[int, Field(ge=32, le=65536)] = 512
    """Address space of the program, in MB."""
    output_kb: Annotated[int, Field(ge=1, le=65536)] = 64
    """Least cap on what one test may return, in kB; a larger expected value raises it."""


class Problem(Value):
    """What a lesson is about, or what an exam asks. Families add what their judge needs."""

    id: str
    title: str
    statement: str


class CodeProblem(Problem):
    """A programming problem in LeetCode's form."""

    starter: str
    """The signature to fill in, for example `class Solution:` and a `def` line, no body; empty in mode `stdin`."""
    entry_point: str
    """`Solution.method` or `function`: what is called, or what the assertions test; empty in mode `stdin`."""
    mode: Mode = "function"
    visible: tuple[Case, ...]
    """The examples of the statement; they decide the V-score."""
    hidden: tuple[Case, ...] = Field(repr=False)
    """Ordered small to large; they decide the S-score. Never shown to a model."""
    checker: Checker = "exact"
    shape: Shape = PLAIN
    limits: Limits = Limits()
    constant_answer_passes: bool = False
    """Some constant is right on every test, so a pass says little (877 stone-game)."""


class MathProblem(Problem):
    """A problem of mathematics with one final answer."""

    answer: str = Field(repr=False)
    """The right final answer, as its source writes it (LaTeX or plain). Never shown to a student."""
    subject: str = ""
    """`algebra`, `number_theory` and so on; empty where the source tells none."""
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    """Difficulty as MATH counts it, 5 the hardest; None where the source tells none."""


class TextProblem(Problem):
    """A text to classify: whether it is what the task asks about. `statement` is the text."""

    label: bool = Field(repr=False)
    """Whether Yes is the right answer. Never shown to who is asked."""


class Status(StrEnum):
    """What happened on one test, or on a whole suite (the first test that is not AC)."""

    AC = "AC"
    """Right answer."""
    WA = "WA"
    """Wrong answer."""
    RE = "RE"
    """An exception ended the program."""
    CE = "CE"
    """The code cannot be compiled or its import part fails, or the entry point is not there."""
    TLE = "TLE"
    """Too much CPU time, or the wall backstop."""
    MLE = "MLE"
    """Too much memory."""
    OLE = "OLE"
    """The returned value is too large."""
    CRASH = "CRASH"
    """A signal ended the process."""
    EXIT = "EXIT"
    """The process ended itself before it answered."""
    BADRET = "BADRET"
    """The returned value cannot be encoded or has a type that is not allowed."""
    DENIED = "DENIED"
    """A system call that no solution needs."""
    NOTRUN = "NOTRUN"
    """Not reached within the CPU budget of the solution; counts as not passed."""


class TestVerdict(Value):
    """What the judge says of one test."""

    __test__ = False  # pytest would collect the name

    status: Status
    cpu_ms: float


class Verdict(Value):
    """What the judge says of one program on one suite of tests."""

    status: Status
    """AC when every test passes, else the status of the first that does not."""
    passed: int
    total: int
    tests: tuple[TestVerdict, ...]
    cpu_ms: float
    wall_ms: float
    message: str = ""
    """Why the first failing test failed, short; may quote the program: hostile text."""
    forgeable: bool = False
    """The tests were code that ran beside the program: a hostile program could have passed them without being right."""
    answers: tuple[str | None, ...] = ()
    """Where the job asked for it: a digest of each test's answer, equal for answers that would be judged alike; None
    where there is no answer."""

    @property
    def share(self) -> float:
        """Fraction of tests passed, in [0, 1]; 0 for an empty suite."""
        return self.passed / self.total if self.total else 0.0

    @property
    def prefix(self) -> float:
        """Fraction of tests passed before the first failure, in [0, 1], as LeetCode counts."""
        ran = 0
        for test in self.tests:
            if test.status is not Status.AC:
                break
            ran += 1
        return ran / self.total if self.total else 0.0


class Outcome(StrEnum):
    """Whether a reply had the asked form. Everything but OK is marked 0, with this reason."""

    OK = "ok"
    NO_CODE = "no_code"
    NO_ANSWER = "no_answer"
    """No final answer is in it."""
    CUT_OFF = "cut_off"
    REFUSED = "refused"
    FILTERED = "filtered"
    OVERFLOW = "overflow"
    """The prompt does not fit the model's context."""


class Usage(Value):
    """Tokens of one or more requests."""

    calls: int = 0
    """Requests answered, replayed ones included."""
    replayed: int = 0
    """Of `calls`, those answered from the store."""
    copied: int = 0
    """Of `replayed`, those whose reply another run's store had (`--reuse`)."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Of `prompt_tokens`, those the server had in its prefix cache."""
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields})


class Answer(Value):
    """A model's answer to a problem, taken out of one reply."""

    call: str
    """Key of the reply in the call store."""
    outcome: Outcome
    rationale: str = ""
    """The explanation before the program or the final answer, without it."""
    code: str = ""
    """The program, of a programming problem; empty unless `outcome` is OK."""
    value: str = ""
    """The final answer as it was written, of a mathematics problem, or the label of a text, `Yes` or `No`; empty unless
    `outcome` is OK."""
    usage: Usage = Usage()
    unused: Outcome | None = None
    """Outcome of a self-debug reply without a program, where the earlier program stands; None otherwise."""


class Grade(Value):
    """What an answer is worth."""

    v: Share
    """V-score: 1 when every visible test passes, else 0."""
    v_share: Share
    """Fraction of visible tests passed."""
    s: Share
    """S-score: fraction of hidden tests passed."""
    s_prefix: Share
    """Fraction of hidden tests passed before the first failure."""
    status: str
    """Status of the visible tests, or of the hidden ones when the visible all pass."""
    reason: str = ""
    """Why the mark is not full; may quote the program: hostile text."""
    forgeable: bool = False
    """The tests were assertions beside the program: one that wanted to could have passed them without being right."""
    usage: Usage | None = None
    """Tokens of the reply that gave it, where a model was asked for it."""


Exams = Literal["all", "adaptive", "halving"]
"""Which exams of a lesson are asked: all of them, or raced by an exact rule or an approximate one (`lbt.racing`)."""


class Mark(Value):
    """One exam answer of one student, marked."""

    student: str
    problem: str
    repetition: int = 0
    asked: bool = True
    """False: not asked, because the exams were raced and it no longer mattered. Neither missing nor 0: unknown."""
    answer: Answer | None = None
    grade: Grade | None = None
    """None: missing, because an endpoint or the sandbox broke (`error` says how); or not asked."""
    mended: Answer | None = None
    mended_grade: Grade | None = None
    """Answer and grade after self-debug, where it is on."""
    error: str = ""

    @property
    def final(self) -> Grade | None:
        """The grade that counts: after self-debug where it is on; None when missing."""
        if self.error:
            return None
        return self.grade if self.mended is None else self.mended_grade


class Taught(Value):
    """One rationale of a lesson, with all that came of it."""

    index: int
    """Which of the n rationales; -1 is the greedy answer, which no student reads."""
    answer: Answer | None = None
    grade: Grade | None = None
    mended: Answer | None = None
    mended_grade: Grade | None = None
    exam: tuple[Mark, ...] = ()
    error: str = ""
    """What broke, if this answer or its grade is missing."""

    @property
    def final_answer(self) -> Answer | None:
        """What is taught and selected: the mended answer where self-debug is on."""
        return self.mended or self.answer

    @property
    def final(self) -> Grade | None:
        """Grade of `final_answer`; None when missing."""
        if self.error:
            return None
        return self.grade if self.mended is None else self.mended_grade

    @property
    def usage(self) -> Usage:
        """Tokens of all replies to this rationale and its exam, those that marked the exam included."""
        answers = [self.answer, self.mended, *(x for mark in self.exam for x in (mark.answer, mark.mended))]
        grades = [grade for mark in self.exam for grade in (mark.grade, mark.mended_grade)]
        return sum((one.usage for one in (*answers, *grades) if one and one.usage), Usage())


class Posed(Value):
    """An exam that was written for one lesson."""

    problems: tuple[MathProblem, ...]
    """Those with a key that enough solvers agree on; may be none."""
    unwritten: int
    """How many more were asked for: malformed, repeated, the teaching problem itself, or without agreement."""
    spent: dict[str, Usage]
    """Who wrote or solved them, `TEACHER` or a student -> tokens of the replies."""

    @property
    def usage(self) -> Usage:
        """Tokens of all replies that writing and solving them took."""
        return sum(self.spent.values(), Usage())


class Classes(NamedTuple):
    """The class of each of several final answers: those that are the same share a number, None is no answer."""

    equivalent: tuple[int | None, ...]
    texts: tuple[int | None, ...]
    """By the paper's text rules."""


TEACHER = "teacher"
"""The teacher where roles are told apart by name; students have their own."""
NO_VERDICT = "no_verdict"
"""`Grade.status` where a model was to mark an answer and its reply has no verdict."""
GREEDY = -1
"""`Taught.index` of the one greedy answer."""


class LessonRecord(Value):
    """One finished problem: a line of `lessons.jsonl`."""

    problem: str
    students: tuple[str, ...]
    rationales: tuple[Taught, ...]
    greedy: Taught | None = None
    exams: Exams = "all"
    """By what rule its exams were asked."""
    subject: str = ""
    """Of a mathematics problem, where its source tells it."""
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    """Of a mathematics problem, where its source tells it."""
    similarity: Share | None = None
    """Mean similarity of its exam problems to it, where that chose them."""
    written: tuple[MathProblem, ...] = ()
    """Its exam, where the teacher wrote it; elsewhere the dataset has it."""
    unwritten: int = 0
    """Exam problems that the teacher was asked for and that could not be used."""
    unposed: str = ""
    """What broke, if the exam could not be written."""
    posing: dict[str, Usage] = {}
    """Of `usage`, what writing the exam took, by role as in `Posed.spent`."""
    classes: tuple[int | None, ...] = ()
    """The class of each rationale's final answer, in mathematics: equivalent answers share a number, None is no answer.
    Empty where answers cannot be compared, as programs, so that nothing can be voted on."""
    texts: tuple[int | None, ...] = ()
    """The same by the paper's text classes: answers that read alike once normalised."""
    selected: tuple[int, ...] = ()
    """Indices of the winning tie, in mathematics of the class that won by the sum of its scores; empty when the lesson
    is incomplete."""
    selected_v1: tuple[int, ...] = ()
    """The winning tie among the answers with V = 1, where the exams were raced; elsewhere the scores tell it."""
    complete: bool
    """No mark is missing; where the exams were raced, none that could change the winners. An incomplete lesson selects
    nothing and is repaired by resuming."""
    usage: Usage = Usage()
